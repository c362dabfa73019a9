//! `tools/rename`: what it refuses, and a clone that it gave another name. Script and tests
//! are gone from such a clone.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
};

const CARGO: &str = env!("CARGO");
const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const NAME: &str = "My Notes";
const ID: &str = "org.example.MyNotes";

/// A folder that is gone with the test.
struct Folder(PathBuf);

impl Folder {
    /// In the target directory under a name of its own: what is compiled in it then takes the
    /// place of what an earlier run left.
    fn new(name: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        Self(folder)
    }

    fn rename(&self, args: &[&str]) -> Output {
        output(&self.0, "tools/rename", args)
    }

    #[track_caller]
    fn run(&self, program: &str, args: &[&str]) -> String {
        run(&self.0, program, args)
    }

    fn read(&self, file: &str) -> String {
        fs::read_to_string(self.0.join(file)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// What a program does that runs in `place`, on no other repository than that.
fn output(place: &Path, program: &str, args: &[&str]) -> Output {
    let mut command = Command::new(program);
    for name in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        command.env_remove(name);
    }
    // For cargo: what was compiled here of other people's crates serves there.
    command.env("CARGO_TARGET_DIR", target());
    command.current_dir(place).args(args).output().unwrap()
}

/// What it prints; it succeeds.
#[track_caller]
fn run(place: &Path, program: &str, args: &[&str]) -> String {
    let output = output(place, program, args);
    let [out, err] = [&output.stdout, &output.stderr].map(|o| String::from_utf8_lossy(o));
    assert!(output.status.success(), "{program} {args:?}:\n{out}\n{err}");
    out.into_owned()
}

/// Where this test was compiled.
fn target() -> &'static Path {
    let program = Path::new(env!("CARGO_BIN_EXE_vestibule"));
    program.ancestors().nth(2).unwrap()
}

#[track_caller]
fn refuses(output: &Output, words: &str) {
    let told = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert!(told.starts_with("tools/rename: "), "{told}");
    assert!(told.contains(words), "{words}: {told}");
    assert!(output.stdout.is_empty());
}

#[test]
fn what_cannot_be_a_name_or_an_id_is_refused_with_an_example() {
    let folder = Folder::new("rename-refused");
    fs::create_dir_all(folder.0.join("tools")).unwrap();
    let script = Path::new(ROOT).join("tools/rename");
    fs::copy(script, folder.0.join("tools/rename")).unwrap();
    let example = "example: tools/rename \"My Notes\" org.example.MyNotes";
    for args in [&[] as &[&str], &[NAME], &[NAME, ID, "icon.svg", "more"]] {
        refuses(&folder.rename(args), example);
    }
    let long = "A very long name that nobody would ever read";
    for name in [
        "",
        " Notes",
        "Notes ",
        "My  Notes",
        "2 Notes",
        "R&D",
        "Blüten",
        "a/b",
        "a\nb",
        long,
    ] {
        let refused = folder.rename(&[name, ID]);
        refuses(&refused, &format!("the name \"{name}\""));
        refuses(&refused, example);
    }
    for (id, words) in [
        ("", "three parts"),
        ("MyNotes", "three parts"),
        ("example.MyNotes", "three parts"),
        ("org..MyNotes", "each part"),
        ("org.example.", "each part"),
        ("org.example.2Notes", "each part"),
        ("org.my-example.MyNotes", "each part"),
        ("org.example.My Notes", "each part"),
        ("org.example/x.y", "each part"),
    ] {
        let refused = folder.rename(&[NAME, id]);
        refuses(&refused, &format!("the id \"{id}\" cannot be used: "));
        refuses(&refused, words);
        refuses(&refused, example);
    }
}

/// A clone of what is committed, named anew.
fn renamed() -> Folder {
    let clone = Folder::new("renamed");
    let into = clone.0.to_str().unwrap();
    run(ROOT.as_ref(), "git", &["clone", "--quiet", ROOT, into]);
    for (name, word) in [
        ("Tokio", "tokio"),
        ("Terminal", "terminal"),
        ("Message", "message"),
        ("Match", "match"),
    ] {
        refuses(&clone.rename(&[name, ID]), word);
    }
    fs::write(clone.0.join("a-note"), "").unwrap();
    refuses(&clone.rename(&[NAME, ID]), "not committed");
    fs::remove_file(clone.0.join("a-note")).unwrap();
    let told = clone.run("tools/rename", &[NAME, ID]);
    for words in ["git diff HEAD", "cargo test --workspace", "my-notes.toml"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    clone
}

/// What of `text` has the old name, in whatever letters.
fn of_the_old_name(text: &str) -> Vec<&str> {
    let is_old = |line: &&str| line.to_lowercase().contains("vestibule");
    text.lines().filter(is_old).collect()
}

fn check_what_is_left(clone: &Folder) {
    let past = [
        "CHANGELOG.md",
        "LICENSE-MIT",
        "README.md",
        "docs/performance.md",
    ];
    let found = clone.run("git", &["grep", "-ilI", "vestibule"]);
    assert_eq!(found.lines().collect::<Vec<_>>(), past);
    let readme = clone.read("README.md");
    let [told] = of_the_old_name(&readme)[..] else {
        panic!("{:?}", of_the_old_name(&readme));
    };
    assert!(
        told.starts_with("Made from Vestibule (its commit "),
        "{told}"
    );
    assert_eq!(of_the_old_name(&clone.read("LICENSE-MIT")).len(), 1);
    let files = clone.run("git", &["ls-files"]);
    assert_eq!(of_the_old_name(&files), [""; 0]);
    assert!(clone.0.join("deploy/my-notes-server.service").exists());
    for gone in ["tools/rename", "tests/rename.rs"] {
        assert!(!clone.0.join(gone).exists(), "{gone}");
    }
    let head = ["rev-parse", "HEAD"];
    assert_eq!(clone.run("git", &head), run(ROOT.as_ref(), "git", &head));
}

/// As a reader of that page does who gives each of its boxes to git.
fn add_the_second_button(clone: &Folder) {
    let page = clone.read("docs/second-button.md");
    let boxes = page.split("```diff\n").skip(1);
    let boxes: Vec<_> = boxes
        .map(|rest| rest.split("```").next().unwrap())
        .collect();
    assert!(boxes.len() > 5, "the page has lost its boxes");
    for (number, change) in boxes.iter().enumerate() {
        let file = format!("../box-{number}.diff");
        fs::write(clone.0.join(&file), change).unwrap();
        clone.run("git", &["apply", &file]);
        fs::remove_file(clone.0.join(&file)).unwrap();
    }
}

/// No test is among them that has a program of the server beside it: `dev-idp` is called so
/// there too, and would take the place of ours, which other tests start.
#[test]
#[ignore = "needs minutes: builds a renamed clone"]
fn a_clone_of_another_name_with_a_second_button_passes_its_tests_and_names_itself() {
    let clone = renamed();
    check_what_is_left(&clone);
    add_the_second_button(&clone);
    clone.run(CARGO, &["fmt", "--all", "--check"]);
    let tests = ["architecture", "languages", "pins", "pages"].map(|test| ["--test", test]);
    let what = ["test", "--workspace", "--locked", "--lib", "--bins"];
    clone.run(CARGO, &[&what[..], &tests.concat()].concat());

    let program = target().join("debug/my-notes");
    let program = program.to_str().unwrap();
    let version = concat!("my-notes ", env!("CARGO_PKG_VERSION"), "\n");
    assert_eq!(clone.run(program, &["--version"]), version);
    let help = clone.run(program, &["--help"]);
    for words in ["usage: my-notes ", "MY_NOTES_ISSUER", "./my-notes.toml"] {
        assert!(help.contains(words), "{words}: {help}");
    }
    assert_eq!(of_the_old_name(&help), [""; 0]);
    let identity = clone.read("src/identity.rs");
    for words in [
        r#"NAME: &str = "My Notes";"#,
        r#"ID: &str = "org.example.MyNotes";"#,
    ] {
        assert!(identity.contains(words), "{words}: {identity}");
    }
}
