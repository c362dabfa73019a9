//! The file with the settings, and files that a setting names.

use super::*;

const REQUIRED: &str = "issuer = \"https://file.example\"\nclient_id = \"file\"\n";

#[test]
fn a_secret_file_holds_the_secret_alone() {
    let error = |text: &[u8]| {
        let toml = format!("{REQUIRED}client_secret_file = \"secret\"\n");
        let machine = Machine::new("secret").file("vestibule.toml", toml);
        let machine = machine.file("secret", text);
        machine.parse("").err().map(|error| error.to_string())
    };
    for good in ["s3cret", "s3 cret~!", "it's", "a\"b", "{a"] {
        assert_eq!(error(good.as_bytes()), None, "{good}");
    }
    for bad in [
        "\"s3cret\"",
        "'s3cret'",
        "{\"secret\":\"x\"}",
        "a\nb",
        " a",
        "a ",
        "a\u{200b}",
        "a\0",
        "é",
    ] {
        let told = error(bad.as_bytes()).unwrap();
        assert!(told.contains("must hold the secret alone"), "{bad}: {told}");
    }
}

#[cfg(unix)]
#[test]
fn a_pipe_or_a_folder_is_no_file_to_read() {
    let toml = format!("{REQUIRED}client_secret_file = \"/dev/zero\"\n");
    let error = Machine::new("device")
        .file("vestibule.toml", toml)
        .error("");
    assert!(error.contains("a pipe or a device, no file"), "{error}");
    let error = Machine::new("device").error("--config /dev/zero");
    assert!(error.contains("a pipe or a device, no file"), "{error}");
}

#[test]
fn the_file_is_the_chosen_one_or_the_one_here_or_the_one_in_the_home_folder() {
    let toml = |id: &str| format!("issuer = \"https://a.example\"\nclient_id = \"{id}\"");
    let home = format!("home/{CONFIGURATION}/vestibule/vestibule.toml");
    let machine = Machine::new("place").file(&home, toml("home"));
    assert_eq!(machine.settings("").client_id, "home");
    let xdg = machine.cwd.join("xdg");
    let machine = machine.file("xdg/vestibule/vestibule.toml", toml("xdg"));
    let machine = machine.env("XDG_CONFIG_HOME", xdg);
    assert_eq!(machine.settings("").client_id, "xdg");
    let machine = machine.file("vestibule.toml", toml("here"));
    assert_eq!(machine.settings("").client_id, "here");
    let machine = machine.file("other.toml", toml("chosen"));
    assert_eq!(
        machine.settings("status --config other.toml").client_id,
        "chosen"
    );
    let error = machine.error("--config none.toml");
    assert!(error.contains("none.toml cannot be read"), "{error}");
}

#[test]
fn the_tutorials_json_file_works_as_it_is() {
    let json = r#"{
        "auth0Domain": "dev-1.eu.auth0.com",
        "clientId": "x1",
        "apiIdentifier": "https://my-resource-server"
    }"#;
    let machine = Machine::new("json").file("env-variables.json", json);
    let s = machine.settings("login --config env-variables.json");
    assert_eq!(s.issuer.as_str(), "https://dev-1.eu.auth0.com/");
    assert_eq!(s.client_id, "x1");
    assert_eq!(s.audience.as_deref(), Some("https://my-resource-server"));
    for (json, words) in [
        (r#"{"auth0Domain": "https://a.auth0.com"}"#, "bare domain"),
        (
            r#"{"auth0Domain": "a", "issuer": "https://b.example"}"#,
            "given twice",
        ),
        (r#"{"auth0Domain": 1}"#, "must be text"),
        (r#"{"auth0domain": "a"}"#, "unknown key \"auth0domain\""),
        ("clientId = 1", "not JSON as expected"),
    ] {
        let machine = Machine::new("json-bad").file("e.json", json);
        let error = machine.error("--config e.json");
        assert!(
            error.contains("e.json: ") && error.contains(words),
            "{error}"
        );
        assert!(error.contains("example: "), "{error}");
    }
    let machine = Machine::new("json-null").file("e.json", r#"{"clientId": null}"#);
    let error = machine.error("--config e.json");
    assert!(
        error.starts_with("issuer and client_id are missing"),
        "{error}"
    );
}
