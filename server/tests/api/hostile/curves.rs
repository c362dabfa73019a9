//! Signatures on curves whose numbers are out of range, or written in another way.

use std::sync::LazyLock;

use num_bigint::BigUint;

use crate::{
    grid::{Grid, Topic},
    hostile::signature::{genuine, wrong},
    issuer::TestIssuer,
    keys::{ED, Key, OTHER, P256, P384, P521, RSA, b64},
    token::{claims, header, parts, sign},
    world::TestApi,
};

pub const TOPICS: [Topic; 4] = [
    Topic {
        name: "ECDSA on P-256 in other numbers and encodings",
        cause: wrong,
        grid: |issuer| ecdsa(issuer, &ON_P256),
    },
    Topic {
        name: "ECDSA on P-384 in other numbers and encodings",
        cause: wrong,
        grid: |issuer| ecdsa(issuer, &ON_P384),
    },
    Topic {
        name: "ECDSA on P-521 in other numbers and encodings",
        cause: wrong,
        grid: |issuer| ecdsa(issuer, &ON_P521),
    },
    Topic {
        name: "Ed25519 out of range",
        cause: wrong,
        grid: ed25519,
    },
];

/// In hexadecimal, without spaces.
fn number(hex: &str) -> BigUint {
    BigUint::parse_bytes(hex.as_bytes(), 16).unwrap()
}

/// A curve (FIPS 186-4 §D.1.2): its key, how many bytes a number has, how many points
/// there are, and the prime that its coordinates are below.
struct Curve {
    key: &'static LazyLock<Key>,
    length: usize,
    order: &'static str,
    prime: &'static str,
}

const ON_P256: Curve = Curve {
    key: &P256,
    length: 32,
    order: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551",
    prime: "ffffffff00000001000000000000000000000000ffffffffffffffffffffffff",
};
const ON_P384: Curve = Curve {
    key: &P384,
    length: 48,
    order: concat!(
        "ffffffffffffffffffffffffffffffffffffffffffffffff",
        "c7634d81f4372ddf581a0db248b0a77aecec196accc52973"
    ),
    prime: concat!(
        "fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffe",
        "ffffffff0000000000000000ffffffff"
    ),
};
const ON_P521: Curve = Curve {
    key: &P521,
    length: 66,
    order: concat!(
        "01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa",
        "51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409"
    ),
    prime: concat!(
        "01ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
        "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff"
    ),
};

/// RFC 7518 §3.4: r and s in full length, both from 1 to n − 1.
fn ecdsa(issuer: &str, curve: &Curve) -> Grid {
    let (key, length) = (curve.key, curve.length);
    let (n, p) = (number(curve.order), number(curve.prime));
    let (input, genuine) = genuine(issuer, key);
    let (r, s) = genuine.split_at(length);
    let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
    let zero = BigUint::ZERO;
    let one = BigUint::from(1_u8);
    let most = number(&"ff".repeat(length));
    let specials = [
        ("0", zero.clone()),
        ("1", one.clone()),
        ("2", BigUint::from(2_u8)),
        ("n-1", &n - &one),
        ("n", n.clone()),
        ("n+1", &n + &one),
        ("(n-1)/2", &n >> 1),
        ("p-1", &p - &one),
        ("p", p.clone()),
        ("p+1", &p + &one),
        ("p-n", &p - &n),
        ("all ones", most),
    ];
    let mut pairs = Vec::new();
    for (name, special) in &specials {
        pairs.push((format!("r is {name}"), special.clone(), s.clone()));
        pairs.push((format!("s is {name}"), r.clone(), special.clone()));
        for (other, second) in &specials {
            pairs.push((
                format!("r is {name}, s is {other}"),
                special.clone(),
                second.clone(),
            ));
        }
    }
    pairs.push(("r and s exchanged".to_owned(), s.clone(), r.clone()));
    pairs.push(("r is n-r".to_owned(), &n - &r, s.clone()));
    pairs.push(("both from n".to_owned(), &n - &r, &n - &s));
    pairs.push(("r is s".to_owned(), s.clone(), s.clone()));
    let mut grid: Grid = pairs
        .into_iter()
        .map(|(name, r, s)| (name, [fixed(&r, length), fixed(&s, length)].concat()))
        .chain(encodings(&r, &s, &n, length))
        .map(|(name, signature)| (name, format!("{input}.{}", b64(&signature))))
        .collect();
    // Of the same claims, but by nobody's key, and of other claims.
    grid.push((
        "another kind of key".to_owned(),
        format!("{input}.{}", b64(&ED.sign("EdDSA", input.as_bytes()))),
    ));
    grid.push((
        "RSA in place of ECDSA".to_owned(),
        format!("{input}.{}", b64(&RSA.sign("RS256", input.as_bytes()))),
    ));
    let other = sign(&header(key), &claims(issuer).set("jti", "\"2\""), key);
    grid.push((
        "of other claims".to_owned(),
        format!("{input}.{}", parts(&other)[2]),
    ));
    grid.push((
        "by a stranger".to_owned(),
        format!("{input}.{}", b64(&OTHER.sign("RS256", input.as_bytes()))),
    ));
    grid
}

fn fixed(number: &BigUint, length: usize) -> Vec<u8> {
    let bytes = number.to_bytes_be();
    [vec![0; length - bytes.len()], bytes].concat()
}

