//! What a sign-in tells while it runs.

use std::{fmt, sync::Arc, time::Instant};

use url::Url;

use super::{address::told, error::Error, session::Session, sign_in::Way};

/// How a sign-in speaks while it runs; may come from other threads. No lock is held
/// meanwhile.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A step of a sign-in.
#[derive(Clone)]
#[non_exhaustive]
pub enum Step {
    /// The way leads through the browser, which is asked to open this address; show it in
    /// any case, since no opener tells whether a page came up. Comes once more where
    /// [`Attempt::take`](super::Attempt::take) leads back to it.
    Browser {
        /// The authorization request.
        url: String,
        /// When the attempt ends by itself.
        deadline: Instant,
        /// The browser is asked to open it; false where the person has to.
        opens: bool,
        /// The provider offers the way through another device too (RFC 8628).
        device_offered: bool,
    },
    /// The browser could not be started.
    BrowserFailed,
    /// The way leads through another device: a person enters this code there. Comes with
    /// each new code, and once more when the provider answers again after
    /// [`Step::DeviceUnreachable`].
    Device(DeviceAuthorization),
    /// The provider is asked about the code, and could not be reached. It is asked again;
    /// the code stays good.
    DeviceUnreachable,
    /// [`Attempt::take`](super::Attempt::take) asked for this way, and it could not be
    /// begun. The way before it goes on, and is told of once more.
    WayFailed(Way, Arc<Error>),
    /// The person has finished; tokens are fetched and checked.
    Finishing,
    /// Somebody is signed in, and it is too late to cancel; the session is being stored
    /// ([`Stored::NotYet`](super::session::Stored::NotYet)) while it is used. E-mail address and
    /// picture may still be asked for; they are there when the attempt returns.
    SignedIn(Session),
}

/// What a person needs on the other device (RFC 8628 §3.3). The code is made to be shown;
/// the secret one that belongs to it stays here.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceAuthorization {
    /// What the person enters there, and compares: printable, one line, as the provider
    /// writes it.
    pub user_code: String,
    /// Where the person goes to enter it.
    pub verification_uri: String,
    /// The same with the code in it, for a QR code (RFC 8628 §3.3.1), if the provider gives
    /// one.
    pub verification_uri_complete: Option<String>,
    /// When the code ends. Unless [`Attempt`](super::Attempt) has shown as many as it may,
    /// another one follows.
    pub expires_at: Instant,
}

impl DeviceAuthorization {
    /// What a QR code leads to.
    pub fn link(&self) -> &str {
        self.verification_uri_complete
            .as_deref()
            .unwrap_or(&self.verification_uri)
    }
}

/// Whoever has the code may answer in the person's place.
impl fmt::Debug for DeviceAuthorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let page = Url::parse(&self.verification_uri).ok();
        let page = page.as_ref().map(told);
        f.debug_struct("DeviceAuthorization")
            .field("verification_uri", &page)
            .finish_non_exhaustive()
    }
}

/// State and nonce are in the query of the address.
impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser { url, .. } => {
                let url = Url::parse(url).ok();
                let url = url.as_ref().map(told);
                f.debug_struct("Browser")
                    .field("url", &url)
                    .finish_non_exhaustive()
            }
            Self::BrowserFailed => f.write_str("BrowserFailed"),
            Self::Device(code) => f.debug_tuple("Device").field(code).finish(),
            Self::DeviceUnreachable => f.write_str("DeviceUnreachable"),
            Self::WayFailed(way, error) => {
                f.debug_tuple("WayFailed").field(way).field(error).finish()
            }
            Self::Finishing => f.write_str("Finishing"),
            Self::SignedIn(session) => f.debug_tuple("SignedIn").field(session).finish(),
        }
    }
}
