//! Window and terminal at the same moment: security catalogue F3.

use std::{
    sync::{
        Arc, Barrier,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use vestibule::auth::{
    error::StoreError,
    ports::{StoreKind, TokenStore},
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

/// The store of a process that cannot reach its keychain for a while.
struct Deaf {
    file: FileStore,
    deaf: AtomicBool,
}

impl TokenStore for Deaf {
    fn kind(&self) -> StoreKind {
        self.file.kind()
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        if self.deaf.load(Ordering::SeqCst) {
            return Err(StoreError::NoAnswer);
        }
        self.file.read(key)
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        self.file.write(key, item)
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.file.delete(key)
    }
}

#[test]
fn who_cannot_read_the_store_does_not_use_a_token_that_another_process_has_used() {
    let world = World::refreshing();
    let folder = Folder::new("deaf");
    let (item, lock) = (folder.0.join("item"), folder.0.join("lock"));
    let store = Arc::new(Deaf {
        file: FileStore(item.clone()),
        deaf: AtomicBool::new(false),
    });
    let window = world.process(store.clone(), lock.clone());
    let session = sign_in(&window).unwrap();
    // Alone, it goes on with what is in memory.
    store.deaf.store(true, Ordering::SeqCst);
    use_session(&window, &session).unwrap();
    // Another process renews the session: what is in memory is used up.
    let terminal = world.process(Arc::new(FileStore(item)), lock);
    use_session(&terminal, &kept(&terminal)).unwrap();
    let refused = use_session(&window, &session).unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    // Nobody is signed out by it, and it goes on by itself.
    store.deaf.store(false, Ordering::SeqCst);
    use_session(&window, &session).unwrap();
    use_session(&terminal, &kept(&terminal)).unwrap();
}
