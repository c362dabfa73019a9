//! A sign-in while another session is about to be written.

use super::*;

/// Many providers end all of a person's tokens with one of them.
#[test]
fn a_refresh_that_a_sign_in_of_the_same_person_overtakes_revokes_nothing() {
    let programs = Programs::<FakeStore>::new("same", &["R1", "R2"]);
    let client = programs.client();
    let old = brought("ada", "R0");
    sign_in(&client, &old);
    programs.store.fail_writes(Some(StoreError::Locked));
    use_session(&client, &old).unwrap();
    assert!(old.is_behind());
    expire(&old);
    programs.store.fail_writes(None);
    let (new, user) = (brought("ada", "N0"), client.clone());
    let signed_in = new.clone();
    programs
        .provider
        .meanwhile(move || sign_in(&user, &signed_in));
    use_session(&client, &old).unwrap_err();
    assert_eq!(new.stored(), Stored::Yes);
    assert_eq!(programs.provider.posted("/revoke"), [""; 0]);
}
