//! What is packed with the program and written from the code: man page and completions. With
//! `VESTIBULE_WRITE_DOCS=1` in the environment the files are written anew.

#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use super::*;

mod packed {
    use super::*;

    /// Holds a file to what the code says, or writes it.
    fn hold(file: &str, text: &str) {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let path = root.join(file);
        if std::env::var_os("VESTIBULE_WRITE_DOCS").is_some() {
            return std::fs::write(path, text).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).ok().as_deref() == Some(text),
            "{file} is not what the code says: VESTIBULE_WRITE_DOCS=1 cargo test --workspace \
             packed writes it"
        );
    }

    #[test]
    fn man_page_and_completions_are_what_the_code_says() {
        let page = MANUAL.man_page(env!("CARGO_PKG_VERSION"));
        hold("packaging/man/vestibule-server.1", &page);
        hold(
            "packaging/completions/vestibule-server.bash",
            &MANUAL.bash(),
        );
        hold("packaging/completions/_vestibule-server", &MANUAL.zsh());
        hold(
            "packaging/completions/vestibule-server.fish",
            &MANUAL.fish(),
        );
    }

    #[test]
    fn every_value_that_shells_complete_is_taken() {
        for setting in settings::SETTINGS {
            let required = ["--issuer", "https://a.example/", "--audience", "a"];
            for choice in setting.choices() {
                let option = setting.option().unwrap();
                let arguments = required.into_iter().chain([&*option, choice]);
                let arguments = arguments.map(Into::into).collect();
                let Ok(Line::Run { values, .. }) = PROGRAM.read_line(arguments) else {
                    panic!("{option} {choice}");
                };
                assert!(Settings::read(&values).is_ok(), "{option} {choice}");
            }
        }
    }
}
