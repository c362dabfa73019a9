//! What a good token may say, with each algorithm.

use vestibule_server::guard::TypProfile;

use crate::{
    grid::{Grid, Line, assert_all_accepted},
    hostile::{signers, words},
    issuer::TestIssuer,
    keys::{Key, RSA},
    token::{AUDIENCE, Members, NOW, claims, good, header, quoted, sign},
    world::TestApi,
};

pub fn grid(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        let mut push = |name: String, head: &Members, payload: &Members| {
            grid.push((format!("{}: {name}", key.alg), sign(head, payload, key)));
        };
        for (claim, value) in values() {
            let payload = claims(issuer).set(claim, &value);
            push(format!("{claim} {value:.60}"), &header(key), &payload);
        }
        for claim in ["sub", "client_id", "jti", "iat", "scope"] {
            push(
                format!("without {claim}"),
                &header(key),
                &claims(issuer).without(claim),
            );
        }
        let least = ["sub", "client_id", "jti", "iat", "scope"].iter();
        let least = least.fold(claims(issuer), |payload, claim| payload.without(claim));
        push(
            "nothing but what is required".to_owned(),
            &header(key),
            &least,
        );
        for (member, value) in header_members() {
            push(
                format!("header {member} {value}"),
                &header(key).set(member, &value),
                &claims(issuer),
            );
        }
        push(
            "without typ".to_owned(),
            &header(key).without("typ"),
            &claims(issuer),
        );
        let many = (0..100).fold(claims(issuer), |payload, n| {
            payload.and(&format!("m{n}"), n.to_string())
        });
        push("a hundred claims more".to_owned(), &header(key), &many);
        push(
            "dates at both ends".to_owned(),
            &header(key),
            &edges(issuer),
        );
    }
    grid
}

fn values() -> Vec<(&'static str, String)> {
    let times = |offset: f64| (NOW as f64 + offset).to_string();
    let ours = quoted(AUDIENCE);
    let mut values = vec![
        ("aud", format!("[{ours}]")),
        ("aud", format!("[{ours},\"other\"]")),
        ("aud", format!("[\"other\",{ours}]")),
        ("aud", format!("[\"\",\"a\",{ours},\"b\",\"c\"]")),
        ("aud", format!("[{ours},{ours}]")),
        ("scope", quoted("")),
        ("scope", quoted(" ")),
        ("scope", quoted("a")),
        ("scope", quoted("openid  read:message ")),
        ("scope", quoted("https://api.example/read profile.ü")),
        ("scope", "[]".to_owned()),
        ("scope", "[\"openid\",\"read:message\"]".to_owned()),
        ("sub", quoted("ada|Ünïcode \u{1f511}")),
        ("sub", quoted(&"s".repeat(2048))),
        ("sub", quoted(" ")),
        ("client_id", quoted("https://client.example/")),
        ("jti", quoted("\u{0}\n\"\\/")),
        ("nonce", quoted("n")),
        ("azp", quoted("vestibule")),
        ("auth_time", "1800000000".to_owned()),
        ("amr", "[\"pwd\",\"otp\"]".to_owned()),
        ("realm_access", "{\"roles\":[\"a\",\"b\",{}]}".to_owned()),
        ("https://example.com/roles", "[]".to_owned()),
        ("padding", quoted(&"p".repeat(5800))),
        ("deep", "[".repeat(100) + &"]".repeat(100)),
        ("deep", "{\"a\":".repeat(50) + "null" + &"}".repeat(50)),
        ("wide", format!("[{}0]", "0,".repeat(1000))),
        // Nearly the names that are not for access tokens.
        ("at_hashes", "\"x\"".to_owned()),
        ("event", "{}".to_owned()),
    ];
    for offset in [-4.75, -4.0, -1.0, 0.0, 0.5, 1.0, 300.5, 86_400.0, 3.2e9] {
        values.push(("exp", times(offset)));
    }
    for offset in [5.0, 4.0, 0.0, -0.5, -1e6] {
        values.push(("nbf", times(offset)));
        values.push(("iat", times(offset)));
    }
    values.push(("iat", times(60.0)));
    for exp in words(
        "9999999999 253402300799 1.8000003e9 1.8e9 18000003E2 1800000300.0 1800000300000e-3 0.18000003e+10",
    ) {
        values.push(("exp", exp));
    }
    for past in words("0 -0 -1 0.0 1e-300 -62135596800 -253402300799") {
        values.push(("nbf", past.clone()));
        values.push(("iat", past));
    }
    values
}

