//! Values that can never be right: the program does not start with them, and its
//! sentence shows them.

use crate::{
    issuer::TestIssuer,
    process::{Folder, Running, good_now, program},
    settings::{AUD, ISSUER, refused},
    token::AUDIENCE,
};

/// A good value of each setting that is a text or a list.
const TEXTS: [(&str, &str); 9] = [
    ("issuer", "https://login.example.com/"),
    ("audience", AUDIENCE),
    ("listen", "127.0.0.1:0"),
    ("jwks_uri", "https://login.example.com/jwks"),
    ("algorithms", "RS256"),
    ("typ", "any"),
    ("require_scope", "read:message"),
    ("public_url", "https://api.example.com"),
    ("log", "info"),
];

/// What editors, shells and pages leave round a value or in it, and how it is shown.
const MARKS: [(&str, &str, &str); 16] = [
    ("\"", "\"", "\\\""),
    ("'", "'", "'"),
    ("`", "`", "`"),
    ("\u{201c}", "\u{201d}", "\u{201c}"),
    ("\u{201e}", "\u{201c}", "\u{201e}"),
    ("\u{ab}", "\u{bb}", "\u{ab}"),
    ("\"", "", "\\\""),
    ("", "'", "'"),
    ("", "\n", "\\n"),
    ("", "\r\n", "\\r\\n"),
    ("\t", "", "\\t"),
    ("", "\u{a0}", "\\u{a0}"),
    ("\u{feff}", "", "\\u{feff}"),
    ("", "\u{200b}", "\\u{200b}"),
    ("", "\u{202e}", "\\u{202e}"),
    ("", "\u{7f}", "\\u{7f}"),
];

/// All of the option, the environment and the file reach the same check.
#[test]
fn no_text_setting_has_marks_round_it() {
    let folder = Folder::new("settings-marks");
    for (name, good) in TEXTS {
        for (before, after, shown) in MARKS {
            let value = format!("{before}{good}{after}");
            let option = format!("--{}", name.replace('_', "-"));
            let mut command = program(&folder);
            command.args(ISSUER).args(AUD).args([&option, &value]);
            refused(
                &format!("{name} {value:?}"),
                &mut command,
                &[&option, shown, "example: "],
            );
        }
    }
    for (name, good) in TEXTS {
        let variable = format!("VESTIBULE_SERVER_{}", name.to_uppercase());
        let mut command = program(&folder);
        command.env("VESTIBULE_SERVER_ISSUER", ISSUER[1]);
        command.env("VESTIBULE_SERVER_AUDIENCE", AUDIENCE);
        command.env(&variable, format!("\"{good}\""));
        refused(&variable, &mut command, &[&variable, "quotes around it"]);

        folder.write("marks.toml", format!("{name} = \"{good}\\n\""));
        let mut command = program(&folder);
        command.args(["--config", "marks.toml"]);
        for required in [ISSUER, AUD] {
            if required[0] != format!("--{name}") {
                command.args(required);
            }
        }
        refused(name, &mut command, &[name, "marks.toml", "\\n", "line end"]);
    }
}

#[test]
fn white_space_round_a_text_is_refused_and_between_the_items_of_a_list_is_none() {
    let folder = Folder::new("settings-space");
    for (name, good) in TEXTS {
        let option = format!("--{}", name.replace('_', "-"));
        for value in [format!(" {good}"), format!("{good} ")] {
            if ["algorithms", "require_scope"].contains(&name) {
                continue;
            }
            let mut command = program(&folder);
            command.args(ISSUER).args(AUD).args([&option, &value]);
            refused(
                name,
                &mut command,
                &[&option, &format!("{value:?}"), "white space"],
            );
        }
    }
    let issuer = TestIssuer::start();
    let mut command = program(&folder);
    command.args(["--issuer", &issuer.url, "--listen", "127.0.0.1:0"]);
    command.args(AUD).args(["--algorithms", " ES256, RS256 "]);
    let server = Running::start(&mut command);
    assert_eq!(server.present(&good_now(&issuer.url)).status, 200);
}

