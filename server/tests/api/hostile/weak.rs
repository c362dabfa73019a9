//! Published keys for which others than the issuer can sign (D23 of the catalogue).

use serde_json::{Value, json};

use crate::{
    grid::Line,
    hostile::signers,
    issuer::{Mood, TestIssuer},
    keys::{OTHER, b64},
    token::{Members, claims, good, signing_input},
    world::TestApi,
    wycheproof,
};

/// An API whose issuer publishes this key beside a good one.
fn beside(jwk: &Value) -> (TestIssuer, TestApi) {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [jwk, OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    assert_eq!(
        api.present(&good(&issuer.url, &OTHER)).status,
        200,
        "beside {jwk}"
    );
    (issuer, api)
}

/// CVE-2017-15361: the modulus tells the factors.
#[test]
fn a_key_of_the_roca_kind_verifies_nothing() {
    let groups = wycheproof::JWK.groups.iter();
    let mut keys = groups.filter_map(|group| Some(&group.private.as_ref()?["keys"][0]));
    let private = keys.find(|jwk| jwk["kid"] == wycheproof::ROCA).unwrap();
    let public = json!({
        "kty": "RSA", "kid": wycheproof::ROCA, "alg": "RS256", "n": private["n"], "e": private["e"],
    });
    let (issuer, api) = beside(&public);
    let token = wycheproof::signed(&issuer.url, private).unwrap();
    assert_eq!(api.present(&token).status, 401);
}

/// RFC 7518 §6.2.2 and §6.3.2: with any of them a private key is in public.
#[test]
fn a_key_with_any_private_member_verifies_nothing() {
    let mut wrong = Vec::new();
    for key in signers() {
        let private: &[&str] = match key.public()["kty"].as_str().unwrap() {
            "RSA" => &["d", "p", "q", "dp", "dq", "qi"],
            _ => &["d"],
        };
        for member in private {
            let (issuer, api) = beside(&key.jwk_with(&json!({"kid": key.kid, *member: "AQAB"})));
            if api.present(&good(&issuer.url, key)).status != 401 {
                wrong.push(format!("{} with {member}", key.kid));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The points of order 1, 2, 4 and 8, and how else they can be written (y + p; the sign
/// of x where x is 0).
const SMALL: [&str; 12] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000080",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
];

/// RFC 8032 §5.1.7 multiplies the key by a digest. With a point of small order as the
/// key that comes to nothing, one time in eight or more: then anybody can sign.
#[test]
fn an_ed25519_key_of_small_order_verifies_nothing() {
    let mut wrong = Vec::new();
    for point in SMALL {
        let x = b64(&wycheproof::bytes(point));
        let (issuer, api) =
            beside(&json!({"kty": "OKP", "crv": "Ed25519", "kid": "small", "x": x}));
        let mut line = Line::to(api.address);
        let head = Members::of(&json!({"alg": "EdDSA", "kid": "small", "typ": "at+jwt"}));
        // R is nothing and s is 0: no key is needed for that.
        let nothing = b64(&[wycheproof::bytes(SMALL[0]), vec![0; 32]].concat());
        let forged = (0..60).map(|n| {
            let payload = claims(&issuer.url).set("jti", format!("\"{n}\""));
            let input = signing_input(head.text().as_bytes(), payload.text().as_bytes());
            format!("{input}.{nothing}")
        });
        let accepted = forged
            .filter(|token| line.present(token).status != 401)
            .count();
        if accepted > 0 {
            wrong.push(format!("{point}: {accepted} of 60"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
