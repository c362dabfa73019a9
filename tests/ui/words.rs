//! What every state says.

use std::time::Duration;

use vestibule::{
    notice::{Failure, Notice, NoticeKind},
    state::{Answer, State},
};

use crate::{
    ways::awaiting,
    world::{World, ada, busy, failed, failure, message, offline, signed_in, signed_out},
};

fn after_a_second() -> Duration {
    Duration::from_secs(1)
}

#[test]
fn starting_shows_no_words_before_300_milliseconds_have_passed() {
    let world = World::new();
    world.show(&State::Starting);
    world.pass(Duration::from_millis(250));
    assert_eq!(world.buttons(), ["About"]);
    assert!(!world.says("Starting"));
    world.pass(Duration::from_millis(100));
    assert!(world.says("Starting…"));
    assert_eq!(world.buttons(), ["Cancel", "About"]);
}

#[test]
fn signed_out_names_the_host_and_offers_to_sign_in() {
    let world = World::new();
    world.show(&signed_out(None));
    assert!(world.says("Sign in to sso.example.org"));
    assert!(world.says("Your browser will open. No password is typed in this app."));
    assert_eq!(
        world.buttons(),
        ["Sign in", "Sign in with a phone", "About"]
    );
}

#[test]
fn after_a_sign_out_the_browser_can_be_signed_out_too() {
    let world = World::new();
    world.show(&signed_out(Some(NoticeKind::SignedOut.into())));
    assert!(
        world
            .labels()
            .iter()
            .any(|l| l == "You are signed out on this device.")
    );
    assert_eq!(
        world.buttons(),
        [
            "Sign in",
            "Sign in with a phone",
            "Also sign out in the browser",
            "About"
        ]
    );
}

#[test]
fn waiting_for_the_browser_shows_the_time_left_and_three_ways_out() {
    let world = World::new();
    world.show(&awaiting(false));
    assert!(world.says("Continue in your browser"));
    assert!(world.says("Waiting for you to sign in."));
    assert!(world.says("4:59 left"), "{:?}", world.labels());
    assert_eq!(
        world.buttons(),
        ["Open browser again", "Copy link", "Cancel", "About"]
    );
    world.show(&awaiting(true));
    assert!(world.says("The browser did not open. Copy the link."));
    assert!(!world.says("Waiting for you"));
}

#[test]
fn the_address_of_the_sign_in_is_nowhere_on_the_screen() {
    let world = World::new();
    world.show(&awaiting(true));
    world.press_button("Copy link");
    assert!(world.says("Continue in your browser"));
    assert!(!world.says("authorize"), "{:?}", world.labels());
}

#[test]
fn signing_in_and_out_say_so_and_admit_that_it_takes_long() {
    let world = World::new();
    for (state, words) in [
        (State::Finishing, "Signing you in…"),
        (State::SigningOut, "Signing you out…"),
    ] {
        world.show(&signed_out(None));
        world.show(&state);
        assert!(world.says(words));
        world.pass(Duration::from_millis(4_900));
        assert!(!world.says("This takes longer than usual."));
        world.pass(Duration::from_millis(200));
        assert!(world.says("This takes longer than usual."));
    }
}

#[test]
fn signed_in_welcomes_the_person_and_shows_the_message() {
    let world = World::new();
    world.show(&signed_in(None, Answer::Absent));
    for words in [
        "Welcome, Ada Lovelace",
        "ada@example.org",
        "You are signed in to sso.example.org.",
        "Signed in as Ada Lovelace",
    ] {
        assert!(
            world.labels().iter().any(|l| l == words),
            "{words}: {:?}",
            world.labels()
        );
    }
    assert_eq!(world.buttons(), ["Fetch message", "Sign out", "About"]);
    world.show(&signed_in(None, Answer::Fetching));
    assert_eq!(world.buttons(), ["Fetching…", "Sign out", "About"]);
    world.show(&signed_in(None, Answer::Received("Only for you.".into())));
    assert!(world.says("Only for you."));
    assert_eq!(world.buttons(), ["Fetch message", "Sign out", "About"]);
}

#[test]
fn a_session_that_ended_keeps_the_name_and_asks_who_signs_in() {
    let world = World::new();
    let notice = NoticeKind::SessionExpired;
    world.show(&State::SessionEnded {
        user: ada(),
        failure: failure(notice),
    });
    assert!(world.says("Please sign in again"));
    assert!(world.says("Your session ended."));
    assert!(world.says("ada@example.org"));
    assert_eq!(world.buttons(), ["Sign in", "Not Ada Lovelace?", "About"]);
}

