//! Configuration as people write it, with an environment and folders made up.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::auth::{RedirectHost, ports::StoreKind};
use std::{fs, path::PathBuf};

mod doctor;
mod files;
mod hints;
mod kiosk;
mod packed;
mod refused;
mod slips;
mod variables;

/// Where a home has configuration and state.
const CONFIGURATION: &str = if cfg!(windows) {
    "AppData/Roaming"
} else if cfg!(target_os = "macos") {
    "Library/Application Support"
} else {
    ".config"
};
const STATE: &str = if cfg!(windows) {
    "AppData/Local"
} else if cfg!(target_os = "macos") {
    CONFIGURATION
} else {
    ".local/state"
};

/// A working folder, a home and an environment.
struct Machine {
    cwd: PathBuf,
    environment: Vec<(String, OsString)>,
}

impl Machine {
    fn new(name: &str) -> Self {
        let folder = format!("vestibule-config-{name}-{}", std::process::id());
        let cwd = std::env::temp_dir().join(folder);
        fs::remove_dir_all(&cwd).ok();
        fs::create_dir_all(cwd.join("home")).unwrap();
        let home = cwd.join("home").into_os_string();
        Self {
            cwd,
            // Windows asks for the other.
            environment: ["HOME", "USERPROFILE"]
                .map(|name| (name.to_owned(), home.clone()))
                .into(),
        }
    }

    /// With the two settings that are required in `vestibule.toml`.
    fn configured(name: &str) -> Self {
        Self::new(name).file(
            "vestibule.toml",
            "issuer = \"https://file.example\"\nclient_id = \"file\"\n",
        )
    }

    fn file(self, name: &str, text: impl AsRef<[u8]>) -> Self {
        let path = self.cwd.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
        self
    }