#[test]
fn combinations_that_never_serve_are_refused() {
    let folder = Folder::new("settings-combinations");
    let metadata = "https://login.example.com/.well-known/openid-configuration";
    for (options, words) in [
        (
            vec!["--issuer", metadata],
            vec!["--issuer", metadata, "take /.well-known"],
        ),
        (
            vec![
                "--issuer",
                "https://a/.well-known/oauth-authorization-server",
            ],
            vec!["--issuer", "take /.well-known"],
        ),
        (
            vec!["--jwks-uri", metadata],
            vec!["--jwks-uri", metadata, "leave this out"],
        ),
        (
            vec!["--issuer", "https://a:99999/"],
            vec!["--issuer", "a:99999", "port"],
        ),
        (vec!["--issuer", "https://a:0/"], vec!["--issuer", "port"]),
        (vec!["--issuer", "https://a:/"], vec!["--issuer", "port"]),
        (
            vec!["--jwks-uri", "https://[::1]:x/jwks"],
            vec!["--jwks-uri", "[::1]:x"],
        ),
        (
            vec!["--public-url", "https://a:70000"],
            vec!["--public-url", "port"],
        ),
        (
            vec!["--jwks-uri", "http://a/jwks"],
            vec!["--jwks-uri", "loopback"],
        ),
        (
            vec!["--algorithms", ", ,"],
            vec!["--algorithms", "names no algorithm"],
        ),
        (
            vec!["--algorithms", "RS256;ES256"],
            vec!["--algorithms", "RS256;ES256"],
        ),
        (
            vec!["--require-scope", " "],
            vec!["--require-scope", "names no scope"],
        ),
        (
            vec!["--typ", "at+JWT"],
            vec!["--typ", "at+JWT", "example: "],
        ),
        (
            vec![
                "--listen",
                "127.0.0.1:3999",
                "--metrics-listen",
                "127.0.0.1:3999",
            ],
            vec!["--listen 127.0.0.1:3999", "--metrics-listen", "its own"],
        ),
        (
            vec![
                "--listen",
                "0.0.0.0:3999",
                "--metrics-listen",
                "127.0.0.1:3999",
            ],
            vec!["--listen 0.0.0.0:3999", "--metrics-listen", "its own"],
        ),
        (
            vec!["--metrics-listen", "127.0.0.1:3000"],
            vec!["--listen 127.0.0.1:3000", "its own"],
        ),
    ] {
        let mut command = program(&folder);
        command.args(ISSUER).args(AUD).args(&options);
        refused(&format!("{options:?}"), &mut command, &words);
    }
}

#[test]
fn a_password_in_an_address_is_not_repeated() {
    let folder = Folder::new("settings-password");
    for address in [
        "https://user:hidden@login.example.com/",
        "user:hidden@login.example.com/",
        "https:/user:hidden@login.example.com/",
        "//user:hidden@login.example.com/",
        "https://user:hid/den@login.example.com/",
        "\"https://user:hidden@login.example.com/",
        "https//user:hidden@login.example.com/?a@login.example.com/",
    ] {
        for option in ["--issuer", "--jwks-uri", "--public-url", "--listen"] {
            let mut command = program(&folder);
            command.args(ISSUER).args(AUD).args([option, address]);
            let (code, _, stderr) = crate::process::ended(&mut command);
            assert_eq!(code, Some(2), "{stderr}");
            assert!(stderr.contains("…@login.example.com/"), "{stderr}");
            assert!(!stderr.contains("hid"), "{stderr}");
        }
    }
    folder.write(
        "auth_config.json",
        r#"{"auth0Domain": "user:hidden@tenant.example"}"#,
    );
    let mut command = program(&folder);
    command.args(["--config", "auth_config.json"]);
    let (code, _, stderr) = crate::process::ended(&mut command);
    assert_eq!(code, Some(2), "{stderr}");
    assert!(stderr.contains("…@tenant.example"), "{stderr}");
    assert!(!stderr.contains("hidden"), "{stderr}");
}
