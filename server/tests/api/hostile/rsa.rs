//! RSA signatures that a lax verifier takes for genuine, by somebody who has the key
//! (encodings that RFC 8017 and RFC 7518 do not allow) and by somebody who has not.

use aws_lc_rs::digest::{Algorithm, SHA1_FOR_LEGACY_USE_ONLY, SHA256, SHA384, SHA512, digest};
use num_bigint::BigUint;
use serde_json::{Value, json};

use crate::{
    grid::{Grid, Topic, assert_all_accepted},
    hostile::signature::wrong,
    issuer::{Mood, TestIssuer},
    keys::b64,
    token::{Members, claims, signing_input},
    world::TestApi,
    wycheproof::{
        self,
        private::{self, number},
    },
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "PSS in other encodings",
        cause: wrong,
        grid: |issuer| signed_by_pss(issuer, pss_encodings()),
    },
    Topic {
        name: "RSA numbers out of range",
        cause: wrong,
        grid: out_of_range,
    },
    Topic {
        name: "cube roots for a key with e = 3",
        cause: wrong,
        grid: cube_roots,
    },
];

/// The choices of RFC 8017 §9.1.1. RFC 7518 §3.5 fixes them all for PS256.
#[derive(Clone)]
struct Pss {
    hash: &'static Algorithm,
    mask: &'static Algorithm,
    salt: usize,
    /// Zeros before the message's digest
    zeros: usize,
    /// In front of the salt
    before_salt: u8,
    /// What stands where zeros should
    padding: u8,
    trailer: u8,
    /// Set in the first byte
    first: u8,
    /// Flipped in the digest
    flipped: u8,
}

const PS256: Pss = Pss {
    hash: &SHA256,
    mask: &SHA256,
    salt: 32,
    zeros: 8,
    before_salt: 1,
    padding: 0,
    trailer: 0xbc,
    first: 0,
    flipped: 0,
};

impl Pss {
    /// For a key of 2048 bits.
    fn encode(&self, message: &[u8]) -> Vec<u8> {
        let salt = vec![0x5a; self.salt];
        let hashed = digest(self.hash, message);
        let mut h = digest(
            self.hash,
            &[&vec![0; self.zeros], hashed.as_ref(), &salt].concat(),
        )
        .as_ref()
        .to_vec();
        h[0] ^= self.flipped;
        let length = 256 - h.len() - 1;
        let mut db = vec![self.padding; length - salt.len() - 1];
        db.push(self.before_salt);
        db.extend(&salt);
        for (byte, mask) in db.iter_mut().zip(self.masks(&h)) {
            *byte ^= mask;
        }
        // The first bit is none of the 2047.
        db[0] = db[0] & 0x7f | self.first;
        [db, h, vec![self.trailer]].concat()
    }

    /// RFC 8017 §B.2.1
    fn masks(&self, seed: &[u8]) -> Vec<u8> {
        let block = |counter: u32| digest(self.mask, &[seed, &counter.to_be_bytes()].concat());
        (0..20)
            .flat_map(|counter| block(counter).as_ref().to_vec())
            .collect()
    }
}

fn pss_encodings() -> Vec<(String, Pss)> {
    let mut all = Vec::new();
    for salt in [0, 1, 8, 16, 20, 28, 31, 33, 48, 64, 222] {
        all.push((format!("{salt} bytes of salt"), Pss { salt, ..PS256 }));
    }
    for (name, hash) in [
        ("SHA-1", &SHA1_FOR_LEGACY_USE_ONLY),
        ("SHA-384", &SHA384),
        ("SHA-512", &SHA512),
    ] {
        let salt = hash.output_len();
        all.push((
            format!("{name} in all places"),
            Pss {
                hash,
                mask: hash,
                salt,
                ..PS256
            },
        ));
        all.push((format!("{name} for the digests"), Pss { hash, ..PS256 }));
        all.push((
            format!("{name} for the mask"),
            Pss {
                mask: hash,
                ..PS256
            },
        ));
    }
    for zeros in [0, 7, 9] {
        all.push((
            format!("{zeros} zeros before the digest"),
            Pss { zeros, ..PS256 },
        ));
    }
    for before_salt in [0, 2, 0x80, 0xff] {
        all.push((
            format!("{before_salt} before the salt"),
            Pss {
                before_salt,
                ..PS256
            },
        ));
    }
    for trailer in [0, 0xbb, 0xbd, 0xcc, 0xff] {
        all.push((format!("{trailer:x} behind"), Pss { trailer, ..PS256 }));
    }
    for padding in [1, 0xff] {
        all.push((format!("{padding} for zeros"), Pss { padding, ..PS256 }));
    }
    for flipped in [1, 0x80] {
        all.push((
            format!("{flipped} flipped in the digest"),
            Pss { flipped, ..PS256 },
        ));
    }
    all.push((
        "the first bit set".to_owned(),
        Pss {
            first: 0x80,
            ..PS256
        },
    ));
    all
}

