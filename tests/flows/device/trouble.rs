//! What is no answer to a poll at all: the code stays good, and it is asked on, slower.

use std::time::Duration;

use super::{
    Terminal,
    provider::{Answer, DEVICE, Provider, refusal},
    side_by_side,
};
use crate::double::Reply;

const HTML: &str = "Content-Type: text/html\r\n";
const JSON: &str = "Content-Type: application/json\r\n";

/// What is answered instead of an answer, and after how many seconds at least it is asked
/// again (RFC 8628 §3.5 recommends to double the interval of one).
type Trouble = (&'static str, u64, fn(&Provider) -> Answer);

const TROUBLES: [Trouble; 21] = [
    ("500", 2, |_| reply("500 Internal Server Error", "", "")),
    ("500 in a page", 2, |_| {
        reply("500 Internal Server Error", HTML, "<html>")
    }),
    ("502 in a page", 2, |_| {
        reply("502 Bad Gateway", HTML, "<html>")
    }),
    ("503", 2, |_| reply("503 Service Unavailable", "", "")),
    ("503 for a while", 4, |_| {
        reply("503 Service Unavailable", "Retry-After: 4\r\n", "")
    }),
    ("504", 2, |_| reply("504 Gateway Timeout", "", "")),
    ("429", 2, |_| reply("429 Too Many Requests", "", "")),
    ("429 for a while", 4, |_| {
        reply("429 Too Many Requests", "Retry-After: 4\r\n", "")
    }),
    ("408", 2, |_| reply("408 Request Timeout", "", "")),
    ("a hotel's page", 2, |_| Reply::page().into()),
    ("a gateway's page", 2, |_| {
        reply("403 Forbidden", HTML, "<html>")
    }),
    ("a network that wants a sign-in", 2, |_| {
        reply("511 Network Authentication Required", HTML, "<html>")
    }),
    ("a redirect to a hotel", 2, |_| {
        reply("302 Found", "Location: http://portal.example/\r\n", "")
    }),
    ("an empty 400", 2, |_| reply("400 Bad Request", "", "")),
    ("an empty 200", 2, |_| reply("200 OK", "", "")),
    ("garbled JSON", 2, |_| reply("200 OK", JSON, "{\"access_to")),
    ("garbled JSON with 400", 2, |_| {
        reply("400 Bad Request", JSON, "{\"error\":\"authoriz")
    }),
    ("a 400 with an empty error", 2, |_| {
        reply("400 Bad Request", JSON, "{\"error\":\"\"}")
    }),
    ("temporarily_unavailable", 2, |_| {
        let body = "{\"error\":\"temporarily_unavailable\"}";
        reply("400 Bad Request", JSON, body)
    }),
    ("a reset", 2, |_| Answer::Reset),
    ("nothing", 2, Provider::hanging),
];

fn reply(status: &'static str, headers: &str, body: &str) -> Answer {
    Reply::new(status, headers, body).into()
}

#[test]
fn whatever_is_no_answer_costs_neither_the_code_nor_the_sign_in_and_slows_the_polls() {
    side_by_side(&TROUBLES, |(what, least, trouble)| {
        let provider = Provider::allowing();
        provider.answer_polls([trouble(&provider)]);
        let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
        assert_eq!(provider.came(DEVICE).len(), 1, "{what}: {}", ended.stderr);
        let pauses = provider.pauses();
        assert_eq!(pauses.len(), 2, "{what}");
        let least = Duration::from_secs(*least);
        assert!(pauses[1] >= least, "{what}: {pauses:?}");
    });
}

/// Eight seconds are twice the interval, doubled twice.
#[test]
fn the_pauses_double_while_nothing_is_answered_and_are_the_interval_again_after_it() {
    let provider = Provider::allowing();
    let pending: Answer = refusal("400 Bad Request", "authorization_pending").into();
    let reset = Answer::Reset;
    provider.answer_polls([
        reset.clone(),
        reset.clone(),
        reset,
        pending.clone(),
        pending,
    ]);
    let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
    let pauses = provider.pauses();
    let least = [1, 2, 4, 8, 1, 1].map(Duration::from_secs);
    assert_eq!(pauses.len(), least.len(), "{pauses:?}");
    let is_slow = pauses
        .iter()
        .zip(least)
        .all(|(pause, least)| *pause >= least);
    assert!(is_slow, "{pauses:?}");
    assert!(pauses[5] < pauses[3], "{pauses:?}");
    let told = &ended.stderr;
    let cannot = format!("{} cannot be reached now", provider.host());
    assert_eq!(told.matches(&cannot).count(), 1, "{told}");
    let again = format!("{} answers again", provider.host());
    assert_eq!(told.matches(&again).count(), 1, "{told}");
}
