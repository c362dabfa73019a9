//! The commands for a terminal, on the same core as the window. Results go to
//! stdout, everything else to stderr; no output has a token, code or verifier.

pub mod words;

use std::{
    io::{self, Write},
    sync::{Arc, mpsc},
    thread,
    time::{Duration, Instant, SystemTime},
};

use serde_json::json;
use url::Url;

use self::words::{Hosts, exit, exit_code, sentence};
use crate::{
    api,
    auth::{
        Error,
        client::Client,
        error::StoreError,
        platform,
        ports::{Cancel, StoreKind},
        provider::host_and_port,
        session::{Kept, Session},
        sign_in::{Progress, SignIn, Step},
    },
    config::Command,
    notice::{Failure, NotKept, Notice},
};

/// How long a refresh or sign-out under way may hold back the end after Ctrl-C.
const REFRESH_GRACE: Duration = Duration::from_secs(5);
/// How long anything else may.
const CLEAN_UP_GRACE: Duration = Duration::from_millis(300);

/// Why a command ends otherwise than done: a sentence and an exit code.
struct Stop(String, u8);

type Done = Result<(), Stop>;

/// Runs a command to its end or to Ctrl-C; gives the exit code.
pub fn run(command: Command, client: &Arc<Client>, api_url: Url, cancel: &Cancel) -> u8 {
    let (sender, ended) = mpsc::channel();
    let terminal = Terminal {
        api_url,
        cancel: cancel.clone(),
        client: client.clone(),
    };
    let spawned = thread::Builder::new().spawn(move || {
        let _ = sender.send(terminal.run(command));
    });
    if let Err(error) = spawned {
        say(&format!("vestibule: {error}"));
        return exit::FAILED_HERE;
    }
    let mut interrupted: Option<Instant> = None;
    loop {
        // A blocking request cannot be interrupted: it is left behind.
        match ended.recv_timeout(Duration::from_millis(50)) {
            Ok(_) if cancel.is_cancelled() => return exit::INTERRUPTED,
            Ok(code) => return code,
            Err(mpsc::RecvTimeoutError::Disconnected) => return exit::FAILED_HERE,
            Err(mpsc::RecvTimeoutError::Timeout) => {}
        }
        if cancel.is_cancelled() {
            let since = *interrupted.get_or_insert_with(Instant::now);
            let grace = if client.has_work_in_hand() {
                REFRESH_GRACE
            } else {
                CLEAN_UP_GRACE
            };
            if since.elapsed() > grace {
                return exit::INTERRUPTED;
            }
        }
    }
}

struct Terminal {
    api_url: Url,
    cancel: Cancel,
    client: Arc<Client>,
}

impl Terminal {
    fn run(&self, command: Command) -> u8 {
        let done = match command {
            Command::Login { no_browser, switch } => self.login(no_browser, switch),
            Command::Logout { browser } => self.logout(browser),
            Command::Message => self.message(),
            Command::Status { json } => self.status(json),
            // Not for a terminal; `main` opens it.
            Command::Window => Ok(()),
        };
        match done {
            Ok(()) => exit::DONE,
            Err(Stop(sentence, code)) => {
                say(&format!("vestibule: {sentence}"));
                code
            }
        }
    }

    fn login(&self, no_browser: bool, switch: bool) -> Done {
        let kept = self.client.kept_session().map_err(|e| self.store(&e))?;
        if let Some(session) = kept.filter(|_| !switch)
            && self.still_signed_in(&session)?
        {
            return print(&session.display_name());
        }
        let store = &*self.client.ports().store;
        // Before the person goes through the browser for nothing.
        platform::prove(store).map_err(|e| self.store(&e))?;
        if store.kind() == StoreKind::Memory {
            say(&format!(
                "Note: {}.",
                self.words(&Notice::NotKept(NotKept::Configured))
            ));
        }
        let how = SignIn {
            login_hint: None,
            no_browser,
            switch,
        };
        let progress = self.progress(no_browser);
        let session = self.client.sign_in(&how, &progress, &self.cancel);
        let session = session.map_err(|e| self.auth(&e))?;
        match session.kept() {
            Kept::Yes => print(&session.display_name()),
            kept => match NotKept::of(&kept) {
                Some(why) => Err(self.stop(&Notice::NotKept(why))),
                None => Ok(()),
            },
        }
    }

