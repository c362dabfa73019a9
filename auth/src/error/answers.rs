//! What can be wrong with an answer of the provider: its documents, its ID
//! token, its token endpoint.

use std::{fmt, time::Duration};

use super::ProviderWords;

/// A member that is needed and cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} {fault}")]
pub struct MemberError {
    /// The name of the member.
    pub name: &'static str,
    /// What is wrong with it.
    pub fault: MemberFault,
}

/// What is wrong with a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum MemberFault {
    /// It is not there, or null.
    Missing,
    /// It is of another type than it must be.
    WrongType,
    /// Its value is none that can be used.
    Unusable,
}

impl fmt::Display for MemberFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Missing => "is missing",
            Self::WrongType => "is of a wrong type",
            Self::Unusable => "has a value that cannot be used",
        })
    }
}

/// A document of the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Document {
    /// What it says of itself (OpenID Connect Discovery §4).
    Discovery,
    /// Its keys (RFC 7517 §5).
    KeySet,
}

impl Document {
    /// In a sentence.
    pub fn name(self) -> &'static str {
        match self {
            Self::Discovery => "the discovery document",
            Self::KeySet => "the key set",
        }
    }
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What is wrong with a document of the provider.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DiscoveryError {
    /// An endpoint is no URL, or neither https nor, for an issuer on loopback,
    /// http on loopback.
    #[error("{0} is not an https address")]
    Endpoint(&'static str),
    /// The document names another issuer (OpenID Connect Discovery §4.3).
    #[error("the document names the issuer {given}")]
    IssuerMismatch {
        /// The issuer in the document, bounded.
        given: String,
    },
    /// The discovery document is found under another issuer.
    #[error("discovery redirects to the issuer {to}")]
    IssuerMoved {
        /// That issuer, bounded.
        to: String,
    },
    /// A member that is needed is missing or of a wrong type.
    #[error("{what}: {member}")]
    Member {
        /// Which document.
        what: Document,
        /// Which member.
        member: MemberError,
    },
    /// PKCE methods are listed, S256 is not among them (RFC 9700 §4.7.1).
    #[error("the provider does not offer PKCE with S256")]
    NoS256,
    /// Something else came, such as the page of a gateway.
    #[error("{what} is no JSON")]
    NotJson {
        /// Which document.
        what: Document,
    },
    /// It is said to be somewhere else (RFC 9700 §4.12: not followed).
    #[error("{what} redirects to {to}")]
    Redirect {
        /// Which document.
        what: Document,
        /// Where to, bounded.
        to: String,
    },
    /// Answered with a status that is no success.
    #[error("{what} answered with status {status}")]
    Status {
        /// Which document.
        what: Document,
        /// The HTTP status.
        status: u16,
        /// How long the provider asked to be left alone.
        retry_after: Option<Duration>,
    },
}

/// Which check of an ID token failed. One variant per rule.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdTokenError {
    /// The header's algorithm is none that is accepted.
    #[error("the algorithm {0} is not accepted")]
    Algorithm(String),
    /// `at_hash` does not belong to the access token.
    #[error("at_hash does not fit the access token")]
    AtHash,
    /// `aud` does not name this client.
    #[error("aud does not name this client")]
    Audience,
    /// `azp` is absent where needed, or another client.
    #[error("azp is not this client")]
    AuthorizedParty,
    /// A claim that is needed is missing or of a wrong type.
    #[error("{0}")]
    Claim(MemberError),
    /// It is encrypted (JWE, five parts), which was not asked for.
    #[error("it is encrypted")]
    Encrypted,
    /// `exp` is past in a token that was made just now. Times in seconds since 1970.
    #[error("exp has passed")]
    Expired {
        /// `iat` of the token: the provider's clock when it was issued.
        issued_at: i64,
    },
    /// `iat` is more than ten minutes away in a token that was made just now.
    /// Times in seconds since 1970.
    #[error("iat is too far from this device's clock")]
    IssuedAt {
        /// The provider's clock when the token was issued.
        issued_at: i64,
    },
    /// `iss` is another issuer.
    #[error("iss is not the issuer")]
    Issuer,
    /// Not three parts, or no JSON in them.
    #[error("malformed: {0}")]
    Malformed(&'static str),
    /// None came.
    #[error("id_token is missing")]
    Missing,
    /// `nonce` is absent or another one.
    #[error("nonce does not match")]
    Nonce,
    /// `exp` is past or `iat` far away, and nothing says that it was made just
    /// now: a provider that repeats an earlier token.
    #[error("it is not a new one")]
    Old,
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// A refreshed token is about another person.
    #[error("sub is another person")]
    Subject,
    /// No key of the issuer fits the header.
    #[error("no key of the issuer fits")]
    UnknownKey,
}

/// What the token endpoint answered instead of tokens.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Another window or terminal holds the refresh lock for too long.
    #[error("another process is refreshing this session")]
    Busy,
    /// A token answer with a flaw (RFC 6749 §5.1).
    #[error("{0}")]
    Member(MemberError),
    /// The provider has no revocation endpoint (RFC 7009 is optional).
    #[error("the provider does not offer revocation")]
    NoRevocation,
    /// A success without an access token.
    #[error("access_token is missing")]
    NoAccessToken,
    /// A success that is no JSON, such as the page of a gateway.
    #[error("the answer is no JSON")]
    NotJson,
    /// 404 or 410 in a page, which is not what a token endpoint says.
    #[error("nothing is there")]
    NotThere,
    /// It is said to be somewhere else (RFC 9700 §4.12: not followed).
    #[error("it redirects to {to}")]
    Redirect {
        /// Where to, bounded.
        to: String,
    },
    /// An OAuth error (RFC 6749 §5.2).
    #[error("refused with {code} (status {status})")]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The error code, or `unrecognised error`.
        code: String,
        /// What the provider says of it.
        said: Option<ProviderWords>,
        /// How long the provider asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// A status without an OAuth error that can be parsed.
    #[error("answered with status {status}")]
    Status {
        /// The HTTP status.
        status: u16,
        /// How long the provider asked to be left alone.
        retry_after: Option<Duration>,
    },
    /// The request could not be built.
    #[error("the request could not be built")]
    Unsendable,
    /// Discovery names a revocation endpoint that cannot be used.
    #[error("revocation_endpoint is not an https address")]
    UnusableRevocation,
}
