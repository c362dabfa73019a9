//! What every notice says, in each place where it can stand.

use vestibule::{notice::NoticeKind, state::Answer};

use crate::{
    every_notice::every_notice,
    world::{World, failed, failure, signed_in, signed_out},
};

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
        world.show(&signed_in(Some(notice.clone()), Answer::Absent));
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
        if notice.kind == NoticeKind::NotReadable {
            world.show(&signed_out(Some(notice)));
            assert!(world.says(heading), "{:?}", world.labels());
            assert!(world.says(text), "{:?}", world.labels());
            assert_eq!(
                world.buttons(),
                ["Sign in", "Sign in with a phone", "About"]
            );
        }
    }
}

#[test]
fn a_message_that_did_not_come_says_who_failed_and_keeps_the_person_signed_in() {
    let world = World::new();
    for (notice, heading, text) in every_notice() {
        world.show(&signed_in(None, Answer::Failed(failure(notice.clone()))));
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
