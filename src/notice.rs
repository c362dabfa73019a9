//! What a person is told: one enum, made from errors by one mapping.
//!
//! The window's words for each [`Notice`] live in `ui/`, the terminal's in
//! `terminal/words.rs`; neither looks at an error itself.

mod mapping;

/// Why something ended or needs attention. Data in it is for display only.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// Somebody chose Cancel in the browser (`access_denied`,
    /// `consent_required`, and the provider says nothing more).
    AccessDenied,
    /// Something else than a message came from the API, such as a gateway's page.
    ApiPage,
    /// The API is said to be somewhere else.
    ApiRedirect {
        /// Where, bounded.
        to: String,
    },
    /// The API answered 5xx, 408 or 429.
    ApiTrouble,
    /// The API answered with a status that no API of ours would: the address
    /// is probably another one.
    ApiUnexpected {
        /// The HTTP status.
        status: u16,
    },
    /// The API refused the token even after a refresh (401).
    ApiRefused,
    /// The API could not be reached.
    ApiUnreachable,
    /// The certificate of the provider (or API) is not trusted or not valid
    /// at this device's time. UTC, to the minute, like `2026-11-24 19:40`.
    Certificate {
        /// Whose certificate, provider or API.
        host: String,
        /// This device's time.
        device_time: String,
    },
    /// A part of this program failed that never should.
    Defect,
    /// A check of the ID token failed that says nothing of who made it.
    IdToken(IdTokenFault),
    /// The discovery document names another issuer than the configured one.
    IssuerMismatch {
        /// The issuer that the provider gave, bounded.
        given: String,
    },
    /// The provider moved: its discovery document is found under another issuer.
    IssuerMoved {
        /// That issuer, bounded.
        to: String,
    },
    /// The API answered 403; the scope or role it asks for, when it said so.
    NoAccess {
        /// As the API named it, bounded.
        required: Option<String>,
    },
    /// None of the redirect ports is free.
    NoRedirectPort {
        /// The ports that were tried, like `8765, 8766`.
        ports: String,
    },
    /// There is no discovery document at the issuer: it is probably misspelt.
    NotAnIssuer,
    /// Signed in, but the session is not kept for the next start.
    NotKept(NotKept),
    /// What is kept could not be read, so nobody is signed in for now.
    NotReadable(NotKept),
    /// Something else than an answer came where the provider's was expected,
    /// such as the page of a gateway or a hotel.
    Page,
    /// The provider refused in the browser, and says why.
    ProviderDenied,
    /// The provider answered with an OAuth error that is not the person's
    /// doing.
    ProviderRefused,
    /// The provider answered 5xx, 408 or 429.
    ProviderTrouble,
    /// The provider could not be reached.
    ProviderUnreachable,
    /// A proxy could not be used. The details name it.
    Proxy {
        /// Who was to be reached through it.
        host: String,
    },
    /// Somebody answers in the provider's place that it is somewhere else.
    Redirected {
        /// Where, bounded.
        to: String,
    },
    /// Signed out here, but the provider did not confirm the revocation.
    RevocationFailed,
    /// Another program is renewing this session, or cannot keep what it got.
    SessionBusy,
    /// The session ended: the provider no longer accepts it (`invalid_grant`).
    SessionExpired,
    /// The session ended: somebody signed out in another window or terminal.
    SessionGone,
    /// The session ended: the provider does not renew it and wants a new sign-in.
    SessionRefused,
    /// Signed out on this device, all as asked.
    SignedOut,
    /// The session could not be removed from where it is kept: it may be
    /// there at the next start.
    StillKept(NotKept),
    /// Nobody finished in the browser within the time limit.
    TookTooLong,
    /// An answer of the provider lacks what is needed.
    UnusableAnswer {
        /// The member that is missing or cannot be used.
        member: String,
    },
    /// A document of the provider lacks what is needed.
    UnusableDocument {
        /// The member that is missing or cannot be used.
        member: String,
    },
    /// An answer is somebody else's: another state, issuer or signature.
    UntrustedAnswer,
    /// The ID token's times do not fit this device's clock. UTC, to the
    /// minute, like `2026-11-24 19:40`.
    WrongClock {
        /// This device's time.
        device_time: String,
        /// The provider's time.
        server_time: String,
    },
}

/// What is wrong with an ID token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IdTokenFault {
    /// It is signed in a way that is not accepted.
    Algorithm(String),
    /// It belongs to another access token (`at_hash`).
    AtHash,
    /// It is for another client (`aud`).
    Audience,
    /// It is for several, and does not say that this client is the one that uses
    /// it (`azp`).
    AuthorizedParty,
    /// It is encrypted.
    Encrypted,
    /// It is no token, or this claim in it cannot be used.
    Malformed(Option<String>),
    /// It belongs to another sign-in (`nonce`).
    Nonce,
    /// It is not a new one.
    Old,
    /// It is about somebody else.
    Subject,
    /// It is signed with a key that the provider does not publish.
    UnknownKey,
}

/// Why a session is in memory only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// There is no keychain on this machine.
    NoKeychain,
    /// The keychain is locked and nobody could be asked, or it was refused.
    Locked,
    /// The keychain does not answer.
    NoAnswer,
    /// The provider gave no refresh token.
    NoRefreshToken,
    /// The keychain or file refused for another reason.
    Failed,
    /// The configuration asks for memory only.
    Configured,
}

/// A notice with its cause for an engineer: a chain of error texts without
/// tokens, codes or addresses with a query. Shown under "Details" only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the person reads.
    pub notice: Notice,
    /// What the engineer reads; one line, bounded.
    pub details: String,
    /// What the provider says of it, in its own words; one line, bounded.
    pub said: Option<String>,
}
