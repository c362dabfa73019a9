//! `vestibule login --device` (RFC 8628) at a provider that plays a script: how it ends,
//! what is said, and what came to the provider when.

mod answers;
mod codes;
#[cfg(target_os = "linux")]
mod network;
mod pauses;
#[cfg_attr(
    not(target_os = "linux"),
    allow(dead_code, reason = "`network` and `shown` use all of it")
)]
mod provider;
mod requests;
mod script;
#[cfg(target_os = "linux")]
mod shown;
mod stage;
#[cfg(unix)]
mod terminals;
mod tokens;
mod trouble;
mod ways;

use std::{process::Command, thread};

use self::provider::{Provider, user_code};
use crate::{
    clock::eventually,
    program::{Ended, Program, VESTIBULE},
    store::Folder,
};

/// What is told of a client that may not have this grant.
const NOT_ALLOWED: &str = "HOST does not let this client sign in with a phone";

/// A person at a terminal: a provider and a folder for the session.
struct Terminal<'a> {
    provider: &'a Provider,
    folder: std::sync::Arc<Folder>,
}

impl<'a> Terminal<'a> {
    fn at(provider: &'a Provider) -> Self {
        let name = format!("device-{}", provider.host().replace([':', '.'], "-"));
        Self {
            provider,
            folder: Folder::new(&name),
        }
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(VESTIBULE);
        command.args(["--issuer", &self.provider.url, "--client-id", "vestibule"]);
        command.args(["--store", "file", "--log", "info", "--api-url"]);
        command
            .arg(format!("{}/api", self.provider.url))
            .args(words);
        command.env_clear().current_dir(&self.folder.0);
        command.env("HOME", &self.folder.0);
        command
    }

    fn start(&self, words: &[&str]) -> Program {
        Program::start(self.command(words))
    }

    fn run(&self, words: &[&str]) -> Ended {
        end(self.start(words))
    }

    fn login(&self) -> Ended {
        self.run(&["login", "--device"])
    }

    /// Signs in as `name`, whatever happens on the way.
    #[track_caller]
    fn signs_in_as(&self, name: &str) -> Ended {
        let ended = self.login();
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert_eq!(ended.stdout, format!("{name}\n"));
        ended
    }

    /// Who is signed in, according to what is stored.
    #[track_caller]
    fn assert_stored(&self, name: Option<&str>) {
        let status = self.run(&["status"]);
        match name {
            Some(name) => assert!(status.stdout.contains(name), "{}", status.stdout),
            None => assert_eq!(status.code, Some(4), "{}", status.stdout),
        }
    }

    /// The sign-in ends so, and nobody is signed in by it.
    #[track_caller]
    fn ends_with(&self, code: i32, says: &str) -> Ended {
        let ended = self.login();
        assert_told(&ended, code, &says.replace("HOST", &self.provider.host()));
        self.assert_stored(None);
        ended
    }
}

#[track_caller]
fn assert_told(ended: &Ended, code: i32, says: &str) {
    let told = &ended.stderr;
    assert!(told.contains(says), "{says}\nis not in:\n{told}");
    assert_eq!(ended.code, Some(code), "{told}");
}

/// Waits until it ends by itself.
#[track_caller]
fn end(program: Program) -> Ended {
    let ended = program.finish();
    assert_keeps_secrets(&ended);
    ended
}

/// What no output has, at `--log info` as little as without.
#[track_caller]
fn assert_keeps_secrets(ended: &Ended) {
    for said in [&ended.stdout, &ended.stderr] {
        for secret in [
            "secret-device-code",
            "s3cr3t",
            "access 1",
            "access 2",
            "refresh 1",
            "refresh 2",
            "eyJ",
            "panicked",
        ] {
            assert!(!said.contains(secret), "{secret} is in:\n{said}");
        }
    }
}

/// Waits until the code that was given as number `number` is told.
fn until_told(program: &Program, number: usize) {
    let code = user_code(number);
    eventually("the code is told", || program.stderr().contains(&code));
}

/// Runs each case on a thread of its own: most of their time they wait.
fn side_by_side<T: Sync>(cases: &[T], run: impl Fn(&T) + Sync) {
    thread::scope(|scope| {
        for case in cases {
            let run = &run;
            scope.spawn(move || run(case));
        }
    });
}
