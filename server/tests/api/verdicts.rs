//! What the guard counts of requests whose endpoint never answers.

use std::sync::Arc;

use poem::{Endpoint, EndpointExt, Request, endpoint, handler};
use tokio::sync::Notify;
use vestibule_server::guard::{AccessToken, AccessTokenVerifier, RequireAccessToken};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    process::good_now,
    token::good,
    world::{TestApi, builder},
};

#[handler]
fn broken(_: AccessToken) {
    panic!("a fault of the endpoint, as the test wants it");
}

fn accepted(verifier: &AccessTokenVerifier) -> u64 {
    let mut verdicts = verifier.statistics().verdicts.into_iter();
    verdicts.find(|(name, _)| *name == "accepted").unwrap().1
}

#[test]
fn a_request_whose_endpoint_panics_counts_as_accepted() {
    let issuer = TestIssuer::start();
    let api = TestApi::serving(builder(&issuer.url), |verifier| {
        broken.with(RequireAccessToken::new(verifier))
    });
    assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 500);
    assert_eq!(accepted(&api.verifier), 1);
}

/// As the server gives it up when the connection is closed.
#[tokio::test]
async fn a_request_that_is_given_up_in_its_endpoint_counts_as_accepted() {
    let issuer = TestIssuer::start();
    let verifier = builder(&issuer.url).build().unwrap();
    let entered = Arc::new(Notify::new());
    let enter = Arc::clone(&entered);
    let endless = endpoint::make(move |_| {
        enter.notify_one();
        std::future::pending::<()>()
    });
    let guarded = endless.with(RequireAccessToken::new(Arc::clone(&verifier)));
    let token = format!("Bearer {}", good_now(&issuer.url));
    let request = Request::builder().header("authorization", token).finish();
    tokio::select! {
        _ = guarded.call(request) => panic!("the endpoint has no answer"),
        () = entered.notified() => {}
    }
    assert_eq!(accepted(&verifier), 1);
}
