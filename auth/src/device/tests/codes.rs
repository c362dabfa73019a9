//! Codes that end, and those that follow.

use super::*;

#[test]
fn a_code_that_the_provider_knows_no_more_counts_as_expired() {
    let mut lost = Told::given();
    lost.polled(5, no_answer());
    assert_eq!(lost.polled(15, refused(400, "invalid_grant")), "wait");
    assert!(matches!(lost.sent(15).1, Request::Codes));

    let mut late = Told::given();
    let (number, _) = late.sent(LIFE - 1);
    let spent = refused(400, "invalid_grant");
    assert_eq!(late.failed(LIFE, number, spent), "wait");
    assert!(matches!(late.sent(LIFE).1, Request::Codes));

    let mut forgotten = Told::given();
    forgotten.polled(5, pending());
    assert_eq!(forgotten.polled(10, refused(400, "invalid_grant")), "wait");
    assert!(matches!(forgotten.sent(10).1, Request::Codes));

    let mut never_known = Told::given();
    assert_eq!(never_known.polled(5, refused(400, "invalid_grant")), "over");
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

#[test]
fn another_code_on_request_is_asked_for_as_patiently_however_long_the_trouble_lasts() {
    let mut told = Told::given();
    told.polled(5, no_answer());
    told.polled(15, no_answer());
    let asked = 15 + PATIENCE;
    told.codes.renew(told.at(asked));
    let (number, request) = told.sent(asked);
    assert!(matches!(request, Request::Codes));
    assert_eq!(told.failed(asked + 1, number, no_answer()), "wait");
}
