//! What can be wrong with how a client is set up, before anything is asked of anybody.

use std::{io, path::PathBuf, time::Duration};

/// A setting of [`ClientBuilder`](crate::ClientBuilder), or of what it would make, that
/// cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{setting}: {fault}")]
#[non_exhaustive]
pub struct BuildError {
    /// The method of the builder that sets it; `issuer` and `client_id` are given to
    /// [`Client::builder`](crate::Client::builder).
    pub setting: &'static str,
    /// What is wrong with it.
    pub fault: SettingFault,
}

/// What is wrong with a setting.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SettingFault {
    /// The certificates cannot be used.
    #[error(transparent)]
    CaFile(#[from] CaFileError),
    /// It is zero, or longer than `longest`.
    #[error("it must be more than zero and at most {} seconds", longest.as_secs())]
    Duration {
        /// The longest that is taken.
        longest: Duration,
    },
    /// It is empty, or the list has nothing in it.
    #[error("it is empty")]
    Empty,
    /// The issuer is none.
    #[error(transparent)]
    Issuer(#[from] IssuerError),
    /// It was not given.
    #[error("it is missing; example: .{example}")]
    Missing {
        /// The call of the builder.
        example: &'static str,
    },
    /// The environment names no folder for state.
    #[error("{} and {} are not set, so there is no folder for state", variables[0], variables[1])]
    NoFolder {
        /// The variables of which one would do.
        variables: [&'static str; 2],
    },
    /// `openid` is not among the scopes (OpenID Connect Core §3.1.2.1).
    #[error("openid must be among them")]
    NoOpenId,
    /// It is no absolute URI, or has a fragment (RFC 8707 §2).
    #[error("it must be an absolute URI without a fragment")]
    NotAUri,
    /// Browsers refuse to go to this port (Fetch Standard, "bad port").
    #[error("browsers do not open port {0}")]
    Port(u16),
    /// It is no number of bytes that an answer may have.
    #[error("it must be from 1 to {largest} bytes")]
    Size {
        /// The most that is taken.
        largest: u64,
    },
    /// It is not written as it has to be.
    #[error("it must be {0}")]
    Spelling(&'static str),
}

/// What is wrong with an issuer identifier (OpenID Connect Discovery §3, RFC 8414 §2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuerError {
    /// User name or password in it.
    #[error("it must not have a user name or password")]
    Credentials,
    /// Neither https nor, on loopback, http.
    #[error("it must start with https:// (http:// is accepted on loopback alone)")]
    NotHttps,
    /// Not a URL.
    #[error("it is not a URL; it starts with https://")]
    NotUrl,
    /// Query or fragment in it.
    #[error("it must not have a query or fragment")]
    QueryOrFragment,
    /// White space before or after it, which no provider's name has.
    #[error("it begins or ends with white space; take that off")]
    WhiteSpace,
}

/// Why a file with certificates cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaFileError {
    /// No certificate in it.
    #[error(
        "{0} has no certificate in it; it needs lines like -----BEGIN CERTIFICATE-----",
        path.display()
    )]
    Empty {
        /// The file.
        path: PathBuf,
    },
    /// A folder, a pipe or a device: it has no end that could be waited for.
    #[error("{0} is no file", path.display())]
    NoFile {
        /// What is no file.
        path: PathBuf,
    },
    /// Not in PEM.
    #[error("{0} is not a PEM file", path.display())]
    NotPem {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused.
    #[error("{0} cannot be read: {error}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What it said.
        error: io::Error,
    },
}

/// Why no browser came up.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BrowserError {
    /// Not an http or https address: openers hand others to other programs (RFC 8252
    /// §8.1 wants a browser, nothing else).
    #[error("the address is not one for a browser")]
    NotAnAddress,
    /// None could be started; the operating system's or opener's words, if any.
    #[error("no browser could be started: {0}")]
    NotStarted(String),
}
