//! Files of settings: what is wrong with one is said, and the tutorial's works.

use crate::{
    issuer::TestIssuer,
    process::{Folder, Running, good_now, program},
    settings::{AUD, ISSUER, refused},
    token::AUDIENCE,
};

#[test]
fn wrong_files_end_it_with_code_2() {
    let folder = Folder::new("files");
    let toml = "vestibule-server.toml";
    for (content, words) in [
        (&b"issuer = "[..], vec!["is not TOML"]),
        (b"issuer = \"\xff\"", vec!["UTF-8"]),
        (
            b"isuer = \"https://a/\"",
            vec!["unknown key \"isuer\"", "audience", "example: "],
        ),
        (b"cache = 5", vec!["unknown key \"cache\""]),
        (
            b"issuer = 5",
            vec!["issuer", "text in quotes", "example: issuer ="],
        ),
        (
            b"leeway = \"5\"",
            vec!["leeway", "not a whole number", "example: leeway = 5"],
        ),
        (b"leeway = -5", vec!["leeway", "not a whole number"]),
        (b"workers = 1.5", vec!["workers", "not a whole number"]),
        (
            b"max_connections = 0",
            vec!["max_connections", "1 to 1000000", "example: "],
        ),
        (
            b"algorithms = []",
            vec![
                "algorithms",
                "with something in each",
                "example: algorithms =",
            ],
        ),
        (
            b"algorithms = [\"\"]",
            vec!["algorithms", "with something in each"],
        ),
        (
            b"require_scope = []",
            vec!["require_scope", "with something in each"],
        ),
        (
            b"require_scope = [\"read\", \" \"]",
            vec!["require_scope", "something"],
        ),
        (
            b"idle_timeout = \"75\"",
            vec!["idle_timeout", "not a whole number"],
        ),
        (
            b"algorithms = [5]",
            vec!["algorithms", "list of words", "example: algorithms ="],
        ),
        (b"listen = \"here\"", vec!["listen", "example: listen ="]),
        (
            b"issuer = \"http://a/\"",
            vec!["issuer", "loopback", "example: issuer ="],
        ),
        (
            b"[issuer]\nurl = \"https://a/\"",
            vec!["issuer", "text in quotes"],
        ),
        (b"issuer = \"\"", vec!["issuer is missing", "example: "]),
    ] {
        folder.write(toml, content);
        let name = String::from_utf8_lossy(content);
        let mut command = program(&folder);
        // The rest is right, so that only the file can be at fault.
        command.args(AUD);
        if !name.contains("issuer") {
            command.args(ISSUER);
        }
        let file = if words[0] == "issuer is missing" {
            vec![]
        } else {
            vec![toml]
        };
        refused(&name, &mut command, &[words, file].concat());
    }
    let mut command = program(&folder);
    refused(
        "missing",
        command.args(["--config", "other.toml"]),
        &["other.toml", "cannot be read"],
    );
    for (content, word) in [
        ("{", "not JSON as expected"),
        ("[]", "not JSON as expected"),
        ("{\"auth0Domain\": 5}", "text in quotes"),
        ("{\"auth0Domain\": \"https://a/\"}", "host name"),
        ("{\"auth0Domain\": \"a b\"}", "host name"),
        ("{\"auth0Domain\": \"a:\"}", "host name"),
        ("{\"domain\": \"a\"}", "unknown key \"domain\""),
        (
            "{\"domain\": \"a\"}",
            "known are auth0Domain, apiIdentifier",
        ),
    ] {
        folder.write("env.json", content);
        let mut command = program(&folder);
        refused(
            content,
            command.args(["--config", "env.json"]),
            &["env.json", word],
        );
    }
}

#[test]
fn the_tutorials_file_works_as_it_is() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("tutorial");
    // Its issuer is always https: the option stands in for it here.
    let content = format!(
        r#"{{"auth0Domain": "tenant.eu.auth0.com", "clientId": "abc", "apiIdentifier": "{AUDIENCE}"}}"#
    );
    folder.write("env-variables.json", content);
    let mut command = program(&folder);
    command.args(["--config", "env-variables.json", "--issuer", &issuer.url]);
    let server = Running::start(command.args(["--listen", "127.0.0.1:0"]));
    assert_eq!(server.present(&good_now(&issuer.url)).status, 200);

    let mut command = program(&folder);
    command.args(["--config", "env-variables.json", "--listen", "127.0.0.1:0"]);
    let keys = format!("{}jwks", issuer.url);
    let server = Running::start(command.args(["--jwks-uri", &keys]));
    assert_eq!(
        server
            .present(&good_now("https://tenant.eu.auth0.com/"))
            .status,
        200
    );
    assert_eq!(
        server
            .present(&good_now("https://tenant.eu.auth0.com"))
            .status,
        401
    );
}

/// What `--config <(…)` and a secret store hand over.
#[cfg(unix)]
#[test]
fn a_pipe_and_an_empty_device_are_files_of_settings_too() {
    use std::{fs::File, io::Write};

    let folder = Folder::new("piped");
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"audience = \"a\"\nleeway = 301").unwrap();
    drop(writer);
    let mut command = program(&folder);
    command.args(ISSUER).args(["--config", "/dev/stdin"]);
    let words = ["/dev/stdin: leeway: ", "from 0 to 300"];
    refused("pipe", command.stdin(reader), &words);
    let mut command = program(&folder);
    command.args(ISSUER).args(["--config", "/dev/stdin"]);
    let nothing = File::open("/dev/null").unwrap();
    refused("nothing", command.stdin(nothing), &["audience is missing"]);
}
