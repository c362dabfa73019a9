//! The words of every notice.

mod device;
mod id_tokens;

use vestibule::notice::{Notice, NoticeKind, StoreTrouble};

/// Every notice with its heading and its text.
pub fn every_notice() -> Vec<(Notice, &'static str, &'static str)> {
    let mut notices = vec![
        (
            NoticeKind::AccessDenied.into(),
            "The sign-in was refused",
            "Somebody chose Cancel in the browser. Nothing was changed.",
        ),
        (
            NoticeKind::ApiPage.into(),
            "The message server gave an unexpected answer",
            "A page came instead of the message.",
        ),
        (
            Notice::naming(NoticeKind::ApiRedirect, "https://api.example/new"),
            "The message server gave an unexpected answer",
            "It is now at https://api.example/new. Check the setting api_url.",
        ),
        (
            NoticeKind::ApiTrouble.into(),
            "The message server has a problem",
            "Not your fault. Try again in a minute.",
        ),
        (
            NoticeKind::ApiRefused.into(),
            "The message server refused this sign-in",
            "Sign out and sign in again.",
        ),
        (
            NoticeKind::ApiUnreachable.into(),
            "The message server could not be reached",
            "You are still signed in.",
        ),
        (
            Notice::naming(NoticeKind::ApiUnexpected, "404"),
            "The message server gave an unexpected answer",
            "It answered with status 404. Check the setting api_url.",
        ),
        (
            Notice {
                device_time: "2026-11-24 19:40".to_owned(),
                ..Notice::naming(NoticeKind::Certificate, "keys.example.net")
            },
            "The connection to keys.example.net is not safe",
            "Check date and time of this device. It says 2026-11-24 19:40 (UTC).",
        ),
        (
            NoticeKind::Defect.into(),
            "Something went wrong in this app",
            "Nothing was changed. Please report it.",
        ),
        (
            Notice::naming(NoticeKind::IssuerMoved, "https://new.example"),
            "sso.example.org is at another address",
            "It is now https://new.example. Check the setting issuer.",
        ),
        (
            NoticeKind::Page.into(),
            "Something is between this device and sso.example.org",
            "A page came instead of its answer.",
        ),
        (
            NoticeKind::ProviderDenied.into(),
            "The sign-in was refused",
            "sso.example.org does not allow it. Details say why. Nothing was changed.",
        ),
        (
            Notice::naming(NoticeKind::Proxy, "sso.example.org"),
            "The proxy could not be used",
            "Details name the setting to correct.",
        ),
        (
            Notice::naming(NoticeKind::Redirected, "https://portal.example/"),
            "Something is between this device and sso.example.org",
            "Its answer is said to be at https://portal.example/.",
        ),
        (
            NoticeKind::SessionBusy.into(),
            "Another program is renewing your session",
            "You stay signed in.",
        ),
        (
            Notice::naming(NoticeKind::UnusableAnswer, "token_type"),
            "The answer of sso.example.org cannot be used",
            "It lacks a usable token_type.",
        ),
        (
            Notice::naming(NoticeKind::UnusableDocument, "jwks_uri"),
            "What sso.example.org publishes cannot be used",
            "It lacks a usable jwks_uri. Check the setting issuer",
        ),
        (
            Notice::naming(NoticeKind::IssuerMismatch, "https://other.example"),
            "This answer did not come from sso.example.org",
            "It names another issuer: https://other.example.",
        ),
        (
            Notice::naming(NoticeKind::RoleRequired, "reader"),
            "You have no access to this message",
            "Ask for the role reader.",
        ),
        (
            NoticeKind::NoAccess.into(),
            "You have no access to this message",
            "Ask your administrator for it.",
        ),
        (
            Notice::naming(NoticeKind::NoRedirectPort, "8765, 8766"),
            "The browser cannot reach this app",
            "Another program blocks it. Use a phone instead, or set other ports (redirect_ports). Tried: 8765, 8766.",
        ),
        (
            NoticeKind::RedirectPortDisturbed.into(),
            "The browser cannot reach this app",
            "Another program disturbs its port. Use a phone instead, or set other ports (redirect_ports).",
        ),
        (
            NoticeKind::NotAnIssuer.into(),
            "No provider was found at sso.example.org",
            "Check that the setting issuer is spelt exactly as the provider spells it.",
        ),
        (
            Notice::of_store(NoticeKind::NotStored, StoreTrouble::NoKeychain),
            "You will have to sign in again next time",
            "No safe place to keep the session was found.",
        ),
        (
            Notice::of_store(NoticeKind::NotStored, StoreTrouble::Locked),
            "You will have to sign in again next time",
            "The keychain is locked.",
        ),
        (
            Notice::of_store(NoticeKind::NotStored, StoreTrouble::NoAnswer),
            "You will have to sign in again next time",
            "The keychain does not answer.",
        ),
        (
            NoticeKind::NoRefreshToken.into(),
            "You will have to sign in again next time",
            "sso.example.org does not let this app stay signed in.",
        ),
        (
            Notice::of_store(NoticeKind::NotStored, StoreTrouble::Failed),
            "You will have to sign in again next time",
            "The keychain or file refused it.",
        ),
        (
            NoticeKind::MemoryOnly.into(),
            "You will have to sign in again next time",
            "The settings ask to keep it in memory only.",
        ),
        (
            Notice::of_store(NoticeKind::NotReadable, StoreTrouble::NoKeychain),
            "The kept sign-in could not be read",
            "No safe place to keep the session was found. Nothing was changed.",
        ),
        (
            Notice::of_store(NoticeKind::NotReadable, StoreTrouble::Locked),
            "The kept sign-in could not be read",
            "The keychain is locked. Nothing was changed.",
        ),
        (
            Notice::of_store(NoticeKind::NotReadable, StoreTrouble::NoAnswer),
            "The kept sign-in could not be read",
            "The keychain does not answer. Nothing was changed.",
        ),
        (
            NoticeKind::ProviderRefused.into(),
            "sso.example.org refused the sign-in",
            "Nothing was stored.",
        ),
        (
            NoticeKind::ProviderTrouble.into(),
            "sso.example.org has a problem",
            "Not your fault. Try again in a minute.",
        ),
        (
            NoticeKind::ProviderUnreachable.into(),
            "sso.example.org could not be reached",
            "Check the network, then try again.",
        ),
        (
            NoticeKind::RevocationFailed.into(),
            "You are signed out on this device.",
            "sso.example.org did not confirm that the session has ended there too.",
        ),
        (
            NoticeKind::SessionExpired.into(),
            "Please sign in again",
            "Your session ended.",
        ),
        (
            NoticeKind::SessionGone.into(),
            "Please sign in again",
            "Your session ended. Somebody signed out in another window or terminal.",
        ),
        (
            NoticeKind::SessionRefused.into(),
            "Please sign in again",
            "sso.example.org wants you to sign in again.",
        ),
        (
            NoticeKind::SignedOut.into(),
            "You are signed out on this device.",
            "",
        ),
        (
            Notice::of_store(NoticeKind::StillStored, StoreTrouble::Locked),
            "Your session may still be kept on this device",
            "The keychain is locked. You may be signed in again at the next start.",
        ),
        (
            NoticeKind::TookTooLong.into(),
            "The sign-in took too long",
            "Start again; you have 5 minutes.",
        ),
        (
            NoticeKind::UntrustedAnswer.into(),
            "This answer did not come from sso.example.org",
            "Nothing was stored. If it happens again, tell your administrator.",
        ),
        (
            Notice {
                device_time: "2026-11-24 19:40".to_owned(),
                server_time: "2026-11-24 21:00".to_owned(),
                ..NoticeKind::WrongClock.into()
            },
            "The clock of this device is wrong",
            "This device says 2026-11-24 19:40, sso.example.org says 2026-11-24 21:00 (UTC).",
        ),
    ];
    notices.extend(device::notices());
    notices.extend(id_tokens::notices());
    notices
}

/// What the list says of each is held in each place where it can stand: `notices.rs`.
#[test]
fn every_kind_of_notice_is_in_the_list() {
    let listed: Vec<_> = every_notice()
        .iter()
        .map(|(notice, ..)| notice.kind)
        .collect();
    for kind in NoticeKind::ALL {
        assert!(listed.contains(kind), "{kind:?} is missing");
    }
}
