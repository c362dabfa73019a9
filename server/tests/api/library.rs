//! The guard around another application than ours.

use std::time::Duration;

use poem::{EndpointExt, Route, get, handler, post};
use serde::Deserialize;
use vestibule_server::guard::{AccessToken, Claims, RequireAccessToken, Scope};

use crate::{
    connections_world::Client,
    issuer::TestIssuer,
    keys::RSA,
    token::{Members, NOW, claims, header, sign},
    world::{Answer, TestApi, builder},
};

#[handler]
fn echo(token: AccessToken, body: String) -> String {
    let sub = token.sub().unwrap_or("nobody");
    format!("{sub}: {body} {}", token.scopes().count())
}

#[derive(Deserialize)]
struct Tenant {
    tenant: String,
}

#[handler]
fn tenant(Claims(Tenant { tenant }): Claims<Tenant>) -> String {
    tenant
}

fn scope(name: &str) -> Scope {
    name.parse().unwrap()
}

fn api(issuer: &TestIssuer) -> TestApi {
    TestApi::serving(builder(&issuer.url), |verifier| {
        Route::new()
            .at(
                "/guarded",
                post(echo).with(RequireAccessToken::new(verifier)),
            )
            .at("/forgotten", post(echo))
    })
}

/// `/read` wants a scope of its own, `/tenant` a claim, `/pay` a strong and recent
/// sign-in, `/gold` only a strong one and `/now` only a recent one.
fn demanding_api(issuer: &TestIssuer) -> TestApi {
    TestApi::serving(builder(&issuer.url), |verifier| {
        let guard = RequireAccessToken::new(verifier);
        let read = guard.clone().require_scope(scope("read"));
        let read = read.require_scope(scope("openid"));
        let five_minutes = Duration::from_secs(300);
        let now = guard.clone().require_sign_in_within(five_minutes);
        let gold = guard.clone().require_acr(["gold"]);
        let pay = guard
            .clone()
            .require_acr(["gold", "silver"])
            .require_sign_in_within(five_minutes);
        Route::new()
            .at("/read", get(echo).with(read))
            .at("/tenant", get(tenant).with(guard))
            .at("/pay", get(echo).with(pay))
            .at("/gold", get(echo).with(gold))
            .at("/now", get(echo).with(now))
    })
}

#[test]
fn handlers_get_the_claims_and_the_body_untouched() {
    let issuer = TestIssuer::start();
    let value = format!("Bearer {}", sign(&header(&RSA), &claims(&issuer.url), &RSA));
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let headers = [("Authorization", value.as_str()), ("Content-Type", kind)];
        let answer = api(&issuer).request("POST", "/guarded", &headers, "a=b&c=d");
        assert_eq!(answer.body, "ada: a=b&c=d 2", "{kind}");
    }
}

