//! The file that is written.

use std::{
    fs::{self, File},
    io::{self, Write},
    path::Path,
};

use super::{Fault, Filled, filled::told};
use crate::config::{ConfigError, SetUp};

/// Writes `vestibule.toml` to `path`, where nothing may be yet.
pub(super) fn write(filled: &Filled<'_>, asked: &SetUp, path: &Path) -> Result<(), Fault> {
    let command = filled.command(asked.config.as_deref());
    let lacking: Vec<_> = filled.lacking().iter().copied().map(told).collect();
    if !lacking.is_empty() {
        return Err(wrong(&format!(
            "nothing is written, since {} {} not known; example: {command}",
            lacking.join(" and "),
            if lacking.len() == 1 { "is" } else { "are" },
        )));
    }
    let shown = path.display();
    let is_json = |end: &std::ffi::OsStr| end.eq_ignore_ascii_case("json");
    if path.extension().is_some_and(is_json) {
        return Err(wrong(&format!(
            "nothing is written: a file whose name ends in .json is read as JSON, and this is \
             TOML; example: --config {}",
            path.with_extension("toml").display()
        )));
    }
    match create(path, &content(filled)) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(wrong(&format!(
            "{shown} is there already and stays as it is: move it away, or write another file; \
             example: {}",
            filled.command(Some(Path::new("new.toml")))
        ))),
        Err(error) => Err(Fault::Unwritten(ConfigError::new(&format!(
            "{shown} cannot be written: {error}; see whether its folder is there and this user \
             may write in it; example: --config /tmp/vestibule.toml"
        )))),
    }
}

fn wrong(sentence: &str) -> Fault {
    Fault::WrongUse(ConfigError::new(sentence))
}

fn content(filled: &Filled<'_>) -> String {
    let profile = filled.profile;
    format!(
        "# {}, by vestibule setup {}\n{}\n",
        profile.name,
        profile.word,
        filled.lines().join("\n")
    )
}

/// Nothing that is there is written over, whatever it is.
fn create(path: &Path, content: &str) -> io::Result<()> {
    let mut file = File::create_new(path)?;
    let written = file.write_all(content.as_bytes());
    written.inspect_err(|_| {
        // Half a file would be taken for a whole one.
        let _ = fs::remove_file(path);
    })
}
