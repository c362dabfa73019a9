//! Tokens as real issuers make them: each must be let through.

use serde_json::{Value, json};
use vestibule_server::guard::{Algorithm, TypProfile};

use crate::{
    grid::{Grid, assert_all_accepted},
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, PSS, RSA, full_set},
    token::{AUDIENCE, NOW, claims, good, header, quoted, sign, sign_as},
    world::TestApi,
};

#[test]
fn good_tokens_are_accepted_in_every_variant() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let ours = quoted(AUDIENCE);
    let mut grid = Grid::new();
    for key in [&*RSA, &PSS, &P256, &ED] {
        grid.push((key.alg.to_owned(), good(&issuer.url, key)));
    }
    let times = |offset: f64| (NOW as f64 + offset).to_string();
    for (name, value) in [
        ("aud", format!("[{ours}]")),
        ("aud", format!("[{ours},\"other\"]")),
        ("aud", format!("[\"other\",{ours}]")),
        ("aud", format!("[{ours},{ours}]")),
        ("exp", times(-4.0)),
        ("exp", times(-4.5)),
        ("exp", times(0.0)),
        ("exp", times(0.5)),
        ("exp", "1.8000003e9".to_owned()),
        ("exp", "9999999999".to_owned()),
        ("exp", "253402300799".to_owned()),
        ("nbf", times(0.0)),
        ("nbf", times(5.0)),
        ("nbf", "0".to_owned()),
        ("nbf", "-1".to_owned()),
        ("iat", times(60.0)),
        ("iat", times(-1e6)),
        ("iat", times(0.25)),
        ("sub", quoted("ada|Ünïcode \u{1f511}")),
        ("sub", quoted(&"s".repeat(2048))),
        ("scope", quoted("")),
        ("scope", "[\"openid\",\"read:message\"]".to_owned()),
        ("nonce", quoted("n")),
        ("azp", quoted("vestibule")),
        ("gty", "{\"deep\":[1,2,{\"a\":null}]}".to_owned()),
        ("padding", quoted(&"p".repeat(8 * 1024))),
    ] {
        let payload = claims(&issuer.url).set(name, &value);
        grid.push((
            format!("{name} {value:.60}"),
            sign(&header(&RSA), &payload, &RSA),
        ));
    }
    for claim in ["sub", "client_id", "jti", "iat", "scope"] {
        let payload = claims(&issuer.url).without(claim);
        grid.push((
            format!("without {claim}"),
            sign(&header(&RSA), &payload, &RSA),
        ));
    }
    for typ in [
        "at+jwt",
        "AT+JWT",
        "application/at+jwt",
        "Application/AT+JWT",
        "JWT",
        "jwt",
    ] {
        let head = header(&RSA).set("typ", quoted(typ));
        grid.push((
            format!("typ {typ}"),
            sign(&head, &claims(&issuer.url), &RSA),
        ));
    }
    for (name, value) in [
        ("x5t", quoted("abc")),
        ("jku", quoted("https://a/")),
        ("cty", quoted("json")),
    ] {
        let head = header(&RSA).and(name, &value);
        grid.push((
            format!("header {name}"),
            sign(&head, &claims(&issuer.url), &RSA),
        ));
    }
    let untyped = header(&RSA).without("typ");
    grid.push((
        "without typ".to_owned(),
        sign(&untyped, &claims(&issuer.url), &RSA),
    ));
    for key in [&*RSA, &PSS, &P256, &ED] {
        let head = header(key).without("kid");
        grid.push((
            format!("{} without kid", key.alg),
            sign(&head, &claims(&issuer.url), key),
        ));
    }
    let spaced = claims(&issuer.url)
        .text()
        .replace("\":", "\" :\t")
        .replace(",\"", "\n, \"");
    let token = sign_as(
        "RS256",
        header(&RSA).text().as_bytes(),
        spaced.as_bytes(),
        &RSA,
    );
    grid.push(("white space".to_owned(), token));
    assert!(grid.len() >= 50, "{}", grid.len());
    assert_all_accepted(&api, &grid);
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn a_token_of_sixteen_kibibytes_is_read() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let padded = |length: usize| {
        let payload = claims(&issuer.url).and("padding", quoted(&"p".repeat(length)));
        sign(&header(&RSA), &payload, &RSA)
    };
    // Three letters for two bytes more or less: one of these is exactly the limit.
    let longest = (11_000..12_300)
        .rev()
        .map(padded)
        .find(|token| token.len() <= 16 * 1024);
    let longest = longest.unwrap();
    assert!(longest.len() > 16 * 1024 - 2, "{}", longest.len());
    assert_eq!(api.present(&longest).status, 200);
}

