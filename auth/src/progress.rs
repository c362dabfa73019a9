//! What a sign-in tells while it runs.

use std::{fmt, sync::Arc};

use url::Url;

use super::{address::told, session::Session};

/// How a sign-in speaks while it runs; may come from other threads. No lock is held
/// meanwhile.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A step of a sign-in.
#[derive(Clone)]
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

/// State and nonce are in the query of the address.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser { url } => {
                let url = Url::parse(url).ok();
                let url = url.as_ref().map(told);
                f.debug_struct("Browser").field("url", &url).finish()
            }
            Self::BrowserFailed => f.write_str("BrowserFailed"),
            Self::Finishing => f.write_str("Finishing"),
            Self::SignedIn(session) => f.debug_tuple("SignedIn").field(session).finish(),
        }
    }
}
