//! One input for each sentence that the built program says of a provider or an
//! API that is not as it should be: exit code, and what is named.

mod device;
mod discovery;
mod id_tokens;
mod refresh;
mod tokens;

use std::process::Command;

use serde_json::json;

use crate::{
    clock::eventually,
    double::{Double, Reply},
    program::{Ended, Program, VESTIBULE},
    store::Folder,
};

const GOOD: &str = "code=good&state=STATE";

/// What is wrong, and what a person is told of it.
struct Case {
    wrong: fn(&Double),
    code: i32,
    says: &'static str,
}

const fn case(wrong: fn(&Double), code: i32, says: &'static str) -> Case {
    Case { wrong, code, says }
}

fn start(double: &Double, folder: &Folder, words: &[&str]) -> Program {
    let mut command = Command::new(VESTIBULE);
    command.args(["--issuer", &double.url, "--client-id", "vestibule"]);
    command.args(["--store", "file", "--api-url"]);
    command.arg(format!("{}/api", double.url)).args(words);
    command.env_clear().current_dir(&folder.0);
    command.env("HOME", &folder.0);
    Program::start(command)
}

fn sign_in(double: &Double, folder: &Folder, query: &str) -> Ended {
    let program = start(double, folder, &["login", "--no-browser", "--log", "info"]);
    let ended = || program.stderr().contains("vestibule: ") && !program.stderr().contains("\nhttp");
    let address = || {
        let said = program.stderr();
        said.lines()
            .find(|line| line.starts_with("http"))
            .map(str::to_owned)
    };
    eventually("an address or an end", || address().is_some() || ended());
    if let Some(address) = address() {
        double.come_back(&address, query);
    }
    program.finish()
}

#[track_caller]
fn assert_told(ended: &Ended, double: &Double, code: i32, says: &str) {
    let host = double.url.strip_prefix("http://").unwrap();
    let says = says.replace("HOST", host);
    let told = &ended.stderr;
    assert!(told.contains(&says), "{says}\nis not in:\n{told}");
    assert_eq!(ended.code, Some(code), "{told}");
    for secret in [
        "access 1",
        "refresh 1",
        "access 2",
        "refresh 2",
        "code=good",
        "panicked",
    ] {
        assert!(!told.contains(secret), "{secret} is in:\n{told}");
    }
}

/// A sign-in where something is wrong from the beginning.
#[track_caller]
fn login_says(query: &str, case: &Case) {
    let double = Double::start();
    let folder = Folder::new(&format!("sentence-{}", double.port()));
    (case.wrong)(&double);
    let ended = sign_in(&double, &folder, query);
    assert_told(&ended, &double, case.code, case.says);
    assert!(
        !folder
            .0
            .join(".local/state/vestibule/session.json")
            .exists()
    );
}

/// Somebody is signed in; then something is wrong, and then no longer.
#[track_caller]
fn message_says(case: &Case) {
    let double = Double::start();
    let folder = Folder::new(&format!("sentence-{}", double.port()));
    assert_eq!(sign_in(&double, &folder, GOOD).code, Some(0));
    (case.wrong)(&double);
    let ended = start(&double, &folder, &["message"]).finish();
    assert_told(&ended, &double, case.code, case.says);
    double.mend();
    let mended = start(&double, &folder, &["message"]).finish();
    assert_eq!(
        mended.code,
        Some(0),
        "the session is lost: {}",
        mended.stderr
    );
}

fn refusal(code: &str, said: &str) -> Reply {
    let body = json!({ "error": code, "error_description": said });
    Reply::new(
        "401 Unauthorized",
        "Content-Type: application/json\r\n",
        &body.to_string(),
    )
}
