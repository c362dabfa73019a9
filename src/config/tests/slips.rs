//! Values and names as they come out of other programs and from web pages.

use super::*;

const REQUIRED: &str = "issuer = \"https://a.example\"\nclient_id = \"app\"\n";

#[test]
fn quotes_round_a_value_are_told_wherever_it_was_given() {
    for (key, value) in [
        ("issuer", "https://a.example"),
        ("client_id", "app"),
        ("audience", "https://my-resource-server"),
        ("resource", "https://api.example"),
        ("scopes", "openid profile"),
        ("api_url", "https://api.example/m"),
        ("redirect_ports", "8765"),
        ("store", "file"),
    ] {
        for quoted in [
            format!("\"{value}\""),
            format!("'{value}'"),
            format!(" \"{value}\"\r\n"),
            format!("“{value}”"),
            format!("`{value}"),
            format!("{value}\""),
        ] {
            let name = format!("VESTIBULE_{}", key.to_uppercase());
            let machine = Machine::configured("quotes").env(&name, &quoted);
            let error = machine.error("");
            assert!(error.starts_with(&name), "{error}");
            let shown = format!(
                "{:?}: it has quotes around it: take them off",
                quoted.trim()
            );
            assert!(error.contains(&shown), "{error}");
            assert!(error.contains("example: "), "{error}");
        }
    }
    let toml = format!("{REQUIRED}audience = '\"https://b.example\"'\n");
    let error = Machine::new("quotes")
        .file("vestibule.toml", toml)
        .error("");
    assert!(
        error.contains("audience: ") && error.contains("quotes"),
        "{error}"
    );
    let error = Machine::configured("quotes").error("--audience 'b'");
    assert!(
        error.starts_with("--audience: \"'b'\": it has quotes"),
        "{error}"
    );
    let json = r#"{"auth0Domain": "'a.eu.auth0.com'", "clientId": "a"}"#;
    let machine = Machine::new("quotes").file("e.json", json);
    let error = machine.error("--config e.json");
    assert!(
        error.contains("auth0Domain: ") && error.contains("quotes"),
        "{error}"
    );
}

#[test]
fn white_space_round_a_value_is_a_slip_and_in_an_address_it_is_told() {
    let machine = Machine::configured("space")
        .env("VESTIBULE_ISSUER", "\t https://env.example \r\n")
        .env("VESTIBULE_AUDIENCE", "https://my-resource-server\n")
        .env("VESTIBULE_API_URL", " https://api.example/m\n")
        .env("VESTIBULE_SCOPES", "\nopenid x\n");
    let s = machine.settings("");
    assert_eq!(s.issuer.as_str(), "https://env.example");
    assert_eq!(s.audience.as_deref(), Some("https://my-resource-server"));
    assert_eq!(s.api_url.as_str(), "https://api.example/m");
    assert_eq!(s.scopes, ["openid", "x"]);
    for (key, value, words) in [
        ("issuer", "https://a.example /x", "white space"),
        ("issuer", "https://a.exam\tple", "control characters"),
        ("issuer", "https:\\\\a.example", "backslash"),
        ("issuer", "https://a.example,", "comma"),
        ("issuer", "https://a.example\u{200b}", "(U+200B)"),
        ("issuer", "\u{feff}https://a.example", "(U+FEFF)"),
        ("client_id", "app\u{200d}1", "(U+200D)"),
        ("client_id", "a\u{0}b", "control characters"),
        ("audience", "https://b\u{202e}", "(U+202E)"),
        ("audience", "a\r\nb", "control characters"),
        ("resource", "https://api.example/ a", "white space"),
        ("resource", "https://api.example;", "semicolon"),
        ("api_url", "https://api.example/a b", "white space"),
        ("api_url", "https://api.example,", "comma"),
        ("scopes", "openid\u{ad}", "(U+00AD)"),
    ] {
        let name = format!("VESTIBULE_{}", key.to_uppercase());
        let error = Machine::configured("inside").env(&name, value).error("");
        let shown = format!("{name}: {value:?}: ");
        assert!(
            error.starts_with(&shown) && error.contains(words),
            "{error}"
        );
        assert!(!error.contains('\u{202e}'), "{error}");
    }
}

