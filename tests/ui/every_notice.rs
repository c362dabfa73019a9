//! The words of every notice.

use vestibule::notice::{IdTokenFault, NotKept, Notice};

/// Every notice with its heading and its text.
pub fn every_notice() -> Vec<(Notice, &'static str, &'static str)> {
    let at = |text: &str| text.to_owned();
    let mut notices = vec![
        (
            Notice::AccessDenied,
            "The sign-in was refused",
            "Somebody chose Cancel in the browser. Nothing was changed.",
        ),
        (
            Notice::ApiPage,
            "The message server gave an unexpected answer",
            "A page came instead of the message.",
        ),
        (
            Notice::ApiRedirect {
                to: at("https://api.example/new"),
            },
            "The message server gave an unexpected answer",
            "It is now at https://api.example/new. Check the setting api_url.",
        ),
        (
            Notice::ApiTrouble,
            "The message server has a problem",
            "Not your fault. Try again in a minute.",
        ),
        (
            Notice::ApiRefused,
            "The message server refused this sign-in",
            "Sign out and sign in again.",
        ),
        (
            Notice::ApiUnreachable,
            "The message server could not be reached",
            "You are still signed in.",
        ),
        (
            Notice::ApiUnexpected { status: 404 },
            "The message server gave an unexpected answer",
            "It answered with status 404. Check the setting api_url.",
        ),
        (
            Notice::Certificate {
                host: at("keys.example.net"),
                device_time: at("2026-11-24 19:40"),
            },
            "The connection to keys.example.net is not safe",
            "Check date and time of this device. It says 2026-11-24 19:40 (UTC).",
        ),
        (
            Notice::Defect,
            "Something went wrong in this app",
            "Nothing was changed. Please report it.",
        ),
        (
            Notice::IssuerMoved {
                to: at("https://new.example"),
            },
            "sso.example.org is at another address",
            "It is now https://new.example. Check the setting issuer.",
        ),
        (
            Notice::Page,
            "Something is between this device and sso.example.org",
            "A page came instead of its answer.",
        ),
        (
            Notice::ProviderDenied,
            "The sign-in was refused",
            "sso.example.org does not allow it. Details say why. Nothing was changed.",
        ),
        (
            Notice::Proxy {
                host: at("sso.example.org"),
            },
            "The proxy could not be used",
            "Details name the setting to correct.",
        ),
        (
            Notice::Redirected {
                to: at("https://portal.example/"),
            },
            "Something is between this device and sso.example.org",
            "Its answer is said to be at https://portal.example/.",
        ),
        (
            Notice::SessionBusy,
            "Another program is renewing your session",
            "You stay signed in.",
        ),
        (
            Notice::UnusableAnswer {
                member: at("token_type"),
            },
            "The answer of sso.example.org cannot be used",
            "It lacks a usable token_type.",
        ),
        (
            Notice::UnusableDocument {
                member: at("jwks_uri"),
            },
            "What sso.example.org publishes cannot be used",
            "It lacks a usable jwks_uri. Check the setting issuer",
        ),
        (
            Notice::IssuerMismatch {
                given: at("https://other.example"),
            },
            "This answer did not come from sso.example.org",
            "It names another issuer: https://other.example.",
        ),
        (
            Notice::NoAccess {
                required: Some(at("reader")),
            },
            "You have no access to this message",
            "Ask for the role reader.",
        ),
        (
            Notice::NoAccess { required: None },
            "You have no access to this message",
            "Ask your administrator for it.",
        ),
        (
            Notice::NoRedirectPort {
                ports: at("8765, 8766"),
            },
            "The browser cannot reach this app",
            "Another program blocks it. Close it, or set other ports (redirect_ports). Tried: 8765, 8766.",
        ),
        (
            Notice::NoRedirectPort { ports: at("") },
            "The browser cannot reach this app",
            "Another program disturbs its port. Close that program, or set other ports (redirect_ports).",
        ),
        (
            Notice::NotAnIssuer,
            "No provider was found at sso.example.org",
            "Check that the setting issuer is spelt exactly as the provider spells it.",
        ),
        (
            Notice::NotKept(NotKept::NoKeychain),
            "You will have to sign in again next time",
            "No safe place to keep the session was found.",
        ),
        (
            Notice::NotKept(NotKept::Locked),
            "You will have to sign in again next time",
            "The keychain is locked.",
        ),
        (
            Notice::NotKept(NotKept::NoAnswer),
            "You will have to sign in again next time",
            "The keychain does not answer.",
        ),
        (
            Notice::NotKept(NotKept::NoRefreshToken),
            "You will have to sign in again next time",
            "sso.example.org does not let this app stay signed in.",
        ),
        (
            Notice::NotKept(NotKept::Failed),
            "You will have to sign in again next time",
            "The keychain or file refused it.",
        ),
        (
            Notice::NotKept(NotKept::Configured),
            "You will have to sign in again next time",
            "The settings ask to keep it in memory only.",
        ),
        (
            Notice::NotReadable(NotKept::Locked),
            "The kept sign-in could not be read",
            "The keychain is locked. Nothing was changed.",
        ),
        (
            Notice::NotReadable(NotKept::NoAnswer),
            "The kept sign-in could not be read",
            "The keychain does not answer. Nothing was changed.",
        ),
        (
            Notice::ProviderRefused,
            "sso.example.org refused the sign-in",
            "Nothing was stored.",
        ),
        (
            Notice::ProviderTrouble,
            "sso.example.org has a problem",
            "Not your fault. Try again in a minute.",
        ),
        (
            Notice::ProviderUnreachable,
            "sso.example.org could not be reached",
            "Check the network, then try again.",
        ),
        (
            Notice::RevocationFailed,
            "You are signed out on this device.",
            "sso.example.org did not confirm that the session has ended there too.",
        ),
        (
            Notice::SessionExpired,
            "Please sign in again",
            "Your session ended.",
        ),
        (
            Notice::SessionGone,
            "Please sign in again",
            "Your session ended. Somebody signed out in another window or terminal.",
        ),
        (
            Notice::SessionRefused,
            "Please sign in again",
            "sso.example.org wants you to sign in again.",
        ),
        (Notice::SignedOut, "You are signed out on this device.", ""),
        (
            Notice::StillKept(NotKept::Locked),
            "Your session may still be kept on this device",
            "The keychain is locked. You may be signed in again at the next start.",
        ),
        (
            Notice::TookTooLong,
            "The sign-in took too long",
            "Start again; you have 5 minutes.",
        ),
        (
            Notice::UntrustedAnswer,
            "This answer did not come from sso.example.org",
            "Nothing was stored. If it happens again, tell your administrator.",
        ),
        (
            Notice::WrongClock {
                device_time: at("2026-11-24 19:40"),
                server_time: at("2026-11-24 21:00"),
            },
            "The clock of this device is wrong",
            "This device says 2026-11-24 19:40, sso.example.org says 2026-11-24 21:00 (UTC).",
        ),
    ];
    notices.extend(id_token_notices());
    notices
}

