//! `vestibule setup` as people call it.

mod refused;

use std::{fs, process::Command};

use crate::{
    program::{Ended, Program, VESTIBULE},
    store::Folder,
};

/// Where it is called: an empty folder, which is the home too.
struct Desk(std::sync::Arc<Folder>);

impl Desk {
    fn new(name: &str) -> Self {
        Self(Folder::new(&format!("setup-{name}")))
    }

    fn run(&self, line: &str) -> Ended {
        self.run_with(line, &[])
    }

    fn run_with(&self, line: &str, variables: &[(&str, &str)]) -> Ended {
        let mut command = Command::new(VESTIBULE);
        command.args(line.split_whitespace()).env_clear();
        command.current_dir(&self.0.0).env("HOME", &self.0.0);
        command.envs(variables.iter().copied());
        Program::start(command).finish()
    }

    fn told(&self, line: &str) -> String {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(0), "{line}: {}", ended.stderr);
        assert_eq!(ended.stderr, "", "{line}");
        ended.stdout
    }

    /// The sentence of wrong use.
    fn error(&self, line: &str) -> String {
        let ended = self.run(line);
        assert_eq!(ended.code, Some(2), "{line}: {}", ended.stderr);
        assert_eq!(ended.stdout, "", "{line}");
        ended.stderr
    }

    fn file(&self, name: &str) -> Option<String> {
        fs::read_to_string(self.0.0.join(name)).ok()
    }
}

/// In this order: what to register, the file, the commands.
#[test]
fn without_anything_of_ones_own_it_tells_what_to_do_and_writes_nothing() {
    let desk = Desk::new("tells");
    let told = desk.told("setup auth0");
    let mut rest = &*told;
    for words in [
        "1. At Auth0\n",
        "Identifier: https://my-resource-server\n",
        "Allow Offline Access: on\n",
        "Application type: Native\n",
        "Allowed Callback URLs: http://127.0.0.1:8765/callback, http://127.0.0.1:8766/callback\n",
        "2. In vestibule.toml\n",
        "issuer = \"https://DOMAIN/\"\n",
        "client_id = \"CLIENT_ID\"\n",
        "redirect_ports = [8765, 8766]\n",
        "DOMAIN: the \"Domain\" on the Settings of the application",
        "vestibule setup auth0 --issuer https://my-tenant.eu.auth0.com/ --client-id aBcD1234 --write\n",
        "3. Then\n",
        "vestibule-server --issuer https://DOMAIN/ --audience https://my-resource-server\n",
        "vestibule doctor\n",
        "vestibule login\n",
        "Checked against: ",
    ] {
        let (_, behind) = rest
            .split_once(words)
            .unwrap_or_else(|| panic!("{words}\n{told}"));
        rest = behind;
    }
    assert_eq!(fs::read_dir(&desk.0.0).unwrap().count(), 0);
}

/// No line of a terminal is broken by it, and none needs letters beyond ASCII.
#[test]
fn what_it_tells_of_any_provider_fits_a_terminal() {
    let desk = Desk::new("fits");
    for profile in vestibule::setup::profiles().unwrap() {
        let told = desk.told(&format!("setup {}", profile.word));
        for line in told.lines() {
            let is_code = ["vestibule", " = ", "://"]
                .iter()
                .any(|code| line.contains(code));
            assert!(is_code || line.len() <= 88, "{line}");
            assert!(line.is_ascii() && line == line.trim_end(), "{line:?}");
        }
    }
}

#[test]
fn what_it_writes_is_what_the_program_reads() {
    let desk = Desk::new("writes");
    let told = desk.told(
        "setup auth0 --write --issuer t.eu.auth0.com --client-id abc --audience urn:notes --store file",
    );
    assert!(
        told.starts_with(
            "The issuer is written https://t.eu.auth0.com/, not t.eu.auth0.com, since"
        ),
        "{told}"
    );
    assert!(
        told.contains("2. Written to ") && told.contains("/vestibule.toml\n"),
        "{told}"
    );
    assert_eq!(
        desk.file("vestibule.toml").as_deref(),
        Some(
            "# Auth0, by vestibule setup auth0\n\
             issuer = \"https://t.eu.auth0.com/\"\n\
             client_id = \"abc\"\n\
             audience = \"urn:notes\"\n\
             redirect_ports = [8765, 8766]\n\
             store = \"file\"\n"
        )
    );
    let status = desk.run("status");
    assert_eq!(status.code, Some(4), "{}", status.stderr);
    assert!(
        status.stderr.contains("you are not signed in"),
        "{}",
        status.stderr
    );
}

#[test]
fn a_file_that_is_there_stays_as_it_is() {
    let desk = Desk::new("stays");
    let line = "setup google --client-id abc --write";
    fs::write(desk.0.0.join("vestibule.toml"), "no TOML at all").unwrap();
    let error = desk.error(line);
    assert!(
        error.contains("vestibule.toml is there already and stays as it is"),
        "{error}"
    );
    let example = "vestibule setup google --client-id abc --config new.toml --write";
    assert!(error.contains(example), "{error}");
    assert_eq!(
        desk.file("vestibule.toml").as_deref(),
        Some("no TOML at all")
    );
    // It is not read either.
    assert!(desk.told("setup google").contains("1. At Google"));
    let told = desk.told(&format!("{line} --config new.toml"));
    assert!(
        told.contains("   vestibule login --config new.toml\n"),
        "{told}"
    );
    assert!(
        desk.file("new.toml")
            .unwrap()
            .contains("client_id = \"abc\"\n")
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_is_there_is_not_followed() {
    let desk = Desk::new("link");
    let link = desk.0.0.join("vestibule.toml");
    std::os::unix::fs::symlink("elsewhere.toml", &link).unwrap();
    desk.error("setup google --client-id abc --write");
    assert_eq!(desk.file("elsewhere.toml"), None);
}

#[test]
fn what_the_environment_says_is_filled_in_and_an_option_wins() {
    let desk = Desk::new("environment");
    let variables = [
        ("VESTIBULE_ISSUER", "a.example"),
        ("VESTIBULE_CLIENT_ID", "env"),
    ];
    let told = desk
        .run_with("setup authelia --client-id option", &variables)
        .stdout;
    assert!(told.contains("issuer = \"https://a.example\"\n"), "{told}");
    assert!(told.contains("- client_id: 'option'\n"), "{told}");
}

/// A path in a file starts at that file, an option's where it was given.
#[cfg(unix)]
#[test]
fn a_path_that_is_given_is_found_from_a_file_elsewhere_too() {
    let desk = Desk::new("elsewhere");
    fs::create_dir(desk.0.0.join("there")).unwrap();
    let line = "setup google --client-id a --ca-file ca.pem --write --config there/g.toml";
    desk.told(line);
    let path = desk.0.0.join("ca.pem");
    let line = format!("ca_file = \"{}\"\n", path.display());
    assert!(desk.file("there/g.toml").unwrap().contains(&line), "{line}");
}
