//! What is packed with the program and written from the code: man page and completions. With
//! `VESTIBULE_WRITE_DOCS=1` in the environment the files are written anew.

// A kiosk has another default, and is packed with the same pages.
#![cfg(any(feature = "gui", not(feature = "kiosk")))]

use super::*;
use crate::config::{commands::COMMANDS, help::MANUAL, settings::SETTINGS};

/// Holds a file to what the code says, or writes it.
fn hold(file: &str, text: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("VESTIBULE_WRITE_DOCS").is_some() {
        return fs::write(path, text).unwrap();
    }
    assert!(
        fs::read_to_string(path).ok().as_deref() == Some(text),
        "{file} is not what the code says: VESTIBULE_WRITE_DOCS=1 cargo test --workspace packed \
         writes it"
    );
}

#[test]
fn the_man_page_is_what_the_code_says() {
    let page = MANUAL.man_page(env!("CARGO_PKG_VERSION"));
    hold("packaging/man/vestibule.1", &page);
    for command in COMMANDS {
        assert!(page.contains(&format!(".TP\n\\fB{}\\fR", command.name())));
    }
    for setting in SETTINGS {
        assert!(page.contains(&format!("\\fB{}\\fR, ", PROGRAM.variable(setting))));
    }
}

#[test]
fn the_completions_are_what_the_code_says() {
    hold("packaging/completions/vestibule.bash", &MANUAL.bash());
    hold("packaging/completions/_vestibule", &MANUAL.zsh());
    hold("packaging/completions/vestibule.fish", &MANUAL.fish());
}

#[test]
fn every_value_that_shells_complete_is_taken_and_told() {
    let machine = Machine::configured("completed");
    let mut seen = 0;
    for setting in SETTINGS {
        for choice in setting.choices() {
            machine.settings(&format!("{} {choice}", setting.option().unwrap()));
            seen += 1;
        }
    }
    assert!(seen > 15, "{seen}");
}
