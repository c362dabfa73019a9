//! Completions for zsh.

use super::{Optional, Values, quoted};
use crate::{Command, Manual};

/// The command is the first of the words again, for what is its own.
const REST: &str = r#"
    [[ $state == rest ]] || return
    words=("$line[1]" "${words[@]}")
    ((CURRENT++))
    case $line[1] in
"#;

impl Manual {
    /// The completions for zsh, whose file has to begin with `_`.
    pub fn zsh(&self) -> String {
        let (name, function) = (self.program.name, self.function());
        let mut text = format!("#compdef {name}\n");
        text += &format!("# Completions of {name} for zsh, written by a test.\n\n");
        text += &format!("{function}() {{\n    local -a options\n    options=(\n");
        for option in self.all_options() {
            text += &format!("        {}\n", quoted(&specification(&option)));
        }
        text += "    )\n";
        text += &match self.program.commands {
            [] => "    _arguments $options\n".to_owned(),
            commands => of_commands(commands),
        };
        text + &format!("}}\n\n{function} \"$@\"\n")
    }
}

fn of_commands(commands: &[Command]) -> String {
    let described = commands
        .iter()
        .map(|command| format!("{}\\:{}", command.name, inner(command.help)));
    let described: Vec<_> = described.map(|text| format!("\"{text}\"")).collect();
    let first = format!("1:command:(({}))", described.join(" "));
    let mut text = format!(
        "    local context state line\n    local -A opt_args\n    _arguments -C $options \\\n        \
         {} \\\n        '*::: :->rest'\n{REST}",
        quoted(&first)
    );
    for command in commands {
        let flags = command
            .flags
            .iter()
            .map(|(flag, help)| format!(" {}", quoted(&format!("--{flag}[{}]", escaped(help)))));
        let word = command.word.as_ref().map(|word| {
            let choices = format!("1:{}:({})", word.name, word.choices.join(" "));
            format!(" {}", quoted(&choices))
        });
        let own: String = flags.chain(word).collect();
        text += &format!("    {}) _arguments $options{own} ;;\n", command.name);
    }
    text + "    esac\n"
}

fn specification(option: &Optional) -> String {
    let help = escaped(&option.help);
    let name = &option.name;
    match option.values {
        Values::None => format!("{name}[{help}]"),
        Values::Switch => format!("{name}=-[{help}]::value:(true false)"),
        Values::Free => format!("{name}=[{help}]:value: "),
        Values::File => format!("{name}=[{help}]:file:_files"),
        Values::Choices(choices) => format!("{name}=[{help}]:value:({})", choices.join(" ")),
    }
}

/// What ends a description has a backslash before it.
fn escaped(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace(':', r"\:");
    text.replace('[', r"\[").replace(']', r"\]")
}

/// Within the list of commands, which zsh reads as words once more.
fn inner(text: &str) -> String {
    escaped(text).replace('"', "\\\"").replace('$', r"\$")
}