#[test]
fn a_discovery_address_given_as_the_issuer_is_told_with_the_issuer_in_it() {
    let openid = "/.well-known/openid-configuration";
    let oauth = "/.well-known/oauth-authorization-server";
    for (given, document, issuer) in [
        (
            "https://a.example/.well-known/openid-configuration",
            openid,
            "https://a.example",
        ),
        (
            "https://a.example/realms/x/.well-known/openid-configuration",
            openid,
            "https://a.example/realms/x",
        ),
        (
            "https://a.example/.well-known/openid-configuration/",
            openid,
            "https://a.example",
        ),
        (
            "https://a.example/.well-known/openid-configuration?p=x",
            openid,
            "https://a.example",
        ),
        (
            "https://a.example/.Well-Known/OpenID-Configuration",
            openid,
            "https://a.example",
        ),
        (
            "https://a.example//.well-known/openid-configuration",
            openid,
            "https://a.example",
        ),
        (
            "https://a.example/.well-known/openid-configuration/x",
            openid,
            "https://a.example/x",
        ),
        (
            "https://a.example/.well-known/oauth-authorization-server/x/",
            oauth,
            "https://a.example/x",
        ),
        (
            "http://127.0.0.1:1/.well-known/oauth-authorization-server",
            oauth,
            "http://127.0.0.1:1",
        ),
    ] {
        let error = Machine::configured("document")
            .env("VESTIBULE_ISSUER", given)
            .error("");
        let words = format!(
            "VESTIBULE_ISSUER: {given:?}: take {document} off the issuer: {issuer} (or {issuer}/, "
        );
        assert!(error.starts_with(&words), "{error}");
    }
    let fine = "https://a.example/.well-known/x";
    let machine = Machine::configured("document").env("VESTIBULE_ISSUER", fine);
    assert_eq!(machine.settings("").issuer.as_str(), fine);
}

#[test]
fn ports_are_numbers_between_commas() {
    for (given, ports) in [
        ("0", vec![0]),
        ("80", vec![80]),
        ("8080, 0", vec![8080, 0]),
        ("2,65535", vec![2, 65535]),
    ] {
        let machine = Machine::configured("ports").env("VESTIBULE_REDIRECT_PORTS", given);
        assert_eq!(machine.settings("").redirect_ports, ports);
    }
    for given in ["65536", "-1", "8765,", "http"] {
        let machine = Machine::configured("ports");
        let error = machine.error(&format!("--redirect-ports {given}"));
        let shown = format!("--redirect-ports: {given:?}: ");
        assert!(
            error.starts_with(&shown) && error.contains("0 to 65535"),
            "{error}"
        );
        assert!(
            error.ends_with("example: --redirect-ports 8765,8766"),
            "{error}"
        );
    }
    // Whether or not another is tried first.
    for (given, port) in [("6000", 6000), ("8765,25", 25), ("0,25", 25)] {
        let error = Machine::configured("ports").error(&format!("--redirect-ports {given}"));
        let words = format!(
            "--redirect-ports: {given:?}: browsers do not open port {port}; example: \
             --redirect-ports 8765,8766"
        );
        assert_eq!(error, words);
    }
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_text_file() {
    let toml = format!("\u{feff}{REQUIRED}client_secret_file = \"secret\"\n");
    let json = "\u{feff}{\"auth0Domain\": \"a.example\", \"clientId\": \"app\"}";
    let machine = Machine::new("mark")
        .file("vestibule.toml", toml)
        .file("secret", "\u{feff}s3cret\r\n")
        .file("e.json", json);
    let s = machine.settings("");
    assert_eq!(s.client_secret.unwrap().secret(), "s3cret");
    let s = machine.settings("--config e.json");
    assert_eq!(
        (s.issuer.as_str(), &*s.client_id),
        ("https://a.example/", "app")
    );
    for (text, words) in [
        ("\u{feff}\n".as_bytes(), "the file is empty"),
        (b"\xff\xfes\0", "not UTF-8 text"),
    ] {
        fs::write(machine.cwd.join("secret"), text).unwrap();
        let error = machine.error("");
        assert!(
            error.contains("client_secret_file: ") && error.contains(words),
            "{error}"
        );
    }
}

#[cfg(unix)]
#[test]
fn a_secret_that_everybody_can_read_is_used_and_warned_of() {
    use std::os::unix::fs::PermissionsExt;

    let toml = format!("{REQUIRED}client_secret_file = \"secret\"\n");
    let machine = Machine::new("open")
        .file("vestibule.toml", toml)
        .file("secret", "s");
    let path = machine.cwd.join("secret");
    for (mode, is_open) in [(0o600, false), (0o640, false), (0o644, true), (0o602, true)] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let s = machine.settings("");
        assert_eq!(s.client_secret.as_ref().unwrap().secret(), "s");
        let remedy = format!("run chmod 600 {}", path.display());
        assert_eq!(s.warnings.len(), usize::from(is_open), "{mode:o}");
        assert!(
            s.warnings.iter().all(|w| w.ends_with(&remedy)),
            "{:?}",
            s.warnings
        );
    }
}

#[test]
fn a_misspelt_key_or_option_is_told_with_the_one_that_was_meant() {
    for (line, meant) in [
        ("isuer = \"x\"", "issuer"),
        ("clientid = \"x\"", "client_id"),
    ] {
        let machine = Machine::new("misspelt").file("vestibule.toml", line);
        let error = machine.error("");
        let words = format!(", perhaps {meant} is meant (no key in it is known");
        assert!(error.contains(&words), "{error}");
    }
    let machine = Machine::configured("misspelt-option");
    for (line, meant) in [
        ("--isuer x", "--issuer"),
        ("--scope x", "--scopes"),
        ("logn", "login"),
    ] {
        let error = machine.error(line);
        assert!(
            error.contains(&format!(", perhaps {meant} is meant; ")),
            "{error}"
        );
    }
}
