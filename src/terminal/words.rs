//! What a terminal says of each [`Notice`]: cause and remedy in one sentence,
//! and the exit code. The window has its own words in
//! `ui/`; both start from the same notices.

use crate::notice::{NotKept, Notice};

/// Who is spoken of.
#[derive(Clone, Copy, Debug)]
pub struct Hosts<'a> {
    /// The provider's host.
    pub provider: &'a str,
    /// The API's host.
    pub api: &'a str,
}

/// Exit codes, as the README lists them.
pub mod exit {
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
}

/// The sentence for a notice.
pub fn sentence(notice: &Notice, hosts: Hosts<'_>) -> String {
    let Hosts { provider, api } = hosts;
    match notice {
        Notice::AccessDenied => {
            "the sign-in was refused: somebody chose Cancel in the browser; nothing was changed"
                .into()
        }
        Notice::ApiRefused => format!(
            "{api} refused the access token, also a fresh one: check that the setting audience (or \
             resource) is what the API expects; after a change sign out and in again"
        ),
        Notice::ApiTrouble => format!("{api} has a problem; try again in a minute"),
        Notice::ApiUnexpected { status } => format!(
            "{api} answered with status {status}, as no message server does: check api_url"
        ),
        Notice::ApiUnreachable => format!(
            "{api} could not be reached: check that the API runs and that api_url is right; you \
             stay signed in"
        ),
        Notice::Certificate { host, device_time } => format!(
            "the connection to {host} is not safe: its certificate is not accepted; check the time of this \
             device ({device_time} UTC), or set ca_file for a company's own authority"
        ),
        Notice::Defect => "a part of this program failed that never should; please report it".into(),
        Notice::IssuerMismatch { given } => format!(
            "{provider} calls itself {given}, not as configured: set issuer to exactly that, if it \
             is the provider you mean"
        ),
        Notice::NoAccess {
            required: Some(scope),
        } => {
            format!("you have no access to this message: ask for {scope}")
        }
        Notice::NoAccess { required: None } => {
            "you have no access to this message: ask the owner of the API for it".into()
        }
        Notice::NoRedirectPort { ports } if ports.is_empty() => {
            "the browser cannot reach this program: another program disturbs its redirect port; end \
             that program, or set other redirect_ports"
                .into()
        }
        Notice::NoRedirectPort { ports } => format!(
            "the browser cannot reach this program: no redirect port is free ({ports}); end what \
             uses them, or set other redirect_ports"
        ),
        Notice::NotAnIssuer => format!(
            "{provider} gave no usable OpenID discovery document: check that issuer is spelt exactly \
             as the provider spells it, path and last slash included"
        ),
        Notice::NotKept(why) => not_kept(*why),
        Notice::NotReadable(why) => format!(
            "what is kept could not be read: {}; nothing was changed; {}",
            cause(*why),
            remedy(*why)
        ),
        Notice::ProviderRefused => format!(
            "{provider} refused: check client_id, scopes and audience, and that the redirect URI \
             is registered there"
        ),
        Notice::ProviderTrouble => format!("{provider} has a problem; try again in a minute"),
        Notice::ProviderUnreachable => {
            format!("{provider} could not be reached: check the network and try again")
        }
        Notice::RevocationFailed => format!(
            "signed out here, but {provider} did not confirm the revocation: the session may live \
             there until it expires"
        ),
        Notice::SessionExpired => {
            "the session ended: the provider no longer accepts it; run vestibule login".into()
        }
        Notice::SessionGone => {
            "the session ended: somebody signed out in another window; run vestibule login".into()
        }
        Notice::SignedOut => "you are signed out on this device".into(),
        Notice::StillKept(why) => format!(
            "the session could not be removed from where it is kept: {}; unlock it and run \
             vestibule logout again",
            cause(*why)
        ),
        Notice::TookTooLong => {
            "nobody finished in the browser in time; start again, you have 5 minutes".into()
        }
        Notice::UntrustedAnswer => format!(
            "this answer did not come from {provider}, nothing was stored; if it happens again, \
             tell your administrator"
        ),
        Notice::WrongClock {
            device_time,
            server_time,
        } => format!(
            "the clock of this device is wrong: here it is {device_time}, at {provider} \
             {server_time} (UTC); set the clock and try again"
        ),
    }
}

/// The exit code for a notice.
pub fn exit_code(notice: &Notice) -> u8 {
    match notice {
        Notice::SignedOut | Notice::RevocationFailed => exit::DONE,
        Notice::Defect
        | Notice::NoRedirectPort { .. }
        | Notice::NotKept(_)
        | Notice::NotReadable(_)
        | Notice::StillKept(_)
        | Notice::TookTooLong => exit::FAILED_HERE,
        Notice::IssuerMismatch { .. } | Notice::NotAnIssuer => exit::WRONG_USE,
        Notice::SessionExpired | Notice::SessionGone => exit::NOT_SIGNED_IN,
        Notice::AccessDenied
        | Notice::ApiRefused
        | Notice::ApiUnexpected { .. }
        | Notice::NoAccess { .. }
        | Notice::ProviderRefused
        | Notice::UntrustedAnswer
        | Notice::WrongClock { .. } => exit::REFUSED,
        Notice::ApiTrouble
        | Notice::ApiUnreachable
        | Notice::Certificate { .. }
        | Notice::ProviderTrouble
        | Notice::ProviderUnreachable => exit::UNREACHABLE,
    }
}

fn not_kept(why: NotKept) -> String {
    match why {
        NotKept::NoRefreshToken => {
            "the provider gave no refresh token, so the session cannot be kept: allow offline \
             access for this client there, add the scope offline_access, or set prompt to consent"
                .into()
        }
        NotKept::Configured => {
            "store is memory: the session ends with this program; use --store keychain or --store \
             file to keep it"
                .into()
        }
        NotKept::Failed => {
            "the session cannot be kept: the keychain or file refused it; mend that, or use another \
             --store"
                .into()
        }
        why => format!(
            "the session cannot be kept: {}; use --store file to keep it in a file",
            cause(why)
        ),
    }
}

fn remedy(why: NotKept) -> &'static str {
    match why {
        NotKept::NoKeychain => "start one, or use --store file if the session is kept in a file",
        NotKept::Locked => "unlock it and try again",
        _ => "try again",
    }
}

fn cause(why: NotKept) -> &'static str {
    match why {
        NotKept::NoKeychain => "there is no keychain on this machine",
        NotKept::Locked => "the keychain is locked",
        NotKept::NoAnswer => "the keychain does not answer",
        NotKept::NoRefreshToken => "there is nothing to keep",
        NotKept::Failed => "the keychain or file refused",
        NotKept::Configured => "store is memory",
    }
}
