//! Files: which one is read, and what is wrong with one.

use super::*;

#[test]
fn the_file_that_is_named_is_the_one_that_is_read() {
    let world = World::new("named").file("greeter.toml", "name = \"here\"");
    let world = world.file("other.toml", "name = \"other\"");
    let name = |world: &World, arguments: &[&str]| world.values(arguments).get(&NAME, text);
    let world = world.variable("GREETER_FILE", "other.toml");
    assert_eq!(name(&world, &[]).unwrap(), "other");
    assert_eq!(name(&world, &["--config", "greeter.toml"]).unwrap(), "here");
    assert_eq!(name(&world, &["--config="]).unwrap(), "other");
    let unnamed = World::new("unnamed").file("greeter.toml", "name = \"here\"");
    let unnamed = unnamed.variable("GREETER_FILE", "");
    assert_eq!(name(&unnamed, &[]).unwrap(), "here");
    let error = world.error(&["--config", "none.toml"]);
    assert!(error.contains("none.toml cannot be read: "), "{error}");
    assert!(error.ends_with("example: --config greeter.toml"), "{error}");
}

#[test]
fn a_path_in_a_file_starts_at_its_folder() {
    let world = World::new("path").file("greeter.toml", "path = \"a.pem\"");
    let elsewhere = Path::new("/elsewhere");
    let path = |world: &World| world.values(&[]).path(&PATH, elsewhere).unwrap();
    assert_eq!(path(&world), Some(world.folder.join("a.pem")));
    let world = world.variable("GREETER_PATH", "b.pem");
    assert_eq!(path(&world), Some(elsewhere.join("b.pem")));
}

#[test]
fn each_kind_of_value_is_written_in_its_own_ways() {
    let world = World::new("kinds").file(
        "greeter.toml",
        "times = 3\nports = [1, 2]\nwords = [\"a\", \"b\"]\nscope = \"c d\"",
    );
    let values = world.values(&[]);
    assert_eq!(values.get(&TIMES, text).unwrap(), "3");
    assert_eq!(values.get(&PORTS, text).unwrap(), "1,2");
    assert_eq!(values.get(&WORDS, text).unwrap(), "a b");
    assert_eq!(values.get(&SCOPE, text).unwrap(), "c d");
    // An empty list is a missing value, or refused where it would pass for a demand.
    let world = World::new("kinds-empty").file("greeter.toml", "words = []");
    assert_eq!(world.values(&[]).get(&WORDS, text).unwrap(), "hi");
    for (line, words) in [
        (
            "scope = []",
            "with something in each; example: scope = \"read\"",
        ),
        ("scope = [\"a\", \" \"]", "with something in each"),
        (
            "words = [1]",
            "or a list of words in quotes; example: words =",
        ),
        (
            "times = \"3\"",
            "it is not a whole number; example: times = 3",
        ),
        ("times = -3", "it is not a whole number"),
        ("times = 1.5", "it is not a whole number"),
        ("ports = [\"1\"]", "a list of numbers or text such as"),
        ("ports = 1.5", "example: ports = [1, 2]"),
        (
            "name = 1",
            "it must be text in quotes; example: name = \"Ada\"",
        ),
        ("name = 1979-05-27", "it must be text in quotes"),
        ("[name]\na = 1", "it must be text in quotes"),
    ] {
        let error = World::new("kinds-bad")
            .file("greeter.toml", line)
            .error(&[]);
        assert!(error.contains(words), "{line}: {error}");
    }
}

