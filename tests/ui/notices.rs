//! What every notice says, in each place where it can stand.

use vestibule::{
    notice::{NotKept, Notice},
    state::Message,
};

use crate::world::{World, failed, failure, signed_in, signed_out};

/// Every notice with its heading and its text.
fn every_notice() -> Vec<(Notice, &'static str, &'static str)> {
    let at = |time: &str| time.to_owned();
    vec![
        (
            Notice::AccessDenied,
            "The sign-in was refused",
            "Somebody chose Cancel in the browser. Nothing was changed.",
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
    ]
}

#[test]
fn a_failed_sign_in_says_what_happened_the_cause_and_the_remedy() {
    let world = World::new();
    for (notice, heading, text) in every_notice() {
        world.show(&failed(notice.clone()));
        assert!(
            world.labels().iter().any(|l| l == heading),
            "{notice:?}: {:?}",
            world.labels()
        );
        assert!(world.says(text), "{notice:?}: {:?}", world.labels());
        assert_eq!(world.buttons(), ["Try again", "Cancel", "Details", "About"]);
    }
}

#[test]
fn a_notice_beside_a_session_stands_on_top_with_its_cause() {
    let world = World::new();
    for (notice, heading, text) in every_notice() {
        world.show(&signed_in(Some(notice.clone()), Message::Absent));
        let labels = world.labels();
        let place = |words: &str| labels.iter().position(|label| label.contains(words));
        assert!(place(heading).is_some(), "{notice:?}: {labels:?}");
        assert!(place(text).is_some(), "{notice:?}: {labels:?}");
        assert!(
            place(heading) < place("Welcome, Ada Lovelace"),
            "{labels:?}"
        );
    }
}

#[test]
fn what_could_not_be_read_is_told_where_somebody_can_sign_in() {
    let world = World::new();
    for (notice, heading, text) in every_notice() {
        if matches!(notice, Notice::NotReadable(_)) {
            world.show(&signed_out(Some(notice)));
            assert!(world.says(heading), "{:?}", world.labels());
            assert!(world.says(text), "{:?}", world.labels());
            assert_eq!(world.buttons(), ["Sign in", "About"]);
        }
    }
}

#[test]
fn a_message_that_did_not_come_says_who_failed_and_keeps_the_person_signed_in() {
    let world = World::new();
    for (notice, heading, text) in every_notice() {
        world.show(&signed_in(None, Message::Failed(failure(notice.clone()))));
        assert_eq!(
            world.buttons(),
            ["Try again", "Details", "Sign out", "About"],
            "{notice:?}"
        );
        assert!(world.says("You are signed in to sso.example.org."));
        // The provider's failures are not blamed on the message server.
        assert!(world.says(heading), "{notice:?}: {:?}", world.labels());
        assert!(world.says(text), "{notice:?}: {:?}", world.labels());
    }
}
