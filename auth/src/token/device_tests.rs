use serde_json::{Value, json};

use super::*;

const ISSUER: &str = "https://sso.example.org";
const PAGE: &str = "https://sso.example.org/device";

/// An answer in which `changes` stand; null takes a member out.
fn read_at(issuer: &str, changes: Value) -> Result<DeviceCodes, MemberError> {
    let mut answer = json!({
        "device_code": "a-secret-device-code", "user_code": "WDJB-MJHT",
        "verification_uri": PAGE, "expires_in": 600,
    });
    let members = answer.as_object_mut().unwrap();
    members.extend(changes.as_object().unwrap().clone());
    let members = Members::parse("an answer", answer.to_string().as_bytes()).unwrap();
    DeviceCodes::read(&members, &Issuer::parse(issuer).unwrap())
}

fn read(changes: Value) -> DeviceCodes {
    read_at(ISSUER, changes).unwrap_or_else(|error| panic!("{error}"))
}

#[track_caller]
fn refused(changes: Value, name: &str, fault: MemberFault) {
    let error = read_at(ISSUER, changes).err().expect("it was read");
    assert_eq!((error.name, error.fault), (name, fault));
}

#[test]
fn what_is_needed_is_named_where_it_cannot_be_used() {
    use MemberFault::{Missing, Unusable, WrongType};
    for name in ["device_code", "user_code", "verification_uri"] {
        refused(json!({ name: null }), name, Missing);
        refused(json!({ name: "" }), name, Missing);
        refused(json!({ name: 5 }), name, WrongType);
    }
    for code in ["\u{200b}\u{202e}", "   ", "\n", &"A".repeat(33)] {
        refused(json!({ "user_code": code }), "user_code", Unusable);
    }
    let long = format!("{PAGE}?{}", "x".repeat(LONGEST_ADDRESS));
    for address in [
        "/device",
        "http://sso.example.org/device",
        "javascript:alert(1)",
        &long,
    ] {
        refused(
            json!({ "verification_uri": address }),
            "verification_uri",
            Unusable,
        );
    }
}

#[test]
fn what_a_person_reads_is_inert_and_whole() {
    for (given, shown) in [
        ("WDJB-MJHT", "WDJB-MJHT"),
        (" WDJB\nMJHT ", "WDJB MJHT"),
        ("WDJB\u{202e}-MJHT\u{1b}", "WDJB-MJHT"),
        ("0123", "0123"),
        (&"A".repeat(32), &"A".repeat(32)),
    ] {
        assert_eq!(read(json!({ "user_code": given })).user_code, shown);
    }
    let foreign = read(json!({ "verification_uri": "https://gerät.example/\u{202e}x" }));
    assert_eq!(
        foreign.verification_uri,
        "https://xn--gert-noa.example/%E2%80%AEx"
    );
}

#[test]
fn the_address_may_have_the_name_of_an_early_draft_and_the_complete_one_is_optional() {
    let google =
        json!({ "verification_uri": null, "verification_url": "https://www.google.com/device" });
    assert_eq!(
        read(google).verification_uri,
        "https://www.google.com/device"
    );
    let both = json!({ "verification_url": "https://other.example/" });
    assert_eq!(read(both).verification_uri, PAGE);
    let complete = format!("{PAGE}?user_code=WDJB-MJHT");
    for (given, expected) in [
        (json!(complete), Some(complete.clone())),
        (json!(null), None),
        (json!(5), None),
        (json!("http://sso.example.org/device"), None),
        (
            json!(format!("{PAGE}?{}", "x".repeat(LONGEST_ADDRESS))),
            None,
        ),
    ] {
        let codes = read(json!({ "verification_uri_complete": given }));
        assert_eq!(codes.verification_uri_complete, expected);
    }
}

#[test]
fn a_page_in_plain_http_is_for_a_provider_on_this_machine_alone() {
    let page = json!({ "verification_uri": "http://127.0.0.1:4400/device" });
    assert!(read_at("http://127.0.0.1:4400", page.clone()).is_ok());
    assert!(read_at(ISSUER, page).is_err());
}

#[test]
fn lives_and_intervals_are_bounded_and_nonsense_counts_as_absent() {
    for (given, seconds) in [
        (json!(600), 600),
        (json!("900"), 900),
        (json!(1.9), 1),
        (json!(86400), 1800),
        (json!(0), 300),
        (json!(-1), 300),
        (json!("soon"), 300),
        (json!(null), 300),
    ] {
        let life = read(json!({ "expires_in": given })).life;
        assert_eq!(life.as_secs(), seconds, "{given}");
    }
    for (given, seconds) in [
        (json!(5), 5),
        (json!("7"), 7),
        (json!(0), 1),
        (json!(0.5), 1),
        (json!(86400), 60),
        (json!(-1), 5),
        (json!([]), 5),
        (json!(null), 5),
    ] {
        let interval = read(json!({ "interval": given })).interval;
        assert_eq!(interval.as_secs(), seconds, "{given}");
    }
}
