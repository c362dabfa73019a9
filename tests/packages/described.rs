//! What describes the app to a desktop, to software centres and to Flatpak.

use std::fs;
use std::path::Path;
use std::process::Command;

use vestibule::identity::{ID, PROGRAM};

use crate::desktop::{Desktop, run};

fn read(file: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// What a program says of a file.
fn said(program: &str, arguments: &[&str], file: &str) -> String {
    let mut command = Command::new(program);
    command.args(arguments);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(file));
    String::from_utf8(run(&mut command).stdout).unwrap()
}

#[test]
#[ignore = "needs desktop-file-validate and appstreamcli: tests/setup"]
fn desktops_and_software_centres_understand_what_describes_the_app() {
    let entry = format!("packaging/{ID}.desktop");
    assert_eq!(said("desktop-file-validate", &[], &entry), "");
    let description = format!("packaging/{ID}.metainfo.xml");
    said("appstreamcli", &["validate", "--no-net"], &description);
}

/// It reads the manifest and builds nothing: that would need Flathub.
#[test]
#[ignore = "needs flatpak-builder, and what tests/real has: tests/setup"]
fn flatpak_builder_understands_the_manifest() {
    // It leaves a folder where it runs.
    let desktop = Desktop::start();
    let mut show = Command::new("flatpak-builder");
    show.current_dir(desktop.folder()).arg("--show-manifest");
    show.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("packaging/flatpak/{ID}.yaml")));
    let shown = String::from_utf8(run(&mut show).stdout).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(manifest["id"], ID);
    assert_eq!(manifest["command"], PROGRAM);
    let may = manifest["finish-args"].as_array().unwrap();
    for what in [
        "--share=network",
        "--socket=x11",
        "--talk-name=org.freedesktop.secrets",
    ] {
        assert!(may.iter().any(|given| given == what), "{what}: {may:?}");
    }
}

/// A desktop knows by it which window belongs to which entry.
#[test]
fn the_window_is_known_by_the_name_of_its_desktop_file() {
    let entry = read(&format!("packaging/{ID}.desktop"));
    for line in [
        format!("StartupWMClass={ID}"),
        format!("Icon={ID}"),
        format!("Exec={PROGRAM}"),
    ] {
        assert!(entry.lines().any(|found| found == line), "{line}: {entry}");
    }
    let description = read(&format!("packaging/{ID}.metainfo.xml"));
    assert!(description.contains(&format!("<id>{ID}</id>")));
}

/// It stands in two files that cargo does not read.
#[test]
fn the_newest_entries_of_changelog_and_description_are_of_this_version() {
    let version = env!("CARGO_PKG_VERSION");
    let changelog = read("packaging/deb/changelog");
    let head = format!("{PROGRAM} ({version}-1) ");
    assert!(changelog.starts_with(&head), "{head}: {changelog}");
    let description = read(&format!("packaging/{ID}.metainfo.xml"));
    let (_, newest) = description.split_once("<release version=\"").unwrap();
    assert!(newest.starts_with(&format!("{version}\"")), "{newest}");
}