#[test]
fn a_key_says_a_thing_once() {
    for (json, words) in [
        (r#"{"name": "a", "name": "b"}"#, "it has name twice"),
        (
            r#"{"auth0Domain": "a", "issuer": ""}"#,
            "it has both auth0Domain and issuer, which are the same",
        ),
        (r#"{"name": null, "name": "b"}"#, "it has name twice"),
    ] {
        let world = World::new("once").file("a.json", json);
        let error = world.error(&["--config", "a.json"]);
        assert!(error.contains(words), "{json}: {error}");
    }
}

#[test]
fn null_and_an_empty_key_of_the_tutorial_are_missing_values() {
    for json in [
        r#"{"auth0Domain": "", "issuer": "https://a.example/", "times": null}"#,
        r#"{"auth0Domain": null, "issuer": "https://a.example/"}"#,
        r#"{"auth0Domain": "a.example", "issuer": null}"#,
    ] {
        let world = World::new("null").file("a.json", json);
        let values = world.values(&["--config", "a.json"]);
        assert_eq!(values.get(&ISSUER, text).unwrap(), "https://a.example/");
        assert_eq!(values.get(&TIMES, text).unwrap(), "1", "{json}");
    }
}

#[test]
fn what_json_has_and_toml_has_not_is_refused_under_its_name() {
    for (json, words) in [
        (
            r#"{"times": 18446744073709551615}"#,
            "times: it is not a whole number",
        ),
        (r#"{"ports": 1e400}"#, "it is not JSON as expected"),
        (
            r#"{"ports": [18446744073709551615]}"#,
            "ports: it must be a number",
        ),
        (
            r#"{"words": ["a", null]}"#,
            "words: it must be text in quotes or a list",
        ),
        (
            r#"{"name": {"a": null}}"#,
            "name: it must be text in quotes",
        ),
        (
            r#"["name"]"#,
            "it is not JSON as expected: invalid type: sequence",
        ),
        (
            r#""https://u:hidden@a.example""#,
            "invalid type: text, expected an object",
        ),
    ] {
        let world = World::new("json").file("a.json", json);
        let error = world.error(&["--config", "a.json"]);
        assert!(error.contains(words), "{json}: {error}");
        assert!(!error.contains("hidden"), "{error}");
    }
}

/// Of its three names, two are settings here.
#[test]
fn the_tutorials_file_works_for_a_program_that_has_not_all_of_it() {
    let json = r#"{"auth0Domain": "a.example", "clientId": "x", "apiIdentifier": "y"}"#;
    let world = World::new("tutorial").file("a.JSON", json);
    let issuer = world.values(&["--config", "a.JSON"]).get(&ISSUER, text);
    assert_eq!(issuer.unwrap(), "https://a.example/");
    let world = World::new("tutorial-unknown").file("a.json", r#"{"x": 1}"#);
    let error = world.error(&["--config", "a.json"]);
    assert!(
        error.contains("known are auth0Domain, issuer, name"),
        "{error}"
    );
    assert!(error.contains("is it the right file?"), "{error}");
}

#[test]
fn a_file_of_another_encoding_or_too_long_is_told() {
    let utf_16: Vec<u8> = "name".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (content, words) in [
        (&utf_16[..], "it is UTF-16; write it as UTF-8 text"),
        (b"\xfe\xff\0n", "it is UTF-16"),
        (
            b"name = \"\xff\"",
            "it is not UTF-8; write it as UTF-8 text",
        ),
        (b"name = \"a\"\nb", "line 2 is not TOML"),
    ] {
        let error = World::new("encoding")
            .file("greeter.toml", content)
            .error(&[]);
        assert!(error.contains(words), "{error}");
    }
    let world = World::new("encoding-mark").file("greeter.toml", "\u{feff}name = \"a\"");
    assert_eq!(world.values(&[]).get(&NAME, text).unwrap(), "a");
}

#[test]
fn a_folder_is_no_file() {
    let error = World::new("folder").error(&["--config", "."]);
    assert!(
        error.contains("it is a folder, a pipe or a device"),
        "{error}"
    );
}

/// `--config <(…)` is one, and its end comes.
#[cfg(unix)]
#[test]
fn a_pipe_and_a_device_are_read_by_a_program_that_reads_them() {
    use std::{
        io::Write,
        os::fd::{AsRawFd, OwnedFd},
    };

    let world = World::new("pipe");
    let (reader, mut writer) = std::io::pipe().unwrap();
    writer.write_all(b"name = \"piped\"").unwrap();
    drop(writer);
    let reader = OwnedFd::from(reader);
    let path = format!("/dev/fd/{}", reader.as_raw_fd());
    let error = world.error(&["--config", &path]);
    assert!(error.contains("a pipe or a device, no file"), "{error}");
    let Ok(Line::Run { values, .. }) = world.read(&REFUSES, &["--config", &path]) else {
        panic!("the pipe is refused");
    };
    assert_eq!(values.get(&NAME, text).unwrap(), "piped");
    assert!(world.read(&REFUSES, &["--config", "/dev/null"]).is_ok());
}
