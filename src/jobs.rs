//! What the worker does on threads of its own: a blocking request cannot be
//! interrupted and a keychain may never answer, so nothing here is waited for.
//!
//! Each job has a number and its own [`Cancel`]. Of a job that it has dropped, the
//! worker still hears how storing or forgetting a session has ended, and nothing else.
//! A refresh token that such a job was given is stored all the same: `auth` does that
//! before the job ends.

use std::{
    hash::{BuildHasher, Hasher, RandomState},
    panic::{self, AssertUnwindSafe},
    sync::{Arc, mpsc::Sender},
    thread,
    time::{Duration, Instant},
};

use crate::{
    api::{self, Call},
    auth::{
        Attempt, Cancel, Client, Error, Forgotten, Progress, Session, SignIn, Step,
        error::StoreError,
    },
    state::{Command, User},
};

/// Pauses between attempts to revoke a token while the app runs.
const REVOCATION_PAUSES: [u64; 6] = [2, 10, 30, 60, 300, 900];

/// What reaches the worker.
pub enum Event {
    /// From the window.
    Command(Command),
    /// From the job with this number.
    Job(u64, Report),
    /// No browser can be opened here.
    NoBrowser,
    /// More about the person of a session.
    Person(Session, User),
    /// The first attempt to revoke a signed-out session's token ended;
    /// whether the provider confirmed it.
    Revocation(bool),
    /// The program ends; the answer comes when it may.
    Quit(Sender<()>),
}

/// What a job reports.
pub enum Report {
    /// On its way.
    Step(Step),
    /// A sign-in ended.
    SignedIn(Result<Session, Error>),
    /// The stored session was looked for and refreshed.
    Resumed(Resumed),
    /// The text of a call came or did not.
    Answer(Result<String, api::Error>),
    /// A session was forgotten here.
    Forgotten(Forgotten),
    /// The job itself failed: a defect.
    Panicked,
}

/// How restoring a session ended.
pub enum Resumed {
    /// No session is stored.
    Nobody,
    /// Somebody is signed in.
    SignedIn(Session),
    /// This session is stored, but it could not be refreshed (now).
    Failed(Session, Error),
    /// The store did not say.
    Store(StoreError),
}

/// Starts jobs.
#[derive(Clone)]
pub struct Jobs {
    /// The client they work with.
    pub client: Arc<Client>,
    /// Where their reports go.
    pub events: Sender<Event>,
}

/// A job under way.
pub struct Job {
    /// Its number.
    pub number: u64,
    /// Ends its waits.
    pub cancel: Cancel,
    /// What it leads the person through, if it is a sign-in.
    pub attempt: Option<Attempt>,
}

impl Jobs {
    /// Restores the stored session, then asks for what of its person is not stored.
    pub fn resume(&self, number: u64) -> Job {
        self.start(number, |jobs, cancel, report| {
            let session = match jobs.client.stored_session() {
                Ok(Some(session)) => session,
                Ok(None) => return report(Report::Resumed(Resumed::Nobody)),
                Err(error) => return report(Report::Resumed(Resumed::Store(error))),
            };
            let resumed = match jobs.client.access_token(&session, cancel) {
                Ok(_) => Resumed::SignedIn(session.clone()),
                Err(error) => {
                    let failed = Resumed::Failed(session, error);
                    return report(Report::Resumed(failed));
                }
            };
            report(Report::Resumed(resumed));
            jobs.client.complete_profile(&session, cancel);
            jobs.person(&session);
        })
    }

    /// Signs in.
    pub fn sign_in(&self, number: u64, how: SignIn) -> Job {
        let cancel = Cancel::default();
        let attempt = self.client.attempt(how, &cancel);
        let running = attempt.clone();
        let job = self.start_with(cancel, number, move |jobs, _, report| {
            let signed_in = running.run(&jobs.progress(number));
            let session = signed_in.as_ref().ok().cloned();
            report(Report::SignedIn(signed_in));
            session
                .into_iter()
                .for_each(|session| jobs.person(&session));
        });
        Job {
            attempt: Some(attempt),
            ..job
        }
    }

    /// Looks for a browser that can be opened here, which may run programs, and tells if there
    /// is none.
    pub fn look_for_browser(&self) {
        let (browser, events) = (self.client.ports().browser.clone(), self.events.clone());
        // Where no thread can be had, one is still thought to be there.
        let _ = thread::Builder::new().spawn(move || {
            if !browser.is_there() {
                let _ = events.send(Event::NoBrowser);
            }
        });
    }

