//! A made-up program with a setting of each kind. What app and server make of it, their
//! own tests hold.

#![allow(clippy::unwrap_used)]

use super::*;

mod command_line;
mod files;
mod manual;
mod names;
mod written;

settings! {
    static SETTINGS;
    ISSUER = Setting::new("issuer", Kind::Address, "https://a.example/", "who signs").required();
    NAME = Setting::new("name", Kind::Text, "Ada", "who is greeted").required();
    LISTEN = Setting::new("listen", Kind::Address, "127.0.0.1:1", "where")
        .also_called(&["port"]);
    PATH = Setting::new("path", Kind::FileName, "a.pem", "a file").without_option();
    TIMES = Setting::new("times", Kind::Number, "3", "how often").default("1");
    PORTS = Setting::new("ports", Kind::Numbers, "1,2", "where else");
    WORDS = Setting::new("words", Kind::Words, "hello there", "what is said").default("hi");
    QUIET = Setting::new("quiet", Kind::Switch, "true", "whether it whispers").default("false");
    SCOPE = Setting::new("scope", Kind::SomeWords, "read", "what is asked");
}

static COMMANDS: &[Command] = &[
    Command::new("greet", "says it").flags(&[("loud", "so that all hear")]),
    Command::new("leave", "goes"),
    Command::new("write", "puts it down")
        .takes_word("WHERE", &["here", "there"])
        .writes_file(),
];

static TRIMS: Program = program(true);
static REFUSES: Program = program(false);

const fn program(trims: bool) -> Program {
    Program {
        name: "greeter",
        prefix: "GREETER_",
        file: "greeter.toml",
        file_variable: Some("GREETER_FILE"),
        settings: SETTINGS,
        commands: COMMANDS,
        trims,
        // The one that trims is as the app, the other as the server.
        reads_pipes: !trims,
        is_of_others: |name, _| name == "GREETER_OTHERS",
    }
}

/// A folder with files, of which the environment may name one.
struct World {
    folder: PathBuf,
    variables: Vec<(&'static str, OsString)>,
}

impl World {
    fn new(test: &str) -> Self {
        let name = format!("vestibule-settings-{test}-{}", std::process::id());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).unwrap();
        Self {
            folder,
            variables: Vec::new(),
        }
    }

    fn file(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        std::fs::write(self.folder.join(name), content).unwrap();
        self
    }

    fn variable(mut self, name: &'static str, value: impl Into<OsString>) -> Self {
        self.variables.push((name, value.into()));
        self
    }

    fn read(&self, program: &'static Program, arguments: &[&str]) -> Result<Line, ConfigError> {
        let environment = |name: &str| {
            let found = self.variables.iter().find(|(known, _)| *known == name);
            found.map(|(_, value)| value.clone())
        };
        let arguments = arguments.iter().map(OsString::from).collect();
        program.read(arguments, &environment, &self.folder, None)
    }

    fn values(&self, arguments: &[&str]) -> Values {
        match self.read(&TRIMS, arguments) {
            Ok(Line::Run { values, .. }) => values,
            Ok(_) => panic!("neither help nor version is asked for"),
            Err(error) => panic!("{error}"),
        }
    }

    fn error(&self, arguments: &[&str]) -> String {
        match self.read(&TRIMS, arguments) {
            Err(error) => error.to_string(),
            Ok(_) => panic!("{arguments:?} is right"),
        }
    }
}

impl Drop for World {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.folder).ok();
    }
}

fn text(text: &str) -> Result<String, String> {
    Ok(text.to_owned())
}

#[test]
fn a_value_comes_from_the_first_place_that_has_one() {
    let world = World::new("places").file("greeter.toml", "name = \"file\"");
    assert_eq!(world.values(&[]).get(&NAME, text).unwrap(), "file");
    let world = world.variable("GREETER_NAME", "variable");
    assert_eq!(world.values(&[]).get(&NAME, text).unwrap(), "variable");
    for (arguments, name) in [
        (&["--name", "a", "--name", "b"][..], "b"),
        (&["--name", "a", "--name="], "variable"),
        (&["--name", " "], "variable"),
    ] {
        assert_eq!(world.values(arguments).get(&NAME, text).unwrap(), name);
    }
    let values = world.values(&[]);
    assert_eq!(values.get(&TIMES, whole_number(1..=9)).unwrap(), 1);
    assert_eq!(values.optional(&TIMES, text).unwrap(), None);
    assert_eq!(values.get(&WORDS, text).unwrap(), "hi");
}

