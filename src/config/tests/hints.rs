//! What somebody new gets wrong first: the file, its form, what is required.

use super::*;

#[test]
fn the_bare_domain_of_the_tutorial_may_have_a_port_and_nothing_else() {
    for (domain, issuer) in [
        ("dev-1.eu.auth0.com", "https://dev-1.eu.auth0.com/"),
        (" dev-1.eu.auth0.com ", "https://dev-1.eu.auth0.com/"),
        ("sso.example:8443", "https://sso.example:8443/"),
        ("[::1]:8443", "https://[::1]:8443/"),
    ] {
        let json = format!(r#"{{"auth0Domain": "{domain}", "clientId": "a"}}"#);
        let machine = Machine::new("domain").file("E.JSON", json);
        let s = machine.settings("--config E.JSON");
        assert_eq!(s.issuer.as_str(), issuer);
    }
    for wrong in [
        "https://a.auth0.com",
        "a.auth0.com/",
        "ada@a.auth0.com",
        "a.auth0.com?x",
        "a.auth0.com#x",
        "a b",
        "a.auth0.com:",
        "a.auth0.com:x",
        "a.auth0.com:99999",
    ] {
        let json = format!(r#"{{"auth0Domain": "{wrong}", "clientId": "a"}}"#);
        let machine = Machine::new("no-domain").file("e.json", json);
        let error = machine.error("--config e.json");
        assert!(error.contains("auth0Domain"), "{wrong}: {error}");
        let example = r#"example: "auth0Domain": "example.eu.auth0.com""#;
        assert!(error.contains(example), "{wrong}: {error}");
    }
}

#[test]
fn a_json_file_is_answered_with_json_names_and_a_json_example() {
    for json in [r#"{"domain": "a"}"#, "{", "[]"] {
        let machine = Machine::new("json-hint").file("e.json", json);
        let error = machine.error("--config e.json");
        assert!(error.contains(r#"example: {"auth0Domain": "#), "{error}");
    }
    let machine = Machine::new("json-names").file("e.json", r#"{"clientId": "a", "domain": "b"}"#);
    let error = machine.error("--config e.json");
    let names = "known are auth0Domain, clientId, apiIdentifier, issuer, client_id";
    assert!(error.contains(names), "{error}");
    let machine = Machine::new("json-missing").file("e.json", r#"{"clientId": "a"}"#);
    let error = machine.error("--config e.json");
    assert!(error.contains("issuer is missing"), "{error}");
    assert!(error.contains(r#"example: "issuer": "https://"#), "{error}");
}

#[test]
fn a_file_of_the_wrong_form_or_of_another_program_is_recognised() {
    for (name, text, hint) in [
        ("v.toml", r#"{"auth0Domain": "a"}"#, "ends in .json"),
        ("v.toml", r#"auth0Domain = "a""#, "ends in .json"),
        ("v.json", "issuer = \"https://a.example\"", "TOML goes into"),
        ("Cargo.toml", "[package]\nname = \"x\"", "the right file?"),
        ("package.json", r#"{"name": "x"}"#, "the right file?"),
    ] {
        let machine = Machine::new("form").file(name, text);
        let error = machine.error(&format!("--config {name}"));
        assert!(error.contains(name) && error.contains(hint), "{error}");
    }
    // A slip in the right one is no other file.
    let toml = "issuer = \"https://a.example\"\nclientid = \"a\"";
    let machine = Machine::new("slip").file("v.toml", toml);
    let error = machine.error("--config v.toml");
    assert!(!error.contains("right file"), "{error}");
}

#[test]
fn everything_that_is_missing_is_named_at_once() {
    let error = Machine::new("none").error("login");
    for words in [
        "issuer and client_id are missing",
        "--issuer and --client-id",
        "VESTIBULE_ISSUER and VESTIBULE_CLIENT_ID",
        "vestibule.toml",
        "issuer = \"https://",
        "client_id = \"",
    ] {
        assert!(error.contains(words), "{error}");
    }
    let error = Machine::new("one").error("--issuer https://a.example");
    assert!(error.starts_with("client_id is missing: give it as --client-id or"));
}

#[test]
fn an_option_of_what_only_environment_and_file_give_is_told_so() {
    let machine = Machine::configured("file-only");
    for (line, words) in [
        (
            "--redirect-host x",
            "give redirect_host as VESTIBULE_REDIRECT_HOST or in vestibule.toml; example: \
             VESTIBULE_REDIRECT_HOST=localhost",
        ),
        ("--prompt=login", "example: VESTIBULE_PROMPT=consent"),
        (
            "--client-secret-file x",
            "VESTIBULE_CLIENT_SECRET_FILE or in",
        ),
    ] {
        let error = machine.error(line);
        assert!(error.starts_with("unknown option \"--"), "{error}");
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn an_option_is_not_taken_for_the_value_of_another() {
    let machine = Machine::configured("swallowed");
    for option in ["--audience", "--client-id", "--config"] {
        let error = machine.error(&format!("{option} --issuer https://a.example"));
        let words = format!("{option} has no value, but --issuer after it; example: {option} ");
        assert!(error.starts_with(&words), "{error}");
    }
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let machine = Machine::configured("password");
    let address = "https://ada:hidden@a.example/";
    for line in [
        format!("--api-url {address}"),
        format!("--issuer={address}"),
        format!("--resource {address}#a"),
        address.to_owned(),
        format!("--{address}"),
        format!("login --switch={address}"),
        format!("--issuer {address}.well-known/openid-configuration"),
        "--issuer https://ada:hidden@a.example:x/.well-known/openid-configuration".to_owned(),
        "--issuer ada:hidden@a.example/.well-known/openid-configuration".to_owned(),
    ] {
        let error = machine.error(&line);
        assert!(!error.contains("hidden"), "{error}");
    }
    let error = machine.error(&format!(
        "--issuer {address}.well-known/openid-configuration"
    ));
    assert!(
        error.contains("it must not have a user name or password"),
        "{error}"
    );
}
