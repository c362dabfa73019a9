//! What a sign-in tells while it runs.

use std::sync::Arc;

use super::session::Session;

/// How a sign-in speaks while it runs; may come from other threads. No lock is held
/// meanwhile.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A step of a sign-in.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Step {
    /// The browser is asked to open this address; show it in any case, since
    /// no opener tells whether a page came up.
    Browser {
        /// The authorization request.
        url: String,
    },
    /// The browser could not be started.
    BrowserFailed,
    /// The callback came.
    Finishing,
    /// Somebody is signed in, and it is too late to cancel; the session is being stored
    /// ([`Stored::NotYet`](super::session::Stored::NotYet)) while it is used.
    SignedIn(Session),
}
