//! A store that says that it did not answer, and has written all the same.

use std::{thread, time::Duration};

use super::*;
use crate::ports::StoreKind;

#[derive(Clone, Copy, Default)]
enum Writes {
    #[default]
    Answered,
    Late,
    Refused(fn() -> StoreError),
}

#[derive(Default)]
struct LateStore {
    items: FakeStore,
    writes: Mutex<Writes>,
}

impl LateStore {
    fn set(&self, writes: Writes) {
        *self.writes.lock().unwrap() = writes;
    }
}

impl TokenStore for LateStore {
    fn kind(&self) -> StoreKind {
        StoreKind::Keychain
    }

    fn read(&self, key: &str) -> Result<Option<String>, StoreError> {
        self.items.read(key)
    }

    fn write(&self, key: &str, item: &str) -> Result<(), StoreError> {
        match *self.writes.lock().unwrap() {
            Writes::Answered => self.items.write(key, item),
            Writes::Late => self.items.write(key, item).and(Err(StoreError::NoAnswer)),
            Writes::Refused(why) => Err(why()),
        }
    }

    fn delete(&self, key: &str) -> Result<(), StoreError> {
        self.items.delete(key)
    }
}

#[test]
fn others_do_not_use_a_token_that_was_written_late_and_rotated_since() {
    let refusals: [fn() -> StoreError; 2] = [|| StoreError::NoAnswer, || StoreError::Locked];
    for refused in refusals {
        let programs = Programs::<LateStore>::new("late", &["N1", "N2"]);
        let (window, terminal) = (programs.client(), programs.client());
        programs.store.set(Writes::Late);
        let session = brought("ada", "N0");
        sign_in(&window, &session);
        programs.store.set(Writes::Refused(refused));
        use_session(&window, &session).unwrap();
        assert_eq!(window.behind(), Some(refused()));
        programs.store.set(Writes::Answered);
        let (theirs, cancel) = (
            terminal.stored_session().unwrap().unwrap(),
            Cancel::default(),
        );
        let stop = cancel.clone();
        let waits = thread::spawn(move || terminal.access_token(&theirs, &cancel).map(drop));
        thread::sleep(Duration::from_millis(100));
        stop.cancel();
        waits.join().unwrap().unwrap_err();
        let used = programs.provider.posted("/token");
        assert_eq!(used.len(), 1, "{used:?}");
        window.catch_up();
        assert_eq!(session.stored(), Stored::Yes);
        assert!(
            programs
                .store
                .items
                .item(&window.item_key())
                .unwrap()
                .contains("N1")
        );
    }
}