#[test]
fn keys_are_found_however_they_are_published() {
    let second = |members: Value| OTHER.jwk_with(&members);
    let sets: Vec<(&str, &Key, Value)> = vec![
        ("bare", &RSA, json!([RSA.public()])),
        (
            "no alg",
            &RSA,
            json!([RSA.jwk_with(&json!({"kid": "rsa"}))]),
        ),
        (
            "no alg, PS256",
            &PSS,
            json!([PSS.jwk_with(&json!({"kid": "pss"}))]),
        ),
        (
            "no use",
            &RSA,
            json!([RSA.jwk_with(&json!({"kid": "rsa", "alg": "RS256"}))]),
        ),
        (
            "key_ops",
            &RSA,
            json!([RSA.jwk_with(&json!({"kid": "rsa", "key_ops": ["verify"]}))]),
        ),
        (
            "certificates",
            &RSA,
            json!([RSA.jwk_with(&json!({"kid": "rsa", "x5c": [5], "x5t": 7}))]),
        ),
        (
            "null members",
            &RSA,
            json!([RSA.jwk_with(&json!({"kid": "rsa", "alg": null}))]),
        ),
        (
            "bad ones around",
            &RSA,
            json!([
                null, 5, "x", [], {}, {"kty": 5}, {"kty": "RSA"}, {"kty": "oct", "k": "AAAA", "kid": "rsa"},
                {"kty": "EC", "crv": "secp256k1", "x": "AA", "y": "AA"}, {"kty": "OKP", "crv": "X25519"},
                second(json!({"kid": 5})), RSA.jwk(), second(json!({"kid": "rsa", "use": "enc"})),
            ]),
        ),
        (
            "same id, ours first",
            &RSA,
            json!([RSA.jwk(), second(json!({"kid": "rsa"}))]),
        ),
        (
            "same id, ours last",
            &RSA,
            json!([second(json!({"kid": "rsa"})), RSA.jwk()]),
        ),
        (
            "same id, other type",
            &RSA,
            json!([P256.jwk_with(&json!({"kid": "rsa"})), RSA.jwk()]),
        ),
    ];
    for (name, key, keys) in sets {
        let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": keys, "more": 1})));
        let api = TestApi::start(&issuer);
        let head = match keys[0].get("kid") {
            None if name == "bare" => header(key).without("kid"),
            _ => header(key),
        };
        assert_eq!(
            api.present(&sign(&head, &claims(&issuer.url), key)).status,
            200,
            "{name}"
        );
    }
}

#[test]
fn without_an_id_the_one_key_that_fits_is_taken() {
    let encryption = OTHER.jwk_with(&json!({"kid": "enc", "use": "enc"}));
    let issuer = TestIssuer::in_mood(Mood::Serve(
        json!({"keys": [encryption, RSA.jwk(), P256.jwk()]}),
    ));
    let api = TestApi::start(&issuer);
    let head = header(&RSA).without("kid");
    assert_eq!(
        api.present(&sign(&head, &claims(&issuer.url), &RSA)).status,
        200
    );
}

#[test]
fn rfc_9068_in_full_accepts_what_follows_it() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |rules| rules.typ = TypProfile::AtJwt);
    for typ in ["at+jwt", "AT+JWT", "application/at+jwt"] {
        let head = header(&RSA).set("typ", quoted(typ));
        assert_eq!(
            api.present(&sign(&head, &claims(&issuer.url), &RSA)).status,
            200,
            "{typ}"
        );
    }
}

#[test]
fn the_list_of_algorithms_narrows_what_is_accepted() {
    let issuer = TestIssuer::in_mood(Mood::Serve(full_set()));
    let api = TestApi::with(&issuer, |rules| rules.algorithms = vec![Algorithm::Es256]);
    for (key, status) in [(&*RSA, 401), (&PSS, 401), (&P256, 200), (&ED, 401)] {
        assert_eq!(
            api.present(&good(&issuer.url, key)).status,
            status,
            "{}",
            key.alg
        );
    }
}
