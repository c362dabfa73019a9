//! Window and terminal at the same moment: security catalogue F3.

use std::{
    sync::{Arc, Barrier},
    thread,
};

use crate::{
    store::{FileStore, Folder},
    world::{World, kept, sign_in, use_session},
};

const ROUNDS: usize = 50;

/// The provider ends the whole family at the second use of a token, so one
/// lost race in fifty is seen.
#[test]
fn two_processes_refresh_fifty_times_at_the_same_moment_and_nobody_is_signed_out() {
    let world = World::refreshing();
    let folder = Folder::new("race");
    let process = || {
        let store = Arc::new(FileStore(folder.0.join("item")));
        world.process(store, folder.0.join("lock"))
    };
    sign_in(&process()).unwrap();
    let exchanges = world.http.count("/token");
    let start = Arc::new(Barrier::new(2));
    let racers: Vec<_> = (0..2)
        .map(|_| {
            let (client, start) = (process(), start.clone());
            thread::spawn(move || {
                let session = kept(&client);
                let refresh = |round| {
                    start.wait();
                    let refreshed = use_session(&client, &session);
                    refreshed.map_err(|error| format!("round {round}: {error}"))
                };
                // All rounds, so that the other is not left waiting.
                let results: Vec<_> = (0..ROUNDS).map(refresh).collect();
                results.into_iter().collect::<Result<Vec<_>, _>>()
            })
        })
        .collect();
    let results: Vec<_> = racers.into_iter().map(|r| r.join().unwrap()).collect();
    for result in &results {
        assert!(result.is_ok(), "{:?}", result.as_ref().err());
    }
    let sent = world.http.sent_to("/token").split_off(exchanges);
    assert_eq!(sent.len(), 2 * ROUNDS, "one refresh each");
    let mut used: Vec<_> = sent
        .iter()
        .map(|r| r.field("refresh_token").unwrap())
        .collect();
    used.sort();
    used.dedup();
    assert_eq!(used.len(), 2 * ROUNDS, "a token was used twice");
    let client = process();
    use_session(&client, &kept(&client)).unwrap();
}