#[test]
fn a_long_form_is_for_the_endpoint_and_its_length_for_the_servers_limit() {
    let issuer = TestIssuer::start();
    let api = api(&issuer);
    let token = sign(&header(&RSA), &claims(&issuer.url), &RSA);
    let send = |start: &str, length: usize, chunk: Option<usize>| {
        let form = format!("{start}{}", "f".repeat(length - start.len()));
        let (framing, body) = match chunk {
            None => (format!("Content-Length: {length}"), form),
            Some(size) => {
                let chunks = form.as_bytes().chunks(size).map(str::from_utf8);
                let chunks = chunks.map(|chunk| format!("{size:x}\r\n{}\r\n", chunk.unwrap()));
                let body = chunks.chain(["0\r\n\r\n".to_owned()]).collect();
                ("Transfer-Encoding: chunked".to_owned(), body)
            }
        };
        let mut client = Client::connect(api.address);
        client.say(format!(
            "POST /guarded HTTP/1.1\r\nHost: api\r\nAuthorization: Bearer {token}\r\n\
            Content-Type: application/x-www-form-urlencoded\r\n{framing}\r\n\r\n{body}"
        ));
        client.reply()
    };
    for chunk in [None, Some(4096)] {
        let long = send("a=b&c=", 200 * 4096, chunk);
        assert_eq!(long.status, 200, "{chunk:?}");
        let whole = format!("ada: a=b&c={} 2", "f".repeat(200 * 4096 - 6));
        assert!(long.body == whole, "{} of {}", long.body.len(), whole.len());
        let second = send("a=b&access_token=", 200 * 4096, chunk);
        assert_eq!(second.status, 400, "{chunk:?}");
        assert_eq!(send("a=b&c=", 300 * 4096, chunk).status, 413, "{chunk:?}");
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

/// What `path` answers to a token with these claims.
fn answer(api: &TestApi, path: &str, payload: &Members) -> Answer {
    let value = format!("Bearer {}", sign(&header(&RSA), payload, &RSA));
    api.request("GET", path, &[("Authorization", &value)], "")
}

#[test]
fn an_endpoint_can_demand_scopes_of_its_own() {
    let issuer = TestIssuer::start();
    let api = demanding_api(&issuer);
    let with = |name: &str, raw: &str| claims(&issuer.url).without("scope").set(name, raw);
    for (name, granted) in [
        ("scope", r#""read openid""#),
        ("scope", r#""openid  read more""#),
        ("scope", r#"["openid","read"]"#),
        // Entra ID and Okta
        ("scp", r#""openid read""#),
        ("scp", r#"["read","openid"]"#),
    ] {
        let answer = answer(&api, "/read", &with(name, granted));
        assert_eq!(answer.status, 200, "{name} {granted}");
    }
    for (name, granted) in [
        ("scope", r#""openid""#),
        ("scope", r#""read""#),
        ("scope", r#""READ openid""#),
        ("scope", r#""reading openid""#),
        ("scope", r#""""#),
        ("scp", r#""openid""#),
        ("roles", r#"["read","openid"]"#),
    ] {
        let answer = answer(&api, "/read", &with(name, granted));
        assert_eq!(answer.status, 403, "{name} {granted}");
        let challenge = answer.challenge();
        assert!(
            challenge.contains(r#"error="insufficient_scope""#),
            "{challenge}"
        );
        assert!(challenge.contains(r#"scope="read openid""#), "{challenge}");
    }
    // `scope` is the standard's word: where it stands, `scp` grants nothing more.
    let both = with("scope", r#""openid""#).set("scp", r#""read openid""#);
    assert_eq!(answer(&api, "/read", &both).status, 403);
}

#[test]
fn a_handler_takes_claims_as_its_own_type_and_tokens_without_them_are_refused() {
    let issuer = TestIssuer::start();
    let api = demanding_api(&issuer);
    let good = claims(&issuer.url).and("tenant", r#""blue""#);
    assert_eq!(answer(&api, "/tenant", &good).body, "blue");
    for bad in [claims(&issuer.url), claims(&issuer.url).and("tenant", "5")] {
        let answer = answer(&api, "/tenant", &bad);
        assert_eq!(answer.status, 401);
        assert!(answer.challenge().contains(r#"error="invalid_token""#));
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    let verdicts = api.verifier.statistics().verdicts;
    let counted = verdicts.into_iter().filter(|(_, count)| *count > 0);
    assert!(counted.eq([("accepted", 1), ("claims", 2)]), "each once");
}

#[test]
fn an_endpoint_can_demand_a_strong_and_recent_sign_in() {
    let issuer = TestIssuer::start();
    let api = demanding_api(&issuer);
    let signed_in = |acr: &str, at: u64| {
        let payload = claims(&issuer.url).and("auth_time", at.to_string());
        payload.and("acr", acr)
    };
    // Five seconds of leeway.
    for (acr, at) in [(r#""gold""#, NOW), (r#""silver""#, NOW - 305)] {
        let answer = answer(&api, "/pay", &signed_in(acr, at));
        assert_eq!(answer.status, 200, "{acr} {at}");
    }
    let bad = [
        signed_in(r#""bronze""#, NOW),
        signed_in(r#""gold silver""#, NOW),
        signed_in(r#"["gold"]"#, NOW),
        signed_in(r#""gold""#, NOW - 306),
        // Milliseconds, as some issuers write them
        signed_in(r#""gold""#, NOW * 1000),
        signed_in(r#""gold""#, NOW).set("auth_time", r#""now""#),
        signed_in(r#""gold""#, NOW).without("auth_time"),
        signed_in(r#""gold""#, NOW).without("acr"),
    ];
    for payload in bad {
        let answer = answer(&api, "/pay", &payload);
        assert_eq!(answer.status, 401, "{}", payload.text());
        let challenge = answer.challenge();
        for part in [
            r#"error="insufficient_user_authentication""#,
            r#"acr_values="gold silver""#,
            r#"max_age="300""#,
        ] {
            assert!(challenge.contains(part), "{challenge}");
        }
    }
}

#[test]
fn of_the_sign_in_only_what_is_demanded_is_looked_at_and_named() {
    let issuer = TestIssuer::start();
    let api = demanding_api(&issuer);
    let signed_in = |acr: &str, at: &str| claims(&issuer.url).and("auth_time", at).and("acr", acr);
    let now = NOW.to_string();
    for acr in ["1", r#"["gold"]"#, "null"] {
        assert_eq!(
            answer(&api, "/now", &signed_in(acr, &now)).status,
            200,
            "{acr}"
        );
    }
    for at in [r#""today""#, "null", "{}"] {
        let payload = signed_in(r#""gold""#, at);
        assert_eq!(answer(&api, "/gold", &payload).status, 200, "{at}");
    }
    // Ahead of our clock by more than the leeway.
    let ahead = answer(&api, "/now", &signed_in("1", &(NOW + 6).to_string()));
    assert_eq!(ahead.status, 401);
    assert!(ahead.challenge().contains(r#"max_age="300""#));
    assert!(!ahead.challenge().contains("acr_values"));
    let weak = answer(&api, "/gold", &signed_in(r#""bronze""#, &now));
    assert_eq!(weak.status, 401);
    assert!(weak.challenge().contains(r#"acr_values="gold""#));
    assert!(!weak.challenge().contains("max_age"));
}

#[test]
fn a_token_bound_to_its_sender_is_refused() {
    let issuer = TestIssuer::start();
    let api = demanding_api(&issuer);
    let bound = claims(&issuer.url).and(
        "cnf",
        r#"{"jkt":"0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}"#,
    );
    let bound = bound.and("tenant", r#""blue""#);
    assert_eq!(answer(&api, "/tenant", &bound).status, 401);
}
