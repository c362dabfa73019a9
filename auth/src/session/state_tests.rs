use std::collections::HashSet;

use super::{
    super::fixtures::{STANDINGS, at, standing, token, told},
    *,
};

/// All that may happen, under the names of the table.
const EVENTS: [&str; 15] = [
    "found 1",
    "found 0",
    "found x",
    "written 2 #4",
    "written 2 #-",
    "locked 2 #4",
    "no answer 1 #4",
    "unread 2 #-",
    "succeeds with lock",
    "succeeds without",
    "holds",
    "refused",
    "replaced",
    "signed out",
    "succeeded",
];

fn failed(newest: &str, error: StoreError, was_tried: bool, generation: Option<u64>) -> Event {
    Event::NotWritten(FailedWrite {
        token: token(newest),
        error,
        was_tried,
        generation,
        counted: Some(3),
        at: at(20),
    })
}

fn event(name: &str) -> Event {
    let found = |newest| Event::Found {
        token: token(newest),
        generation: Some(4),
    };
    let written = |generation| Event::Written {
        token: token("2"),
        generation,
    };
    match name {
        "found 1" => found("1"),
        "found 0" => found("0"),
        "found x" => found("x"),
        "written 2 #4" => written(Some(4)),
        "written 2 #-" => written(None),
        "locked 2 #4" => failed("2", StoreError::Locked, true, Some(4)),
        "no answer 1 #4" => failed("1", StoreError::NoAnswer, true, Some(4)),
        "unread 2 #-" => failed("2", StoreError::Absent, false, None),
        "succeeds with lock" => Event::Succeeds(Some(StoreLock::alone())),
        "succeeds without" => Event::Succeeds(None),
        "holds" => Event::Holds(StoreLock::alone()),
        "refused" => Event::InvalidGrant(None),
        "replaced" => Event::EndedElsewhere,
        "signed out" => Event::EndedHere,
        "succeeded" => Event::Succeeded,
        other => panic!("{other}"),
    }
}

/// A new event does not compile here before it is counted below.
fn kind(event: &Event) -> u8 {
    match event {
        Event::Found { .. } => 1,
        Event::Written { .. } => 2,
        Event::NotWritten(_) => 3,
        Event::Succeeds(_) => 4,
        Event::Holds(_) => 5,
        Event::InvalidGrant(_) => 6,
        Event::EndedElsewhere => 7,
        Event::EndedHere => 8,
        Event::Succeeded => 9,
    }
}