/// What each fault of an ID token says.
fn id_token_notices() -> Vec<(Notice, &'static str, &'static str)> {
    let unusable = "The answer of sso.example.org cannot be used";
    let faults = [
        (
            IdTokenFault::Algorithm("RS1".to_owned()),
            "It signs with RS1, which is not accepted.",
        ),
        (IdTokenFault::AtHash, "Its parts do not belong together."),
        (IdTokenFault::Audience, "It is meant for another app."),
        (
            IdTokenFault::AuthorizedParty,
            "It is meant for several apps and does not name this one.",
        ),
        (IdTokenFault::Encrypted, "It is encrypted"),
        (
            IdTokenFault::Malformed(Some("exp".to_owned())),
            "It lacks a usable exp.",
        ),
        (IdTokenFault::Malformed(None), "Its ID token is malformed."),
        (IdTokenFault::Nonce, "It belongs to another sign-in."),
        (IdTokenFault::Subject, "It is about somebody else."),
        (
            IdTokenFault::UnknownKey,
            "It is signed with an unknown key.",
        ),
    ];
    let mut notices: Vec<_> = faults
        .into_iter()
        .map(|(fault, text)| (Notice::IdToken(fault), unusable, text))
        .collect();
    notices.push((
        Notice::IdToken(IdTokenFault::Old),
        "sso.example.org did not renew your sign-in",
        "It sent an old ID token. You are still signed in.",
    ));
    notices
}
