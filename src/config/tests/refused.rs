//! Wrong use and wrong settings, each with the sentence that says so.

use super::*;

#[test]
fn a_wrong_line_in_a_file_is_named_with_file_key_and_example() {
    for (line, key, words) in [
        ("isuer = \"x\"", "isuer", "unknown key"),
        ("kiosk = 1", "kiosk", "true or false"),
        ("kiosk = \"yes\"", "kiosk", "true or false"),
        ("idle_sign_out = -1", "idle_sign_out", "whole number"),
        ("idle_sign_out = 86401", "idle_sign_out", "0 to 86400"),
        ("language = \"pl\"", "language", "system, en, de"),
        ("rotation = 45", "rotation", "0, 90, 180 or 270"),
        ("accent = \"green\"", "accent", "unknown key"),
        ("auth0Domain = \"x\"", "auth0Domain", "unknown key"),
        ("audience = 1", "audience", "text in quotes"),
        ("scopes = [1]", "scopes", "list of words"),
        ("scopes = \"profile\"", "scopes", "openid must be"),
        ("scopes = \"openid a\\\\b\"", "scopes", "no quotes"),
        ("redirect_ports = 65536", "redirect_ports", "0 to 65535"),
        ("redirect_ports = [-1]", "redirect_ports", "0 to 65535"),
        (
            "redirect_ports = [\"1\"]",
            "redirect_ports",
            "list of numbers",
        ),
        ("redirect_host = \"0.0.0.0\"", "redirect_host", "127.0.0.1"),
        ("api_url = \"http://10.0.0.1/\"", "api_url", "https://"),
        ("api_url = \"nothing\"", "api_url", "not a URL"),
        ("resource = \"https://a#b\"", "resource", "fragment"),
        ("resource = \"a\"", "resource", "absolute"),
        ("prompt = \"none\"", "prompt", "select_account"),
        ("store = \"Keychain\"", "store", "memory"),
        ("theme = \"pink\"", "theme", "light"),
        ("log = \"loud\"", "log", "debug"),
        (
            "client_secret_file = \"none\"",
            "client_secret_file",
            "cannot be read",
        ),
        ("audience = \"a\\nb\"", "audience", "control"),
        ("audience", "vestibule.toml", "line 3 is not TOML"),
    ] {
        let required = "issuer = \"https://a.example\"\nclient_id = \"app\"\n";
        let machine = Machine::new("bad").file("vestibule.toml", format!("{required}{line}\n"));
        let error = machine.error("");
        let path = machine.cwd.join("vestibule.toml").display().to_string();
        assert!(
            error.contains(&path) && error.contains(key),
            "{line}: {error}"
        );
        assert!(
            error.contains(words) && error.contains("example: "),
            "{line}: {error}"
        );
    }
    let machine = Machine::new("bytes").file("vestibule.toml", b"issuer = \"\xff\"");
    assert!(machine.error("").contains("not UTF-8"));
}

#[test]
fn a_wrong_value_elsewhere_is_named_by_option_or_variable() {
    let machine = Machine::configured("elsewhere");
    let error = machine.error("--issuer http://a.example");
    assert!(error.starts_with("--issuer: ") && error.contains("example: --issuer https://"));
    let machine = machine.env("VESTIBULE_THEME", "pink");
    let error = machine.error("");
    assert!(
        error.starts_with("VESTIBULE_THEME: ") && error.contains("example: VESTIBULE_THEME=dark")
    );
    let empty = Machine::new("missing").file("vestibule.toml", "client_id = \"a\"");
    let error = empty.error("");
    for words in [
        "issuer is missing",
        "--issuer",
        "VESTIBULE_ISSUER",
        "issuer = \"https://",
        "vestibule.toml",
    ] {
        assert!(error.contains(words), "{error}");
    }
}

#[cfg(unix)]
#[test]
fn a_variable_that_is_not_utf_8_is_named() {
    use std::os::unix::ffi::OsStringExt;

    let machine = Machine::configured("utf8");
    let machine = machine.env("VESTIBULE_AUDIENCE", OsString::from_vec(vec![0xff]));
    assert!(
        machine
            .error("")
            .starts_with("VESTIBULE_AUDIENCE: it is not UTF-8")
    );
}

#[test]
fn what_is_not_a_command_or_option_is_refused_with_an_example() {
    let machine = Machine::configured("wrong");
    for (line, words) in [
        ("dance", "unknown command \"dance\""),
        ("status auth0", "unknown command \"status auth0\""),
        ("login logout", "unknown command \"login logout\""),
        (
            "login --device --no-browser",
            "give one of them; example: vestibule login --device",
        ),
        ("--idle-sign-out 9", "unknown option \"--idle-sign-out\""),
        ("--accent green", "unknown option \"--accent\""),
        ("--redirect-host x", "unknown option \"--redirect-host\""),
        ("-x", "unknown option \"-x\""),
        (
            "--json",
            "--json belongs to another command; example: vestibule status --json",
        ),
        ("login --browser", "example: vestibule logout --browser"),
        (
            "--issuer",
            "--issuer needs a value; example: --issuer https://",
        ),
        ("--config", "--help"),
        ("login --switch=yes", "--help"),
    ] {
        let error = machine.error(line);
        assert!(error.contains(words), "{line}: {error}");
    }
}
