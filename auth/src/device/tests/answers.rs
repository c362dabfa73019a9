//! What a poll is answered, and when the next one comes.

use super::*;

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
