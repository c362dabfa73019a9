//! Exit codes, as the README lists them.

use crate::notice::Notice;

/// Done.
pub const DONE: u8 = 0;
/// Failed on this machine.
pub const FAILED_HERE: u8 = 1;
/// Wrong use or configuration, or another issuer than configured.
pub const WRONG_USE: u8 = 2;
/// No display, or no font.
pub const NO_WINDOW: u8 = 3;
/// Not signed in, or no longer.
pub const NOT_SIGNED_IN: u8 = 4;
/// Refused by a person, the provider, the API or a check.
pub const REFUSED: u8 = 5;
/// Provider or API unreachable or unwell; the session is kept.
pub const UNREACHABLE: u8 = 6;
/// Ctrl-C.
pub const INTERRUPTED: u8 = 130;

/// The exit code for a notice.
pub fn code(notice: &Notice) -> u8 {
    match notice {
        Notice::SignedOut | Notice::RevocationFailed => DONE,
        Notice::Defect
        | Notice::NoRedirectPort { .. }
        | Notice::NotKept(_)
        | Notice::NotReadable(_)
        | Notice::SessionBusy
        | Notice::StillKept(_)
        | Notice::TookTooLong => FAILED_HERE,
        Notice::IssuerMismatch { .. }
        | Notice::IssuerMoved { .. }
        | Notice::NotAnIssuer
        | Notice::UnusableDocument { .. } => WRONG_USE,
        Notice::SessionExpired | Notice::SessionGone | Notice::SessionRefused => NOT_SIGNED_IN,
        Notice::AccessDenied
        | Notice::ApiRedirect { .. }
        | Notice::ApiRefused
        | Notice::ApiUnexpected { .. }
        | Notice::IdToken(_)
        | Notice::NoAccess { .. }
        | Notice::ProviderDenied
        | Notice::ProviderRefused
        | Notice::UntrustedAnswer
        | Notice::UnusableAnswer { .. }
        | Notice::WrongClock { .. } => REFUSED,
        Notice::ApiPage
        | Notice::ApiTrouble
        | Notice::ApiUnreachable
        | Notice::Certificate { .. }
        | Notice::Page
        | Notice::ProviderTrouble
        | Notice::ProviderUnreachable
        | Notice::Proxy { .. }
        | Notice::Redirected { .. } => UNREACHABLE,
    }
}