/// What becomes of each standing; it is told in the comment above its rows.
const TABLE: [(&str, [(&str, &str); EVENTS.len()]); STANDINGS.len()] = [
    // new 1*
    (
        "new",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "stored 0 #4"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #-"),
            ("locked 2 #4", "unstored 2* #4 [2] Locked @20 r"),
            ("no answer 1 #4", "unstored 1* #4 [1] NoAnswer @20 u"),
            ("unread 2 #-", "unstored 2* #- [] Absent @20"),
            ("succeeds with lock", "new 1*"),
            ("succeeds without", "new 1*"),
            ("holds", "new 1*"),
            ("refused", "ended 1 unstored, NotYet: Expired"),
            ("replaced", "ended 1 unstored, NotYet: Elsewhere"),
            ("signed out", "ended 1 unstored, NotYet: here"),
            ("succeeded", "ended 1 unstored, NotYet: here, succeeded"),
        ],
    ),
    // nothing
    (
        "nothing",
        [
            ("found 1", "nothing"),
            ("found 0", "nothing"),
            ("found x", "nothing"),
            ("written 2 #4", "nothing"),
            ("written 2 #-", "nothing"),
            ("locked 2 #4", "nothing"),
            ("no answer 1 #4", "nothing"),
            ("unread 2 #-", "nothing"),
            ("succeeds with lock", "nothing"),
            ("succeeds without", "nothing"),
            ("holds", "nothing"),
            ("refused", "ended - unstored, NoRefreshToken: Expired"),
            ("replaced", "ended - unstored, NoRefreshToken: Elsewhere"),
            ("signed out", "ended - unstored, NoRefreshToken: here"),
            (
                "succeeded",
                "ended - unstored, NoRefreshToken: here, succeeded",
            ),
        ],
    ),
    // unstored 1* #- [1] Locked @10 r
    (
        "unstored",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "stored 0 #4"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #-"),
            ("locked 2 #4", "unstored 2* #4 [1 2] Locked @20 r"),
            ("no answer 1 #4", "unstored 1* #4 [1] NoAnswer @20 ur"),
            ("unread 2 #-", "unstored 2* #- [1] Absent @20 r"),
            ("succeeds with lock", "unstored 1* #- [1] Locked @10 rwl"),
            ("succeeds without", "unstored 1* #- [1] Locked @10 rw"),
            ("holds", "unstored 1* #- [1] Locked @10 r"),
            ("refused", "ended 1 unstored, Failed: Expired"),
            ("replaced", "ended 1 unstored, Failed: Elsewhere"),
            ("signed out", "ended 1 unstored, Failed: here"),
            ("succeeded", "ended 1 unstored, Failed: here, succeeded"),
        ],
    ),
    // unstored 1* #3 [0 1] NoAnswer @10 u
    (
        "unsure",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "unstored 1* #3 [0 1] NoAnswer @10 u"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #3"),
            ("locked 2 #4", "unstored 2* #4 [0 1 2] Locked @20 rw"),
            ("no answer 1 #4", "unstored 1* #4 [0 1] NoAnswer @20 u"),
            ("unread 2 #-", "unstored 2* #3 [0 1] Absent @20 rw"),
            ("succeeds with lock", "unstored 1* #3 [0 1] NoAnswer @10 u"),
            ("succeeds without", "unstored 1* #3 [0 1] NoAnswer @10 u"),
            ("holds", "unstored 1* #3 [0 1] NoAnswer @10 u"),
            ("refused", "ended 1 unstored, Failed: Expired"),
            ("replaced", "ended 1 unstored, Failed: Elsewhere"),
            ("signed out", "ended 1 unstored, Failed: here"),
            ("succeeded", "ended 1 unstored, Failed: here, succeeded"),
        ],
    ),
    // unstored 1* #- [1] Locked @10 rw
    (
        "heir",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "stored 0 #4"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #-"),
            ("locked 2 #4", "unstored 2* #4 [1 2] Locked @20 rw"),
            ("no answer 1 #4", "unstored 1* #4 [1] NoAnswer @20 urw"),
            ("unread 2 #-", "unstored 2* #- [1] Absent @20 rw"),
            ("succeeds with lock", "unstored 1* #- [1] Locked @10 rwl"),
            ("succeeds without", "unstored 1* #- [1] Locked @10 rw"),
            ("holds", "unstored 1* #- [1] Locked @10 rwl"),
            ("refused", "ended 1 unstored, Failed: Expired"),
            ("replaced", "ended 1 unstored, Failed: Elsewhere"),
            ("signed out", "ended 1 unstored, Failed: here"),
            ("succeeded", "ended 1 unstored, Failed: here, succeeded"),
        ],
    ),
    // stored 1* #3
    (
        "stored",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "stored 0 #4"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #3"),
            ("locked 2 #4", "behind 2* #4 [1 2] Locked @20 rw"),
            ("no answer 1 #4", "behind 1* #4 [1] NoAnswer @20 urw"),
            ("unread 2 #-", "behind 2* #3 [1] Absent @20 rw"),
            ("succeeds with lock", "stored 1* #3"),
            ("succeeds without", "stored 1* #3"),
            ("holds", "stored 1* #3"),
            ("refused", "stored 1* #3"),
            ("replaced", "ended 1 stored, Yes: Elsewhere"),
            ("signed out", "ended 1 stored, Yes: here"),
            ("succeeded", "ended 1 stored, Yes: here, succeeded"),
        ],
    ),
    // behind 1* #3 [0 1] Locked @10 rwl
    (
        "behind",
        [
            ("found 1", "stored 1* #4"),
            ("found 0", "behind 1* #3 [0 1] Locked @10 rwl"),
            ("found x", "stored x #4"),
            ("written 2 #4", "stored 2* #4"),
            ("written 2 #-", "stored 2* #3"),
            ("locked 2 #4", "behind 2* #4 [0 1 2] Locked @20 rwl"),
            ("no answer 1 #4", "behind 1* #4 [0 1] NoAnswer @20 urwl"),
            ("unread 2 #-", "behind 2* #3 [0 1] Absent @20 rwl"),
            ("succeeds with lock", "behind 1* #3 [0 1] Locked @10 rwl"),
            ("succeeds without", "behind 1* #3 [0 1] Locked @10 rwl"),
            ("holds", "behind 1* #3 [0 1] Locked @10 rwl"),
            ("refused", "ended 1 stored, Failed: Expired"),
            ("replaced", "ended 1 stored, Failed: Elsewhere"),
            ("signed out", "ended 1 stored, Failed: here"),
            ("succeeded", "ended 1 stored, Failed: here, succeeded"),
        ],
    ),
    // ended 1 stored, Yes: here
    (
        "ended",
        [
            ("found 1", "ended 1 stored, Yes: here"),
            ("found 0", "ended 1 stored, Yes: here"),
            ("found x", "ended 1 stored, Yes: here"),
            ("written 2 #4", "ended 1 stored, Yes: here"),
            ("written 2 #-", "ended 1 stored, Yes: here"),
            ("locked 2 #4", "ended 1 stored, Yes: here"),
            ("no answer 1 #4", "ended 1 stored, Yes: here"),
            ("unread 2 #-", "ended 1 stored, Yes: here"),
            ("succeeds with lock", "ended 1 stored, Yes: here"),
            ("succeeds without", "ended 1 stored, Yes: here"),
            ("holds", "ended 1 stored, Yes: here"),
            ("refused", "ended 1 stored, Yes: here"),
            ("replaced", "ended 1 stored, Yes: here"),
            ("signed out", "ended 1 stored, Yes: here"),
            ("succeeded", "ended 1 stored, Yes: here"),
        ],
    ),
];

#[test]
fn each_event_makes_of_each_standing_what_the_table_says() {
    assert_eq!(TABLE.map(|(name, _)| name), STANDINGS);
    for (name, rows) in TABLE {
        assert_eq!(rows.map(|(what, _)| what), EVENTS);
        for (what, expected) in rows {
            let found = told(&standing(name).on(event(what)));
            assert_eq!(found, expected, "{name}: {what}");
        }
    }
}

#[test]
fn the_table_has_all_kinds_of_standings_and_of_events() {
    let kinds: HashSet<_> = EVENTS.iter().map(|name| kind(&event(name))).collect();
    assert_eq!(kinds, HashSet::from_iter(1..=9));
    let variants = STANDINGS.map(|name| std::mem::discriminant(&standing(name)));
    assert_eq!(HashSet::from(variants).len(), 6);
}

/// Whoever takes it out has it alone.
#[test]
fn a_store_lock_is_taken_out_once() {
    for name in STANDINGS {
        let mut taken = standing(name);
        assert_eq!(
            taken.take_store_lock().is_some(),
            name == "behind",
            "{name}"
        );
        assert!(taken.take_store_lock().is_none(), "{name}");
    }
}