    /// Opens an address once more, or another one.
    pub fn open_browser(&self, number: u64, url: String) {
        self.client.open_browser(url, self.progress(number));
    }

    /// Makes a call of the API.
    pub fn fetch(&self, number: u64, session: Session, call: Call) -> Job {
        self.start(number, move |jobs, cancel, report| {
            let answer = api::fetch(&jobs.client, &session, &call, cancel);
            report(Report::Answer(answer));
        })
    }

    /// Forgets the session here, then revokes it for as long as the app runs.
    pub fn sign_out(&self, number: u64, session: Session) -> Job {
        self.start(number, move |jobs, _, report| {
            let forgotten = jobs.client.forget(&session);
            let tokens = forgotten.tokens.clone();
            report(Report::Forgotten(forgotten));
            if tokens.is_empty() {
                return;
            }
            let mut told = false;
            // RFC 7009 §2.2.1: a 503 may say when to come again.
            let mut asked = Duration::ZERO;
            for pause in [0].into_iter().chain(REVOCATION_PAUSES) {
                thread::sleep(spread(Duration::from_secs(pause).max(asked)));
                let revoked = jobs.client.revoke(&tokens);
                if !told {
                    told = true;
                    let _ = jobs.events.send(Event::Revocation(revoked.is_ok()));
                }
                let Err(error) = revoked else { return };
                log::warn!("revocation: {error}");
                if !error.is_transient() {
                    return;
                }
                asked = error.retry_after().unwrap_or_default();
            }
        })
    }

    fn start(
        &self,
        number: u64,
        work: impl FnOnce(&Self, &Cancel, &dyn Fn(Report)) + Send + 'static,
    ) -> Job {
        self.start_with(Cancel::default(), number, work)
    }

    fn start_with(
        &self,
        cancel: Cancel,
        number: u64,
        work: impl FnOnce(&Self, &Cancel, &dyn Fn(Report)) + Send + 'static,
    ) -> Job {
        let (jobs, flag) = (self.clone(), cancel.clone());
        let events = self.events.clone();
        let spawned = thread::Builder::new()
            .name("job".to_owned())
            .spawn(move || {
                let report = |report| {
                    // Nobody listens any more once the program ends.
                    let _ = jobs.events.send(Event::Job(number, report));
                };
                let work = AssertUnwindSafe(|| work(&jobs, &flag, &report));
                if panic::catch_unwind(work).is_err() {
                    report(Report::Panicked);
                }
            });
        if spawned.is_err() {
            let _ = events.send(Event::Job(number, Report::Panicked));
        }
        Job {
            number,
            cancel,
            attempt: None,
        }
    }

    fn progress(&self, number: u64) -> Progress {
        let events = std::sync::Mutex::new(self.events.clone());
        Arc::new(move |step| {
            if let Ok(events) = events.lock() {
                let _ = events.send(Event::Job(number, Report::Step(step)));
            }
        })
    }

    /// Sends what there is to see of the person, with the picture if one comes.
    fn person(&self, session: &Session) {
        let send = |user| {
            let _ = self.events.send(Event::Person(session.clone(), user));
        };
        send(user(session));
        #[cfg(feature = "window")]
        if let Some(address) = session.profile().picture {
            let picture = crate::picture::fetch(&self.client, &address);
            send(User {
                picture,
                ..user(session)
            });
        }
        crate::memory::trim();
    }
}

/// The person of a session, without a picture yet.
pub fn user(session: &Session) -> User {
    User {
        name: session.display_name(),
        email: session.profile().email,
        picture: None,
    }
}

/// Pause before the next attempt to reach a provider: 2 s, doubled up to 60,
/// but no shorter than the provider `asked` for.
pub fn retry_at(failures: u32, asked: Option<Duration>) -> Instant {
    let pause = Duration::from_secs(2_u64.saturating_pow(failures.clamp(1, 6)).min(60));
    Instant::now() + spread(pause.max(asked.unwrap_or_default()))
}

/// Up to a fifth more (of a minute at most), so that devices that lost one network
/// together do not come back together.
fn spread(pause: Duration) -> Duration {
    let chance = RandomState::new().build_hasher().finish() % 1000;
    let jitter = pause.min(Duration::from_secs(60)) * u32::try_from(chance).unwrap_or(0) / 5000;
    pause + jitter
}
