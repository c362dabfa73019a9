//! The built program at a terminal in other languages than English.

use serde_json::Value;

use crate::{
    program::{Ended, Program, command},
    store::Folder,
    world::World,
};

/// Runs `words` with these variables in the environment.
fn run(world: &World, folder: &Folder, words: &[&str], variables: &[(&str, &str)]) -> Ended {
    let mut command = command(world, folder, words);
    command.envs(variables.iter().copied());
    Program::start(command).finish()
}

const ENGLISH: &str = "vestibule: you are not signed in; run vestibule login\n";
const GERMAN: &str = "vestibule: Sie sind nicht angemeldet; rufen Sie auf: vestibule login\n";
const JAPANESE: &str = "vestibule: サインインしていません。次を実行してください: vestibule login\n";

#[test]
fn the_terminal_speaks_the_language_of_the_system_or_the_one_that_is_set() {
    let world = World::new();
    let folder = Folder::new("languages");
    let german = ("LANG", "de_DE.UTF-8");
    for (words, variables, says) in [
        (&["status"][..], &[][..], ENGLISH),
        (&["status"], &[german], GERMAN),
        (&["status"], &[german, ("LC_ALL", "C")], ENGLISH),
        (&["status", "--language", "ja"], &[german], JAPANESE),
        (&["status", "--language", "en"], &[german], ENGLISH),
        (
            &["status"],
            &[("VESTIBULE_LANGUAGE", "ja"), german],
            JAPANESE,
        ),
        (&["message", "--language=system"], &[german], GERMAN),
    ] {
        let ended = run(&world, &folder, words, variables);
        assert_eq!(ended.stderr, says, "{words:?} {variables:?}");
        assert_eq!(ended.code, Some(4), "{words:?} {variables:?}");
    }
    std::fs::write(folder.0.join("vestibule.toml"), "language = \"de\"\n").unwrap();
    let ended = run(&world, &folder, &["status"], &[]);
    assert_eq!(ended.stderr, GERMAN);
}

#[test]
fn what_programs_read_is_the_same_in_every_language() {
    let world = World::new();
    let folder = Folder::new("languages-json");
    let words = ["status", "--json", "--language"];
    let said = ["en", "de", "fr", "es", "ja", "ar"].map(|code| {
        let ended = run(&world, &folder, &[&words[..], &[code]].concat(), &[]);
        assert_eq!(ended.code, Some(4), "{code}");
        let json: Value = serde_json::from_str(&ended.stdout).unwrap();
        assert_eq!(json["signed_in"], false, "{code}");
        ended.stdout
    });
    assert!(said.iter().all(|other| *other == said[0]), "{said:?}");
}

#[test]
fn a_language_that_is_none_of_ours_is_told_with_the_list() {
    let world = World::new();
    let folder = Folder::new("languages-wrong");
    let ended = run(
        &world,
        &folder,
        &["status", "--language", "pl"],
        &[("LANG", "de_DE.UTF-8")],
    );
    assert_eq!(ended.code, Some(2));
    let list = "it must be system, en, de, fr, es, ja or ar";
    assert!(ended.stderr.contains(list), "{}", ended.stderr);
    assert!(ended.stderr.contains("--language"), "{}", ended.stderr);
}
