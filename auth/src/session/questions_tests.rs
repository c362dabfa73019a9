use super::{
    super::{
        fixtures::{STANDINGS, at, standing, token},
        state::{Event, FailedWrite},
    },
    *,
};

fn told(result: Result<RefreshToken, Error>) -> String {
    match result {
        Ok(token) => token.secret().to_owned(),
        Err(error) => error.to_string(),
    }
}

/// A number that another process has counted since is 4; without a lock file there is
/// none.
const COUNTED: [Option<u64>; 3] = [Some(3), Some(4), None];

#[test]
fn the_newest_token_is_looked_for_where_another_process_may_have_left_it() {
    let ended = "signed out in another window";
    for (name, expected) in [
        ("new", ["1", "1", "1"]),
        ("nothing", ["the provider no longer accepts it"; 3]),
        ("unstored", ["1", "1", "1"]),
        ("unsure", ["1", "store", "store"]),
        ("heir", ["1", "1", "1"]),
        ("stored", ["store", "store", "store"]),
        ("behind", ["1", "store", "store"]),
        ("ended", [ended; 3]),
    ] {
        let found = COUNTED.map(|counted| match standing(name).newest(counted) {
            Newest::Memory(token) => token.secret().to_owned(),
            Newest::Store => "store".to_owned(),
            Newest::Nowhere(cause) => cause.to_string(),
        });
        assert_eq!(found, expected, "{name}");
    }
}

#[test]
fn a_token_that_another_process_may_have_used_is_not_used_again() {
    let locked = "session store: the keychain is locked";
    let elsewhere = "the session ended: signed out in another window";
    for (name, not_read, nothing_there) in [
        ("new", ["1", "1", "1"], "1"),
        ("nothing", [elsewhere; 3], elsewhere),
        ("unstored", ["1", "1", "1"], "1"),
        // What got no answer may be there, and be used.
        ("unsure", ["1", locked, locked], "1"),
        ("heir", ["1", "1", "1"], "1"),
        // Without a lock file, no other process shares the store.
        ("stored", ["1", locked, "1"], elsewhere),
        ("behind", ["1", "1", "1"], "1"),
        ("ended", [elsewhere; 3], elsewhere),
    ] {
        let standing = standing(name);
        for (counted, expected) in COUNTED.into_iter().zip(not_read) {
            let found = standing.newest_without_store(Some(StoreError::Locked), counted);
            assert_eq!(told(found), expected, "{name} {counted:?}");
            let found = standing.newest_without_store(None, counted);
            assert_eq!(told(found), nothing_there, "{name} {counted:?}");
        }
    }
}

#[test]
fn what_is_stored_is_looked_at_before_it_may_be_somebody_elses() {
    for (name, expected) in [
        ("new", "write"),
        ("nothing", "the provider gave no refresh token"),
        ("unstored", "look"),
        ("unsure", "look"),
        ("heir", "look"),
        ("stored", "look"),
        ("behind", "look"),
        ("ended", "cancelled"),
    ] {
        let found = match standing(name).before_write() {
            BeforeWrite::Nothing => "write".to_owned(),
            BeforeWrite::Look => "look".to_owned(),
            BeforeWrite::Refuse { error, .. } => error.to_string(),
        };
        assert_eq!(found, expected, "{name}");
    }
    let replaced = standing("stored").on(Event::EndedElsewhere);
    let refused = replaced.before_write();
    assert!(matches!(
        refused,
        BeforeWrite::Refuse {
            error: Error::Ended(Ended::Elsewhere),
            is_revoked: true
        }
    ));
}

#[test]
fn what_comes_after_the_end_is_revoked_unless_the_same_person_goes_on() {
    use Event::{EndedElsewhere, EndedHere, Succeeded};
    for (event, expected) in [
        (EndedHere, true),
        (EndedElsewhere, true),
        (Succeeded, false),
    ] {
        let ended = standing("behind").on(event);
        let BeforeWrite::Refuse { is_revoked, .. } = ended.before_write() else {
            panic!("it is written");
        };
        assert_eq!(is_revoked, expected);
    }
}

