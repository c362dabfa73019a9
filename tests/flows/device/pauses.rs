//! How long the polls are apart, as the provider wishes it (RFC 8628 §3.2, §3.5).

use std::time::Duration;

use serde_json::{Value, json};

use super::{
    Terminal,
    provider::{DEVICE, Provider, refusal},
    side_by_side,
};

/// What `interval` is and how many seconds the polls are apart at least.
#[test]
fn neither_the_first_poll_nor_any_after_it_comes_before_the_interval() {
    let cases = [
        (json!(1), 1),
        (json!(3), 3),
        (json!("4"), 4),
        (json!(2.5), 2),
        (json!(0), 1),
        (Value::Null, 5),
        (json!(-3), 5),
        (json!("soon"), 5),
        (json!([7]), 5),
    ];
    side_by_side(&cases, |(interval, least)| {
        let provider = Provider::allowing();
        let said = interval.clone();
        provider.edit(DEVICE, move |answer| answer["interval"] = said.clone());
        provider.answer_polls(vec![refusal("400 Bad Request", "authorization_pending"); 2]);
        Terminal::at(&provider).signs_in_as("Ada Lovelace");
        let (pauses, least) = (provider.pauses(), Duration::from_secs(*least));
        assert_eq!(pauses.len(), 3);
        assert!(pauses.iter().all(|p| *p >= least), "{interval}: {pauses:?}");
    });
}

#[test]
fn an_interval_that_is_absent_is_five_seconds() {
    let provider = Provider::allowing();
    provider.edit(DEVICE, |answer| {
        answer.as_object_mut().unwrap().remove("interval");
    });
    Terminal::at(&provider).signs_in_as("Ada Lovelace");
    assert!(provider.pauses()[0] >= Duration::from_secs(5));
}
