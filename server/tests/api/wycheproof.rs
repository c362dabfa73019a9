//! The vectors of Project Wycheproof (`../vectors/wycheproof`), as tokens.

mod keys;
mod padding;
pub mod private;

pub use keys::{ROCA, pkcs1, signed};

use std::sync::LazyLock;

use serde::Deserialize;
use serde_json::{Value, json};
use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Line, Topic},
    hostile::any_cause,
    issuer::{Mood, TestIssuer},
    keys::b64,
    token::{Members, claims, signing_input},
    world::TestApi,
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "Wycheproof, signatures under our claims",
        cause: |cause| matches!(cause, Refusal::Signature | Refusal::NotCompact),
        grid: under_our_claims,
    },
    Topic {
        name: "Wycheproof, JSON Web Signatures",
        cause: any_cause,
        grid: |_| {
            as_they_are()
                .into_iter()
                .filter(|(_, jws)| is_one_word(jws))
                .collect()
        },
    },
    padding::TOPIC,
];

#[derive(Deserialize)]
pub struct Vectors {
    #[serde(rename = "testGroups")]
    pub groups: Vec<Group>,
}

#[derive(Deserialize)]
pub struct Group {
    /// Of raw signatures; RSA with PKCS #1 names it otherwise.
    #[serde(rename = "publicKeyJwk", alias = "keyJwk")]
    pub jwk: Option<Value>,
    /// The same key in other forms
    #[serde(rename = "publicKey")]
    numbers: Option<Value>,
    /// Of JSON Web Signatures and Keys
    pub public: Option<Value>,
    pub private: Option<Value>,
    pub tests: Vec<Vector>,
}

impl Group {
    /// Some groups have no JWK, all of them on this curve.
    fn p256(&self) -> Value {
        let point = self.numbers.as_ref().unwrap()["uncompressed"]
            .as_str()
            .unwrap();
        let (x, y) = point[2..].split_at(64);
        json!({"kty": "EC", "crv": "P-256", "x": b64(&bytes(x)), "y": b64(&bytes(y))})
    }
}

#[derive(Deserialize)]
pub struct Vector {
    #[serde(rename = "tcId")]
    pub id: u32,
    pub comment: String,
    pub result: String,
    /// In hexadecimal, as is `sig`
    #[serde(default)]
    pub msg: String,
    #[serde(default)]
    pub sig: String,
    #[serde(default)]
    pub jws: String,
}

macro_rules! vectors {
    ($name:literal) => {
        LazyLock::new(|| {
            let text = include_str!(concat!("../vectors/wycheproof/", $name, "_test.json"));
            serde_json::from_str(text).unwrap()
        })
    };
}

pub static RSA_2048: LazyLock<Vectors> = vectors!("rsa_signature_2048_sha256");
static RSA_3072: LazyLock<Vectors> = vectors!("rsa_signature_3072_sha256");
static PSS_2048: LazyLock<Vectors> = vectors!("rsa_pss_2048_sha256_mgf1_32");
static P256: LazyLock<Vectors> = vectors!("ecdsa_secp256r1_sha256_p1363");
static ED25519: LazyLock<Vectors> = vectors!("ed25519");
pub static JWS: LazyLock<Vectors> = vectors!("json_web_signature");
pub static JWK: LazyLock<Vectors> = vectors!("json_web_key");

/// Sets of signatures over messages that are no tokens: short name, algorithm, vectors.
fn raw() -> [(&'static str, &'static str, &'static Vectors); 5] {
    [
        ("rsa-2048", "RS256", &RSA_2048),
        ("rsa-3072", "RS256", &RSA_3072),
        ("pss-2048", "PS256", &PSS_2048),
        ("p256", "ES256", &P256),
        ("ed25519", "EdDSA", &ED25519),
    ]
}

/// The id under which the key of a group is published.
pub fn kid(set: &str, group: usize) -> String {
    format!("wycheproof-{set}-{group}")
}

/// All public keys of the vectors.
pub fn published() -> Vec<Value> {
    let mut keys = Vec::new();
    for (set, _, vectors) in raw() {
        for (at, group) in vectors.groups.iter().enumerate() {
            let mut jwk = group.jwk.clone().unwrap_or_else(|| group.p256());
            jwk["kid"] = json!(kid(set, at));
            keys.push(jwk);
        }
    }
    keys.extend(JWS.groups.iter().filter_map(|group| group.public.clone()));
    keys.extend(["RS256", "PS256"].map(|alg| private::key(alg).0));
    keys
}

/// Genuine and malformed signatures alike: none of them is of these claims.
fn under_our_claims(issuer: &str) -> Grid {
    let payload = claims(issuer).text();
    let mut grid = Grid::new();
    for (set, alg, vectors) in raw() {
        for (at, group) in vectors.groups.iter().enumerate() {
            let head = Members::of(&json!({"alg": alg, "kid": kid(set, at), "typ": "at+jwt"}));
            let input = signing_input(head.text().as_bytes(), payload.as_bytes());
            for Vector {
                id, comment, sig, ..
            } in &group.tests
            {
                let name = format!("{set} {id}: {comment:.80}");
                grid.push((name, format!("{input}.{}", b64(&bytes(sig)))));
            }
        }
    }
    grid
}

pub fn bytes(hex: &str) -> Vec<u8> {
    let digits = hex.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap();
    digits.map(byte).collect()
}

/// The valid ones are by keys of ours too, but none of them has a claim.
fn as_they_are() -> Grid {
    let named = |vector: &Vector| {
        let Vector {
            id, comment, jws, ..
        } = vector;
        (format!("{id}: {comment}"), jws.clone())
    };
    let groups = JWS.groups.iter();
    groups
        .flat_map(|group| group.tests.iter().map(named))
        .collect()
}

fn is_one_word(jws: &str) -> bool {
    !jws.is_empty() && !jws.contains(' ')
}

/// RFC 6750 §2.1: these cannot even stand in a header as tokens.
#[test]
fn signatures_with_spaces_and_empty_ones_are_bad_requests() {
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": published()})));
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let (words, others): (Grid, Grid) = as_they_are()
        .into_iter()
        .partition(|(_, jws)| is_one_word(jws));
    assert_eq!((words.len(), others.len()), (395, 6));
    for (name, jws) in others {
        assert_eq!(line.present(&jws).status, 400, "{name}");
    }
}

#[test]
fn the_sets_are_complete() {
    let counts = raw().map(|(_, _, vectors)| count(vectors));
    assert_eq!(counts, [259, 259, 108, 262, 151]);
    assert_eq!([&*JWS, &JWK].map(count), [401, 26]);
}

fn count(vectors: &Vectors) -> usize {
    vectors.groups.iter().map(|group| group.tests.len()).sum()
}