#[test]
fn a_newer_session_and_somebody_elses_are_never_written_over() {
    use Verdict::{Replaced, TakeOver, Write};
    for (name, none, older, same, newest, other, anothers) in [
        (
            "unstored", Write, TakeOver, Write, Write, TakeOver, Replaced,
        ),
        ("unsure", Write, Write, Write, Write, TakeOver, Replaced),
        ("heir", Write, TakeOver, Write, Write, TakeOver, Replaced),
        (
            "stored", Replaced, TakeOver, Write, Write, TakeOver, Replaced,
        ),
        ("behind", Replaced, Write, Write, Write, TakeOver, Replaced),
    ] {
        let judge = |found| standing(name).judge(&token("2"), &found, Some(4));
        assert_eq!(judge(Found::Nothing), none, "{name}");
        assert_eq!(judge(Found::Persons(token("0"))), older, "{name}");
        assert_eq!(judge(Found::Persons(token("1"))), same, "{name}");
        assert_eq!(judge(Found::Persons(token("2"))), newest, "{name}");
        assert_eq!(judge(Found::Persons(token("x"))), other, "{name}");
        assert_eq!(judge(Found::AnotherPersons), anothers, "{name}");
    }
}

/// Nobody changed it since; while another process has the store lock, that is not known.
#[test]
fn a_session_that_was_never_stored_replaces_what_was_stored_at_its_sign_in() {
    use Verdict::{Replaced, TakeOver, Wait, Write};
    for (name, then, unknown) in [
        ("unstored", [Write, Write], Some(StoreError::Locked)),
        ("unsure", [Write, Write], Some(StoreError::NoAnswer)),
        ("heir", [Write, Write], Some(StoreError::Locked)),
        ("stored", [TakeOver, Replaced], None),
        ("behind", [TakeOver, Replaced], None),
    ] {
        let judge = |counted| {
            let found = [Found::Persons(token("x")), Found::AnotherPersons];
            found.map(|found| standing(name).judge(&token("2"), &found, counted))
        };
        let unknown = unknown.map(|cause| [Wait(cause.clone()), Wait(cause)]);
        assert_eq!(
            judge(None),
            unknown.unwrap_or([TakeOver, Replaced]),
            "{name}"
        );
        assert_eq!(judge(Some(3)), then, "{name}");
    }
}

#[test]
fn what_others_stored_while_the_store_could_not_be_read_is_not_replaced_after_it() {
    for (was_tried, expected) in [(true, Verdict::Write), (false, Verdict::Replaced)] {
        let standing = standing("unsure").on(Event::NotWritten(FailedWrite {
            token: token("2"),
            error: StoreError::Locked,
            was_tried,
            generation: Some(5),
            counted: Some(5),
            at: at(20),
        }));
        let verdict = standing.judge(&token("2"), &Found::AnotherPersons, Some(5));
        assert_eq!(verdict, expected, "{was_tried}");
    }
}

#[test]
fn after_an_exchange_nothing_is_to_be_done_where_the_token_is_stored_or_another_took_its_place() {
    for name in STANDINGS {
        let (standing, is_stored) = (standing(name), name == "stored");
        let (used, newest) = (token("1"), token("2"));
        assert_eq!(standing.is_settled(&used, &used), is_stored, "{name}");
        assert!(!standing.is_settled(&used, &newest), "{name}");
        // A newer session was taken over while the older token was exchanged.
        let is_live = !matches!(name, "nothing" | "ended");
        assert_eq!(standing.is_settled(&token("0"), &newest), is_live, "{name}");
    }
}

#[test]
fn each_standing_says_what_others_may_know() {
    let locked = || Stored::Failed(StoreError::Locked);
    for (name, stored, was_stored, elsewhere, waits) in [
        ("new", Stored::NotYet, false, false, false),
        ("nothing", Stored::NoRefreshToken, false, false, false),
        ("unstored", locked(), false, false, true),
        (
            "unsure",
            Stored::Failed(StoreError::NoAnswer),
            false,
            true,
            false,
        ),
        ("heir", locked(), false, false, true),
        ("stored", Stored::Yes, true, true, false),
        ("behind", locked(), true, true, true),
        ("ended", Stored::Yes, true, true, false),
    ] {
        let standing = standing(name);
        assert_eq!(standing.stored(), stored, "{name}");
        assert_eq!(standing.was_stored(), was_stored, "{name}");
        assert_eq!(standing.is_known_elsewhere(), elsewhere, "{name}");
        assert_eq!(standing.waiting().is_some(), waits, "{name}");
        assert_eq!(standing.token().is_some(), name != "nothing", "{name}");
    }
}

#[test]
fn a_locked_keychain_is_left_alone_for_ten_seconds_and_any_other_is_not() {
    let locked = standing("unstored");
    let unwritten = locked.waiting().unwrap();
    // The clock may have been set back, too.
    for (now, is_due) in [(10, false), (19, false), (20, true), (9, false)] {
        assert_eq!(unwritten.is_due(at(now)), is_due, "{now}");
    }
    let silent = Unwritten {
        cause: StoreError::NoAnswer,
        store_lock: None,
        may_have: Vec::new(),
        ..*unwritten
    };
    assert!(silent.is_due(at(10)));
}
