//! What the device authorization endpoint answers (RFC 8628 §3.2).

use serde_json::{Value, json};

use super::{
    NOT_ALLOWED, Terminal, end,
    provider::{DEVICE, Provider, refusal, said},
    side_by_side, until_told,
};
use crate::double::{DISCOVERY, Reply};

/// What only a device that is attacked would be sent: it sets a terminal's title, clears
/// its screen, turns text about.
const ESCAPES: &str = "\u{1b}]0;owned\u{7}\u{1b}[2J\u{9b}31m\u{202e}\r\n";

/// A member of the answer becomes this.
fn with(member: &'static str, value: Value) -> Provider {
    let provider = Provider::allowing();
    provider.edit(DEVICE, move |answer| {
        if value == json!("absent") {
            answer.as_object_mut().unwrap().remove(member);
        } else {
            answer[member] = value.clone();
        }
    });
    provider
}

#[test]
fn a_member_that_is_needed_is_named_where_it_is_missing_or_of_no_use() {
    let useless = [
        json!("absent"),
        json!(null),
        json!(5),
        json!([]),
        json!({}),
        json!(""),
    ];
    let mut cases = Vec::new();
    for member in ["device_code", "user_code", "verification_uri"] {
        cases.extend(useless.iter().map(|value| (member, value.clone())));
    }
    let long = "A".repeat(10_000);
    cases.extend(["\u{1b}\u{7}", " \u{202e} ", &long].map(|code| ("user_code", json!(code))));
    let long = format!("https://sso.example/{long}");
    for address in [
        "javascript:alert(1)",
        "http://sso.example/device",
        "ftp://sso.example/device",
        "file:///etc/passwd",
        "/device",
        "sso.example/device",
        "https://",
        &long,
    ] {
        cases.push(("verification_uri", json!(address)));
    }
    side_by_side(&cases, |(member, value)| {
        let provider = with(member, value.clone());
        let says = format!("HOST gave an answer that cannot be used: {member} is missing or wrong");
        let ended = Terminal::at(&provider).ends_with(5, &says);
        assert!(provider.polls().is_empty(), "{member} {value}");
        assert!(ended.stderr.len() < 2000, "{}", ended.stderr);
    });
}

#[test]
fn nothing_in_the_code_or_the_address_acts_on_a_terminal() {
    for (member, value) in [
        ("user_code", format!("WDJB{ESCAPES}MJHT")),
        (
            "verification_uri",
            format!("https://sso.example/{ESCAPES}device"),
        ),
        (
            "verification_uri_complete",
            format!("https://sso.example/{ESCAPES}device"),
        ),
    ] {
        let provider = with(member, json!(value));
        let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!ended.stderr.contains(acts), "{:?}", ended.stderr);
    }
}

#[test]
fn the_address_without_the_code_is_told_whatever_the_one_with_it_is() {
    let values = [
        json!("absent"),
        json!(null),
        json!(7),
        json!("javascript:alert(1)"),
        json!("http://sso.example/device?code=WDJB"),
        json!("https://sso.example/device?code=WDJB"),
    ];
    side_by_side(&values, |value| {
        let provider = with("verification_uri_complete", value.clone());
        let told = Terminal::at(&provider).signs_in_as("Ada Lovelace").stderr;
        let page = format!("\n{}/phone\n", provider.url);
        assert!(told.contains(&page), "{value}: {told}");
        assert!(!told.contains("alert(1)"), "{value}: {told}");
        assert!(told.contains("WDJB-0001"), "{value}: {told}");
    });
}

/// Google has the name of an early draft.
#[test]
fn the_address_may_be_called_verification_url() {
    let provider = Provider::allowing();
    provider.edit(DEVICE, |answer| {
        let members = answer.as_object_mut().unwrap();
        let page = members.remove("verification_uri").unwrap();
        members.insert("verification_url".to_owned(), page);
    });
    let told = Terminal::at(&provider).signs_in_as("Ada Lovelace").stderr;
    let page = format!("\n{}/phone\n", provider.url);
    assert!(told.contains(&page), "{told}");
}

#[test]
fn a_life_that_is_absent_or_nonsense_ends_neither_at_once_nor_never() {
    let lives = [
        json!("absent"),
        json!(null),
        json!(0),
        json!(-1),
        json!("soon"),
        json!(1e9),
        json!(1e300),
        json!("900"),
    ];
    side_by_side(&lives, |life| {
        let provider = with("expires_in", life.clone());
        let told = Terminal::at(&provider).signs_in_as("Ada Lovelace").stderr;
        assert_eq!(provider.came(DEVICE).len(), 1, "{life}: {told}");
        let (_, rest) = told.split_once("The code is good for ").unwrap();
        let minutes: u32 = rest.split(' ').next().unwrap().parse().unwrap();
        assert!((2..=30).contains(&minutes), "{life}: {told}");
        assert!(rest.contains(" minutes"), "{life}: {told}");
    });
}

