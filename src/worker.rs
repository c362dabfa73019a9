//! The worker owns what the window shows: it takes commands and the reports of
//! jobs, and publishes whole states. It never blocks, so Cancel answers at once
//! whatever the network does. It has one job at a time.

mod calls;
mod other_way;
mod reports;
mod sign_out;
mod signing_in;

use std::{
    sync::{
        Arc,
        mpsc::{self, Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use url::Url;

use crate::{
    api::Call,
    auth::{Client, Session, SignIn, error::StoreError, ports::StoreKind},
    jobs::{Event, Job, Jobs},
    notice::{Failure, Notice},
    state::{Answer, Command, State},
};

/// Between attempts to store what could not be stored.
const CATCH_UP_PAUSE: Duration = Duration::from_secs(5);
/// How long the first attempt to revoke a token may hold back the end, of a session or of a
/// sign-in that is not waited for.
const REVOCATION_GRACE: Duration = Duration::from_millis(800);
/// How long a refresh, the storing of a session or a sign-out may.
const WORK_GRACE: Duration = Duration::from_secs(5);

/// Sends commands to the worker.
#[derive(Clone)]
pub struct Handle(Sender<Event>);

impl Handle {
    /// Asks for something; what does not fit the present state is ignored.
    pub fn send(&self, command: Command) {
        let _ = self.0.send(Event::Command(command));
    }

    /// Cancels what runs; returns when the process may end: at once, or when
    /// a refresh or a session is stored or a sign-out done (5 s at most).
    pub fn quit(&self) {
        let (reply, done) = mpsc::channel();
        let _ = self.0.send(Event::Quit(reply));
        let _ = done.recv_timeout(WORK_GRACE);
    }
}

/// Starts the worker; it begins by restoring the stored session. In a kiosk people sign in by
/// phone alone, and where nobody is stored the first code is asked for at once.
pub fn start(
    client: Arc<Client>,
    calls: Vec<Call>,
    kiosk: bool,
    publish: impl Fn(State) + Send + 'static,
) -> Handle {
    let (events, inbox) = mpsc::channel();
    let handle = Handle(events.clone());
    let worker = Worker {
        browser: !kiosk,
        calls,
        device_offered: true,
        end_session: None,
        failures: 0,
        how: SignIn::default(),
        job: None,
        jobs: Jobs { client, events },
        left: None,
        kiosk,
        left_alone: false,
        looked_for_browser: kiosk,
        not_opened: false,
        number: 0,
        other_failed: None,
        publish: Box::new(publish),
        resting: State::SignedOut {
            notice: None,
            browser_session: false,
            device_only: kiosk,
        },
        resume_failed: false,
        revoking: false,
        session: None,
        state: State::Starting,
    };
    thread::spawn(move || worker.run(&inbox));
    handle
}

struct Worker {
    /// One can be opened here, as far as is known.
    browser: bool,
    /// What of the API can be asked for.
    calls: Vec<Call>,
    /// The provider offers the way by phone, as far as is known.
    device_offered: bool,
    /// Where the browser's session ends, after a sign-out.
    end_session: Option<Url>,
    /// Attempts to reach the provider that failed in a row.
    failures: u32,
    /// The last attempt to sign in, by the way that it has come to.
    how: SignIn,
    job: Option<Job>,
    jobs: Jobs,
    /// Whose session is stored and could not be used: signed out when they went away.
    left: Option<Session>,
    /// Many people share the screen: no browser is looked for, opened or offered.
    kiosk: bool,
    /// The last one went away without signing out.
    left_alone: bool,
    /// A browser has been looked for, or none is to be.
    looked_for_browser: bool,
    /// The attempt's browser could not be started when it was asked last.
    not_opened: bool,
    number: u64,
    /// Why the way that was asked for last could not be begun, while the one before it goes on.
    other_failed: Option<Failure>,
    publish: Box<dyn Fn(State) + Send>,
    /// Where Cancel leads back to.
    resting: State,
    /// "Try again" restores the session instead of signing in anew.
    resume_failed: bool,
    /// The first attempt to revoke a token is under way.
    revoking: bool,
    session: Option<Session>,
    state: State,
}

impl Worker {
    fn run(mut self, inbox: &Receiver<Event>) {
        self.show(State::Starting);
        self.resume();
        while let Some(event) = self.next(inbox) {
            match event {
                Event::Command(command) => self.command(command),
                Event::Job(number, report) => self.report(number, report),
                Event::NoBrowser => self.no_browser(),
                Event::Person(session, user) => self.person(&session, user),
                Event::Revocation(confirmed) => self.revocation(confirmed),
                Event::Quit(reply) => return self.quit(inbox, reply),
            }
        }
    }

    /// Waits for an event. A locked keychain asks the person each time, and is left alone
    /// until they do something.
    fn next(&mut self, inbox: &Receiver<Event>) -> Option<Event> {
        loop {
            let behind = self.jobs.client.behind();
            self.tell_if_stored();
            if behind.is_none() {
                return inbox.recv().ok();
            }
            match inbox.recv_timeout(CATCH_UP_PAUSE) {
                Err(RecvTimeoutError::Timeout) if behind == Some(StoreError::Locked) => {}
                Err(RecvTimeoutError::Timeout) => self.jobs.client.catch_up_aside(),
                event => return event.ok(),
            }
        }
    }

    fn command(&mut self, command: Command) {
        match (command, &self.state) {
            (Command::Cancel, _) => self.cancel(),
            (Command::Fetch(n), State::SignedIn { .. }) if self.job.is_none() => self.fetch(n),
            (Command::OpenBrowserAgain, State::AwaitingBrowser { .. }) => self.open_again(),
            (Command::Resume, State::Offline { .. }) if self.job.is_none() => self.resume(),
            (Command::SignOut, State::SignedIn { .. }) => self.sign_out(),
            (Command::SignOutIdle, _) => self.sign_out_idle(),
            (Command::SignOutInBrowser, State::SignedOut { .. }) => {
                // It stays on offer: no opener tells whether a page came up.
                if let Some(url) = &self.end_session {
                    self.jobs.open_browser(0, url.clone().into());
                }
            }
            (command, _) => self.sign_in_command(command),
        }
    }

    fn cancel(&mut self) {
        match &self.state {
            state if state.is_fetching() => {
                self.drop_job();
                self.show_answer(Answer::Absent);
            }
            State::SignedIn { .. } | State::SignedOut { .. } | State::SessionEnded { .. } => {}
            // The deletion goes on; its report still counts.
            State::SigningOut => self.show(self.signed_out(Some(sign_out::STILL_STORED))),
            State::Offline { .. } | State::Starting => {
                self.left = None;
                self.drop_job();
                self.show(self.signed_out(None));
            }
            State::AwaitingBrowser { .. }
            | State::AwaitingDevice { .. }
            | State::UserCodesExpired { .. }
            | State::Failed { .. }
            | State::Finishing => {
                // False is too late: somebody is signed in, and the report of it is on its
                // way.
                if self.drop_job() {
                    self.show(self.resting.clone());
                }
            }
        }
    }

    fn resume(&mut self) {
        self.drop_job();
        self.job = Some(self.jobs.resume(self.number));
    }

    /// Lets a refresh or a sign-out under way end; who asked waits so long, no longer.
    fn quit(mut self, inbox: &Receiver<Event>, reply: Sender<()>) {
        let mut replies = vec![reply];
        let in_memory = self.jobs.client.ports().store.kind() == StoreKind::Memory;
        if self.kiosk && in_memory && self.session.is_some() {
            // Nobody else could ever revoke it.
            self.sign_out();
        } else if !matches!(self.state, State::SigningOut) {
            self.drop_job();
        }
        let end = Instant::now() + REVOCATION_GRACE;
        self.settle(inbox, &mut replies, end);
        // Whatever the keychain said before: this is the last time to ask it.
        self.jobs.client.catch_up_last();
        self.settle(inbox, &mut replies, end);
        for reply in replies {
            let _ = reply.send(());
        }
    }

    fn settle(&mut self, inbox: &Receiver<Event>, replies: &mut Vec<Sender<()>>, end: Instant) {
        while matches!(self.state, State::SigningOut)
            || self.jobs.client.has_work_in_hand()
            || (self.revokes() && Instant::now() < end)
        {
            match inbox.recv_timeout(Duration::from_millis(20)) {
                Ok(Event::Job(number, report)) => self.report(number, report),
                Ok(Event::Revocation(confirmed)) => self.revocation(confirmed),
                Ok(Event::Quit(reply)) => replies.push(reply),
                _ => {}
            }
        }
    }

    fn revokes(&self) -> bool {
        self.revoking || self.jobs.client.has_tokens_in_hand()
    }

    /// Ends the present job, whatever still comes of it; false if it is too late.
    fn drop_job(&mut self) -> bool {
        if self.job.as_ref().is_some_and(|job| !job.cancel.cancel()) {
            return false;
        }
        self.job = None;
        self.number += 1;
        true
    }

    /// Nobody is signed in, and no session of the browser's is left to be ended.
    fn signed_out(&self, notice: Option<Notice>) -> State {
        State::SignedOut {
            notice,
            browser_session: false,
            device_only: !self.browser,
        }
    }

    fn show(&mut self, state: State) {
        // Programs that it runs do not hold up the window of somebody who stays signed in.
        if !self.looked_for_browser && !matches!(state, State::Starting | State::SignedIn { .. }) {
            self.looked_for_browser = true;
            self.jobs.look_for_browser();
        }
        self.state = state.clone();
        (self.publish)(state);
    }
}
