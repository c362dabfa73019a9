//! Keys and algorithms that do not belong together (RFC 8725 §3.1).

use std::fmt::Write;

use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::STANDARD};
use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::signers,
    keys::{Key, OTHER, b64, full_set},
    token::{claims, header, quoted, sign_as, signing_input},
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "keys and algorithms",
        cause: |cause| {
            matches!(
                cause,
                Refusal::Algorithm | Refusal::UnknownKey | Refusal::Signature
            )
        },
        grid: confusion,
    },
    Topic {
        name: "public keys as secrets",
        cause: |cause| matches!(cause, Refusal::Algorithm),
        grid: public_keys_as_secrets,
    },
];

/// Each key signs under each id and under each algorithm; where it can make such a
/// signature, it does.
fn confusion(issuer: &str) -> Grid {
    let payload = claims(issuer).text();
    let mut grid = Grid::new();
    for signer in signers().into_iter().chain([&*OTHER]) {
        for named in signers() {
            for alg in [
                "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512",
                "EdDSA", "Ed25519", "HS256", "none",
            ] {
                if signer.kid == named.kid && alg == signer.alg {
                    continue;
                }
                let head = header(named).set("alg", quoted(alg)).text();
                let token = sign_as(alg, head.as_bytes(), payload.as_bytes(), signer);
                let case = format!("{} signs as {} with {alg}", signer.kid, named.kid);
                grid.push((case, token));
            }
        }
    }
    grid
}

/// All that a careless verifier could take for an HMAC secret.
fn secrets(key: &Key) -> Vec<(String, Vec<u8>)> {
    let der = key.der();
    let jwk = key.jwk();
    let mut secrets = vec![
        ("DER".to_owned(), der.clone()),
        (
            "DER in base64".to_owned(),
            STANDARD.encode(&der).into_bytes(),
        ),
        ("JWK".to_owned(), jwk.to_string().into_bytes()),
        ("bare JWK".to_owned(), key.public().to_string().into_bytes()),
        ("key set".to_owned(), full_set().to_string().into_bytes()),
        ("kid".to_owned(), key.kid.as_bytes().to_vec()),
        ("nothing".to_owned(), Vec::new()),
        ("secret".to_owned(), b"secret".to_vec()),
        ("zeros".to_owned(), vec![0; 32]),
    ];
    for label in ["PUBLIC KEY", "RSA PUBLIC KEY"] {
        for (name, width, end) in [
            ("", 64, "\n"),
            (", no last line end", 64, ""),
            (", one line", 4096, "\n"),
        ] {
            let body = STANDARD.encode(&der);
            let mut pem = format!("-----BEGIN {label}-----\n");
            for line in body.as_bytes().chunks(width) {
                writeln!(pem, "{}", std::str::from_utf8(line).unwrap()).unwrap();
            }
            write!(pem, "-----END {label}-----{end}").unwrap();
            secrets.push((format!("PEM, {label}{name}"), pem.into_bytes()));
        }
    }
    for name in ["n", "x", "y"] {
        if let Some(number) = jwk[name].as_str() {
            secrets.push((format!("{name} as text"), number.as_bytes().to_vec()));
            let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(number);
            secrets.push((name.to_owned(), bytes.unwrap()));
        }
    }
    secrets
}

fn public_keys_as_secrets(issuer: &str) -> Grid {
    let payload = claims(issuer).text();
    let mut grid = Grid::new();
    for (alg, algorithm) in [
        ("HS256", hmac::HMAC_SHA256),
        ("HS384", hmac::HMAC_SHA384),
        ("HS512", hmac::HMAC_SHA512),
    ] {
        for key in signers() {
            for (name, secret) in secrets(key) {
                let head = header(key).set("alg", quoted(alg)).text();
                let input = signing_input(head.as_bytes(), payload.as_bytes());
                let tag = hmac::sign(&hmac::Key::new(algorithm, &secret), input.as_bytes());
                let token = format!("{input}.{}", b64(tag.as_ref()));
                grid.push((format!("{alg} with {}: {name}", key.kid), token));
            }
        }
    }
    grid
}
