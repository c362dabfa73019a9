//! `Retry-After` of 429 and 503 (RFC 9110 §10.2.3): security catalogue F1, K19.

use std::{
    sync::{Arc, Mutex},
    time::{Duration, Instant, SystemTime},
};

use vestibule::{
    auth::ports::Clock,
    notice::NoticeKind,
    state::{Command, State},
};

use crate::{
    clock::eventually,
    http::Answer,
    states::App,
    worker::{DISCOVERY, signed_in},
    world::{World, sign_in},
};

fn asking(status: u16, retry_after: &str) -> Answer {
    let answer = http::Response::builder()
        .status(status)
        // Balancers say so in a page, and it is not a gateway's for that.
        .header("content-type", "text/html")
        .header("retry-after", retry_after);
    Ok(answer.body(Vec::new()).unwrap())
}

/// Somebody is kept; what the provider answers at `path` puts the app offline
/// for so long.
fn offline(world: &World, path: &str, answer: impl Fn() -> Answer + Send + Sync + 'static) -> App {
    sign_in(&world.client()).unwrap();
    world.browser.pages();
    world.http.at(path, move |_, _| answer());
    App::start(world)
}

fn waits(app: &App) -> Duration {
    let State::Offline {
        failure, retry_at, ..
    } = app.until("Offline")
    else {
        unreachable!()
    };
    assert_eq!(failure.unwrap().notice.kind, NoticeKind::ProviderTrouble);
    retry_at.saturating_duration_since(Instant::now())
}

#[test]
fn the_app_stays_away_as_long_as_the_provider_asks_and_try_now_works_at_once() {
    let world = World::new();
    let app = offline(&world, "/token", || asking(503, "600"));
    let kept = world.kept();
    let wait = waits(&app);
    assert!(wait > Duration::from_secs(500), "{wait:?}");
    assert!(wait < Duration::from_secs(660), "{wait:?}");
    assert_eq!(world.kept(), kept);
    world.http.clear("/token");
    app.send(Command::Resume);
    app.until("SignedIn");
}

#[test]
fn a_date_from_discovery_is_honoured_and_a_day_is_cut_to_an_hour() {
    let world = World::new();
    let until = world.clock.now() + Duration::from_secs(600);
    let app = offline(&world, DISCOVERY, move || {
        asking(429, &httpdate::fmt_http_date(until))
    });
    let wait = waits(&app);
    assert!(wait > Duration::from_secs(500), "{wait:?}");
    let world = World::new();
    let day = SystemTime::now() + Duration::from_secs(24 * 3600);
    let app = offline(&world, DISCOVERY, move || {
        asking(429, &httpdate::fmt_http_date(day))
    });
    let wait = waits(&app);
    assert!(wait > Duration::from_secs(3500), "{wait:?}");
    assert!(wait < Duration::from_secs(3660), "{wait:?}");
}

#[test]
fn without_it_or_with_less_than_our_own_pause_ours_counts() {
    for asked in ["0", "", "soon"] {
        let world = World::new();
        let start = Instant::now();
        let app = offline(&world, "/token", move || asking(503, asked));
        let State::Offline { retry_at, .. } = app.until("Offline") else {
            unreachable!()
        };
        assert!(retry_at >= start + Duration::from_secs(2), "{asked}");
        assert!(
            retry_at < Instant::now() + Duration::from_secs(3),
            "{asked}"
        );
    }
}

#[test]
fn a_revocation_is_not_tried_again_before_the_provider_allows_it() {
    let world = World::new();
    let app = signed_in(&world);
    let tries: Arc<Mutex<Vec<Instant>>> = Arc::default();
    let noted = tries.clone();
    world.http.at("/revoke", move |_, _| {
        noted.lock().unwrap().push(Instant::now());
        asking(503, "4")
    });
    app.send(Command::SignOut);
    app.until("SignedOut");
    eventually("a second try", || tries.lock().unwrap().len() == 2);
    let tries = tries.lock().unwrap();
    // Our own pause is two.
    assert!(tries[1] - tries[0] >= Duration::from_secs(4));
}
