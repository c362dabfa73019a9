//! What identifies the app stands in one file.

use std::{fs, path::Path};

/// How a text begins that is one of its names. Sentences name commands, as "run vestibule
/// login" does, and stay whole.
const NAMES: [&str; 8] = [
    "\"Vestibule",
    "\"VESTIBULE_",
    "\"dev.vestibule",
    "\"vestibule\"",
    "\"vestibule-key",
    "\"vestibule.",
    "\"vestibule/",
    "\"vestibule: ",
];

#[test]
fn what_identifies_the_app_is_named_in_one_place() {
    let mut found = Vec::new();
    for place in ["src", "ui", "examples"] {
        look(
            &Path::new(env!("CARGO_MANIFEST_DIR")).join(place),
            &mut found,
        );
    }
    assert!(found.iter().any(|line| line.starts_with("identity.rs: ")));
    found.retain(|line| !line.starts_with("identity.rs: "));
    super::never(&found);
}

/// Lines of code below `place` with such a name. Tests say what they expect in full.
fn look(place: &Path, found: &mut Vec<String>) {
    let name = place.file_name().unwrap().to_str().unwrap();
    if place.is_dir() {
        let entries = fs::read_dir(place).unwrap();
        let entries = entries.map(|entry| entry.unwrap().path());
        for entry in entries.filter(|path| !path.ends_with("tests")) {
            look(&entry, found);
        }
    } else if [".rs", ".slint"].iter().any(|end| name.ends_with(end)) && !name.contains("tests") {
        let text = fs::read_to_string(place).unwrap();
        let (code, _) = text.split_once("#[cfg(test)]").unwrap_or((&text, ""));
        let lines = code.lines().map(str::trim).filter(|l| !l.starts_with("//"));
        let names = lines.filter(|line| NAMES.iter().any(|name| line.contains(name)));
        found.extend(names.map(|line| format!("{name}: {line}")));
    }
}
