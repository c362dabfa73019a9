//! The edges of time, with clocks that nobody would believe.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use vestibule_server::{app, guard::Clock};

use crate::{
    grid::{Line, Verdict},
    issuer::TestIssuer,
    keys::ED,
    token::{NOW, claims, header, sign},
    world::{builder, run_in_background},
};

/// A wall clock that says what it is told, and time that passes as it should.
struct SetClock(Mutex<f64>);

impl Clock for SetClock {
    fn unix_time(&self) -> f64 {
        *self.0.lock().unwrap()
    }

    fn uptime(&self) -> Duration {
        Duration::from_secs(1000)
    }
}

struct Api {
    issuer: TestIssuer,
    clock: Arc<SetClock>,
    line: Line,
}

impl Api {
    fn with_leeway(seconds: u64) -> Self {
        let issuer = TestIssuer::start();
        let clock = Arc::new(SetClock(Mutex::new(NOW as f64)));
        let builder = builder(&issuer.url).leeway(Duration::from_secs(seconds));
        let verifier = builder.clock(clock.clone()).build().unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let line = Line::to(listener.local_addr().unwrap());
        run_in_background(listener, app(verifier, None));
        Self {
            issuer,
            clock,
            line,
        }
    }

    /// A token with these dates, by a clock that shows `now`.
    fn at(&mut self, now: f64, dates: &[(&str, f64)]) -> Verdict {
        *self.clock.0.lock().unwrap() = now;
        let mut payload = claims(&self.issuer.url).without("exp").without("iat");
        for (claim, date) in dates {
            payload = payload.set(claim, format!("{date}"));
        }
        self.line.present(&sign(&header(&ED), &payload, &ED))
    }
}

#[test]
fn clocks_may_differ_by_the_leeway_and_no_more() {
    let now = NOW as f64;
    for leeway in [5_u32, 60] {
        let mut api = Api::with_leeway(u64::from(leeway));
        let leeway = f64::from(leeway);
        for (skew, status) in [
            (0.0, 200),
            (leeway - 1.0, 200),
            (leeway - 0.25, 200),
            (leeway, 401),
            (leeway + 0.25, 401),
            (leeway + 1.0, 401),
        ] {
            let verdict = api.at(now, &[("exp", now - skew)]);
            assert_eq!(
                verdict.status, status,
                "expired {skew} s ago, leeway {leeway}"
            );
        }
        for (skew, status) in [
            (0.0, 200),
            (leeway - 1.0, 200),
            (leeway, 200),
            (leeway + 0.25, 401),
            (leeway + 1.0, 401),
        ] {
            let dates = [("exp", now + 300.0), ("nbf", now + skew)];
            let verdict = api.at(now, &dates);
            assert_eq!(verdict.status, status, "valid in {skew} s, leeway {leeway}");
        }
        for (skew, status) in [(59.0, 200), (60.0, 200), (60.25, 401), (61.0, 401)] {
            let dates = [("exp", now + 300.0), ("iat", now + skew)];
            assert_eq!(api.at(now, &dates).status, status, "issued in {skew} s");
        }
    }
}

#[test]
fn a_clock_that_is_wrong_by_decades_takes_nothing_down() {
    let mut api = Api::with_leeway(60);
    let clocks = [
        0.0,
        0.5,
        3.0,
        59.0,
        60.0,
        -3.0,
        -86_400.0,
        -2e9,
        4_102_444_800.0,
        253_402_300_799.0,
    ];
    for clock in clocks {
        for (offset, status) in [
            (300.0, 200),
            (1.0, 200),
            (-59.0, 200),
            (-60.0, 401),
            (-61.0, 401),
        ] {
            let exp = clock + offset;
            // There is no date beyond the year 9999.
            let status = if exp > 253_402_300_799.0 { 401 } else { status };
            assert_eq!(
                api.at(clock, &[("exp", exp)]).status,
                status,
                "exp {exp} at {clock}"
            );
        }
        let ahead = [("exp", clock + 400.0), ("nbf", clock + 300.0)];
        assert_eq!(api.at(clock, &ahead).status, 401, "nbf at {clock}");
    }
    // Of today, seen from 1970: valid for long, but from the future.
    let now = NOW as f64;
    let today = [("exp", now + 300.0), ("iat", now)];
    assert_eq!(api.at(0.0, &today).status, 401);
    assert_eq!(api.at(now, &today).status, 200);
    assert_eq!(api.at(now * 2.0, &today).status, 401);
    // Claims of their own, so that nothing of them can be remembered.
    for (clock, exp) in [(f64::INFINITY, 301.0), (f64::NEG_INFINITY, 302.0)] {
        let dates = [("exp", now + exp), ("iat", now)];
        assert_eq!(api.at(clock, &dates).status, 401, "{clock}");
    }
    assert_eq!(api.at(now, &today).status, 200, "the process lives");
}

#[test]
fn a_token_is_good_again_when_the_clock_is_put_right() {
    let mut api = Api::with_leeway(5);
    let now = NOW as f64;
    let dates = [("exp", now + 300.0)];
    let (late, later) = (now + 304.0, now + 305.0);
    for (clock, status) in [
        (now, 200),
        (later, 401),
        (now, 200),
        (late, 200),
        (later, 401),
    ] {
        assert_eq!(api.at(clock, &dates).status, status, "{clock}");
    }
}
