//! A command that takes a word of its own and makes a file of settings.

use super::*;

#[test]
fn a_command_that_takes_a_word_takes_one_wherever_options_stand() {
    let world = World::new("word");
    for (arguments, expected) in [
        (&["write"][..], None),
        (&["write", "ada"], Some("ada")),
        (&["--name", "a", "write", "--quiet", "greet"], Some("greet")),
        (&["write", "--", "--name"], Some("--name")),
    ] {
        let Ok(Line::Run { command, word, .. }) = world.read(&TRIMS, arguments) else {
            panic!("{arguments:?} is refused");
        };
        assert_eq!((command, word.as_deref()), (Some("write"), expected));
    }
    for (arguments, words) in [
        (
            &["write", "a", "b"][..],
            "write takes one word, but \"b\" follows \"a\"; all of them: greeter --help",
        ),
        (&["ada", "write"], "unknown command \"ada\""),
        (&["greet", "ada"], "unknown command \"greet ada\""),
    ] {
        let error = world.error(arguments);
        assert!(error.starts_with(words), "{arguments:?}: {error}");
    }
}

/// The one that is there may be wrong, or for something else.
#[test]
fn a_command_that_writes_a_file_reads_none_and_is_told_its_name() {
    let world = World::new("writes").file("greeter.toml", "name = \"file\"\nwrong = 1");
    let world = world.variable("GREETER_TIMES", "2");
    let arguments = ["write", "--config", "new.toml", "--words", "a b"];
    let Ok(Line::Run { values, file, .. }) = world.read(&TRIMS, &arguments) else {
        panic!("it read the file");
    };
    assert_eq!(file, Some("new.toml".into()));
    let texts: Vec<_> = values
        .texts()
        .map(|(setting, text)| (setting.name(), text))
        .collect();
    assert_eq!(texts, [("times", "2"), ("words", "a b")]);
    assert!(world.error(&["greet"]).contains("unknown key \"wrong\""));
}

#[test]
fn what_is_put_in_the_place_of_a_value_counts_and_is_told_as_an_option() {
    let world = World::new("replace").variable("GREETER_NAME", "variable");
    let mut values = world.values(&[]);
    values.replace(&NAME, "Grace");
    assert_eq!(values.get(&NAME, text).unwrap(), "Grace");
    let error = values.get(&NAME, |_| Err::<(), _>("it is wrong".to_owned()));
    assert_eq!(
        error.unwrap_err().to_string(),
        "--name: \"Grace\": it is wrong; example: --name Ada"
    );
}

#[test]
fn a_line_of_a_file_reads_as_what_stood_in_the_option() {
    for (setting, option, line) in [
        (&NAME, "a \"b\" \\c", r#"name = "a \"b\" \\c""#),
        (&PATH, "a\tb", "path = \"a\\u0009b\""),
        (&TIMES, "007", "times = 7"),
        (&PORTS, "1, 02,3", "ports = [1, 2, 3]"),
        (&PORTS, "x", "ports = \"x\""),
        (&QUIET, "true", "quiet = true"),
        (&WORDS, "a b", "words = \"a b\""),
    ] {
        assert_eq!(setting.line(option), line);
        let world = World::new("line").file("greeter.toml", line);
        let read = world.values(&[]).get(setting, text);
        let same = option.replace("007", "7").replace("1, 02,3", "1,2,3");
        assert_eq!(read.unwrap(), same, "{line}");
    }
}

#[test]
fn whoever_spells_a_name_nearly_is_told_what_is_meant() {
    let known = [("azure", "entra"), ("entra", "entra"), ("okta", "okta")];
    assert_eq!(perhaps("Azur", known), ", perhaps entra is meant");
    assert_eq!(perhaps("octa", known), ", perhaps okta is meant");
    assert_eq!(perhaps("xyz", known), "");
}