struct Refusal {
    reply: Reply,
    code: i32,
    says: &'static str,
}

#[test]
fn a_provider_that_gives_no_code_is_told_of_by_what_it_answers() {
    const HTML: &str = "Content-Type: text/html\r\n";
    let case = |reply, code, says| Refusal { reply, code, says };
    let page = |status| Reply::new(status, HTML, "<html>");
    let empty = |status| Reply::new(status, "", "");
    let refused = "HOST refused: check client_id";
    let trouble = "HOST has a problem; try again in a minute";
    let gateways = "a page came where an answer of HOST should be";
    let words = said("400 Bad Request", "invalid_scope", "No such scope: notes");
    let cases = [
        case(
            refusal("400 Bad Request", "unauthorized_client"),
            5,
            NOT_ALLOWED,
        ),
        case(
            refusal("403 Forbidden", "unauthorized_client"),
            5,
            NOT_ALLOWED,
        ),
        case(refusal("401 Unauthorized", "invalid_client"), 5, refused),
        case(refusal("200 OK", "invalid_request"), 5, refused),
        case(words, 5, "No such scope: notes"),
        case(empty("404 Not Found"), 5, refused),
        case(empty("405 Method Not Allowed"), 5, refused),
        case(page("404 Not Found"), 6, gateways),
        case(page("200 OK"), 6, gateways),
        case(page("403 Forbidden"), 6, gateways),
        case(empty("200 OK"), 6, gateways),
        case(page("500 Internal Server Error"), 6, trouble),
        case(empty("503 Service Unavailable"), 6, trouble),
        case(empty("429 Too Many Requests"), 6, trouble),
        case(refusal("400 Bad Request", "server_error"), 6, trouble),
        case(
            Reply::redirect("http://portal.example/a?b=c"),
            6,
            "a redirect to http://portal.example/a came",
        ),
    ];
    side_by_side(&cases, |case| {
        let provider = Provider::allowing();
        provider.at(DEVICE, case.reply.clone());
        Terminal::at(&provider).ends_with(case.code, case.says);
        assert!(provider.polls().is_empty());
        assert_eq!(provider.came(DEVICE).len(), 1);
    });
}

#[test]
fn a_connection_that_is_reset_or_goes_silent_where_a_code_is_due_is_told_of() {
    let ways = [true, false];
    side_by_side(&ways, |is_reset| {
        let provider = Provider::start();
        let terminal = Terminal::at(&provider);
        let answer = if *is_reset {
            super::provider::Answer::Reset
        } else {
            provider.hanging()
        };
        provider.answer_codes(answer);
        terminal.ends_with(6, "HOST could not be reached");
    });
}

#[test]
fn a_provider_without_a_usable_device_endpoint_is_told_of_with_a_remedy() {
    let endpoints = [
        json!("absent"),
        json!(null),
        json!(5),
        json!("/device"),
        json!("http://sso.example/device"),
        json!("javascript:alert(1)"),
    ];
    side_by_side(&endpoints, |endpoint| {
        let provider = Provider::start();
        let value = endpoint.clone();
        provider.edit(DISCOVERY, move |document| {
            document["device_authorization_endpoint"] = value.clone();
            if value == json!("absent") {
                let members = document.as_object_mut().unwrap();
                members.remove("device_authorization_endpoint");
            }
        });
        let ended = Terminal::at(&provider).login();
        let told = &ended.stderr;
        assert!([Some(2), Some(5)].contains(&ended.code), "{told}");
        assert!(told.contains(&provider.host()), "{told}");
        assert!(told.contains("phone"), "{told}");
        assert!(told.contains("vestibule login"), "{told}");
        assert!(provider.came("/device").is_empty(), "{endpoint}");
        assert!(provider.came(DEVICE).is_empty(), "{endpoint}");
    });
}

/// It is made to be seen; the one that brings the tokens is not.
#[test]
fn the_user_code_is_told_on_stderr_alone_and_the_device_code_nowhere() {
    let provider = Provider::start();
    let terminal = Terminal::at(&provider);
    let program = terminal.start(&["login", "--device"]);
    until_told(&program, 1);
    provider.allow_all();
    let ended = end(program);
    assert_eq!(ended.stdout, "Ada Lovelace\n", "{}", ended.stderr);
}
