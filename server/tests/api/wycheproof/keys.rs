//! The vectors of JSON Web Keys: each set is published beside a good key.

use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::{Group, JWK, Vector, private::PrivateKey};
use crate::{
    grid::Line,
    issuer::{Mood, TestIssuer},
    keys::{OTHER, b64},
    token::{Members, claims, header, sign, signing_input},
    world::TestApi,
};

/// Of our own claims, by the private half of `jwk`; none if it cannot sign.
pub fn signed(issuer: &str, jwk: &Value) -> Option<String> {
    let alg = match jwk["kty"].as_str()? {
        "RSA" if jwk.get("n").is_some() => "RS256",
        "oct" => jwk["alg"]
            .as_str()
            .filter(|alg| alg.starts_with("HS"))
            .unwrap_or("HS256"),
        // Whatever it says it is, these numbers are on P-256.
        _ => "ES256",
    };
    let head = Members::of(&json!({"alg": alg, "kid": jwk["kid"], "typ": "at+jwt"}));
    let payload = claims(issuer).set("exp", "9999999999");
    let input = signing_input(head.text().as_bytes(), payload.text().as_bytes());
    let part = |name: &str| URL_SAFE_NO_PAD.decode(jwk[name].as_str()?).ok();
    let signature = match alg {
        "RS256" => {
            let key = PrivateKey::of(jwk);
            key.sign(&pkcs1(input.as_bytes(), key.length()))
        }
        "ES256" => {
            let point = [vec![4], part("x")?, part("y")?].concat();
            let key = EcdsaKeyPair::from_private_key_and_public_key(
                &ECDSA_P256_SHA256_FIXED_SIGNING,
                &part("d")?,
                &point,
            );
            let signed = key.ok()?.sign(&SystemRandom::new(), input.as_bytes());
            signed.ok()?.as_ref().to_vec()
        }
        _ => {
            let algorithm = match alg {
                "HS384" => hmac::HMAC_SHA384,
                "HS512" => hmac::HMAC_SHA512,
                _ => hmac::HMAC_SHA256,
            };
            let key = hmac::Key::new(algorithm, &part("k")?);
            hmac::sign(&key, input.as_bytes()).as_ref().to_vec()
        }
    };
    Some(format!("{input}.{}", b64(&signature)))
}

/// RFC 8017 §9.2, with SHA-256.
pub fn pkcs1(message: &[u8], length: usize) -> Vec<u8> {
    let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, message);
    let info = super::bytes("3031300d060960864801650304020105000420");
    let padding = vec![0xff; length - 3 - info.len() - 32];
    [&[0, 1], padding.as_slice(), &[0], &info, digest.as_ref()].concat()
}

/// What the issuer of a group publishes; secret keys have no public half.
fn public_set(group: &Group) -> Vec<Value> {
    let set = group.public.as_ref().or(group.private.as_ref()).unwrap();
    set["keys"].as_array().unwrap().clone()
}

/// CVE-2017-15361: has a test of its own, in `hostile/weak.rs`.
pub const ROCA: &str = "kid-rsa-roca-sign";

/// Secret keys are never good here, whatever Wycheproof makes of them.
fn is_good(group: &Group, jwk: &Value) -> bool {
    jwk["kty"] != "oct" && group.tests.iter().any(|vector| vector.result == "valid")
}

#[test]
fn keys_of_the_vectors_verify_nothing_unless_they_are_good() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [OTHER.jwk()]})));
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let lasting = claims(&issuer.url).set("exp", "9999999999");
    let witness = sign(&header(&OTHER), &lasting, &OTHER);
    let mut wrong = Vec::new();
    let mut signed_by_vectors = 0;
    for group in &JWK.groups {
        let mut keys = public_set(group);
        keys.push(OTHER.jwk());
        issuer.becomes(Mood::Serve(json!({"keys": keys})));
        api.clock.advance(301);
        assert_eq!(line.present(&witness).status, 200, "the key beside them");
        for Vector {
            id, comment, jws, ..
        } in &group.tests
        {
            if line.present(jws).status != 401 {
                wrong.push(format!("{id}: {comment}"));
            }
        }
        let private = group.private.as_ref().unwrap()["keys"].as_array().unwrap();
        for jwk in private {
            let Some(token) = signed(&issuer.url, jwk) else {
                continue;
            };
            if jwk["kid"] == ROCA {
                continue;
            }
            signed_by_vectors += 1;
            let expected = if is_good(group, jwk) { 200 } else { 401 };
            let status = line.present(&token).status;
            if status != expected {
                let Vector { id, comment, .. } = &group.tests[0];
                wrong.push(format!(
                    "{id}: {comment}, our claims by {}: {status}",
                    jwk["kid"]
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(signed_by_vectors > 20, "{signed_by_vectors}");
}
