//! Files that are named by a setting.

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
