//! Window and terminal at the same moment: security catalogue F3.

use std::{
    path::Path,
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use vestibule::auth::{
    Cancel, Client, Error, Stored,
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
    /// Reads get no answer.
    deaf: AtomicBool,
    /// Writes get none.
    writes: Mutex<Writes>,
}

/// What becomes of a write, and of the answer to it.
#[derive(Clone, Copy, PartialEq)]
enum Writes {
    Answered,
    /// Written all the same.
    NotAnswered,
    Lost,
    Locked,
}

impl Deaf {
    fn new(item: &Path) -> Arc<Self> {
        Arc::new(Self {
            file: FileStore(item.to_owned()),
            deaf: AtomicBool::new(false),
            writes: Mutex::new(Writes::Answered),
        })
    }

    fn set_writes(&self, writes: Writes) {
        *self.writes.lock().unwrap() = writes;
    }
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
        let writes = *self.writes.lock().unwrap();
        if matches!(writes, Writes::Answered | Writes::NotAnswered) {
            self.file.write(key, item)?;
        }
        match writes {
            Writes::Answered => Ok(()),
            Writes::NotAnswered | Writes::Lost => Err(StoreError::NoAnswer),
            Writes::Locked => Err(StoreError::Locked),
        }
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.file.delete(key)
    }
}

/// A window whose store does not always answer, and what a terminal beside it shares.
struct Pair {
    world: World,
    folder: Arc<Folder>,
    store: Arc<Deaf>,
    window: Arc<Client>,
}

impl Pair {
    fn new(name: &str) -> Self {
        let (world, folder) = (World::refreshing(), Folder::new(name));
        let store = Deaf::new(&folder.0.join("item"));
        let window = world.process(store.clone(), folder.0.join("lock"));
        Self {
            world,
            folder,
            store,
            window,
        }
    }

    fn item(&self) -> FileStore {
        FileStore(self.folder.0.join("item"))
    }

    fn terminal(&self) -> Arc<Client> {
        let store = Arc::new(self.item());
        self.world.process(store, self.folder.0.join("lock"))
    }
}

#[test]
fn who_cannot_read_the_store_does_not_use_a_token_that_another_process_has_used() {
    let pair = Pair::new("deaf");
    let (store, window) = (&pair.store, &pair.window);
    let session = sign_in(window).unwrap();
    // Alone, it goes on with what is in memory; others wait until that is kept.
    store.deaf.store(true, Ordering::SeqCst);
    use_session(window, &session).unwrap();
    assert_eq!(session.stored(), Stored::Failed(StoreError::NoAnswer));
    store.deaf.store(false, Ordering::SeqCst);
    window.catch_up();
    store.deaf.store(true, Ordering::SeqCst);
    // Another process renews the session: what is in memory is used up.
    let terminal = pair.terminal();
    use_session(&terminal, &kept(&terminal)).unwrap();
    let refused = use_session(window, &session).unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    // Nobody is signed out by it, and it goes on by itself.
    store.deaf.store(false, Ordering::SeqCst);
    use_session(window, &session).unwrap();
    use_session(&terminal, &kept(&terminal)).unwrap();
}

#[test]
fn nobody_uses_what_is_kept_as_long_as_another_process_has_a_newer_token_that_is_not() {
    let pair = Pair::new("behind");
    let (store, window) = (&pair.store, &pair.window);
    let session = sign_in(window).unwrap();
    store.set_writes(Writes::Lost);
    use_session(window, &session).unwrap();
    assert_eq!(session.stored(), Stored::Failed(StoreError::NoAnswer));

    let terminal = pair.terminal();
    let old = kept(&terminal);
    let cancel = Cancel::default();
    let waited = thread::scope(|scope| {
        let waits = scope.spawn(|| terminal.access_token(&old, &cancel).map(drop));
        thread::sleep(Duration::from_millis(200));
        cancel.cancel();
        waits.join().unwrap()
    });
    assert!(matches!(waited, Err(Error::Cancelled)), "{waited:?}");

    // Not even while it refreshes once more, without a store.
    use_session(window, &session).unwrap();
    store.set_writes(Writes::Answered);
    window.catch_up();
    assert_eq!(session.stored(), Stored::Yes);
    use_session(&terminal, &old).unwrap();
    use_session(window, &session).unwrap();
}

#[test]
fn who_got_no_answer_to_a_write_that_happened_finds_what_others_made_of_it() {
    let pair = Pair::new("not-answered");
    let (store, window) = (&pair.store, &pair.window);
    store.set_writes(Writes::NotAnswered);
    let session = sign_in(window).unwrap();
    assert_eq!(session.stored(), Stored::Failed(StoreError::NoAnswer));
    store.set_writes(Writes::Answered);
    let terminal = pair.terminal();
    use_session(&terminal, &kept(&terminal)).unwrap();
    use_session(window, &session).unwrap();
    use_session(&terminal, &kept(&terminal)).unwrap();
}

/// It may be used up by whoever has read it.
#[test]
fn who_got_no_answer_to_a_write_and_cannot_read_either_uses_no_token_again() {
    let pair = Pair::new("unsure");
    let (store, window) = (&pair.store, &pair.window);
    store.set_writes(Writes::NotAnswered);
    let session = sign_in(window).unwrap();
    let terminal = pair.terminal();
    use_session(&terminal, &kept(&terminal)).unwrap();
    store.deaf.store(true, Ordering::SeqCst);
    let refused = use_session(window, &session).unwrap_err();
    assert!(refused.is_transient(), "{refused}");
    store.deaf.store(false, Ordering::SeqCst);
    store.set_writes(Writes::Answered);
    use_session(window, &session).unwrap();
    use_session(&terminal, &kept(&terminal)).unwrap();
}

#[test]
fn what_is_tried_once_more_does_not_overwrite_what_others_made_of_it() {
    let pair = Pair::new("once-more");
    let (store, window) = (&pair.store, &pair.window);
    store.set_writes(Writes::Locked);
    let session = sign_in(window).unwrap();
    store.set_writes(Writes::NotAnswered);
    window.catch_up();
    assert_eq!(session.stored(), Stored::Failed(StoreError::NoAnswer));
    let terminal = pair.terminal();
    use_session(&terminal, &kept(&terminal)).unwrap();
    let newest = pair.item().read("").unwrap();
    store.set_writes(Writes::Answered);
    window.catch_up();
    assert_eq!(session.stored(), Stored::Yes);
    assert_eq!(pair.item().read("").unwrap(), newest);
    use_session(window, &session).unwrap();
    use_session(&terminal, &kept(&terminal)).unwrap();
}

#[test]
fn who_is_behind_does_not_bring_back_what_was_signed_out_elsewhere() {
    let pair = Pair::new("signed-out");
    let (store, window) = (&pair.store, &pair.window);
    let session = sign_in(window).unwrap();
    store.set_writes(Writes::Lost);
    use_session(window, &session).unwrap();
    assert!(window.behind().is_some());

    let terminal = pair.terminal();
    assert_eq!(terminal.forget(&kept(&terminal)).deleted, Ok(()));
    store.set_writes(Writes::Answered);
    window.catch_up();
    assert_eq!(pair.item().read(""), Ok(None), "it is kept again");
    let refused = use_session(window, &session);
    assert!(matches!(refused, Err(Error::Ended(_))), "{refused:?}");
}
