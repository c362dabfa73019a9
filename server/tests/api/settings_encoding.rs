//! Files of settings as editors on Windows write them.

use crate::{
    issuer::TestIssuer,
    process::{Folder, Running, good_now, program},
    settings::refused,
    token::AUDIENCE,
};

/// As editors on Windows write a text.
fn utf_16(text: &str, mark: bool, bytes: impl Fn(u16) -> [u8; 2]) -> Vec<u8> {
    let mark = mark.then_some(0xfeff);
    let units = mark.into_iter().chain(text.encode_utf16());
    units.flat_map(bytes).collect()
}

#[test]
fn a_byte_order_mark_is_no_part_of_a_file_and_utf_16_is_named() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("marks");
    let toml = format!("issuer = {:?}\naudience = {AUDIENCE:?}\n", issuer.url);
    let json = format!(
        r#"{{"auth0Domain": "tenant.eu.auth0.com", "clientId": "abc", "apiIdentifier": "{AUDIENCE}"}}"#
    );
    for (file, text) in [("env-variables.json", &json), ("settings.toml", &toml)] {
        let marked = format!("\u{feff}{text}");
        for content in [marked.replace('\n', "\r\n"), marked, text.clone()] {
            folder.write(file, content);
            let mut command = program(&folder);
            command.args(["--config", file, "--issuer", &issuer.url]);
            let server = Running::start(command.args(["--listen", "127.0.0.1:0"]));
            assert_eq!(server.present(&good_now(&issuer.url)).status, 200, "{file}");
        }
        for content in [
            utf_16(text, true, u16::to_le_bytes),
            utf_16(text, true, u16::to_be_bytes),
            utf_16(text, false, u16::to_le_bytes),
            utf_16(text, false, u16::to_be_bytes),
        ] {
            folder.write(file, content);
            let mut command = program(&folder);
            let words = [file, "UTF-16", "write it as UTF-8"];
            refused(file, command.args(["--config", file]), &words);
        }
    }
}
