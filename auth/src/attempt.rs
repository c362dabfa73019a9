//! One attempt to sign in, by whatever way.
//!
//! Whoever calls [`Attempt::run`] owns where the attempt stands ([`under_way`]) and waits
//! on one condition ([`inbox`]): a request was answered, the browser came back, the person
//! wants another way, it is time, or somebody cancelled. What blocks is on threads of its
//! own ([`aside`]); what they bring too late is revoked ([`event`]).

mod aside;
mod event;
mod finish;
mod in_browser;
mod inbox;
mod requests;
mod under_way;
mod ways;

use std::fmt;

use super::{
    cancel::Cancel,
    client::Client,
    error::Error,
    progress::Progress,
    session::Session,
    sign_in::{SignIn, Way},
};
use event::Event;
use inbox::Inbox;
use under_way::UnderWay;

/// An attempt to sign in. Clones are handles to the same one: one thread runs it, others
/// lead the person to another way meanwhile.
///
/// Each way that was taken stays open, so that the person may finish either; whichever
/// comes first signs in and closes the other.
///
/// ```
/// use std::thread;
/// use vestibule_auth::{Attempt, Cancel, Client, Progress, SignIn, Way};
///
/// fn on_button(client: &Client, progress: Progress, cancel: &Cancel) -> Attempt {
///     let attempt = client.attempt(SignIn::default(), cancel);
///     let runs = attempt.clone();
///     thread::spawn(move || runs.run(&progress));
///     attempt
/// }
///
/// fn on_button_use_a_phone_instead(attempt: &Attempt) {
///     attempt.take(Way::Device);
/// }
/// ```
#[derive(Clone)]
pub struct Attempt {
    client: Client,
    how: SignIn,
    cancel: Cancel,
    inbox: Inbox<Event>,
}

/// Whose attempt it is; nothing secret.
impl fmt::Debug for Attempt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attempt")
            .field("client", &self.client)
            .field("way", &self.how.way)
            .finish_non_exhaustive()
    }
}

impl Client {
    /// Makes an attempt that `cancel` ends. Nothing is asked of anybody yet.
    pub fn attempt(&self, how: SignIn, cancel: &Cancel) -> Attempt {
        Attempt {
            client: self.clone(),
            how,
            cancel: cancel.clone(),
            inbox: Inbox::new(cancel),
        }
    }

    /// Signs in by the way that `how` says; an earlier session is replaced only by success.
    /// An [`Attempt`] does the same, and can change the way meanwhile.
    ///
    /// # Errors
    /// Every variant of [`Error`] but `Ended`.
    pub fn sign_in(
        &self,
        how: &SignIn,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        self.attempt(how.clone(), cancel).run(progress)
    }
}

impl Attempt {
    /// Signs in; an earlier session is replaced only by success. Returns within 0.2 s of a
    /// cancel, whatever the network does; only a redirect port that another program has is
    /// waited for up to 1.5 s. Run it once: another sign-in is another attempt.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    ///
    /// # Panics
    /// As `progress` does, or a port of the client.
    pub fn run(&self, progress: &Progress) -> Result<Session, Error> {
        self.cancel.reopen();
        self.inbox.open();
        UnderWay::new(self, progress).run()
    }

    /// Leads the person to another way. What was begun stays good: the same address, or
    /// the same code if it has not ended. While the browser is shown, a code is still asked
    /// about, but not followed by another. Where the way cannot be begun, the one before it
    /// goes on ([`Step::WayFailed`](super::Step::WayFailed)). Before anything is shown, it
    /// changes how the attempt begins; after its end, nothing.
    pub fn take(&self, way: Way) {
        let _ = self.inbox.push(Event::Take(way));
    }

    /// Shows another code, and starts counting anew how many were shown; nothing while the
    /// way leads through the browser.
    pub fn new_code(&self) {
        let _ = self.inbox.push(Event::NewCode);
    }
}
