//! The guard around another application than ours.

use poem::{EndpointExt, Route, handler, post};
use vestibule_server::guard::{AccessToken, KeySource, RequireAccessToken, Rules};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::{AUDIENCE, claims, header, sign},
    world::TestApi,
};

#[handler]
fn echo(token: AccessToken, body: String) -> String {
    let sub = token.sub.as_deref().unwrap_or("nobody");
    let tenant = token.extra.get("tenant").and_then(|t| t.as_str());
    format!(
        "{sub} of {}: {body} {}",
        tenant.unwrap_or("none"),
        token.scope.len()
    )
}

fn api(issuer: &TestIssuer) -> TestApi {
    let rules = Rules::new(&issuer.url, AUDIENCE);
    let keys = KeySource::issuer(&issuer.url).unwrap();
    TestApi::serving(rules, keys, |verifier| {
        Route::new()
            .at(
                "/guarded",
                post(echo).with(RequireAccessToken::new(verifier)),
            )
            .at("/forgotten", post(echo))
    })
}

#[test]
fn handlers_get_the_claims_and_the_body_untouched() {
    let issuer = TestIssuer::start();
    let payload = claims(&issuer.url).and("tenant", "\"blue\"");
    let value = format!("Bearer {}", sign(&header(&RSA), &payload, &RSA));
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = [("Authorization", value.as_str()), ("Content-Type", kind)];
        let answer = api(&issuer).request("POST", "/guarded", &headers, "a=b&c=d");
        assert_eq!(answer.body, "ada of blue: a=b&c=d 2", "{kind}");
    }
}

#[test]
fn a_handler_whose_guard_was_forgotten_answers_nobody() {
    let issuer = TestIssuer::start();
    let value = format!("Bearer {}", sign(&header(&RSA), &claims(&issuer.url), &RSA));
    let headers = [("Authorization", value.as_str())];
    assert_eq!(
        api(&issuer)
            .request("POST", "/forgotten", &headers, "x")
            .status,
        500
    );
}
