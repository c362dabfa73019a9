//! Who signed in is shown as soon as there is a name; what userinfo says besides comes after.

use vestibule::auth::{Step, Stored, Way};

use crate::{
    browser::Visit,
    clock::Gate,
    http::{held, status},
    under_way::UnderWay,
    world::{World, kept, sign_in},
};

fn is_signed_in(step: &Step) -> bool {
    matches!(step, Step::SignedIn(_))
}

#[test]
fn a_name_of_the_id_token_is_shown_and_stored_before_userinfo_has_answered() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/userinfo", held(gate.passage()));
    world.browser.set(Visit::As("ada"));
    let under_way = UnderWay::start(&world.client_without_email(), Way::Browser);
    gate.reached();
    let steps = under_way.steps.lock().unwrap().clone();
    let Some(Step::SignedIn(session)) = steps.into_iter().find(is_signed_in) else {
        panic!("nobody is shown")
    };
    assert_eq!(session.display_name(), "Ada Lovelace");
    assert_eq!(session.stored(), Stored::Yes);
    gate.open();
    under_way.end().unwrap();
}

#[test]
fn what_userinfo_says_besides_is_known_when_the_sign_in_returns() {
    let world = World::new();
    let more = r#"{"sub": "ada", "name": "Countess", "email": "ada@example.org"}"#;
    world.http.at("/userinfo", move |_, _| status(200, more));
    let profile = sign_in(&world.client_without_email()).unwrap().profile();
    assert_eq!(profile.name.as_deref(), Some("Ada Lovelace"));
    assert_eq!(profile.email.as_deref(), Some("ada@example.org"));
    // And to a later process, without the network.
    let kept = kept(&world.client()).profile();
    assert_eq!(kept.email.as_deref(), Some("ada@example.org"));
}

/// OpenID Connect Core §5.3.2.
#[test]
fn what_userinfo_says_of_somebody_else_does_not_come_after_either() {
    let world = World::new();
    let other = r#"{"sub": "grace", "email": "g@example.org"}"#;
    world.http.at("/userinfo", move |_, _| status(200, other));
    let profile = sign_in(&world.client_without_email()).unwrap().profile();
    assert_eq!(profile.email, None);
    assert_eq!(world.http.count("/userinfo"), 1);
}

#[test]
fn without_a_name_nobody_is_shown_before_userinfo_has_answered() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/userinfo", held(gate.passage()));
    world.browser.set(Visit::As("ada"));
    let under_way = UnderWay::start(&world.client_without_name(), Way::Browser);
    gate.reached();
    let shown = under_way.steps.lock().unwrap().iter().any(is_signed_in);
    assert!(!shown, "shown without a name");
    gate.open();
    under_way.end().unwrap();
    assert_eq!(world.http.count("/userinfo"), 1, "asked twice");
}

#[test]
fn where_the_id_token_says_all_userinfo_is_not_asked() {
    let world = World::new();
    let profile = sign_in(&world.client()).unwrap().profile();
    assert!(profile.name.is_some() && profile.email.is_some() && profile.picture.is_some());
    assert_eq!(world.http.count("/userinfo"), 0);
}
