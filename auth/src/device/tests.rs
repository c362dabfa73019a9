//! Times in seconds since the attempt began.

use super::*;
use crate::error::{TokenError, TransportError, TransportErrorKind};

const PATIENCE: u64 = 300;
const LIFE: u64 = 600;
const INTERVAL: u64 = 5;

/// Codes, and the time.
struct Told {
    codes: Codes,
    start: Instant,
}

impl Told {
    /// Nothing was asked for.
    fn new() -> Self {
        let start = Instant::now();
        let codes = Codes::new(start, Duration::from_secs(PATIENCE));
        Self { codes, start }
    }

    /// A code came at once, and is shown.
    fn given() -> Self {
        let mut told = Self::new();
        let (number, _) = told.sent(0);
        assert_eq!(told.codes_came(0, number), "show");
        told.codes.show(true);
        told
    }

    fn at(&self, second: u64) -> Instant {
        self.start + Duration::from_secs(second)
    }

    #[track_caller]
    fn sent(&mut self, second: u64) -> (u64, Request) {
        let request = self.codes.request(self.at(second));
        request.expect("nothing is sent")
    }

    fn is_silent(&mut self, second: u64) -> bool {
        self.codes.request(self.at(second)).is_none()
    }

    fn codes_came(&mut self, second: u64, number: u64) -> &'static str {
        let codes = DeviceCodes {
            device_code: DeviceCode::new(format!("secret-{number}")),
            user_code: format!("CODE-{number}"),
            verification_uri: "https://sso.example.org/device".to_owned(),
            verification_uri_complete: None,
            life: Duration::from_secs(LIFE),
            interval: Duration::from_secs(INTERVAL),
        };
        name(&self.codes.given(number, self.at(second), codes))
    }

    fn failed(&mut self, second: u64, number: u64, error: Error) -> &'static str {
        name(&self.codes.failed(number, self.at(second), error))
    }

    /// Polls, and hears this.
    #[track_caller]
    fn polled(&mut self, second: u64, error: Error) -> &'static str {
        let (number, request) = self.sent(second);
        assert!(matches!(request, Request::Poll(_)), "no poll");
        self.failed(second, number, error)
    }

    fn passes(&mut self, second: u64) -> &'static str {
        name(&self.codes.pass(self.at(second)))
    }

    fn due_at(&self) -> u64 {
        let due = self.codes.due_at().expect("nothing is due");
        (due - self.start).as_secs()
    }
}

fn name(turn: &Turn) -> &'static str {
    match turn {
        Turn::Wait => "wait",
        Turn::Show => "show",
        Turn::Unreachable => "unreachable",
        Turn::Closed => "closed",
        Turn::Over(Error::Device(DeviceError::Denied { .. })) => "denied",
        Turn::Over(Error::Device(DeviceError::Expired)) => "expired",
        Turn::Over(_) => "over",
    }
}

fn refused(status: u16, code: &str) -> Error {
    Error::Token(TokenError::Refused {
        status,
        code: code.to_owned(),
        said: None,
        retry_after: None,
    })
}

fn pending() -> Error {
    refused(400, "authorization_pending")
}

fn no_answer() -> Error {
    Error::Transport(TransportError {
        host: "sso.example.org".to_owned(),
        kind: TransportErrorKind::Unreachable("reset".to_owned()),
    })
}

fn status(status: u16, retry_after: Option<u64>) -> Error {
    Error::Token(TokenError::Status {
        status,
        retry_after: retry_after.map(Duration::from_secs),
    })
}

#[test]
fn the_first_poll_comes_an_interval_after_the_code_and_each_an_interval_after_the_answer() {
    let mut told = Told::new();
    let (number, request) = told.sent(0);
    assert!(matches!(request, Request::Codes));
    assert!(told.is_silent(100), "two requests at once");
    assert_eq!(told.codes_came(3, number), "show");
    assert!(told.is_silent(7));
    let (number, _) = told.sent(8);
    assert!(told.is_silent(14), "two polls at once");
    assert_eq!(told.failed(14, number, pending()), "wait");
    assert!(told.is_silent(18));
    told.sent(19);
}