fn edges(issuer: &str) -> Members {
    let exp = format!("{}.75", NOW - 5);
    claims(issuer)
        .set("exp", exp)
        .set("nbf", (NOW + 5).to_string())
        .set("iat", NOW.to_string())
}

fn header_members() -> Vec<(&'static str, String)> {
    let typ = [
        "at+jwt",
        "AT+JWT",
        "At+JwT",
        "application/at+jwt",
        "Application/AT+JWT",
        "JWT",
        "jwt",
        "Jwt",
    ];
    let mut members: Vec<_> = typ.map(|typ| ("typ", quoted(typ))).to_vec();
    members.extend([
        ("x5t", quoted("abc")),
        ("x5t#S256", quoted("abc")),
        ("jku", quoted("https://a.example/")),
        ("x5u", quoted("https://a.example/")),
        ("x5c", "[\"MIIB\"]".to_owned()),
        ("jwk", "{\"kty\":\"oct\",\"k\":\"AAAA\"}".to_owned()),
        ("cty", quoted("json")),
        ("nonce", quoted("n")),
        ("ver", "1".to_owned()),
        ("deep", "[".repeat(100) + &"]".repeat(100)),
        ("", "null".to_owned()),
        ("🔑", "{}".to_owned()),
        ("ALG", "\"none\"".to_owned()),
        ("Crit", "[\"x\"]".to_owned()),
        ("padding", quoted(&"p".repeat(4000))),
    ]);
    members
}

/// Each with the one key of its algorithm.
pub fn without_id(issuer: &str) -> Grid {
    let token = |key: &Key| sign(&header(key).without("kid"), &claims(issuer), key);
    signers()
        .map(|key| (format!("{} without kid", key.alg), token(key)))
        .to_vec()
}

#[test]
fn the_scheme_is_free_in_its_letter_case() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut line = Line::to(api.address);
    let token = good(&issuer.url, &RSA);
    // All 64 of them.
    for upper in 0..64 {
        let cased = "bearer"
            .chars()
            .enumerate()
            .map(|(at, letter)| match upper >> at & 1 {
                1 => letter.to_ascii_uppercase(),
                _ => letter,
            });
        let scheme: String = cased.collect();
        for name in ["Authorization", "authorization", "AUTHORIZATION"] {
            let sent = format!("{name}: {scheme} {token}\r\n");
            assert_eq!(line.ask(sent.as_bytes()).status, 200, "{scheme}");
        }
    }
    // RFC 9110 §5.5: white space around the value is none of it.
    for around in [format!(" \tBearer {token}\t "), format!("Bearer {token}")] {
        let sent = format!("Authorization:{around}\r\n");
        assert_eq!(line.ask(sent.as_bytes()).status, 200, "{around:.20}");
    }
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
fn rfc_9068_in_full_accepts_what_follows_it() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| builder.typ(TypProfile::AtJwt));
    let mut grid = Grid::new();
    for key in signers() {
        for typ in [
            "at+jwt",
            "AT+JWT",
            "aT+jWt",
            "application/at+jwt",
            "APPLICATION/AT+JWT",
        ] {
            let head = header(key).set("typ", quoted(typ));
            grid.push((
                format!("{} {typ}", key.alg),
                sign(&head, &claims(&issuer.url), key),
            ));
        }
    }
    assert_eq!(assert_all_accepted(&api, &grid), 20);
}