    /// Refreshes the kept session; false if it has ended and a sign-in is due.
    fn still_signed_in(&self, session: &Session) -> Result<bool, Stop> {
        match self.client.access_token(session, &self.cancel) {
            Ok(_) => Ok(true),
            Err(error @ Error::Ended(_)) => {
                say(&format!("{}.", self.auth(&error).0));
                Ok(false)
            }
            Err(error) if error.is_transient() => {
                let Stop(sentence, code) = self.auth(&error);
                let name = session.display_name();
                Err(Stop(format!("still signed in as {name}; {sentence}"), code))
            }
            Err(error) => Err(self.auth(&error)),
        }
    }

    fn message(&self) -> Done {
        let session = self.session()?;
        let message = api::fetch_message(&self.client, &session, &self.api_url, &self.cancel);
        match message {
            Ok(message) => print(&message),
            Err(error) => Err(self.failure(&Failure::of_message(&error, SystemTime::now()))),
        }
    }

    fn status(&self, as_json: bool) -> Done {
        let session = self.client.kept_session().map_err(|e| self.store(&e))?;
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
        print(&format!(
            "Signed in to {} as {}{}; the session is kept in: {store}.",
            issuer.host(),
            session.display_name(),
            email.unwrap_or_default(),
        ))
    }

    fn logout(&self, browser: bool) -> Done {
        let Some(session) = self.client.kept_session().map_err(|e| self.store(&e))? else {
            return print("You are not signed in.");
        };
        let forgotten = self.client.forget(&session);
        if let Err(error) = &forgotten.deleted {
            return Err(self.stop(&Notice::StillKept(error.into())));
        }
        let token = forgotten.refresh_token;
        if let Some(Err(error)) = token.map(|token| self.client.revoke(&token)) {
            let why = Failure::of_sign_in(&error, SystemTime::now()).details;
            say(&format!(
                "vestibule: warning: {} ({why}).",
                self.words(&Notice::RevocationFailed)
            ));
        }
        if browser {
            self.end_browser_session(&session);
        }
        print("You are signed out on this device.")
    }

    fn end_browser_session(&self, session: &Session) {
        match self.client.end_session_url(session) {
            None => say("vestibule: warning: the provider offers no sign-out in the browser."),
            Some(url) => {
                if let Err(error) = self.client.ports().browser.open(url.as_str()) {
                    say(&format!(
                        "vestibule: warning: {error}; to sign out there, open\n{url}"
                    ));
                }
            }
        }
    }

    fn session(&self) -> Result<Session, Stop> {
        let session = self.client.kept_session().map_err(|e| self.store(&e))?;
        session.ok_or_else(not_signed_in)
    }

    fn progress(&self, no_browser: bool) -> Progress {
        let host = self.client.issuer().host().to_owned();
        Arc::new(move |step| match step {
            Step::Browser { url } if no_browser => {
                say(&format!(
                    "To sign in to {host}, open this address on this machine:\n{url}"
                ));
            }
            Step::Browser { url } => say(&format!(
                "Your browser opens to sign in to {host}. If it does not, open this address on \
                 this machine:\n{url}"
            )),
            Step::BrowserFailed => say("No browser could be opened: open the address above."),
            Step::Finishing => say("Signing you in…"),
        })
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
        Stop(self.words(notice), exit_code(notice))
    }

    fn failure(&self, failure: &Failure) -> Stop {
        let Stop(sentence, code) = self.stop(&failure.notice);
        Stop(format!("{sentence} ({})", failure.details), code)
    }

    fn auth(&self, error: &Error) -> Stop {
        self.failure(&Failure::of_sign_in(error, SystemTime::now()))
    }

    fn store(&self, error: &StoreError) -> Stop {
        self.auth(&Error::Store(error.clone()))
    }
}

fn not_signed_in() -> Stop {
    Stop(
        "you are not signed in; run vestibule login".to_owned(),
        exit::NOT_SIGNED_IN,
    )
}

/// A result, on stdout. A closed pipe is a failure here, not a panic.
fn print(line: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|e| Stop(format!("stdout: {e}"), exit::FAILED_HERE))
}

/// Prints a text such as the help; gives the exit code.
pub fn show(text: &str) -> u8 {
    match print(text.trim_end()) {
        Ok(()) => exit::DONE,
        Err(Stop(_, code)) => code,
    }
}

/// Everything else, on stderr.
pub fn say(line: &str) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}
