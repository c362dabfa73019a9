//! The man page and the completions of a program, for whoever packs it. No program has this:
//! tests write the files of `packaging/` with it, and hold them to it.
//!
//! Weighed for the completions: clap_complete, which would need each program once more as
//! clap's; it repeats every option for every command, a thousand lines where these are fifty.

mod bash;
mod fish;
mod man;
mod zsh;

use crate::{Kind, Manual, Setting, manual::OPTIONS};

/// What can be completed after an option.
enum Values {
    /// One of these.
    Choices(&'static [&'static str]),
    /// The name of a file.
    File,
    /// Nothing that is known here.
    Free,
    /// Nothing: it stands alone.
    None,
    /// Nothing, or true or false behind `=`.
    Switch,
}

/// An option of every command.
struct Optional {
    /// With its dashes.
    name: String,
    help: String,
    values: Values,
}

impl Manual {
    /// All options but the flags of commands, in the order of `--help`.
    fn all_options(&self) -> Vec<Optional> {
        let option = |name: &str, help: &str, values| Optional {
            name: name.to_owned(),
            help: help.to_owned(),
            values,
        };
        let of_setting = |setting: &&Setting| {
            let name = setting.option()?;
            Some(option(&name, &setting.help(), values(setting)))
        };
        let config = option("--config", self.config, Values::File);
        let others = OPTIONS.map(|(name, help)| option(name, help, Values::None));
        let settings = self.program.settings.iter().filter_map(of_setting);
        [config].into_iter().chain(others).chain(settings).collect()
    }

    /// The name of a shell's function for this program.
    fn function(&self) -> String {
        format!("_{}", self.program.name.replace('-', "_"))
    }
}

fn values(setting: &Setting) -> Values {
    match (setting.kind, setting.choices) {
        (Kind::FileName, _) => Values::File,
        (Kind::Switch, _) => Values::Switch,
        (_, []) => Values::Free,
        (_, choices) => Values::Choices(choices),
    }
}

/// In single quotes, as bash and zsh read them.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}
