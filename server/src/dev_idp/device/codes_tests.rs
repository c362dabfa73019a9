//! What takes time: intervals, ends, and the limits of guessing.

use super::*;

const LIFE: u64 = 600;
const CLIENT: &str = "vestibule";

fn given(codes: &DeviceCodes, now: u64) -> DeviceRequest {
    let asked = Asked {
        client_id: CLIENT.to_owned(),
        scope: vec!["openid".to_owned()],
        audience: None,
    };
    let asker = Asker::of(&poem::Request::default(), now);
    codes.issue(asked, asker, LIFE, 5, now)
}

fn ada() -> Session {
    Session {
        sid: "sid".to_owned(),
        sub: "ada".to_owned(),
        auth_time: 0,
        expires_at: u64::MAX,
    }
}

fn told(codes: &DeviceCodes, device: &DeviceRequest, now: u64) -> &'static str {
    match codes.poll(&device.device_code, CLIENT, now) {
        Polled::Unknown => "unknown",
        Polled::Expired => "expired",
        Polled::TooFast => "too fast",
        Polled::Pending => "pending",
        Polled::Refused => "refused",
        Polled::Allowed(_) => "allowed",
    }
}

fn is_open(codes: &DeviceCodes, device: &DeviceRequest, now: u64) -> bool {
    matches!(codes.enter(&device.user_code, now), Entered::Open(_))
}

#[test]
fn each_slow_down_adds_five_seconds_for_good() {
    let codes = DeviceCodes::default();
    let device = given(&codes, 0);
    for (now, answer) in [
        (1, "pending"),
        (5, "too fast"),  // 4 of 5
        (14, "too fast"), // 9 of 10
        (29, "pending"),  // 15 of 15
        (43, "too fast"), // 14 of 15
        (63, "pending"),  // 20 of 20
    ] {
        assert_eq!(told(&codes, &device, now), answer, "{now}");
    }
}

#[test]
fn a_device_code_ends_with_its_time_even_if_it_was_allowed_before() {
    let codes = DeviceCodes::default();
    let (one, other) = (given(&codes, 0), given(&codes, 0));
    assert!(codes.decide(&one.device_code, Some(ada()), LIFE - 1));
    assert!(!codes.decide(&other.device_code, Some(ada()), LIFE));
    assert_eq!(told(&codes, &other, LIFE - 1), "pending");
    // However often it asks: what has ended is no question of pace.
    assert_eq!(told(&codes, &other, LIFE), "expired");
    assert_eq!(told(&codes, &one, LIFE), "expired");
    given(&codes, LIFE + MEMORY);
    assert_eq!(told(&codes, &one, LIFE + MEMORY), "unknown");
}

#[test]
fn a_device_code_is_another_clients_nothing_and_allowed_once() {
    let codes = DeviceCodes::default();
    let device = given(&codes, 0);
    assert!(codes.decide(&device.device_code, Some(ada()), 1));
    let foreign = codes.poll(&device.device_code, "another", 2);
    assert!(matches!(foreign, Polled::Unknown));
    assert_eq!(told(&codes, &device, 2), "allowed");
    assert_eq!(told(&codes, &device, 20), "unknown");
}

#[test]
fn ten_wrong_entries_close_the_page_until_a_minute_has_passed() {
    let codes = DeviceCodes::default();
    let device = given(&codes, 0);
    for second in 0..10 {
        assert!(matches!(codes.enter("AAAA-AAAA", second), Entered::Wrong));
    }
    assert!(matches!(
        codes.enter(&device.user_code, 59),
        Entered::TooMany
    ));
    // The first of the ten is forgotten: one more try, wrong or right.
    assert!(is_open(&codes, &device, 60));
    assert!(matches!(codes.enter("AAAA-AAAA", 60), Entered::Wrong));
    assert!(matches!(
        codes.enter(&device.user_code, 60),
        Entered::TooMany
    ));
}

#[test]
fn a_code_that_has_seen_twenty_five_wrong_entries_ends_and_a_later_one_does_not() {
    let codes = DeviceCodes::default();
    let (open, answered) = (given(&codes, 0), given(&codes, 0));
    assert!(codes.decide(&answered.device_code, Some(ada()), 1));
    for entry in 0..24 {
        assert!(matches!(
            codes.enter("AAAA-AAAA", entry * 10),
            Entered::Wrong
        ));
    }
    assert!(is_open(&codes, &open, 300));
    assert!(matches!(codes.enter("AAAA-AAAA", 300), Entered::Wrong));
    let later = given(&codes, 300);
    assert!(!is_open(&codes, &open, 301));
    assert_eq!(told(&codes, &open, 301), "expired");
    assert!(!codes.decide(&open.device_code, Some(ada()), 301));
    assert!(is_open(&codes, &later, 301));
    // Nobody can guess what is answered already.
    assert_eq!(told(&codes, &answered, 301), "allowed");
}

#[test]
fn of_too_many_devices_the_oldest_goes() {
    let codes = DeviceCodes::default();
    let oldest = given(&codes, 0);
    let others: Vec<_> = (0..MOST as u64).map(|_| given(&codes, 1)).collect();
    assert_eq!(told(&codes, &oldest, 2), "unknown");
    assert!(
        others
            .iter()
            .all(|device| told(&codes, device, 2) == "pending")
    );
}