#[test]
fn a_code_ends_with_its_life_counted_from_when_it_was_asked_for() {
    let mut told = Told::new();
    let (number, _) = told.sent(0);
    told.codes_came(10, number);
    assert!(told.codes.open(told.at(LIFE - 1)).is_some());
    assert!(told.codes.open(told.at(LIFE)).is_none());
}

/// RFC 8628 §3.5, and what real providers say instead.
#[test]
fn each_answer_of_a_poll_has_its_meaning_whatever_its_status() {
    for (status, code, turn, due) in [
        (400, "authorization_pending", "wait", Some(10)),
        (428, "authorization_pending", "wait", Some(10)),
        (503, "authorization_pending", "wait", Some(10)),
        (400, "slow_down", "wait", Some(15)),
        (429, "slow_down", "wait", Some(15)),
        (400, "access_denied", "denied", None),
        (403, "access_denied", "denied", None),
        (400, "authorization_declined", "denied", None),
        (400, "expired_token", "wait", Some(5)),
        (400, "code_expired", "wait", Some(5)),
        (400, "invalid_grant", "over", None),
        (401, "invalid_client", "over", None),
        (400, "unauthorized_client", "over", None),
        (400, "unsupported_grant_type", "over", None),
        (400, "invalid_request", "over", None),
        (400, "bad_verification_code", "over", None),
        (400, "server_error", "unreachable", Some(15)),
        (400, "temporarily_unavailable", "unreachable", Some(15)),
        (500, "invalid_grant", "unreachable", Some(15)),
        (502, "whatever", "unreachable", Some(15)),
    ] {
        let mut told = Told::given();
        assert_eq!(
            told.polled(5, refused(status, code)),
            turn,
            "{status} {code}"
        );
        if let Some(due) = due {
            assert_eq!(told.due_at(), due, "{status} {code}");
        }
    }
}

#[test]
fn what_says_nothing_of_the_code_is_trouble() {
    let redirect = TokenError::Redirect {
        to: "https://hotel.example".to_owned(),
    };
    for (error, turn) in [
        (no_answer(), "unreachable"),
        (status(500, None), "unreachable"),
        (status(408, None), "unreachable"),
        (status(429, None), "unreachable"),
        (TokenError::NotJson.into(), "unreachable"),
        (TokenError::NoAccessToken.into(), "unreachable"),
        (redirect.into(), "unreachable"),
        (status(400, None), "unreachable"),
        (status(404, None), "unreachable"),
        (TokenError::Unsendable.into(), "over"),
    ] {
        let text = error.to_string();
        assert_eq!(Told::given().polled(5, error), turn, "{text}");
    }
}

#[test]
fn each_slow_down_lengthens_the_interval_for_good() {
    let mut told = Told::given();
    told.polled(5, refused(400, "slow_down"));
    told.polled(15, pending());
    assert_eq!(told.due_at(), 25);
    told.polled(25, refused(400, "slow_down"));
    told.polled(40, no_answer());
    told.polled(70, pending());
    assert_eq!(told.due_at(), 85);
}

#[test]
fn trouble_is_told_once_and_doubles_the_pause_until_there_is_an_answer() {
    let mut told = Told::given();
    assert_eq!(told.polled(5, no_answer()), "unreachable");
    for (at, next) in [(15, 35), (35, 75), (75, 135), (135, 195)] {
        assert_eq!(told.due_at(), at);
        assert_eq!(told.polled(at, no_answer()), "wait");
        assert_eq!(told.due_at(), next);
    }
    assert!(told.codes.open(told.at(195)).is_some(), "the code is lost");
    assert_eq!(told.polled(195, pending()), "show");
    assert_eq!(told.due_at(), 200);
    assert_eq!(told.polled(200, no_answer()), "unreachable");
    assert_eq!(told.due_at(), 210, "the pause begins anew");
}

#[test]
fn a_provider_that_wants_to_be_left_alone_is_even_if_the_code_ends_meanwhile() {
    let mut told = Told::given();
    told.polled(5, status(503, Some(120)));
    assert_eq!(told.due_at(), 125);
    told.polled(125, status(429, Some(3600)));
    assert_eq!(told.due_at(), LIFE);
    assert_eq!(told.passes(LIFE), "wait");
    assert_eq!(told.due_at(), 3725);
}

