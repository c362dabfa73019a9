//! A provider that has moved since it was remembered: the next token endpoint is found, and no
//! refresh token that may have been received is sent once more.

use serde_json::json;
use vestibule::auth::error::{TransportError, TransportErrorKind as Kind};

use crate::{
    http::{Answer, dropped, edited, status},
    remembered::Processes,
    worker::DISCOVERY,
    world::{kept, use_session},
};

const NEW: &str = "/token-of-now";

/// The provider has moved its token endpoint; at the old one, this is answered.
fn moved(name: &str, old: fn() -> Answer) -> Processes {
    let processes = Processes::new(name);
    let http = &processes.world.http;
    http.at("/token", move |_, _| old());
    http.at(
        DISCOVERY,
        edited(|document| {
            let issuer = document["issuer"].as_str().unwrap();
            document["token_endpoint"] = json!(format!("{issuer}{NEW}"));
        }),
    );
    http.at(NEW, |mut request, send| {
        let old = request.uri().to_string().replace(NEW, "/token");
        *request.uri_mut() = old.parse().unwrap();
        send(request)
    });
    processes
}

fn failed(kind: Kind) -> Answer {
    let host = "the test".to_owned();
    Err(TransportError { host, kind })
}

fn page(code: u16) -> Answer {
    let answer = http::Response::builder()
        .status(code)
        .header("content-type", "text/html")
        .body(b"<h1>Not here</h1>".to_vec());
    Ok(answer.unwrap())
}

fn redirect() -> Answer {
    let answer = http::Response::builder()
        .status(308)
        .header("location", "https://sso.example.org/token");
    Ok(answer.body(Vec::new()).unwrap())
}

#[test]
fn where_nothing_is_there_any_more_the_session_is_renewed_at_the_new_address() {
    let gone: [fn() -> Answer; 7] = [
        || status(404, ""),
        || status(405, ""),
        || status(410, ""),
        || page(404),
        || page(410),
        || failed(Kind::Certificate("another name".to_owned())),
        || failed(Kind::NotConnected("refused".to_owned())),
    ];
    for old in gone {
        let processes = moved("moved", old);
        let asked = processes.renewing();
        assert_eq!(asked, ["/token", DISCOVERY, NEW]);
        assert_eq!(processes.renewing(), [NEW], "not remembered");
    }
}

/// RFC 9700 §4.14.2: at its second use the provider would end the session.
#[test]
fn a_token_that_may_have_been_received_is_not_sent_to_the_new_address_at_once() {
    let unclear: [fn() -> Answer; 4] = [
        dropped,
        redirect,
        || page(403),
        || status(200, "<h1>Welcome to our hotel</h1>"),
    ];
    for old in unclear {
        let processes = moved("moved-unclear", old);
        let client = processes.start();
        let session = kept(&client);
        let asked = processes.asked(|| {
            let error = use_session(&client, &session).unwrap_err();
            assert!(error.is_transient(), "{error}");
        });
        assert_eq!(asked, ["/token", DISCOVERY]);
        let asked = processes.asked(|| drop(use_session(&client, &session).unwrap()));
        assert_eq!(asked, [NEW]);
    }
}

#[test]
fn at_the_same_address_nothing_is_sent_twice() {
    let processes = Processes::new("moved-not");
    processes.world.http.at("/token", |_, _| status(404, ""));
    let client = processes.start();
    let asked = processes.asked(|| drop(use_session(&client, &kept(&client)).unwrap_err()));
    assert_eq!(asked, ["/token", DISCOVERY]);
}

/// A provider that refuses, or that has trouble, is where it was.
#[test]
fn an_answer_of_the_provider_is_no_reason_to_ask_where_it_is() {
    for (code, body) in [
        (400, r#"{"error":"invalid_grant"}"#),
        (400, r#"{"error":"invalid_client"}"#),
        (429, ""),
        (500, ""),
        (503, "<h1>Maintenance</h1>"),
    ] {
        let processes = Processes::new("moved-refused");
        processes
            .world
            .http
            .at("/token", move |_, _| status(code, body));
        let client = processes.start();
        let asked = processes.asked(|| drop(use_session(&client, &kept(&client)).unwrap_err()));
        assert_eq!(asked, ["/token"], "{code} {body}");
    }
}

/// What this process was told itself is not doubted.
#[test]
fn a_provider_that_was_asked_just_now_is_not_asked_again() {
    let processes = Processes::new("moved-fresh");
    std::fs::remove_file(processes.file()).unwrap();
    processes.world.http.at("/token", |_, _| status(404, ""));
    let client = processes.start();
    let asked = processes.asked(|| drop(use_session(&client, &kept(&client)).unwrap_err()));
    assert_eq!(asked, [DISCOVERY, "/token"]);
}
