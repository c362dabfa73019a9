//! Completions for fish.

use super::Values;
use crate::Manual;

impl Manual {
    /// The completions for fish.
    pub fn fish(&self) -> String {
        let name = self.program.name;
        let mut text = format!("# Completions of {name} for fish, written by a test.\n");
        text += &format!("complete -c {name} -f\n");
        for command in self.program.commands {
            text += &format!(
                "complete -c {name} -n __fish_use_subcommand -a {} -d {}\n",
                command.name,
                quoted(command.help)
            );
            let begin = format!(
                "complete -c {name} -n '__fish_seen_subcommand_from {}'",
                command.name
            );
            for (flag, help) in command.flags {
                text += &format!("{begin} -l {flag} -d {}\n", quoted(help));
            }
            if let Some(word) = &command.word {
                text += &format!("{begin} -a {}\n", quoted(&word.choices.join(" ")));
            }
        }
        for option in self.all_options() {
            let option_name = option.name.trim_start_matches("--");
            let values = match option.values {
                Values::None | Values::Switch => String::new(),
                Values::Free => " -x".to_owned(),
                Values::File => " -r -F".to_owned(),
                Values::Choices(choices) => format!(" -x -a {}", quoted(&choices.join(" "))),
            };
            text += &format!(
                "complete -c {name} -l {option_name}{values} -d {}\n",
                quoted(&option.help)
            );
        }
        text
    }
}

/// In single quotes, as fish reads them.
fn quoted(text: &str) -> String {
    let text = text.replace('\\', r"\\").replace('\'', r"\'");
    format!("'{text}'")
}