    fn env(mut self, name: &str, value: impl Into<OsString>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    fn parse(&self, line: &str) -> Result<Invocation, ConfigError> {
        let env = |name: &str| {
            let found = self.environment.iter().rev().find(|(n, _)| n == name);
            found.map(|(_, value)| value.clone())
        };
        let args = line.split_whitespace().map(OsString::from);
        parse(args, &env, &self.cwd)
    }

    fn run(&self, line: &str) -> (Command, Settings) {
        match self.parse(line).unwrap() {
            Invocation::Run(command, settings) => (command, *settings),
            other => panic!("{other:?}"),
        }
    }

    fn settings(&self, line: &str) -> Settings {
        self.run(line).1
    }

    fn error(&self, line: &str) -> String {
        self.parse(line).unwrap_err().to_string()
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        fs::remove_dir_all(&self.cwd).ok();
    }
}

#[test]
fn with_issuer_and_client_alone_the_rest_is_default() {
    let machine = Machine::new("defaults");
    let (command, s) = machine.run("--issuer https://a.example/ --client-id=app");
    assert_eq!(command, Command::Window);
    assert_eq!(
        (s.issuer.as_str(), &*s.client_id),
        ("https://a.example/", "app")
    );
    assert_eq!(s.scopes.join(" "), "openid profile email offline_access");
    assert_eq!(s.api_url.as_str(), "http://127.0.0.1:3000/private");
    assert_eq!(
        (s.redirect_ports, s.redirect_host.as_str()),
        (vec![0], "127.0.0.1")
    );
    assert_eq!((s.store, s.theme), (StoreKind::Keychain, Theme::System));
    assert_eq!(s.log, log::LevelFilter::Warn);
    let state = machine.cwd.join("home").join(STATE).join("vestibule");
    assert_eq!(s.state_dir, state);
    assert!(s.audience.is_none() && s.resource.is_none() && s.prompt.is_none());
    assert!(s.client_secret.is_none() && s.ca_file.is_none() && s.credential.is_none());
}

#[test]
fn an_option_wins_over_the_environment_that_over_a_file_and_nothing_counts_as_missing() {
    let machine = Machine::configured("order").env("VESTIBULE_CLIENT_ID", "env");
    assert_eq!(machine.settings("").client_id, "env");
    assert_eq!(
        machine.settings("--client-id a --client-id b").client_id,
        "b"
    );
    assert_eq!(machine.settings("--client-id=").client_id, "env");
    let machine = machine.env("VESTIBULE_CLIENT_ID", " ");
    assert_eq!(machine.settings("--client-id=").client_id, "file");
    assert_eq!(machine.settings("--config=").client_id, "file");
    let machine = machine.file("vestibule.toml", "issuer = \"\"\nscopes = []\n");
    let machine = machine.env("VESTIBULE_ISSUER", "https://env.example");
    let machine = machine.env("VESTIBULE_CLIENT_ID", "env");
    assert_eq!(machine.settings("").issuer.as_str(), "https://env.example");
    assert_eq!(machine.settings("").scopes.len(), 4);
}

#[test]
fn every_setting_can_be_given_in_a_file_and_in_the_environment() {
    let toml = "resource = \"https://api.example\"\nprompt = \"login\"\n\
        scopes = [\"openid\", \"read\"]\nredirect_ports = [8765, 0]\n\
        redirect_host = \"[::1]\"\nstore = \"file\"\ntheme = \"dark\"\nlog = \"debug\"\n\
        api_url = \"https://api.example/m\"\nca_file = \"ca.pem\"\naudience = \"a\"\n\
        client_secret_file = \"../secret\"\n";
    let machine = Machine::new("all").file("secret", "s3cret\r\n");
    let machine = machine.file("conf/vestibule.toml", toml);
    let machine = machine
        .env("VESTIBULE_ISSUER", "https://a.example")
        .env("VESTIBULE_CLIENT_ID", "app");
    let s = machine.settings("--config conf/vestibule.toml");
    assert_eq!(s.resource.as_deref(), Some("https://api.example"));
    assert_eq!(s.prompt.as_deref(), Some("login"));
    assert_eq!(s.scopes, ["openid", "read"]);
    assert_eq!(s.redirect_ports, [8765, 0]);
    assert_eq!(s.redirect_host, RedirectHost::Ipv6);
    assert_eq!((s.store, s.theme), (StoreKind::File, Theme::Dark));
    assert_eq!(s.log, log::LevelFilter::Debug);
    assert_eq!(s.api_url.as_str(), "https://api.example/m");
    assert_eq!(s.ca_file, Some(machine.cwd.join("conf/ca.pem")));
    assert_eq!(s.client_secret.as_ref().unwrap().secret(), "s3cret");
    assert!(!format!("{s:?}").contains("s3cret"));

    let state = machine.cwd.join("state");
    let machine = machine
        .env("VESTIBULE_REDIRECT_PORTS", "8765, 8766")
        .env("VESTIBULE_SCOPES", "openid  x")
        .env("VESTIBULE_CA_FILE", "here.pem")
        .env("XDG_STATE_HOME", &state);
    let s = machine.settings("--config conf/vestibule.toml --store memory");
    assert_eq!(s.redirect_ports, [8765, 8766]);
    assert_eq!(s.scopes, ["openid", "x"]);
    assert_eq!(s.ca_file, Some(machine.cwd.join("here.pem")));
    assert_eq!(
        (s.store, s.state_dir),
        (StoreKind::Memory, state.join("vestibule"))
    );
}

#[test]
fn a_credential_counts_if_the_system_handed_it_over() {
    let machine = Machine::configured("credential");
    let folder = machine.cwd.join("c");
    let machine = machine.env("CREDENTIALS_DIRECTORY", &folder);
    assert_eq!(machine.settings("").credential, None);
    let machine = machine.file("c/vestibule-key", "k");
    assert_eq!(
        machine.settings("").credential,
        Some(folder.join("vestibule-key"))
    );
}

#[cfg(unix)]
#[test]
fn options_stand_before_or_after_the_command() {
    let machine = Machine::configured("commands");
    for (line, command) in [
        ("", Command::Window),
        ("message", Command::Message),
        ("--json status", Command::Status { json: true }),
        ("status --log info", Command::Status { json: false }),
        (
            "--log=info logout --browser",
            Command::Logout { browser: true },
        ),
        (
            "--switch login --no-browser",
            Command::Login {
                way: crate::auth::Way::Address,
                switch: true,
            },
        ),
        (
            "login --device",
            Command::Login {
                way: crate::auth::Way::Device,
                switch: false,
            },
        ),
    ] {
        assert_eq!(machine.run(line).0, command, "{line}");
    }
}

#[test]
fn help_and_version_need_no_settings_and_help_names_everything() {
    let bare = Machine::new("help");
    assert!(matches!(
        bare.parse("login --help").unwrap(),
        Invocation::Help
    ));
    assert!(matches!(
        bare.parse("--version").unwrap(),
        Invocation::Version
    ));
    let help = help();
    for setting in settings::SETTINGS {
        let names = [PROGRAM.variable(setting), setting.name().to_owned()];
        for name in names.into_iter().chain(setting.option()) {
            assert!(help.contains(&format!("  {name}")), "{name}");
        }
    }
    // The path to a file that has the program's name is as long as that makes it.
    let others = help.lines().filter(|line| !line.contains(PROGRAM.file));
    assert_eq!(others.filter(|line| line.chars().count() > 90).count(), 0);
}
