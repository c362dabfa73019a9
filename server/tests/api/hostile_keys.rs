//! Tokens whose signature or key is wrong, with claims that are right.

use std::fmt::Write;

use aws_lc_rs::hmac;
use serde_json::json;

use crate::{
    grid::{Grid, assert_all_refused},
    issuer::{Mood, TestIssuer},
    keys::{ED, Key, OTHER, P256, PSS, RSA, b64},
    token::{claims, good, header, quoted, sign, sign_as},
    world::TestApi,
};

fn keys() -> [&'static Key; 4] {
    [&RSA, &PSS, &P256, &ED]
}

#[test]
fn a_key_verifies_its_own_algorithm_alone() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let payload = claims(&issuer.url).text();
    let mut grid = Grid::new();
    for key in keys() {
        for alg in [
            "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
        ] {
            if alg == key.alg {
                continue;
            }
            // Where the key could make such a signature, it does.
            let head = header(key).set("alg", quoted(alg)).text();
            let token = sign_as(alg, head.as_bytes(), payload.as_bytes(), key);
            grid.push((format!("{alg} by the key {}", key.kid), token));
        }
        for other in keys().into_iter().filter(|other| other.kid != key.kid) {
            let head = header(key).set("kid", quoted(other.kid));
            let token = sign(&head, &claims(&issuer.url), key);
            grid.push((format!("{} signs as {}", key.kid, other.kid), token));
        }
    }
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn a_public_key_is_no_hmac_secret() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let jwk = RSA.jwk();
    let der = RSA.der();
    let mut pem = String::from("-----BEGIN RSA PUBLIC KEY-----\n");
    let engine = base64::engine::general_purpose::STANDARD;
    writeln!(
        pem,
        "{}\n-----END RSA PUBLIC KEY-----",
        base64::Engine::encode(&engine, &der)
    )
    .unwrap();
    let secrets = [
        ("PEM", pem.into_bytes()),
        ("DER", der),
        ("JWK", jwk.to_string().into_bytes()),
        ("n", jwk["n"].as_str().unwrap().as_bytes().to_vec()),
        ("nothing", Vec::new()),
        ("the secret of the set", b"secret".to_vec()),
    ];
    let mut grid = Grid::new();
    for (alg, algorithm) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        for (name, secret) in &secrets {
            let head = header(&RSA).set("alg", quoted(alg)).text();
            let input = format!(
                "{}.{}",
                b64(head.as_bytes()),
                b64(claims(&issuer.url).text().as_bytes())
            );
            let tag = hmac::sign(&hmac::Key::new(algorithm, secret), input.as_bytes());
            grid.push((
                format!("{alg} with {name}"),
                format!("{input}.{}", b64(tag.as_ref())),
            ));
        }
    }
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn a_key_that_the_token_brings_or_points_at_is_ignored() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let attacker = TestIssuer::in_mood(Mood::Serve(json!({"keys": [OTHER.jwk()]})));
    let url = quoted(&format!("{}jwks", attacker.url));
    let members = [
        ("jku", url.clone()),
        ("x5u", url),
        ("jku", quoted("file:///etc/passwd")),
        ("x5u", quoted("http://169.254.169.254/latest/")),
        ("jwk", OTHER.jwk().to_string()),
        ("x5c", "[\"MIIB\"]".to_owned()),
        ("x5t", quoted("abc")),
        ("epk", OTHER.public().to_string()),
    ];
    let mut grid = Grid::new();
    for (name, value) in &members {
        for kid in ["rsa", "other", "no-such-key"] {
            let head = header(&RSA).set("kid", quoted(kid)).and(name, value);
            let token = sign(&head, &claims(&issuer.url), &OTHER);
            grid.push((format!("{name} {value:.40}, kid {kid}"), token));
        }
    }
    assert_all_refused(&api, &issuer, &grid);
    assert_eq!(attacker.hits(), 0);
}