/// The right numbers, in every form but the one that RFC 7518 asks for.
fn encodings(r: &BigUint, s: &BigUint, n: &BigUint, length: usize) -> Vec<(String, Vec<u8>)> {
    let joined = |length: usize| [fixed(r, length), fixed(s, length)].concat();
    let integer = |number: &BigUint| {
        let bytes = number.to_bytes_be();
        // One zero in front where the first bit is set, none elsewhere.
        let zero = &[0][usize::from(bytes[0] < 0x80)..];
        [&[2, (zero.len() + bytes.len()) as u8], zero, &bytes].concat()
    };
    let inside = [integer(r), integer(s)].concat();
    let size = match inside.len() {
        short @ ..0x80 => vec![short as u8],
        long => vec![0x81, long as u8],
    };
    let der = [vec![0x30], size, inside].concat();
    let little = |number: &BigUint| fixed(number, length).into_iter().rev().collect::<Vec<_>>();
    let mut all = vec![
        ("DER", der.clone()),
        ("DER and a zero", [der.clone(), vec![0]].concat()),
        (
            "DER in an octet string",
            [&[4, der.len() as u8], der.as_slice()].concat(),
        ),
        (
            "zeros behind r",
            [fixed(r, length), vec![0], fixed(s, length)].concat(),
        ),
        ("zeros behind s", [joined(length), vec![0; 2]].concat()),
        ("a marker in front", [vec![4], joined(length)].concat()),
        ("little end first", [little(r), little(s)].concat()),
        ("r alone", fixed(r, length)),
        ("s alone", fixed(s, length)),
        (
            "r+n in one byte more",
            [fixed(&(r + n), length + 1), fixed(s, length + 1)].concat(),
        ),
        (
            "s+n in one byte more",
            [fixed(r, length + 1), fixed(&(s + n), length + 1)].concat(),
        ),
        ("in decimal", format!("{r},{s}").into_bytes()),
    ];
    // One byte more, and the lengths of the other curves.
    for other in [length + 1, 32, 48, 64, 66] {
        let fits = r.bits().max(s.bits()) <= 8 * other as u64;
        if other != length && fits {
            all.push(("another length", joined(other)));
        }
    }
    all.into_iter()
        .map(|(name, bytes)| (format!("{name}, {} bytes", bytes.len()), bytes))
        .collect()
}

/// RFC 8032 §5.1.7: s below L, and R as a point is written.
fn ed25519(issuer: &str) -> Grid {
    let order = number("1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed");
    let field = (BigUint::from(1_u8) << 255_u32) - BigUint::from(19_u8);
    let (input, genuine) = genuine(issuer, &ED);
    let (point, scalar) = genuine.split_at(32);
    let s = BigUint::from_bytes_le(scalar);
    let little = |number: &BigUint| {
        let mut bytes = number.to_bytes_le();
        bytes.resize(32, 0);
        bytes
    };
    let mut cases = Vec::new();
    for factor in 1_u8..=15 {
        let moved = &s + &order * factor;
        if moved.bits() <= 256 {
            cases.push((format!("s+{factor}L"), [point, &little(&moved)].concat()));
        }
    }
    for bit in 252_u32..256 {
        let moved = &s + (BigUint::from(1_u8) << bit);
        if moved.bits() <= 256 {
            cases.push((format!("s+2^{bit}"), [point, &little(&moved)].concat()));
        }
    }
    cases.push(("L-s".to_owned(), [point, &little(&(&order - &s))].concat()));
    // The points of small order, and ways to write them that are not canonical.
    let one = BigUint::from(1_u8);
    let top = &one << 255_u32;
    for (name, y) in [
        ("0", BigUint::ZERO),
        ("1", one.clone()),
        ("-1", &field - &one),
        ("p", field.clone()),
        ("p+1", &field + &one),
        ("2^255-1", &top - &one),
    ] {
        for (sign, bit) in [("", BigUint::ZERO), (" with the sign", top.clone())] {
            let point = little(&(&y + &bit));
            for (what, s) in [
                ("s", s.clone()),
                ("0", BigUint::ZERO),
                ("L", order.clone()),
                ("1", one.clone()),
            ] {
                cases.push((
                    format!("R is {name}{sign}, s is {what}"),
                    [point.clone(), little(&s)].concat(),
                ));
            }
        }
    }
    let signed =
        |(name, signature): (String, Vec<u8>)| (name, format!("{input}.{}", b64(&signature)));
    cases.into_iter().map(signed).collect()
}

/// RFC 7518 §3.4 does not say which of s and n − s to send, and issuers send either.
/// That these are accepted also shows that it is the numbers by which others are not.
#[test]
fn both_halves_of_an_ecdsa_signature_are_accepted() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    for curve in [ON_P256, ON_P384, ON_P521] {
        let (input, genuine) = genuine(&issuer.url, curve.key);
        let (r, s) = genuine.split_at(curve.length);
        let other = number(curve.order) - BigUint::from_bytes_be(s);
        for s in [s.to_vec(), fixed(&other, curve.length)] {
            let token = format!("{input}.{}", b64(&[r, &s].concat()));
            assert_eq!(api.present(&token).status, 200, "{}", curve.key.kid);
        }
    }
}
