//! Commands, flags and options.

use super::*;

#[test]
fn commands_flags_and_options_stand_in_any_order() {
    let world = World::new("order");
    for (arguments, expected) in [
        (&[][..], (None, vec![])),
        (&["greet"], (Some("greet"), vec![])),
        (
            &["--loud", "greet", "--name=a"],
            (Some("greet"), vec!["loud"]),
        ),
        (
            &["--name", "a", "greet", "--loud"],
            (Some("greet"), vec!["loud"]),
        ),
    ] {
        let Ok(Line::Run { command, flags, .. }) = world.read(&TRIMS, arguments) else {
            panic!("{arguments:?} is refused");
        };
        assert_eq!((command, flags), expected);
    }
    assert!(matches!(
        world.read(&TRIMS, &["greet", "-h"]),
        Ok(Line::Help)
    ));
    assert!(matches!(world.read(&TRIMS, &["-V"]), Ok(Line::Version)));
}

/// Whoever writes `=` has forgotten nothing.
#[test]
fn a_value_behind_an_equals_sign_may_begin_as_an_option_does() {
    let world = World::new("dashes").file("--a.toml", "words = \"b\"");
    let values = world.values(&["--name=--x", "--config=--a.toml"]);
    assert_eq!(values.get(&NAME, text).unwrap(), "--x");
    assert_eq!(values.get(&WORDS, text).unwrap(), "b");
}

#[test]
fn wrong_use_is_told_with_the_right_one() {
    let world = World::new("wrong-use");
    for (arguments, words) in [
        (
            &["greeet"][..],
            "unknown command \"greeet\", perhaps greet is meant; example: greeter greet; all of them: greeter --help",
        ),
        (&["greet", "leave"], "unknown command \"greet leave\""),
        (
            &["--nam", "a"],
            "unknown option \"--nam\", perhaps --name is meant",
        ),
        (
            &["--port", "1"],
            "unknown option \"--port\", perhaps --listen is meant",
        ),
        (
            &["greet", "--lout"],
            "unknown option \"--lout\", perhaps --loud is meant",
        ),
        (&["-n"], "unknown option \"-n\""),
        (
            &["--loud"],
            "--loud belongs to another command; example: greeter greet --loud",
        ),
        (&["leave", "--loud"], "--loud belongs to another command"),
        (
            &["greet", "--loud=very"],
            "--loud takes no value; all of them: greeter --help",
        ),
        (
            &["--name"],
            "--name needs a value; example: --name Ada; all of them",
        ),
        (
            &["--name", "--times", "3"],
            "--name has no value, but --times after it",
        ),
        (
            &["--name", "--\u{1b}"],
            "--name has no value, but --\\u{1b} after it",
        ),
        (
            &["--config", "--name"],
            "--config has no value, but --name after it",
        ),
        (
            &["--config"],
            "--config needs a value; example: --config greeter.toml",
        ),
        (
            &["--path", "a"],
            "unknown option \"--path\": give path as GREETER_PATH or in greeter.toml; example: GREETER_PATH=a.pem",
        ),
        (&["\u{1b}[31m"], "unknown command \"\\u{1b}[31m\""),
        (
            &["https://u:hidden@a.example"],
            "unknown command \"…@a.example\"",
        ),
    ] {
        let error = world.error(arguments);
        assert!(error.starts_with(words), "{arguments:?}: {error}");
    }
}

#[test]
fn a_switch_alone_is_on_and_the_word_after_it_is_none_of_its_value() {
    let world = World::new("switch");
    for (arguments, expected) in [
        (&["--quiet"][..], Ok(true)),
        (&["--quiet=false"], Ok(false)),
        (&["--quiet=true", "greet"], Ok(true)),
        (&["--quiet", "greet"], Ok(true)),
        (&["--quiet="], Ok(false)),
        (
            &["--quiet=no"],
            Err("--quiet: \"no\": it must be true or false; example: --quiet=true"),
        ),
    ] {
        let said = world.values(arguments).get(&QUIET, switch);
        let said = said.map_err(|error| error.to_string());
        assert_eq!(said, expected.map_err(str::to_owned), "{arguments:?}");
    }
    let Err(error) = world.read(&TRIMS, &["--quiet", "false"]) else {
        panic!("the word counts");
    };
    assert!(error.to_string().starts_with("unknown command \"false\""));
}
