//! Settings of the built program: where they come from, and what is said when they
//! are wrong.

use crate::{
    issuer::TestIssuer,
    process::{Folder, Running, ended, good_now, program},
    token::AUDIENCE,
};

/// Exit code 2, nothing on stdout, and a sentence with all of `words`.
#[track_caller]
pub fn refused(name: &str, command: &mut std::process::Command, words: &[&str]) {
    let (code, stdout, stderr) = ended(command);
    assert_eq!(code, Some(2), "{name}: {stderr}");
    assert!(stdout.is_empty(), "{name}");
    for word in words {
        assert!(stderr.contains(word), "{name}: no {word} in {stderr}");
    }
}

pub const ISSUER: [&str; 2] = ["--issuer", "https://login.example.com/"];
pub const AUD: [&str; 2] = ["--audience", AUDIENCE];

#[test]
fn wrong_options_end_it_with_code_2() {
    let folder = Folder::new("options");
    let example = "example: ";
    for (options, words) in [
        (
            vec![],
            vec![
                "issuer and audience are missing",
                "--issuer",
                "VESTIBULE_SERVER_ISSUER",
                example,
            ],
        ),
        (
            vec!["--issuer", ""],
            vec!["issuer and audience are missing"],
        ),
        (vec!["--issuer", "nonsense"], vec!["--issuer", example]),
        (
            vec!["--issuer", "http://login.example.com/"],
            vec!["--issuer", "loopback", example],
        ),
        (vec!["--issuer", "https://a/?b"], vec!["--issuer", "query"]),
        (vec!["--issuer"], vec!["--issuer"]),
        (
            ISSUER.to_vec(),
            vec!["audience is missing", "--audience", example],
        ),
    ] {
        refused(
            &format!("{options:?}"),
            program(&folder).args(&options),
            &words,
        );
    }
    for (option, value) in [
        ("--listen", "3000"),
        ("--listen", "localhost:3000"),
        ("--listen", "127.0.0.1:99999"),
        ("--jwks-uri", "http://login.example.com/jwks"),
        ("--jwks-uri", "jwks"),
        ("--algorithms", "RS256,HS256"),
        ("--algorithms", "none"),
        ("--algorithms", "rs256"),
        ("--algorithms", ","),
        ("--typ", "JWT"),
        ("--leeway", "-1"),
        ("--leeway", "1.5"),
        ("--leeway", "301"),
        ("--leeway", "5s"),
        ("--require-scope", "a\"b"),
        ("--public-url", "http://api.example.com"),
        ("--public-url", "https://api.example.com/path"),
        ("--ca-file", "/does/not/exist.pem"),
        ("--token-cache", "-1"),
        ("--token-cache", "1000001"),
        ("--token-cache", "off"),
        ("--max-connections", "0"),
        ("--max-connections", "1000001"),
        ("--max-connections", "1e4"),
        ("--workers", "0"),
        ("--workers", "1025"),
        ("--workers", "1.5"),
        ("--idle-timeout", "0"),
        ("--idle-timeout", "86401"),
        ("--idle-timeout", "75s"),
        ("--idle-timeout", "1.5"),
        ("--idle-timeout", "-1"),
        ("--metrics-listen", "9090"),
        ("--metrics-listen", "localhost:9090"),
        ("--log", "loud"),
    ] {
        let mut command = program(&folder);
        command.args(ISSUER).args(AUD).args([option, value]);
        refused(
            &format!("{option} {value}"),
            &mut command,
            &[option, example],
        );
    }
    for option in ["--cache", "--nonsense", "-x", "serve"] {
        let mut command = program(&folder);
        refused(
            option,
            command.args(ISSUER).args(AUD).arg(option),
            &[option, "--help"],
        );
    }
}