/// Each encoding over claims of its own, so that all tokens differ.
fn signed_by_pss(issuer: &str, encodings: Vec<(String, Pss)>) -> Grid {
    let (jwk, key) = private::key("PS256");
    let mut grid = Grid::new();
    for (name, pss) in encodings {
        let input = input(issuer, "PS256", &jwk["kid"], &name);
        let encoded = pss.encode(input.as_bytes());
        grid.push((name, private::token(&input, &encoded, &key)));
    }
    grid
}

fn input(issuer: &str, alg: &str, kid: &Value, case: &str) -> String {
    let head = Members::of(&json!({"alg": alg, "kid": kid, "typ": "at+jwt"}));
    let payload = claims(issuer).and("case", json!(case).to_string());
    signing_input(head.text().as_bytes(), payload.text().as_bytes())
}

/// RFC 8017 §8.2.2, steps 1 and 2: as long as the modulus, and less than it.
fn out_of_range(issuer: &str) -> Grid {
    let (jwk, key) = private::key("RS256");
    let input = input(issuer, "RS256", &jwk["kid"], "range");
    let encoded = wycheproof::pkcs1(input.as_bytes(), key.length());
    let genuine = key.sign(&encoded);
    let n = key.modulus();
    let s = BigUint::from_bytes_be(&genuine);
    let one = BigUint::from(1_u8);
    let cases = [
        ("s+n", (&s + n).to_bytes_be()),
        ("s+2n", (&s + n * 2_u8).to_bytes_be()),
        ("n-s", (n - &s).to_bytes_be()),
        ("n", n.to_bytes_be()),
        ("n-1", (n - &one).to_bytes_be()),
        ("n+1", (n + &one).to_bytes_be()),
        ("2s", (&s * 2_u8).to_bytes_be()),
        ("a zero in front", [vec![0], genuine.clone()].concat()),
        ("a zero behind", [genuine.clone(), vec![0]].concat()),
        ("little end first", genuine.iter().rev().copied().collect()),
        ("not encrypted", encoded),
        (
            "the digest alone",
            digest(&SHA256, input.as_bytes()).as_ref().to_vec(),
        ),
    ];
    cases
        .into_iter()
        .map(|(name, signature)| (name.to_owned(), format!("{input}.{}", b64(&signature))))
        .collect()
}

/// Bleichenbacher's forgery of 2006, without any private key: a number whose cube
/// begins like a signed message. It fools who does not look at what follows.
fn cube_roots(issuer: &str) -> Grid {
    let group = wycheproof::RSA_2048.groups.iter().position(|group| {
        let jwk = group.jwk.as_ref().unwrap();
        number(jwk, "e") == BigUint::from(3_u8)
    });
    let kid = json!(wycheproof::kid("rsa-2048", group.unwrap()));
    let mut grid = Grid::new();
    for padding in [0, 1, 2, 7, 8, 9, 10] {
        for (name, info) in [
            ("digest info", "3031300d060960864801650304020105000420"),
            ("no parameters", "302f300b06096086480165030402010420"),
            ("no digest info", ""),
        ] {
            let case = format!("{padding} bytes of padding, {name}");
            let input = input(issuer, "RS256", &kid, &case);
            let mut begins = [vec![0, 1], vec![0xff; padding], vec![0]].concat();
            begins.extend(wycheproof::bytes(info));
            begins.extend(digest(&SHA256, input.as_bytes()).as_ref());
            let signature = cube_root(&begins);
            grid.push((case, format!("{input}.{}", b64(&signature))));
        }
    }
    grid
}

/// A number of 256 bytes whose cube, of as many bytes, begins with these.
fn cube_root(begins: &[u8]) -> Vec<u8> {
    let rest = 8 * (256 - begins.len());
    let root = (BigUint::from_bytes_be(begins) << rest).cbrt() + BigUint::from(1_u8);
    let cube = &root * &root * &root;
    assert_eq!(
        cube >> rest,
        BigUint::from_bytes_be(begins),
        "the forgery itself"
    );
    let bytes = root.to_bytes_be();
    [vec![0; 256 - bytes.len()], bytes].concat()
}

/// That the others are refused says something only if these are not.
#[test]
fn right_encodings_by_the_same_means_are_accepted() {
    let keys = ["RS256", "PS256"].map(|alg| private::key(alg).0);
    let issuer = TestIssuer::in_mood(Mood::Serve(json!({"keys": keys})));
    let api = TestApi::start(&issuer);
    let mut grid = signed_by_pss(&issuer.url, vec![("PSS".to_owned(), PS256)]);
    let (jwk, key) = private::key("RS256");
    let input = input(&issuer.url, "RS256", &jwk["kid"], "PKCS #1");
    let encoded = wycheproof::pkcs1(input.as_bytes(), key.length());
    grid.push(("PKCS #1".to_owned(), private::token(&input, &encoded, &key)));
    assert_all_accepted(&api, &grid);
}
