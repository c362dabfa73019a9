//! A session that the store has never had, and what is stored in its place.

use super::*;

#[test]
fn a_refresh_of_a_session_that_was_never_stored_does_not_overwrite_a_later_sign_in() {
    for person in ["bob", "ada"] {
        let programs = Programs::<FakeStore>::new("later", &["A1"]);
        let client = programs.client();
        programs
            .store
            .fail_writes(Some(StoreError::Failed("full".into())));
        let session = brought("ada", "A0");
        sign_in(&client, &session);
        programs.store.fail_writes(None);
        let user = client.clone();
        let later = move || sign_in(&user, &brought(person, "L0"));
        programs.provider.meanwhile(later);
        use_session(&client, &session).unwrap_err();
        assert!(programs.item(&client).contains("L0"), "{person}");
    }
}

/// Another program shares the store.
#[test]
fn a_sign_in_that_found_the_keychain_locked_does_not_overwrite_a_later_one_elsewhere() {
    let programs = Programs::<FakeStore>::new("elsewhere", &[]);
    let (window, terminal) = (programs.client(), programs.client());
    programs.store.fail_writes(Some(StoreError::Locked));
    let session = brought("ada", "A0");
    sign_in(&window, &session);
    programs.store.fail_writes(None);
    sign_in(&terminal, &brought("bob", "B0"));
    window.catch_up();
    assert!(programs.item(&window).contains("bob"));
    assert!(session.why_not_written().is_some());
}

#[test]
fn a_sign_in_that_got_no_answer_does_not_overwrite_a_later_one_of_another_person() {
    let programs = Programs::<FakeStore>::new("no-answer", &["A1"]);
    let (window, terminal) = (programs.client(), programs.client());
    programs.store.fail_writes(Some(StoreError::NoAnswer));
    let session = brought("ada", "A0");
    sign_in(&window, &session);
    programs.store.fail_writes(None);
    sign_in(&terminal, &brought("bob", "B0"));
    use_session(&window, &session).unwrap_err();
    assert!(programs.item(&window).contains("bob"));
}

#[test]
fn a_sign_in_that_found_the_keychain_locked_goes_on_with_a_later_one_of_the_same_person() {
    let programs = Programs::<FakeStore>::new("takes-over", &[]);
    let (window, terminal) = (programs.client(), programs.client());
    programs.store.fail_writes(Some(StoreError::Locked));
    let session = brought("ada", "A0");
    sign_in(&window, &session);
    programs.store.fail_writes(None);
    sign_in(&terminal, &brought("ada", "B0"));
    window.catch_up();
    assert!(programs.item(&window).contains("B0"));
    assert_eq!(session.stored(), Stored::Yes);
}

/// It is meant to.
#[test]
fn a_sign_in_that_found_the_keychain_locked_replaces_who_was_stored_before() {
    let programs = Programs::<FakeStore>::new("before", &["A1"]);
    let (window, terminal) = (programs.client(), programs.client());
    sign_in(&terminal, &brought("bob", "B0"));
    programs.store.fail_writes(Some(StoreError::Locked));
    let session = brought("ada", "A0");
    sign_in(&window, &session);
    use_session(&window, &session).unwrap();
    programs.store.fail_writes(None);
    window.catch_up();
    assert!(programs.item(&window).contains("A1"));
    assert_eq!(session.stored(), Stored::Yes);
}

#[test]
fn a_sign_out_by_one_handle_ends_the_persons_session_that_was_never_stored() {
    let programs = Programs::<FakeStore>::new("handles", &["N1"]);
    let client = programs.client();
    sign_in(&client, &brought("ada", "R0"));
    let old = client.stored_session().unwrap().unwrap();
    programs
        .store
        .fail_writes(Some(StoreError::Failed("full".into())));
    let new = brought("ada", "N0");
    sign_in(&client, &new);
    programs.store.fail_writes(None);
    assert_eq!(client.forget(&old).deleted, Ok(()));
    use_session(&client, &new).unwrap_err();
    assert_eq!(programs.item(&client), "");
}
