//! What becomes of an endpoint's errors behind the guard.

use poem::{EndpointExt, Error, IntoResponse, Response, Result, Route, handler, http::StatusCode};
use vestibule_server::guard::{AccessToken, RequireAccessToken};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::good,
    world::{TestApi, builder},
};

#[handler]
fn failing(_: AccessToken) -> Result<()> {
    Err(Error::from_status(StatusCode::CONFLICT))
}

#[test]
fn an_error_of_the_endpoint_is_caught_outside_the_guard_and_a_refusal_is_none() {
    let issuer = TestIssuer::start();
    let api = TestApi::serving(builder(&issuer.url), |verifier| {
        failing
            .with(RequireAccessToken::new(verifier))
            .catch_all_error(|error| async move { format!("caught {}", error.status()) })
    });
    let caught = api.present(&good(&issuer.url, &RSA));
    assert_eq!(caught.body, "caught 409 Conflict");
    assert_eq!(api.present("garbage").status, 401);
}

#[handler]
fn spoken(_: AccessToken) -> Result<()> {
    Err(Error::from_string("the ledger is closed", StatusCode::GONE))
}

#[handler]
fn answering(_: AccessToken) -> Result<()> {
    let answer = Response::builder().status(StatusCode::NOT_FOUND);
    let answer = answer.header("cache-control", "public, max-age=60");
    Err(Error::from_response(answer.body("nothing")))
}

/// RFC 9111 §3.5: an error tells of what the token protects as much as an answer does.
#[test]
fn an_error_of_the_endpoint_is_nobody_elses_to_keep() {
    let issuer = TestIssuer::start();
    let api = TestApi::serving(builder(&issuer.url), |verifier| {
        let guard = RequireAccessToken::new(verifier);
        Route::new()
            .at("/failing", failing.with(guard.clone()))
            .at("/spoken", spoken.with(guard.clone()))
            .at("/answering", answering.with(guard))
    });
    let value = format!("Bearer {}", good(&issuer.url, &RSA));
    for (path, status, body) in [
        ("/failing", 409, ""),
        ("/spoken", 410, "the ledger is closed"),
        ("/answering", 404, "nothing"),
    ] {
        let answer = api.request("GET", path, &[("Authorization", &value)], "");
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert!(answer.body.contains(body), "{path}: {}", answer.body);
    }
}

#[derive(Clone)]
struct Code(u16);

#[handler]
fn coded(_: AccessToken) -> Result<()> {
    let mut error = Error::from_string("the ledger is closed", StatusCode::GONE);
    error.set_data(Code(17));
    Err(error)
}

#[test]
fn the_data_of_an_error_reach_whoever_reads_them_outside() {
    let issuer = TestIssuer::start();
    let api = TestApi::serving(builder(&issuer.url), |verifier| {
        let guarded = coded.with(RequireAccessToken::new(verifier));
        guarded.after(|outcome| async move {
            let answer = outcome.unwrap_or_else(Error::into_response);
            let code = answer.data().map(|Code(code)| code.to_string());
            Ok::<_, Error>(answer.with_header("code", code.unwrap_or_default()))
        })
    });
    let answer = api.present(&good(&issuer.url, &RSA));
    assert_eq!(answer.header("code"), Some("17"));
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (410, "the ledger is closed")
    );
}

#[test]
fn the_words_of_an_error_reach_whoever_catches_it() {
    let issuer = TestIssuer::start();
    let api = TestApi::serving(builder(&issuer.url), |verifier| {
        let guarded = spoken.with(RequireAccessToken::new(verifier));
        guarded.catch_all_error(|error| async move { format!("caught: {error}") })
    });
    let caught = api.present(&good(&issuer.url, &RSA));
    assert_eq!(caught.body, "caught: the ledger is closed");
}
