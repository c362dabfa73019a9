//! The same for other apps: typed findings of the client, by doubles of its ports.

use vestibule::auth::{Cancel, Client, error::StoreError, examine::Finding};

use crate::{
    browser::Visit,
    world::{World, sign_in},
};

fn findings(client: &Client, world: &World, cancel: &Cancel) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut told = |finding| findings.push(finding);
    client.examine(Some(&world.api), cancel, &mut told);
    findings
}

#[test]
fn a_store_that_is_locked_is_found_and_the_session_is_left_alone() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    let before = world.kept();
    world.store.fail_writes(Some(StoreError::Locked));
    let findings = findings(&world.client(), &world, &Cancel::default());
    assert!(matches!(
        findings[0],
        Finding::Store(Err(StoreError::Locked))
    ));
    let is_session = |finding: &Finding| matches!(finding, Finding::Session(_));
    assert!(!findings.iter().any(is_session), "{findings:?}");
    assert_eq!(world.kept(), before);
}

#[test]
fn nobody_is_signed_in_no_browser_opens_and_only_the_probe_is_written() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let findings = findings(&world.client(), &world, &Cancel::default());
    let nobody = |finding: &Finding| matches!(finding, Finding::Session(Ok(None)));
    assert!(findings.iter().any(nobody), "{findings:?}");
    assert_eq!(world.kept(), None);
    let diary = world.diary();
    let store: Vec<_> = diary
        .iter()
        .filter(|line| line.starts_with("store "))
        .collect();
    assert_eq!(
        store,
        ["store write", "store read", "store delete", "store read"]
    );
}

#[test]
fn who_has_cancelled_is_told_nothing_that_needs_the_network() {
    let world = World::new();
    let cancel = Cancel::default();
    cancel.cancel();
    let findings = findings(&world.client(), &world, &cancel);
    assert_eq!(findings.len(), 3, "{findings:?}");
    assert!(matches!(findings[2], Finding::Ports(_)));
    assert_eq!(world.http.count("/.well-known/openid-configuration"), 0);
}