#[test]
fn a_code_that_is_spent_after_a_lost_answer_or_past_its_life_counts_as_expired() {
    let mut lost = Told::given();
    lost.polled(5, no_answer());
    assert_eq!(lost.polled(15, refused(400, "invalid_grant")), "wait");
    assert!(matches!(lost.sent(15).1, Request::Codes));

    let mut late = Told::given();
    let (number, _) = late.sent(LIFE - 1);
    let spent = refused(400, "invalid_grant");
    assert_eq!(late.failed(LIFE, number, spent), "wait");
    assert!(matches!(late.sent(LIFE).1, Request::Codes));

    let mut answered = Told::given();
    answered.polled(5, no_answer());
    answered.polled(15, pending());
    assert_eq!(answered.polled(20, refused(400, "invalid_grant")), "over");
}

#[test]
fn a_code_that_expires_is_followed_by_another_three_times() {
    let mut told = Told::given();
    let mut now = 0;
    for _ in 0..RENEWALS {
        now += LIFE;
        assert_eq!(told.passes(now), "wait");
        let (number, request) = told.sent(now);
        assert!(matches!(request, Request::Codes));
        assert_eq!(told.codes_came(now, number), "show");
    }
    assert_eq!(told.passes(now + LIFE), "expired");
}

#[test]
fn a_poll_under_way_is_heard_before_the_code_counts_as_expired() {
    let mut told = Told::given();
    let (number, _) = told.sent(LIFE - 1);
    assert_eq!(told.passes(LIFE + 3), "wait");
    assert!(told.codes.is_current(number));
    assert_eq!(told.failed(LIFE + 3, number, pending()), "wait");
    assert_eq!(told.passes(LIFE + 3), "wait");
    assert!(matches!(told.sent(LIFE + 3).1, Request::Codes));
}

#[test]
fn another_code_on_request_comes_at_once_and_counts_anew() {
    let mut told = Told::given();
    let mut now = 0;
    for _ in 0..RENEWALS {
        now += LIFE;
        told.passes(now);
        let (number, _) = told.sent(now);
        told.codes_came(now, number);
    }
    let (old, _) = told.sent(now + 10);
    told.codes.renew(told.at(now + 11));
    assert!(
        !told.codes.is_current(old),
        "tokens of the old code are used"
    );
    let (number, request) = told.sent(now + 11);
    assert!(matches!(request, Request::Codes));
    assert_eq!(
        told.failed(now + 12, old, refused(400, "access_denied")),
        "wait"
    );
    told.codes.renew(told.at(now + 12));
    assert!(told.is_silent(now + 12), "it is on its way");
    assert_eq!(told.codes_came(now + 13, number), "show");
    assert_eq!(told.passes(now + 13 + LIFE), "wait", "it counts anew");
}

#[test]
fn what_is_not_shown_is_polled_and_ends_without_another() {
    let mut told = Told::given();
    told.codes.show(false);
    assert_eq!(told.polled(5, pending()), "wait");
    assert_eq!(told.passes(LIFE), "closed");
    let mut told = Told::given();
    told.codes.show(false);
    assert_eq!(told.polled(5, refused(400, "expired_token")), "closed");
}

#[test]
fn a_first_code_that_cannot_be_had_ends_the_way_and_a_further_one_is_asked_for_again() {
    let mut first = Told::new();
    let (number, _) = first.sent(0);
    assert_eq!(first.failed(1, number, no_answer()), "over");

    let mut told = Told::given();
    told.passes(LIFE);
    let mut now = LIFE;
    let (number, _) = told.sent(now);
    assert_eq!(told.failed(now, number, no_answer()), "unreachable");
    for pause in [10, 20, 40, 60, 60, 60] {
        now += pause;
        assert_eq!(told.due_at(), now);
        let (number, _) = told.sent(now);
        assert_eq!(told.failed(now, number, no_answer()), "wait");
    }
    now += 60;
    let (number, _) = told.sent(now);
    assert_eq!(
        told.failed(now, number, no_answer()),
        "over",
        "past its patience"
    );

    let mut refused_then = Told::given();
    refused_then.passes(LIFE);
    let (number, _) = refused_then.sent(LIFE);
    let error = DeviceError::NoCode(TokenError::Status {
        status: 400,
        retry_after: None,
    });
    assert_eq!(refused_then.failed(LIFE, number, error.into()), "over");
}
