//! What signing out says of what was stored.

use super::*;

/// It would be signed in again at the next start.
#[test]
fn a_sign_out_does_not_say_deleted_while_an_earlier_session_of_the_person_may_be_stored() {
    let programs = Programs::<FakeStore>::new("earlier", &[]);
    let client = programs.client();
    sign_in(&client, &brought("ada", "R0"));
    programs.store.fail_writes(Some(StoreError::Locked));
    programs.store.fail_reads(Some(StoreError::Locked));
    let session = brought("ada", "N0");
    sign_in(&client, &session);
    assert_eq!(client.forget(&session).deleted, Err(StoreError::Locked));
    assert!(programs.item(&client).contains("R0"));
}

#[test]
fn a_sign_out_says_deleted_where_nothing_of_the_person_was_ever_stored() {
    for (reads, writes) in [
        // There is no keychain.
        (Some(StoreError::Absent), StoreError::Absent),
        (None, StoreError::Locked),
    ] {
        let programs = Programs::<FakeStore>::new("never", &[]);
        let client = programs.client();
        programs.store.fail_reads(reads);
        programs.store.fail_writes(Some(writes));
        let session = brought("ada", "A0");
        sign_in(&client, &session);
        assert_eq!(client.forget(&session).deleted, Ok(()));
    }
}
