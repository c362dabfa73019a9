//! Completions for bash.

use super::{Values, quoted};
use crate::Manual;

/// bash divides `--option=value` at the sign, and gives three words.
const BEGIN: &str = r#"
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]} flags words=''
    if [[ $cur == = ]]; then
        cur=
    elif [[ $prev == = ]]; then
        prev=${COMP_WORDS[COMP_CWORD - 2]}
    fi
    case $prev in
"#;

/// Spaces in them are given a backslash, folders a slash.
const FILES: &str = "        compopt -o filenames 2>/dev/null\n";

const END: &str = r#"    [[ $cur != -* ]] || words=$flags
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
}
"#;

impl Manual {
    /// The completions for bash 4 or newer, which need nothing else.
    pub fn bash(&self) -> String {
        let (name, function) = (self.program.name, self.function());
        let mut text = format!("# Completions of {name} for bash, written by a test.\n");
        text += &format!("{function}() {{{BEGIN}");
        let mut free = Vec::new();
        for option in self.all_options() {
            let (words, then) = match option.values {
                Values::File => ("-f".to_owned(), FILES),
                Values::Choices(choices) => (format!("-W {}", quoted(&choices.join(" "))), ""),
                Values::Free => {
                    free.push(option.name);
                    continue;
                }
                Values::None | Values::Switch => continue,
            };
            let reply = format!("mapfile -t COMPREPLY < <(compgen {words} -- \"$cur\")");
            text += &format!("    {})\n        {reply}\n{then}", option.name);
            text += "        return\n        ;;\n";
        }
        text += &format!("    {}) return ;;\n    esac\n", free.join(" | "));
        let options: Vec<_> = self.all_options().into_iter().map(|o| o.name).collect();
        text += &format!("    flags={}\n", quoted(&options.join(" ")));
        if !self.program.commands.is_empty() {
            text += &self.commands_for_bash();
        }
        text + END + &format!("complete -F {function} {name}\n")
    }

    /// What stands before a command or after one.
    fn commands_for_bash(&self) -> String {
        let names: Vec<_> = self.program.commands.iter().map(|c| c.name).collect();
        let loop_begins =
            "    local command=''\n    for words in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n";
        let mut text = format!(
            "{loop_begins}        case $words in\n        {}) command=$words && break ;;\n        \
             esac\n    done\n    case $command in\n    '') words={} ;;\n",
            names.join(" | "),
            quoted(&names.join(" "))
        );
        for command in self.program.commands {
            let choices = command.word.as_ref().map_or(&[][..], |word| word.choices);
            let flags = command.flags.iter().map(|(flag, _)| format!(" --{flag}"));
            let flags: String = flags.collect();
            text += &format!(
                "    {}) words={} flags+={} ;;\n",
                command.name,
                quoted(&choices.join(" ")),
                quoted(&flags)
            );
        }
        text + "    esac\n"
    }
}
