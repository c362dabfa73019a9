//! What a session that has ended still gives: no token, and the reason.

use super::*;
use crate::error::Ended;

#[test]
fn a_session_that_was_signed_out_of_gives_no_token_any_more_though_it_has_a_good_one() {
    let programs = Programs::<FakeStore>::new("used", &["A1"]);
    let client = programs.client();
    let session = brought("ada", "A0");
    sign_in(&client, &session);
    use_session(&client, &session).unwrap();
    client.forget(&session);
    let asked = programs.provider.canned.sent().len();
    let refused = use_session(&client, &session);
    assert!(
        matches!(refused, Err(Error::Ended(Ended::Elsewhere))),
        "{refused:?}"
    );
    assert!(!session.can_refresh());
    assert_eq!(programs.provider.canned.sent().len(), asked);
}

/// The ID token's keys are waited for, and the person signs out meanwhile.
#[test]
fn a_refresh_gives_no_token_of_a_session_that_was_signed_out_of_meanwhile() {
    let programs = Programs::<FakeStore>::new("adopted", &[]);
    let client = programs.client();
    let session = brought("ada", "A0");
    sign_in(&client, &session);
    use_session(&client, &session).unwrap();
    let provider = client.provider().unwrap();
    let set = crate::token::TokenSet {
        access_token: crate::secret::AccessToken::new("late"),
        answered_at: None,
        expires_at: None,
        id_token: None,
        refresh_token: None,
        scopes: None,
    };
    client.forget(&session);
    let refused = client.adopt(&session, &provider, set);
    assert!(matches!(refused, Err(Error::Ended(_))), "{refused:?}");
}

/// The provider refused its token while it waited for the store.
#[test]
fn a_sign_in_whose_session_the_provider_ended_meanwhile_says_so() {
    let programs = Programs::<FakeStore>::new("refused", &[]);
    let client = programs.client();
    let user = client.clone();
    let progress: Progress = Arc::new(move |step| {
        if let Step::SignedIn(session) = step {
            session.on(&user.store_access(), Event::InvalidGrant(None));
        }
    });
    let session = brought("ada", "A0");
    let refused = client.store_new(&session, false, &progress, &Cancel::default());
    assert!(
        matches!(refused, Err(Error::Ended(Ended::Expired { .. }))),
        "{refused:?}"
    );
}
