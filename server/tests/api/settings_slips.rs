//! Slips that leave a setting looking right: the program does not start with them, and
//! its sentence has nothing in it that acts on a terminal.

use crate::{
    process::{Folder, ended, program},
    settings::{AUD, ISSUER, refused},
    token::AUDIENCE,
};

/// What pages and word processors put into a value and nobody sees.
const UNSEEN: [char; 14] = [
    '\u{fe0f}',
    '\u{3164}',
    '\u{2800}',
    '\u{e0020}',
    '\u{fffc}',
    '\u{fff9}',
    '\u{fffd}',
    '\u{34f}',
    '\u{a0}',
    '\u{200d}',
    '\u{200c}',
    '\u{115f}',
    '\u{17b4}',
    '\u{2003}',
];

#[test]
fn what_cannot_be_seen_is_refused_anywhere_and_shown_escaped() {
    let folder = Folder::new("slips-unseen");
    for unseen in UNSEEN {
        let shown = format!("\\u{{{:x}}}", u32::from(unseen));
        for value in [
            format!("{AUDIENCE}{unseen}"),
            format!("{unseen}{AUDIENCE}"),
            AUDIENCE.replacen('-', &format!("{unseen}-"), 1),
        ] {
            let mut command = program(&folder);
            command.args(ISSUER).args(["--audience", &value]);
            refused(&shown, &mut command, &["--audience", &shown]);
        }
        for option in ["--issuer", "--public-url", "--jwks-uri"] {
            let mut command = program(&folder);
            let value = format!("https://login.example.com/{unseen}");
            command.args(ISSUER).args(AUD).args([option, &value]);
            refused(&shown, &mut command, &[option, &shown]);
        }
    }
}

#[test]
fn quotation_marks_of_every_script_are_refused_round_a_value() {
    let folder = Folder::new("slips-quotes");
    for (before, after) in [
        ("″", "″"),
        ("＂", "＂"),
        ("＇", "＇"),
        ("´", "´"),
        ("「", "」"),
        ("〝", "〞"),
        ("«", "»"),
        ("‹", "›"),
        ("‛", "’"),
        ("", "′"),
    ] {
        let mut command = program(&folder);
        let value = format!("{before}{AUDIENCE}{after}");
        command.args(ISSUER).args(["--audience", &value]);
        refused(&value, &mut command, &["--audience", "quotes around it"]);
    }
    let mut command = program(&folder);
    command.args(ISSUER).args(["--audience", "https://my-…"]);
    refused(
        "dots",
        &mut command,
        &["--audience", "ends with three dots"],
    );
}

#[test]
fn an_address_says_what_is_wrong_with_it() {
    let folder = Folder::new("slips-address");
    for (issuer, words) in [
        (
            "https://u:hidden@login.example.com/",
            "a user name or a password",
        ),
        ("https://login.example.com/#a", "a fragment"),
        ("https://bücher.example/", "letters beyond ASCII"),
        (
            "https://login.example.com/.well-known/jwks.json",
            "take /.well-known/jwks.json off",
        ),
        (
            "https://login.example.com/a/.Well-Known/OpenID-Configuration",
            "take /.Well-Known/OpenID-Configuration off",
        ),
        (
            "https://a.example/,https://b.example/",
            "more than one address",
        ),
    ] {
        let mut command = program(&folder);
        command.args(AUD).args(["--issuer", issuer]);
        refused(issuer, &mut command, &["--issuer", words]);
    }
    for (audience, words) in [
        ("[\"https://a\", \"https://b\"]", "it is a list"),
        ("${AUDIENCE}", "a variable that nobody has filled in"),
        ("https://${HOST}/", "a variable that nobody has filled in"),
    ] {
        let mut command = program(&folder);
        command.args(ISSUER).args(["--audience", audience]);
        refused(audience, &mut command, &["--audience", words]);
    }
}

