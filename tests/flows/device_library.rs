//! The library where a person signs in on another device (RFC 8628).

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;
use vestibule::{
    api,
    auth::{Cancel, Client, Error, Step, Way, error::DeviceError},
};

use crate::{
    browser::Visit,
    http::{dropped, edited, status},
    under_way::UnderWay,
    worker_device::scanned,
    world::{AUDIENCE, MESSAGE, World, use_session},
};

pub const CODES: &str = "/device_authorization";

pub fn on_a_device(client: &Client) -> UnderWay {
    UnderWay::start(client, Way::Device)
}

/// The kinds of steps, in their order.
fn kinds(steps: &[Step]) -> Vec<&'static str> {
    let kind = |step: &Step| match step {
        Step::Browser { .. } => "Browser",
        Step::Device(_) => "Device",
        Step::DeviceUnreachable => "DeviceUnreachable",
        Step::Finishing => "Finishing",
        Step::SignedIn(_) => "SignedIn",
        _ => "another",
    };
    steps.iter().map(kind).collect()
}

#[test]
fn a_code_that_is_allowed_signs_in_for_what_the_browser_would_have_asked_for() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let client = world.client_with(|builder| builder.resource(AUDIENCE));
    let under_way = on_a_device(&client);
    let code = under_way.code(0);
    scanned(&code, Visit::As("ada"));
    let steps = under_way.steps.clone();
    let session = under_way.end().unwrap();
    assert_eq!(session.display_name(), "Ada Lovelace");
    let expected = ["Device", "Finishing", "SignedIn"];
    assert_eq!(kinds(&steps.lock().unwrap()), expected);
    let call = api::message(&world.api);
    let message = api::fetch(&client, &session, &call, &Cancel::default());
    assert_eq!(message.unwrap(), MESSAGE);

    let asked = world.http.sent_to(CODES).remove(0);
    let field = |name| asked.field(name);
    assert_eq!(field("client_id").as_deref(), Some("vestibule"));
    assert_eq!(field("audience").as_deref(), Some(AUDIENCE));
    assert_eq!(field("resource").as_deref(), Some(AUDIENCE));
    let scope = field("scope").unwrap();
    for scope_of_ours in ["openid", "profile", "email", "offline_access"] {
        assert!(scope.split(' ').any(|one| one == scope_of_ours), "{scope}");
    }
    for name in ["nonce", "prompt", "login_hint", "code_challenge"] {
        assert_eq!(field(name), None, "{name}");
    }
    for poll in world.http.sent_to("/token") {
        assert_eq!(poll.field("resource").as_deref(), Some(AUDIENCE));
        assert!(poll.field("device_code").is_some());
    }
}

#[test]
fn what_is_kept_of_it_serves_the_next_start_as_that_of_a_browser_does() {
    let world = World::refreshing();
    world.browser.set(Visit::Never);
    let under_way = on_a_device(&world.client());
    scanned(&under_way.code(0), Visit::As("ada"));
    under_way.end().unwrap();
    let client = world.client();
    let session = client.stored_session().unwrap().unwrap();
    use_session(&client, &session).unwrap();
    assert_eq!(session.display_name(), "Ada Lovelace");
}

#[test]
fn a_person_who_refuses_on_the_device_is_believed() {
    let world = World::new();
    let under_way = on_a_device(&world.client());
    scanned(&under_way.code(0), Visit::CancelAtConsent);
    let error = under_way.end().unwrap_err();
    let Error::Device(DeviceError::Denied { said: Some(said) }) = &error else {
        panic!("{error}")
    };
    assert_eq!(error.said(), Some(said));
    assert!(!error.is_transient());
    assert_eq!(world.kept(), None);
}

#[test]
fn a_code_that_expires_is_followed_by_another_three_times() {
    let world = World::new();
    world
        .http
        .at(CODES, edited(|answer| answer["expires_in"] = json!(1)));
    let under_way = on_a_device(&world.client());
    let steps = under_way.steps.clone();
    let error = under_way.end().unwrap_err();
    assert!(
        matches!(error, Error::Device(DeviceError::Expired)),
        "{error}"
    );
    let mut codes: Vec<_> = codes(&steps.lock().unwrap());
    assert_eq!(codes.len(), 4);
    codes.dedup();
    assert_eq!(codes.len(), 4, "a code was shown again");
    assert_eq!(world.http.count(CODES), 4);
}

fn codes(steps: &[Step]) -> Vec<String> {
    let code = |step: &Step| match step {
        Step::Device(code) => Some(code.user_code.clone()),
        _ => None,
    };
    steps.iter().filter_map(code).collect()
}

#[test]
fn a_new_code_takes_the_place_of_the_old_one_and_the_old_one_is_worth_nothing() {
    let world = World::new();
    let under_way = on_a_device(&world.client());
    let old = under_way.code(0);
    under_way.attempt.new_code();
    let new = under_way.code(1);
    assert_ne!(old.user_code, new.user_code);
    let polled = world.http.count("/token");
    scanned(&old, Visit::As("grace"));
    scanned(&new, Visit::As("ada"));
    assert_eq!(under_way.end().unwrap().sub(), "ada");
    let asked = &world.http.sent_to("/token")[polled..];
    let first = asked[0].field("device_code");
    assert!(asked.iter().all(|poll| poll.field("device_code") == first));
}

#[test]
fn a_provider_that_wants_to_be_asked_less_often_is() {
    let world = World::new();
    let polls: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = polls.clone();
    world.http.at("/token", move |request, send| {
        let mut polls = noted.lock().unwrap();
        polls.push(Instant::now());
        match polls.len() {
            1 => status(400, r#"{"error":"slow_down"}"#),
            _ => send(request),
        }
    });
    let start = Instant::now();
    let under_way = on_a_device(&world.client());
    scanned(&under_way.code(0), Visit::As("ada"));
    under_way.end().unwrap();
    let polls = polls.lock().unwrap();
    assert!(polls[0] - start >= Duration::from_secs(1), "{polls:?}");
    assert!(polls[1] - polls[0] >= Duration::from_secs(6), "{polls:?}");
}

#[test]
fn trouble_in_the_middle_is_told_once_and_loses_no_code() {
    let world = World::new();
    let asked = AtomicUsize::new(0);
    world.http.at("/token", move |request, send| {
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => dropped(),
            1 => status(502, "<html>bad gateway</html>"),
            _ => send(request),
        }
    });
    let under_way = on_a_device(&world.client());
    let code = under_way.code(0);
    assert!(under_way.code(1) == code, "another code");
    scanned(&code, Visit::As("ada"));
    let steps = under_way.steps.clone();
    under_way.end().unwrap();
    let expected = [
        "Device",
        "DeviceUnreachable",
        "Device",
        "Finishing",
        "SignedIn",
    ];
    assert_eq!(kinds(&steps.lock().unwrap()), expected);
    assert_eq!(world.http.count(CODES), 1);
}