#[cfg(unix)]
#[test]
fn values_that_are_no_utf_8_end_it_with_code_2() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = Folder::new("utf8");
    let value = OsStr::from_bytes(b"https://\xff/");
    let mut option = program(&folder);
    refused(
        "option",
        option.arg("--issuer").arg(value),
        &["--issuer", "UTF-8"],
    );
    let mut variable = program(&folder);
    let name = "VESTIBULE_SERVER_AUDIENCE";
    refused(
        "variable",
        variable.args(ISSUER).env(name, value),
        &[name, "UTF-8"],
    );
}

#[test]
fn an_option_comes_before_the_environment_and_that_before_the_file() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("layers");
    let right = format!(
        "issuer = {:?}\naudience = {AUDIENCE:?}\nlisten = \"127.0.0.1:0\"\nleeway = 5\nalgorithms = [\"RS256\"]\n",
        issuer.url
    );
    let served = |command: &mut std::process::Command| {
        Running::start(command)
            .present(&good_now(&issuer.url))
            .status
    };
    folder.write("vestibule-server.toml", &right);
    assert_eq!(served(&mut program(&folder)), 200, "the file in the folder");

    folder.write("vestibule-server.toml", right.replace(AUDIENCE, "other"));
    assert_eq!(served(&mut program(&folder)), 401, "the file is read");
    let variable = "VESTIBULE_SERVER_AUDIENCE";
    assert_eq!(
        served(program(&folder).env(variable, AUDIENCE)),
        200,
        "the environment"
    );
    assert_eq!(
        served(program(&folder).env(variable, "")),
        401,
        "an empty value is missing"
    );
    assert_eq!(
        served(program(&folder).env(variable, "third").args(AUD)),
        200,
        "the option"
    );
    assert_eq!(
        served(
            program(&folder)
                .args(["--audience="])
                .env(variable, AUDIENCE)
        ),
        200
    );

    folder.write("named.toml", &right);
    assert_eq!(
        served(program(&folder).args(["--config", "named.toml"])),
        200,
        "a named file"
    );
    let config = "VESTIBULE_SERVER_CONFIG";
    assert_eq!(
        served(program(&folder).env(config, "named.toml")),
        200,
        "named by a variable"
    );
}

/// In `--help` they are text, in the guard numbers.
#[test]
fn the_defaults_that_help_tells_are_those_of_the_guard() {
    use vestibule_server::guard::AccessTokenVerifier;

    let (_, help, _) = ended(program(&Folder::new("defaults")).arg("--help"));
    let builder = AccessTokenVerifier::builder(ISSUER[1], AUDIENCE);
    let builder = format!("{builder:?}");
    for (option, told) in [
        ("token-cache", "token_cache: {}"),
        ("leeway", "leeway: {}s"),
        ("fetch-timeout", "fetch_timeout: {}s"),
        ("typ", "typ: {}"),
    ] {
        let (_, help) = help.split_once(&format!("--{option} ")).unwrap();
        let (_, default) = help.split_once("default: ").unwrap();
        let default = default.lines().next().unwrap().replace("any", "Any");
        let told = told.replace("{}", &default);
        let found = builder.contains(&format!("{told},")) || builder.contains(&format!("{told} "));
        assert!(found, "{told}: {builder}");
    }
}

#[test]
fn help_documents_every_option_and_version_names_the_program() {
    let folder = Folder::new("help");
    let stdout = |option: &str| {
        let (code, stdout, stderr) = ended(program(&folder).arg(option));
        assert_eq!((code, stderr.as_str()), (Some(0), ""));
        stdout
    };
    let help = stdout("--help");
    for option in [
        "issuer",
        "audience",
        "listen",
        "jwks-uri",
        "algorithms",
        "typ",
        "leeway",
        "require-scope",
        "public-url",
        "ca-file",
        "token-cache",
        "max-connections",
        "workers",
        "fetch-timeout",
        "idle-timeout",
        "metrics-listen",
        "log",
        "config",
        "version",
        "help",
    ] {
        assert!(help.contains(&format!("  --{option} ")), "{option}");
    }
    assert!(help.lines().all(|line| line.len() <= 100), "{help}");
    let version = format!("vestibule-server {}\n", env!("CARGO_PKG_VERSION"));
    assert_eq!(stdout("--version"), version);
}
