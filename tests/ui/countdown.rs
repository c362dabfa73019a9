//! What is counted down, and what happens at its end.

use std::time::{Duration, Instant};

use vestibule::state::{Command, State};

use crate::{
    ways::awaiting_device,
    world::{World, busy, offline},
};

#[test]
fn offline_asks_again_by_itself_once_when_the_time_has_come() {
    let world = World::new();
    world.show(&State::Offline {
        failure: None,
        user: None,
        retry_at: Instant::now(),
    });
    assert_eq!(world.commands(), []);
    world.pass(Duration::from_millis(1_100));
    assert_eq!(world.commands(), [Command::Resume]);
    world.pass(Duration::from_secs(10));
    assert_eq!(world.commands(), []);
}

/// Else a machine that was busy or asleep would be told of too much time.
#[test]
fn the_time_left_is_that_of_the_clock_and_not_of_the_timers_beats() {
    let world = World::new();
    world.show(&busy(1000));
    for _ in 0..100 {
        world.pass(Duration::from_secs(1));
    }
    // Beats alone would have come to 15.
    assert!(world.says("in 17 min."), "{:?}", world.labels());
}

#[test]
fn offline_says_that_it_asks_from_the_press_of_try_now_until_the_next_state() {
    let world = World::new();
    let retry_at = Instant::now();
    world.show(&State::Offline {
        failure: None,
        user: None,
        retry_at,
    });
    assert!(!world.says("Trying again…"));
    world.press_button("Try now");
    assert_eq!(world.commands(), [Command::Resume]);
    assert!(world.says("Trying again…"), "{:?}", world.labels());
    // The timer, a second from its end, does not ask a second time.
    world.pass(Duration::from_secs(20));
    assert_eq!(world.commands(), []);
    assert!(world.says("Trying again…") && !world.says("Trying again in"));
    world.show(&offline(None));
    assert!(world.says("Trying again in 8 s."), "{:?}", world.labels());
}

#[test]
fn offline_says_that_it_asks_when_the_time_has_come() {
    let world = World::new();
    let retry_at = Instant::now();
    world.show(&State::Offline {
        failure: None,
        user: None,
        retry_at,
    });
    world.pass(Duration::from_millis(1_100));
    assert_eq!(world.commands(), [Command::Resume]);
    assert!(world.says("Trying again…"), "{:?}", world.labels());
    assert!(!world.says("0 s."));
    world.show(&offline(None));
    assert!(world.says("Trying again in 8 s."), "{:?}", world.labels());
}

#[test]
fn the_time_of_a_code_is_counted_down_and_its_end_is_the_workers_affair() {
    let world = World::new();
    let mut state = awaiting_device();
    let State::AwaitingDevice { authorization, .. } = &mut state else {
        unreachable!();
    };
    authorization.expires_at = Instant::now();
    world.show(&state);
    assert!(world.says("New code in 0:01"), "{:?}", world.labels());
    world.pass(Duration::from_millis(1_100));
    assert!(world.says("New code in 0:00"), "{:?}", world.labels());
    world.pass(Duration::from_secs(10));
    assert_eq!(world.commands(), []);
    world.show(&awaiting_device());
    assert!(world.says("New code in 9:58"), "{:?}", world.labels());
}