#[test]
fn offline_names_the_host_and_counts_down() {
    let world = World::new();
    world.show(&offline(None));
    for words in [
        "You are offline",
        "sso.example.org could not be reached.",
        "Trying again in 8 s.",
    ] {
        assert!(world.says(words), "{words}: {:?}", world.labels());
    }
    assert_eq!(world.buttons(), ["Try now", "Cancel", "About"]);
}

#[test]
fn a_long_wait_that_the_provider_asked_for_is_told_in_minutes() {
    let world = World::new();
    for (seconds, words) in [(150, "in 3 min."), (3570, "in 60 min.")] {
        world.show(&busy(seconds));
        assert!(world.says(words), "{words}: {:?}", world.labels());
        assert!(world.says("has a problem") && !world.says("offline"));
    }
}

#[test]
fn details_are_shown_on_demand_only() {
    let world = World::new();
    world.show(&failed(NoticeKind::ProviderRefused));
    assert!(!world.says("invalid_request"));
    world.press_button("Details");
    assert!(world.says("token endpoint: invalid_request"));
    world.press_button("Copy details");
    assert!(world.button("Details copied").is_some());
    world.pass(after_a_second() * 3);
    assert!(world.button("Copy details").is_some());
    world.press_button("Hide details");
    assert!(!world.says("invalid_request"));
}

/// Security catalogue L17.
#[test]
fn what_the_provider_says_stands_under_details_as_its_words() {
    let world = World::new();
    let said = "Please verify your email.";
    let failure = Failure {
        said: Some(said.to_owned()),
        ..failure(NoticeKind::ProviderDenied)
    };
    let place = [
        State::Failed {
            failure: failure.clone(),
            other_way: None,
        },
        signed_in(None, Answer::Failed(failure.clone())),
        State::SessionEnded {
            user: ada(),
            failure,
        },
    ];
    for state in place {
        world.show(&state);
        assert!(!world.says(said));
        world.press_button("Details");
        let words = format!("sso.example.org says: {said}");
        assert!(world.says(&words), "{:?}", world.labels());
    }
}

#[test]
fn offline_says_what_is_in_the_way_if_it_is_more_than_silence() {
    let world = World::new();
    let proxy = Notice::naming(NoticeKind::Proxy, "sso.example.org");
    for (notice, words) in [
        (proxy, "The proxy could not be used"),
        (
            NoticeKind::SessionBusy.into(),
            "Another program is renewing your session",
        ),
        (
            NoticeKind::Page.into(),
            "Something is between this device and",
        ),
    ] {
        let mut state = offline(None);
        if let State::Offline { failure: told, .. } = &mut state {
            *told = Some(Failure {
                details: "sso.example.org: HTTPS_PROXY cannot be used".to_owned(),
                said: Some("Please wait.".to_owned()),
                ..failure(notice)
            });
        }
        world.show(&state);
        assert!(world.says(words), "{:?}", world.labels());
        world.press_button("Details");
        assert!(
            world.says("HTTPS_PROXY cannot be used"),
            "{:?}",
            world.labels()
        );
        assert!(world.says("sso.example.org says: Please wait."));
        world.press_button("Hide details");
        assert!(!world.says("You are offline") && !world.says("could not be reached"));
        assert!(world.says("Trying again in 8 s."));
    }
}

#[test]
fn scopes_that_were_not_granted_are_named_under_details() {
    let world = World::new();
    let mut state = signed_in(None, Answer::Absent);
    world.show(&state);
    assert!(world.button("Details").is_none());
    if let State::SignedIn { missing_scopes, .. } = &mut state {
        *missing_scopes = vec!["email".into(), "read:message".into()];
    }
    world.show(&state);
    assert!(!world.says("did not grant"));
    world.press_button("Details");
    let words = "sso.example.org did not grant: email, read:message.";
    assert!(world.says(words), "{:?}", world.labels());
    if let State::SignedIn { calls, .. } = &mut state {
        *calls = message(Answer::Failed(failure(NoticeKind::ApiTrouble)));
    }
    world.show(&state);
    assert!(world.says(words) && world.says("token endpoint: invalid_request"));
}

#[test]
fn about_names_the_version_the_licences_and_slint() {
    let world = World::new();
    world.show(&signed_out(None));
    world.press_button("About");
    assert!(world.says(&format!("Vestibule {}", env!("CARGO_PKG_VERSION"))));
    for words in [
        "MIT or Apache-2.0",
        "royalty-free",
        "GPL-3.0",
        "Open Font License",
        "Made with Slint",
    ] {
        assert!(world.says(words), "{words}: {:?}", world.labels());
    }
    assert_eq!(world.buttons(), ["Close"]);
    world.press_button("Close");
    assert_eq!(
        world.buttons(),
        ["Sign in", "Sign in with a phone", "About"]
    );
}