#[test]
fn ids_that_no_issuer_gives_are_refused_and_fetch_nothing() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let ids = [
        "",
        " ",
        "rsa ",
        " rsa",
        "rsa\0",
        "\0",
        "../../etc/passwd",
        "..",
        "' OR 1=1--",
        "\"; DROP TABLE keys",
        "$(reboot)",
        "🔑",
        "rsa\r\nX: y",
        "<script>",
        "%00",
        "\u{202e}asr",
    ];
    let mut grid: Grid = ids
        .iter()
        .map(|id| {
            let head = header(&RSA).set("kid", quoted(id));
            (
                format!("kid {id:?}"),
                sign(&head, &claims(&issuer.url), &RSA),
            )
        })
        .collect();
    let long = header(&RSA).set("kid", quoted(&"k".repeat(4096)));
    grid.push((
        "kid of 4 KiB".to_owned(),
        sign(&long, &claims(&issuer.url), &RSA),
    ));
    assert_all_refused(&api, &issuer, &grid);
    assert_eq!(issuer.fetches(), 1, "the first one");
}

#[test]
fn a_signature_that_was_touched_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut grid = Grid::new();
    for key in keys() {
        let token = good(&issuer.url, key);
        let (input, _) = token.rsplit_once('.').unwrap();
        let genuine = key.sign(key.alg, input.as_bytes());
        let flipped = |at: usize| {
            let mut signature = genuine.clone();
            signature[at] ^= 1;
            signature
        };
        let elsewhere = key.sign(key.alg, b"something else");
        let half = genuine.len() / 2;
        let doubled = [genuine.as_slice(), &genuine].concat();
        let reversed: Vec<u8> = genuine.iter().rev().copied().collect();
        for (name, signature) in [
            ("first bit", flipped(0)),
            ("middle bit", flipped(half)),
            ("last bit", flipped(genuine.len() - 1)),
            ("one byte less", genuine[1..].to_vec()),
            (
                "one byte less behind",
                genuine[..genuine.len() - 1].to_vec(),
            ),
            (
                "one zero more in front",
                [&[0], genuine.as_slice()].concat(),
            ),
            ("one zero more behind", [genuine.as_slice(), &[0]].concat()),
            ("half", genuine[..half].to_vec()),
            ("twice", doubled),
            ("backwards", reversed),
            ("zeros", vec![0; genuine.len()]),
            ("ones", vec![0xff; genuine.len()]),
            ("of something else", elsewhere),
            ("one zero byte", vec![0]),
        ] {
            let token = format!("{input}.{}", b64(&signature));
            grid.push((format!("{}: {name}", key.kid), token));
        }
        let (head, _) = input.split_once('.').unwrap();
        let (_, signature) = token.rsplit_once('.').unwrap();
        let altered = claims(&issuer.url).set("sub", "\"grace\"").text();
        let altered = format!("{head}.{}.{signature}", b64(altered.as_bytes()));
        grid.push((format!("{}: other claims", key.kid), altered));
    }
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn keys_that_may_not_verify_do_not() {
    let publish = |members| RSA.jwk_with(&members);
    let unusable = [
        ("use enc", publish(json!({"kid": "rsa", "use": "enc"}))),
        ("use tls", publish(json!({"kid": "rsa", "use": "tls"}))),
        (
            "key_ops sign",
            publish(json!({"kid": "rsa", "key_ops": ["sign"]})),
        ),
        (
            "key_ops empty",
            publish(json!({"kid": "rsa", "key_ops": []})),
        ),
        ("alg RS512", publish(json!({"kid": "rsa", "alg": "RS512"}))),
        (
            "alg RSA-OAEP",
            publish(json!({"kid": "rsa", "alg": "RSA-OAEP"})),
        ),
        ("alg PS256", publish(json!({"kid": "rsa", "alg": "PS256"}))),
        (
            "alg of another type",
            publish(json!({"kid": "rsa", "alg": 5})),
        ),
        ("kid of another type", publish(json!({"kid": 5}))),
        ("a private key", publish(json!({"kid": "rsa", "d": "AQAB"}))),
        (
            "kty in small letters",
            publish(json!({"kid": "rsa", "kty": "rsa"})),
        ),
    ];
    for (name, key) in unusable {
        let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [key, P256.jwk()]})));
        let api = TestApi::start(&issuer);
        assert_eq!(
            api.present(&good(&issuer.url, &P256)).status,
            200,
            "{name}: the other key"
        );
        assert_eq!(api.present(&good(&issuer.url, &RSA)).status, 401, "{name}");
    }
}

#[test]
fn without_an_id_several_fitting_keys_are_refused() {
    let second = OTHER.jwk();
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": [RSA.jwk(), second]})));
    let api = TestApi::start(&issuer);
    let anonymous = header(&RSA).without("kid");
    assert_eq!(
        api.present(&sign(&anonymous, &claims(&issuer.url), &RSA))
            .status,
        401
    );
}
