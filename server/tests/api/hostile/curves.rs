//! Signatures on curves whose numbers are out of range, or written in another way.

use num_bigint::BigUint;

use crate::{
    grid::{Grid, Topic},
    hostile::signature::{genuine, wrong},
    issuer::TestIssuer,
    keys::{ED, OTHER, P256, RSA, b64},
    token::{claims, header, parts, sign},
    world::TestApi,
};

pub const TOPICS: [Topic; 2] = [
    Topic {
        name: "ECDSA in other numbers and encodings",
        cause: wrong,
        grid: ecdsa,
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

/// How many points the curve P-256 has.
const P256_ORDER: &str = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

/// RFC 7518 §3.4: r and s, 32 bytes each, both from 1 to n − 1.
fn ecdsa(issuer: &str) -> Grid {
    let n = number(P256_ORDER);
    let p = number("ffffffff00000001000000000000000000000000ffffffffffffffffffffffff");
    let (input, genuine) = genuine(issuer, &P256);
    let (r, s) = genuine.split_at(32);
    let (r, s) = (BigUint::from_bytes_be(r), BigUint::from_bytes_be(s));
    let zero = BigUint::ZERO;
    let one = BigUint::from(1_u8);
    let most = number(&"ff".repeat(32));
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
        ("2^256-1", most),
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
        .map(|(name, r, s)| (name, [fixed(&r, 32), fixed(&s, 32)].concat()))
        .chain(encodings(&r, &s, &n))
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
    let other = sign(&header(&P256), &claims(issuer).set("jti", "\"2\""), &P256);
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
fn encodings(r: &BigUint, s: &BigUint, n: &BigUint) -> Vec<(String, Vec<u8>)> {
    let joined = |length: usize| [fixed(r, length), fixed(s, length)].concat();
    let integer = |number: &BigUint| {
        let bytes = fixed(number, 33);
        // One zero in front where the first bit is set, none elsewhere.
        let bytes = &bytes[usize::from(bytes[1] < 0x80)..];
        [&[2, bytes.len() as u8], bytes].concat()
    };
    let (first, second) = (integer(r), integer(s));
    let inside = [first.clone(), second.clone()].concat();
    let der = [&[0x30, inside.len() as u8], inside.as_slice()].concat();
    let little = |number: &BigUint| fixed(number, 32).into_iter().rev().collect::<Vec<_>>();
    [
        ("DER", der.clone()),
        ("DER and a zero", [der.clone(), vec![0]].concat()),
        (
            "DER with a long length",
            [&[0x30, 0x81], &der[1..]].concat(),
        ),
        (
            "DER in an octet string",
            [&[4, der.len() as u8], der.as_slice()].concat(),
        ),
        ("33 bytes each", joined(33)),
        ("48 bytes each", joined(48)),
        ("64 bytes each", joined(64)),
        ("66 bytes each", joined(66)),
        (
            "zeros behind r",
            [fixed(r, 32), vec![0], fixed(s, 32)].concat(),
        ),
        ("zeros behind s", [joined(32), vec![0; 2]].concat()),
        ("a marker in front", [vec![4], joined(32)].concat()),
        ("little end first", [little(r), little(s)].concat()),
        ("r alone", fixed(r, 32)),
        ("s alone", fixed(s, 32)),
        (
            "r+n in 33 bytes",
            [fixed(&(r + n), 33), fixed(s, 33)].concat(),
        ),
        (
            "s+n in 33 bytes",
            [fixed(r, 33), fixed(&(s + n), 33)].concat(),
        ),
        ("in decimal", format!("{r},{s}").into_bytes()),
    ]
    .map(|(name, bytes)| (name.to_owned(), bytes))
    .to_vec()
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
    let (input, genuine) = genuine(&issuer.url, &P256);
    let (r, s) = genuine.split_at(32);
    let other = number(P256_ORDER) - BigUint::from_bytes_be(s);
    for s in [s.to_vec(), fixed(&other, 32)] {
        let token = format!("{input}.{}", b64(&[r, &s].concat()));
        assert_eq!(api.present(&token).status, 200);
    }
}
