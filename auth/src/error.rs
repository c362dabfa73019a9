//! Errors by who spoke: the network, the provider, our own checks, the store.
//!
//! For engineers. What people read is made of them by the app. No variant holds a token, code, verifier or an address with a
//! query; text that came from outside is bounded and printable.

mod answers;
mod setup;
mod words;

use std::fmt;

pub use answers::{DiscoveryError, Document, IdTokenError, MemberError, MemberFault, TokenError};
pub use setup::{BrowserError, BuildError, CaFileError, IssuerError, SettingFault};
pub use words::ProviderWords;

/// Why an operation of the auth module did not succeed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The callback carried a refusal, or did not fit the request it answers.
    #[error("authorization response: {0}")]
    Authorization(#[from] AuthorizationError),
    /// The person, or the end of the program, cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The sign-in on another device failed.
    #[error("device authorization: {0}")]
    Device(#[from] DeviceError),
    /// The discovery document is not one, or not this issuer's.
    #[error("discovery: {0}")]
    Discovery(#[from] DiscoveryError),
    /// The session is over; a new sign-in is needed.
    #[error("the session ended: {0}")]
    Ended(Ended),
    /// A check of the ID token failed.
    #[error("ID token: {0}")]
    IdToken(#[from] IdTokenError),
    /// The provider gave no refresh token where the session must be stored.
    #[error("the provider gave no refresh token")]
    NoRefreshToken,
    /// The redirect listener could not be opened or kept open.
    #[error("redirect listener: {0}")]
    Loopback(#[from] LoopbackError),
    /// The store did not serve.
    #[error("session store: {0}")]
    Store(#[from] StoreError),
    /// Nobody came back from the browser within the time limit of a sign-in.
    #[error("no answer from the browser within the time limit")]
    TimedOut,
    /// The token endpoint refused, or answered with something else.
    #[error("token endpoint: {0}")]
    Token(#[from] TokenError),
    /// No HTTP answer came.
    #[error("{0}")]
    Transport(#[from] TransportError),
}

/// Why nobody was signed in on another device (RFC 8628).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceError {
    /// The person refused there (`access_denied`, RFC 8628 §3.5).
    #[error("the person refused there")]
    Denied {
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// Nobody entered any of the codes before it expired.
    #[error("the codes expired")]
    Expired,
    /// The provider has no device authorization endpoint.
    #[error("the provider does not offer it")]
    NotOffered,
    /// The endpoint refused to give a code, or answered with something else.
    #[error("{0}")]
    NoCode(TokenError),
    /// The token endpoint refused to give tokens for the code, by no answer of RFC 8628 §3.5.
    #[error("{0}")]
    NoTokens(TokenError),
}

/// Why a call of an API brought no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The session could not give an access token.
    #[error(transparent)]
    Session(#[from] Error),
    /// The address is neither https nor, on loopback, http: the access token would be sent
    /// in plain text (RFC 6750 §5.3).
    #[error("the API's address must start with https:// (http:// is accepted on loopback alone)")]
    NotHttps,
    /// No answer came from the API.
    #[error("the API at {0}")]
    Transport(TransportError),
    /// The access token fits no header.
    #[error("the access token fits no header")]
    Unsendable,
}

/// What the authorization response said or lacked.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorizationError {
    /// Neither a code nor an error.
    #[error("neither a code nor an error in it")]
    Incomplete,
    /// `iss` is absent though promised, or names another issuer (RFC 9207).
    #[error("the issuer in it is not the one that was asked")]
    IssuerMismatch,
    /// The provider refused; `code` is its error code (RFC 6749 §4.1.2.1).
    #[error("the provider refused: {code}")]
    Refused {
        /// The error code, or `unrecognised error`.
        code: String,
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// `state` is not that of this request.
    #[error("state does not match")]
    StateMismatch,
}

impl Error {
    /// What the provider says of its refusal, if this is one.
    pub fn said(&self) -> Option<&ProviderWords> {
        match self {
            Self::Authorization(AuthorizationError::Refused { said, .. })
            | Self::Ended(Ended::Expired { said } | Ended::Refused { said, .. })
            | Self::Device(
                DeviceError::Denied { said }
                | DeviceError::NoCode(TokenError::Refused { said, .. }),
            )
            | Self::Token(TokenError::Refused { said, .. }) => said.as_ref(),
            _ => None,
        }
    }
}

/// How a session came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Ended {
    /// Another window or terminal signed out, or signed in somebody else.
    Elsewhere,
    /// `invalid_grant`: the provider no longer accepts it.
    Expired {
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// The provider does not renew it, without saying why or because the person has
    /// to do something there. What is stored stays until a new sign-in replaces it.
    Refused {
        /// `interaction_required` or another code for what the person has to do; `None`
        /// where a 4xx without an OAuth error came, which may be a gateway's: the same
        /// call may help later.
        code: Option<String>,
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Elsewhere => "signed out in another window",
            Self::Expired { .. } => "the provider no longer accepts it",
            Self::Refused { .. } => "the provider does not renew it",
        })
    }
}

/// What is wrong with the redirect listener.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoopbackError {
    /// None of the ports is free.
    #[error("none of the ports is free: {0}")]
    NoPort(String),
    /// Too many requests that cannot be answered safely.
    #[error("another program floods the redirect port")]
    Flooded,
    /// The operating system refused.
    #[error("{0}")]
    Io(#[from] std::io::Error),
}

/// Why the store did not serve. Nothing was deleted.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// No keychain could be reached: this machine has none, or it does not run now, as
    /// before the person has logged in.
    #[error("there is no keychain on this machine")]
    Absent,
    /// It refused or failed for another reason, in words for people.
    #[error("{0}")]
    Failed(String),
    /// It is locked and nobody could be asked, or the person declined.
    #[error("the keychain is locked")]
    Locked,
    /// It did not answer in time, or an earlier call still waits.
    #[error("the keychain does not answer")]
    NoAnswer,
}

/// Why no HTTP answer came.
#[derive(Debug, thiserror::Error)]
#[error("{host}: {kind}")]
pub struct TransportError {
    /// The host that was asked, with a port that is not the default.
    pub host: String,
    /// What happened.
    pub kind: TransportErrorKind,
}

/// What happened to a request.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The certificate is not trusted, not for this host or not valid now.
    #[error("certificate: {0}")]
    Certificate(String),
    /// The answer is compressed in a way that was not asked for, or damaged.
    #[error("{0}")]
    Coding(String),
    /// The address is not allowed: not https, or a private one for a picture.
    #[error("this address is not allowed")]
    Forbidden,
    /// A proxy was the cause: words that name the variable, what is wrong with
    /// the proxy, and a remedy.
    #[error("{0}")]
    Proxy(String),
    /// The answer is larger than allowed.
    #[error("the answer is too large")]
    TooLarge,
    /// There is no such name, or nobody listens there: nothing was sent.
    #[error("{0}")]
    NotConnected(String),
    /// No network, a reset, a time-out, an answer that is none: the request may have been
    /// received.
    #[error("{0}")]
    Unreachable(String),
}

/// Text from outside, made fit for an error: printable ASCII, bounded.
pub fn bounded(text: &str, limit: usize) -> String {
    text.chars()
        .filter(|c| c.is_ascii_graphic() || *c == ' ')
        .take(limit)
        .collect()
}

/// An OAuth error code, kept only if it looks like one (RFC 6749 §5.2).
pub(crate) fn error_code(code: &str) -> String {
    let shaped = code.len() <= 64
        && !code.is_empty()
        && code
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-.".contains(&b));
    if shaped { code } else { "unrecognised error" }.to_owned()
}
