//! What was verified once must not be remembered for longer, or for more, than it was
//! verified for. These hold with a cache of verified tokens and without one.

use std::time::Duration;

use serde_json::{Value, json};
use vestibule_server::guard::{AccessTokenVerifier, Algorithm, TypProfile, VerifierBuilder};

use crate::{
    grid::Line,
    hostile::signers,
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, RSA},
    token::{NOW, claims, good, header, sign},
    world::{TestApi, builder},
};

fn lasting(issuer: &TestIssuer, key: &Key) -> String {
    let payload = claims(&issuer.url).set("exp", "9999999999");
    sign(&header(key), &payload, key)
}

fn publish(issuer: &TestIssuer, keys: &[Value]) {
    issuer.becomes(Mood::Serve(json!({"keys": keys})));
}

/// As a client does that has a token and uses it.
pub fn use_it(line: &mut Line, token: &str) {
    for _ in 0..3 {
        assert_eq!(line.present(token).status, 200);
    }
}

#[test]
fn a_token_that_was_good_ends_with_its_last_second() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let tokens: Vec<_> = (0..60)
        .map(|second| {
            let payload = claims(&issuer.url).set("exp", (NOW + second).to_string());
            sign(&header(&ED), &payload, &ED)
        })
        .collect();
    for token in &tokens {
        use_it(&mut line, token);
    }
    for now in 0..70 {
        for (second, token) in tokens.iter().enumerate() {
            // Five seconds of leeway
            let expected = if second + 5 > now { 200 } else { 401 };
            assert_eq!(
                line.present(token).status,
                expected,
                "exp {second} at {now}"
            );
        }
        api.clock.advance(1);
    }
}

#[test]
fn a_fraction_of_a_second_counts_too() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| builder.leeway(Duration::ZERO));
    let mut line = Line::to(api.address);
    let payload = claims(&issuer.url).set("exp", format!("{NOW}.75"));
    let token = sign(&header(&ED), &payload, &ED);
    use_it(&mut line, &token);
    api.clock.advance(1);
    assert_eq!(line.present(&token).status, 401);
}

/// Every way in which the key of a token can go.
#[test]
fn a_token_that_was_good_ends_with_its_key() {
    for key in signers() {
        let same_id = |members: Value| key.jwk_with(&members);
        let stranger = if key.kid == OTHER.kid { &*RSA } else { &*OTHER };
        let other_alg = if key.alg == "RS256" { "PS256" } else { "RS256" };
        let gone = [
            ("withdrawn", vec![]),
            (
                "replaced under its id",
                vec![stranger.jwk_with(&json!({"kid": key.kid}))],
            ),
            ("under another id", vec![same_id(json!({"kid": "renamed"}))]),
            (
                "for encryption from now on",
                vec![same_id(json!({"kid": key.kid, "use": "enc"}))],
            ),
            (
                "for another algorithm",
                vec![same_id(json!({"kid": key.kid, "alg": other_alg}))],
            ),
            (
                "with its private half",
                vec![same_id(json!({"kid": key.kid, "d": "AQAB"}))],
            ),
            (
                "malformed",
                vec![json!({"kty": key.public()["kty"], "kid": key.kid})],
            ),
        ];
        let witness = if key.kid == P256.kid { &*ED } else { &*P256 };
        let issuer = TestIssuer::start();
        let api = TestApi::start(&issuer);
        let mut line = Line::to(api.address);
        let token = lasting(&issuer, key);
        for (how, mut keys) in gone {
            publish(&issuer, &[key.jwk(), witness.jwk()]);
            api.clock.advance(301);
            use_it(&mut line, &token);
            keys.push(witness.jwk());
            publish(&issuer, &keys);
            api.clock.advance(301);
            for _ in 0..3 {
                assert_eq!(line.present(&token).status, 401, "{}, {how}", key.kid);
            }
            assert_eq!(line.present(&lasting(&issuer, witness)).status, 200);
        }
        publish(&issuer, &[key.jwk(), witness.jwk()]);
        api.clock.advance(301);
        use_it(&mut line, &token);
    }
}

/// The fetch that finds the key gone may be for quite another token.
#[test]
fn a_fetch_for_an_unknown_key_ends_the_tokens_of_a_withdrawn_one() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let token = lasting(&issuer, &RSA);
    use_it(&mut line, &token);
    publish(&issuer, &[ED.jwk()]);
    use_it(&mut line, &token);
    let unknown = header(&ED).set("kid", "\"new\"");
    let unknown = sign(&unknown, &claims(&issuer.url), &ED);
    assert_eq!(line.present(&unknown).status, 401);
    assert_eq!(issuer.fetches(), 2);
    assert_eq!(line.present(&token).status, 401);
}

#[test]
fn what_was_refused_for_now_is_looked_at_again() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [ED.jwk()]})));
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let payload = claims(&issuer.url).set("nbf", (NOW + 40).to_string());
    let early = sign(&header(&ED), &payload, &ED);
    let unknown = good(&issuer.url, &RSA);
    for _ in 0..3 {
        assert_eq!(line.present(&early).status, 401);
        assert_eq!(line.present(&unknown).status, 401);
    }
    publish(&issuer, &[ED.jwk(), RSA.jwk()]);
    api.clock.advance(35);
    use_it(&mut line, &early);
    use_it(&mut line, &unknown);
}

/// Rules are those of one API; what another one of the same process let through is
/// no reason.
#[test]
fn two_apis_of_one_process_share_no_verdict() {
    let issuer = TestIssuer::start();
    let lax = TestApi::start(&issuer);
    let mut line = Line::to(lax.address);
    let untyped = sign(&header(&RSA).without("typ"), &claims(&issuer.url), &RSA);
    let same = || builder(&issuer.url);
    let same_keys = format!("{}jwks", issuer.url);
    let changed: [(&str, u16, VerifierBuilder); 5] = [
        (
            "another audience",
            401,
            AccessTokenVerifier::builder(&issuer.url, "https://other"),
        ),
        ("RFC 9068 in full", 401, same().typ(TypProfile::AtJwt)),
        (
            "other algorithms",
            401,
            same().algorithms([Algorithm::EdDsa]),
        ),
        (
            "a scope",
            403,
            same().require_scope("admin".parse().unwrap()),
        ),
        (
            "another issuer",
            401,
            builder("https://other/").jwks_uri(same_keys),
        ),
    ];
    for (name, status, builder) in changed {
        let strict = TestApi::launch(builder, None);
        let mut other = Line::to(strict.address);
        for _ in 0..3 {
            use_it(&mut line, &untyped);
            assert_eq!(other.present(&untyped).status, status, "{name}");
        }
    }
}
