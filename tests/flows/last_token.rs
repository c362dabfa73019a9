//! The newest refresh token, where memory alone has it: neither an answer of somebody in
//! between nor the end of the program loses it.

use vestibule::{
    auth::{
        Cancel, Error,
        error::{Ended, StoreError},
    },
    state::Command,
};

use crate::{
    behind::behind,
    clock::{Gate, eventually},
    http::{held, status},
    states::App,
    worker::DISCOVERY,
    world::{World, kept, sign_in, use_session},
};

/// Answers at the token endpoint that may be a gateway's.
const REFUSALS: [(u16, &str); 4] = [(403, ""), (403, "<h1>no</h1>"), (404, "{}"), (401, "")];

#[test]
fn a_refusal_without_a_reason_loses_no_token_that_memory_alone_has() {
    for (code, body) in REFUSALS {
        let world = World::new();
        let (client, session, access) = behind(&world, StoreError::Locked);
        world.store.fail_writes(Some(StoreError::Locked));
        world.http.at("/token", move |_, _| status(code, body));
        let refused = client.another_access_token(&session, &access, &Cancel::default());
        let is_refused = matches!(refused, Err(Error::Ended(Ended::Refused { .. })));
        assert!(is_refused, "{code} {body}");
        drop(session);
        assert_eq!(client.behind(), Some(StoreError::Locked), "{code} {body}");
        world.http.clear("/token");
        world.store.fail_writes(None);
        client.catch_up();
        let next = world.client();
        use_session(&next, &kept(&next)).unwrap();
    }
}

#[test]
fn a_window_that_was_refused_without_a_reason_keeps_the_newest_token_at_quit() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    world.store.fail_writes(Some(StoreError::Locked));
    let app = App::start(&world);
    app.until("SignedIn");
    world.clock.advance(301);
    world.http.at("/token", |_, _| status(403, ""));
    app.send(Command::Fetch(0));
    app.until("SessionEnded");
    world.store.fail_writes(None);
    app.quit();
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
    world.http.clear("/token");
    let next = world.client();
    use_session(&next, &kept(&next)).unwrap();
}

/// A refresh asks for the provider first, which may take long.
#[test]
fn quit_keeps_what_is_behind_while_the_next_refresh_waits_for_the_provider() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let before = world.kept_token();
    world.store.fail_writes(Some(StoreError::Locked));
    let client = world.client();
    let app = App::of(&world, client.clone());
    app.until("SignedIn");
    eventually("the person is known", || !client.has_work_in_hand());
    // The known documents serve no more: the provider is waited for.
    world.clock.advance(25 * 3600);
    let gate = Gate::default();
    world.http.at(DISCOVERY, held(gate.passage()));
    app.send(Command::Fetch(0));
    gate.reached();
    world.store.fail_writes(None);
    app.quit();
    assert_ne!(world.kept_token(), before, "the rotated token is lost");
}