#[test]
fn what_is_missing_is_named_together_and_alone_where_it_may_be_missing() {
    let world = World::new("missing");
    let error = world.values(&[]).get(&NAME, text).unwrap_err().to_string();
    assert_eq!(
        error,
        "issuer and name are missing: give them as --issuer and --name or GREETER_ISSUER and \
         GREETER_NAME, or in greeter.toml; example: issuer = \"https://a.example/\", \
         name = \"Ada\""
    );
    let world = world.file("greeter.toml", "name = \"Ada\"");
    let error = world.values(&[]).get(&ISSUER, text).unwrap_err();
    assert!(error.to_string().starts_with("issuer is missing: give it"));
}

#[test]
fn white_space_round_a_value_is_taken_off_or_refused() {
    let world = World::new("white");
    assert_eq!(
        world.values(&["--name", " a\n"]).get(&NAME, text).unwrap(),
        "a"
    );
    let Ok(Line::Run { values, .. }) = world.read(&REFUSES, &["--name", "a\n"]) else {
        panic!("nothing is refused before it is asked for");
    };
    let error = values.get(&NAME, text).unwrap_err().to_string();
    assert!(
        error.starts_with("--name: \"a\\n\": it begins or ends with white space or a line end"),
        "{error}"
    );
    let Ok(Line::Run { values, .. }) = world.read(&REFUSES, &["--words", " a  b "]) else {
        panic!("nothing is refused before it is asked for");
    };
    assert_eq!(values.get(&WORDS, text).unwrap(), " a  b ");
}

#[test]
fn a_sentence_names_place_cause_and_an_example_for_that_place() {
    let refuse = |_: &str| Err::<(), _>("it is wrong".to_owned());
    let world = World::new("sentence");
    let said = |values: Values| values.get(&WORDS, refuse).unwrap_err().to_string();
    assert_eq!(
        said(world.values(&["--words", "a \"b"])),
        "--words: \"a \\\"b\": it is wrong; example: --words 'hello there'"
    );
    let world = world.variable("GREETER_WORDS", "b");
    assert_eq!(
        said(world.values(&[])),
        "GREETER_WORDS: \"b\": it is wrong; example: GREETER_WORDS='hello there'"
    );
    let world = World::new("sentence-file").file("greeter.toml", "words = [\"a\", \"b\"]");
    let path = world.folder.join("greeter.toml").display().to_string();
    assert_eq!(
        said(world.values(&[])),
        format!("{path}: words: \"a b\": it is wrong; example: words = \"hello there\"")
    );
    assert_eq!(
        said(world.values(&["--words", &"a".repeat(300)])),
        format!(
            "--words: \"{}\"…: it is wrong; example: --words 'hello there'",
            "a".repeat(200)
        )
    );
    // Of an address alone: elsewhere an @ is no sign of a password.
    let issuer = [
        "--issuer",
        "https://u:hidden@a.example",
        "--name",
        "ada@home",
    ];
    let values = world.values(&issuer);
    let error = values.get(&ISSUER, refuse).unwrap_err().to_string();
    assert!(error.starts_with("--issuer: \"…@a.example\": it is wrong"));
    let error = values.get(&NAME, refuse).unwrap_err().to_string();
    assert!(error.starts_with("--name: \"ada@home\": it is wrong"));
}

#[test]
fn the_marks_that_no_value_can_have_may_stand_in_the_name_of_a_file() {
    let world = World::new("marks");
    for (value, words) in [
        ("\"a\"", "it has quotes around it"),
        (
            "a…",
            "it begins or ends with three dots, which stand for more",
        ),
        ("a\u{7}b", "it has control characters in it"),
        ("a\u{200b}b", "it has an invisible character in it (U+200B)"),
        ("a\u{a0}b", "it has an invisible character in it (U+00A0)"),
        ("${NAME}", "a variable that nobody has filled in"),
    ] {
        let values = world.values(&["--name", value]);
        let error = values.get(&NAME, text).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        let named = World::new("marks-file").variable("GREETER_PATH", value);
        assert_eq!(named.values(&[]).get(&PATH, text).unwrap(), value);
    }
}
