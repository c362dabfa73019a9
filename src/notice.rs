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
    /// `consent_required`).
    AccessDenied,
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
    /// The discovery document names another issuer than the configured one.
    IssuerMismatch {
        /// The issuer that the provider gave, bounded.
        given: String,
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
    /// There is no usable discovery document at the issuer: it is probably
    /// misspelt.
    NotAnIssuer,
    /// Signed in, but the session is not kept for the next start.
    NotKept(NotKept),
    /// What is kept could not be read, so nobody is signed in for now.
    NotReadable(NotKept),
    /// The provider answered with an OAuth error that is not the person's
    /// doing, or an answer that is none.
    ProviderRefused,
    /// The provider answered 5xx, 408 or 429.
    ProviderTrouble,
    /// The provider could not be reached.
    ProviderUnreachable,
    /// Signed out here, but the provider did not confirm the revocation.
    RevocationFailed,
    /// The session ended: the provider no longer accepts it (`invalid_grant`).
    SessionExpired,
    /// The session ended: somebody signed out in another window or terminal.
    SessionGone,
    /// Signed out on this device, all as asked.
    SignedOut,
    /// The session could not be removed from where it is kept: it may be
    /// there at the next start.
    StillKept(NotKept),
    /// Nobody finished in the browser within the time limit.
    TookTooLong,
    /// A check of an answer failed: state, issuer, signature or a claim.
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
}
