//! The commands for a terminal, on the same core as the window. Results go to
//! stdout, everything else to stderr; no output has a token, code or verifier.

mod code;
mod forwarding;
mod half_blocks;
mod login;
mod logout;
mod output;
mod steps;
mod tty;
pub mod words;

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc,
        mpsc::{self, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde_json::json;
use url::Url;

pub use self::output::{complain, say, show};
use self::{
    output::{end_countdown, print},
    words::{Hosts, sentence, worded},
};
use crate::{
    api,
    auth::{Cancel, Client, Error, Session, address::host_and_port, error::StoreError},
    config::Command,
    exit,
    language::tr,
    notice::{Failure, Notice, NoticeKind},
};

/// How long a refresh, the storing of a session or a sign-out may hold back the end after
/// Ctrl-C.
const WORK_GRACE: Duration = Duration::from_secs(5);
/// How long anything else may.
const CLEAN_UP_GRACE: Duration = Duration::from_millis(300);

/// Why a command ends otherwise than done: a sentence and an exit code.
struct Stop(String, u8);

type Done = Result<(), Stop>;

/// What a running command is waited for.
enum Event {
    Ended(u8),
    Interrupted,
}

/// Runs a command to its end or to Ctrl-C; gives the exit code.
pub fn run(command: Command, client: &Arc<Client>, api_url: Url, cancel: &Cancel) -> u8 {
    let terminal = Terminal {
        api_url,
        cancel: cancel.clone(),
        client: client.clone(),
    };
    until_done(client, cancel, move || terminal.run(command))
}

/// Waits for `work`, which gives an exit code, or for Ctrl-C; gives the exit code.
pub fn until_done(
    client: &Client,
    cancel: &Cancel,
    work: impl FnOnce() -> u8 + Send + 'static,
) -> u8 {
    let (sender, events) = mpsc::channel();
    if let Err(error) = start(cancel, work, sender) {
        complain(error);
        return exit::FAILED_HERE;
    }
    // Nobody wakes here for nothing: a person may take ten minutes.
    let mut ended = match events.recv() {
        // Done is done, however late the wish to stop came.
        Ok(Event::Ended(code)) if code == exit::DONE || !cancel.is_cancelled() => return code,
        event => matches!(event, Ok(Event::Ended(_))),
    };
    let since = Instant::now();
    let is_over = |ended| match client.has_work_in_hand() || client.has_tokens_in_hand() {
        true => since.elapsed() > WORK_GRACE,
        false => ended || since.elapsed() > CLEAN_UP_GRACE,
    };
    // A blocking request cannot be interrupted: it is left behind. What a sign-in had brought
    // by then is revoked, also after its end.
    while !is_over(ended) {
        match events.recv_timeout(Duration::from_millis(50)) {
            Ok(Event::Ended(exit::DONE)) => return exit::DONE,
            Ok(Event::Ended(_)) => ended = true,
            Ok(Event::Interrupted) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => thread::sleep(Duration::from_millis(50)),
        }
    }
    interrupted()
}

/// Starts the work, and a wait for Ctrl-C.
fn start(
    cancel: &Cancel,
    work: impl FnOnce() -> u8 + Send + 'static,
    sender: mpsc::Sender<Event>,
) -> std::io::Result<()> {
    let (cancel, interrupted) = (cancel.clone(), sender.clone());
    thread::Builder::new().spawn(move || {
        cancel.wait(Duration::MAX);
        let _ = interrupted.send(Event::Interrupted);
    })?;
    thread::Builder::new().spawn(move || {
        // The hook has told of a panic.
        let code = catch_unwind(AssertUnwindSafe(work));
        let _ = sender.send(Event::Ended(code.unwrap_or(exit::FAILED_HERE)));
    })?;
    Ok(())
}

fn interrupted() -> u8 {
    end_countdown();
    complain(tr("interrupted"));
    exit::INTERRUPTED
}

struct Terminal {
    api_url: Url,
    cancel: Cancel,
    client: Arc<Client>,
}

impl Terminal {
    fn run(&self, command: Command) -> u8 {
        let done = match command {
            Command::Login { way, switch } => self.login(way, switch),
            Command::Logout { browser } => self.logout(browser),
            Command::Message => self.message(),
            Command::Status { json } => self.status(json),
            // Not for a terminal; `main` opens it.
            Command::Window => Ok(()),
        };
        // A keychain may not have taken the last refresh token.
        self.client.catch_up();
        if let Some(error) = self.client.behind() {
            let words = self.words(&Notice::of_store(NoticeKind::NotStored, (&error).into()));
            complain(worded("warning: {words}.", &[("words", &words)]));
        }
        match done {
            Ok(()) => exit::DONE,
            // Whoever interrupted is told so by `run`.
            Err(Stop(_, code)) if self.cancel.is_cancelled() => code,
            Err(Stop(sentence, code)) => {
                complain(sentence);
                code
            }
        }
    }

    fn message(&self) -> Done {
        let session = self.session()?;
        let call = api::message(&self.api_url);
        match api::fetch(&self.client, &session, &call, &self.cancel) {
            Ok(message) => print(&message),
            Err(error) => Err(self.failure(&Failure::of_call(&error, SystemTime::now()))),
        }
    }

    fn status(&self, as_json: bool) -> Done {
        let session = self
            .client
            .stored_session()
            .map_err(|e| self.unreadable(&e))?;
        let issuer = self.client.issuer();
        let store = self.client.ports().store.kind().name();
        let profile = session.as_ref().map(Session::profile);
        if as_json {
            print(
                &json!({
                    "signed_in": session.is_some(),
                    "issuer": issuer.as_str(),
                    "sub": session.as_ref().map(Session::sub),
                    "name": session.as_ref().map(Session::display_name),
                    "email": profile.as_ref().and_then(|p| p.email.as_deref()),
                    "store": store,
                    // Only memory ever holds an access token.
                    "expires_at": null,
                })
                .to_string(),
            )?;
        }
        let Some(session) = session else {
            return Err(not_signed_in());
        };
        if as_json {
            return Ok(());
        }
        let email = profile.and_then(|p| p.email).map(|e| format!(" ({e})"));
        print(&worded(
            "Signed in to {host} as {name}{email}; the session is kept in: {store}.",
            &[
                ("host", issuer.host()),
                ("name", &session.display_name()),
                ("email", &email.unwrap_or_default()),
                ("store", store),
            ],
        ))
    }

    fn session(&self) -> Result<Session, Stop> {
        let session = self
            .client
            .stored_session()
            .map_err(|e| self.unreadable(&e))?;
        session.ok_or_else(not_signed_in)
    }

    fn words(&self, notice: &Notice) -> String {
        let api = host_and_port(&self.api_url);
        let hosts = Hosts {
            provider: self.client.issuer().host(),
            api: &api,
        };
        sentence(notice, hosts)
    }

    fn stop(&self, notice: &Notice) -> Stop {
        Stop(self.words(notice), notice.kind.row().exit)
    }

    fn failure(&self, failure: &Failure) -> Stop {
        let Stop(sentence, code) = self.stop(&failure.notice);
        let said = self.says(failure);
        let details = match failure.notice.kind.says_the_cause() {
            true => String::new(),
            false => format!(" ({})", failure.details),
        };
        Stop(format!("{sentence}{details}{said}"), code)
    }

    /// A line of its own for the provider's own words, if there are any.
    fn says(&self, failure: &Failure) -> String {
        let host = self.client.issuer().host();
        failure.said.as_ref().map_or_else(String::new, |said| {
            let says = worded("{host} says: {said}", &[("host", host), ("said", said)]);
            format!("\n{says}")
        })
    }

    fn auth(&self, error: &Error) -> Stop {
        self.failure(&Failure::of_session(error, SystemTime::now()))
    }

    fn unreadable(&self, error: &StoreError) -> Stop {
        self.store(NoticeKind::NotReadable, error)
    }

    /// The sentence names the cause of each error but one.
    fn store(&self, kind: NoticeKind, error: &StoreError) -> Stop {
        let notice = Notice::of_store(kind, error.into());
        match error {
            StoreError::Failed(words) => self.failure(&Failure {
                notice,
                details: words.clone(),
                said: None,
            }),
            _ => self.stop(&notice),
        }
    }
}

fn not_signed_in() -> Stop {
    Stop(
        tr("you are not signed in; run vestibule login").to_owned(),
        exit::NOT_SIGNED_IN,
    )
}
