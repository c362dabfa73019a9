//! Whose session is ended when somebody went away, and whose is not.

use vestibule::{auth::ports::StoreKind, state::Command};

use crate::{
    browser::Visit,
    http::{dropped, edited, status},
    states::App,
    worker::DISCOVERY,
    worker_device::{code, scanned},
    worker_kiosk::{CODES, kiosk, next_person},
    world::{World, sign_in},
};

/// In a terminal, say, while the window could not reach the provider.
#[test]
fn whoever_signed_in_elsewhere_meanwhile_stays_signed_in() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.http.at(DISCOVERY, |_, _| dropped());
    let app = kiosk(&world);
    app.until("Offline");
    world.http.clear(DISCOVERY);
    world.browser.set(Visit::As("grace"));
    sign_in(&world.client()).unwrap();
    let graces = world.kept_token();
    let revoked = world.http.count("/revoke");
    app.send(Command::SignOutIdle);
    next_person(&app);
    assert_eq!(world.kept_token(), graces);
    assert_eq!(world.http.count("/revoke"), revoked);
}

/// What the provider refuses to renew is stored on, until its person goes away.
#[test]
fn a_refused_session_is_forgotten_with_the_sign_in_that_nobody_finished() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at("/token", |_, _| status(403, ""));
    let app = kiosk(&world);
    app.until("SessionEnded");
    assert!(world.kept().is_some());
    let short_lived = edited(|answer| answer["expires_in"] = 1.into());
    world.http.at(CODES, short_lived);
    app.send(Command::SignIn);
    app.until("AwaitingDevice");
    assert_eq!(next_person(&app), None);
    assert_eq!(world.kept(), None);
}

#[test]
fn the_tokens_of_a_session_that_only_memory_has_are_revoked_at_the_end() {
    let world = World::new();
    let in_memory = world.client_with(|builder| builder.store_kind(StoreKind::Memory));
    let app = App::in_kiosk(&world, in_memory);
    scanned(&code(&app), Visit::As("ada"));
    app.until("SignedIn");
    app.quit();
    assert_eq!(world.http.count("/revoke"), 1);
}