#[test]
fn an_option_is_not_taken_for_the_value_of_another() {
    let folder = Folder::new("slips-swallowed");
    for option in ["--issuer", "--config", "--leeway"] {
        let mut command = program(&folder);
        command.args([option, "--audience", "a"]);
        let words = format!("{option} has no value, but --audience after it");
        refused(option, &mut command, &[&words]);
    }
}

#[test]
fn a_password_in_what_is_no_setting_is_not_repeated() {
    let folder = Folder::new("slips-password");
    let address = "https://user:hidden@login.example.com/";
    for argument in [
        address.to_owned(),
        format!("--{address}"),
        format!("--isuer={address}"),
    ] {
        let mut command = program(&folder);
        let (code, _, stderr) = ended(command.args(ISSUER).args(AUD).arg(&argument));
        assert_eq!(code, Some(2), "{argument}: {stderr}");
        assert!(!stderr.contains("hidden"), "{argument}: {stderr}");
    }
}

#[test]
fn nothing_in_a_sentence_acts_on_a_terminal() {
    let folder = Folder::new("slips-control");
    let odd = "odd\u{1b}[31m\u{202e}\u{200b}";
    folder.write("key.toml", "\"k\\u001b[31m\" = 5");
    folder.write("key.json", "{\"k\\u001b[31m\": 5}");
    folder.write(&format!("{odd}.toml"), "k = 5");
    for arguments in [
        vec![odd.to_owned()],
        vec![format!("--{odd}")],
        vec![format!("--{odd}=a")],
        vec!["--config".into(), "key.toml".into()],
        vec!["--config".into(), "key.json".into()],
        vec!["--config".into(), format!("{odd}.toml")],
        vec!["--config".into(), odd.to_owned()],
    ] {
        let mut command = program(&folder);
        command.args(ISSUER).args(AUD).args(&arguments);
        let (code, _, stderr) = ended(&mut command);
        assert_eq!(code, Some(2), "{arguments:?}: {stderr:?}");
        let acts = |c: char| c != '\n' && (c.is_control() || "\u{202e}\u{200b}".contains(c));
        assert!(!stderr.contains(acts), "{arguments:?}: {stderr:?}");
        assert!(stderr.contains("\\u{1b}"), "{arguments:?}: {stderr:?}");
    }
}

#[test]
fn a_file_of_json_says_a_thing_once() {
    let folder = Folder::new("slips-twice");
    for (content, words) in [
        (
            r#"{"auth0Domain": "a.example", "issuer": "https://b.example/"}"#,
            "has both auth0Domain and issuer",
        ),
        (
            r#"{"apiIdentifier": "a", "audience": "b"}"#,
            "has both apiIdentifier and audience",
        ),
        (
            r#"{"issuer": "https://a/", "issuer": "https://b/"}"#,
            "issuer twice",
        ),
    ] {
        folder.write("twice.json", content);
        let mut command = program(&folder);
        command.args(["--config", "twice.json"]);
        refused(content, &mut command, &["twice.json", words]);
    }
}

#[cfg(unix)]
#[test]
fn what_cannot_be_read_or_listened_on_has_a_remedy() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

    let folder = Folder::new("slips-remedy");
    let mut command = program(&folder);
    command.arg("--issuer").arg(OsStr::from_bytes(b"\xff"));
    refused(
        "utf-8",
        &mut command,
        &["--issuer: it is not UTF-8; write it"],
    );
    let mut command = program(&folder);
    command.args(["--config", "other.toml"]);
    refused("file", &mut command, &["cannot be read", "see whether"]);
    // Of the documentation (RFC 5737): nobody has it.
    let mut command = program(&folder);
    command
        .args(ISSUER)
        .args(AUD)
        .args(["--listen", "192.0.2.1:3000"]);
    let (code, _, stderr) = ended(&mut command);
    assert_eq!(code, Some(1), "{stderr}");
    assert!(
        stderr.contains("choose another address with --listen"),
        "{stderr}"
    );
}
