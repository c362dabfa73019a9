//! `exp`, `nbf` and `iat`: too late, too early, and what is no date.

use std::time::Duration;

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic, assert_all_refused},
    hostile::{signers, with_claim, words},
    issuer::TestIssuer,
    keys::{ED, RSA},
    token::{NOW, claims, header, sign},
    world::TestApi,
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "expired",
        cause: |cause| matches!(cause, Refusal::Expired),
        grid: expired,
    },
    Topic {
        name: "not yet",
        cause: |cause| matches!(cause, Refusal::NotBefore | Refusal::IssuedAt),
        grid: not_yet,
    },
    Topic {
        name: "no date",
        cause: |cause| {
            matches!(
                cause,
                // Numbers beyond all floats are none for the parser already.
                Refusal::Expiry | Refusal::NotBefore | Refusal::IssuedAt | Refusal::Payload
            )
        },
        grid: no_date,
    },
];

/// The same number, as JSON lets it be written.
fn spellings(date: f64) -> Vec<String> {
    vec![
        format!("{date}"),
        format!("{date:.3}"),
        format!("{date:.40}"),
        format!("{:.2}e1", date / 10.0),
        format!("{:.10}E+9", date / 1e9),
        format!("{:.0}e-3", date * 1000.0),
    ]
}

fn around(offsets: &[f64]) -> Vec<String> {
    let now = NOW as f64;
    offsets
        .iter()
        .flat_map(|offset| spellings(now + offset))
        .collect()
}

/// The leeway is five seconds: `exp` must be later than that (RFC 7519 §4.1.4: "on or
/// after which the JWT MUST NOT be accepted").
fn expired(issuer: &str) -> Grid {
    let mut values = around(&[-5.0, -6.0, -59.0, -60.0, -61.0, -3600.0, -86_400.0, -1e9]);
    values.extend(words(
        "0 -0 0.0 -0.0 0e0 0E+9 -1 0.5 1 1e-300 1e-999 -1e9 -62135596800",
    ));
    // A verifier that reads an unsigned, a signed or a short integer sees another date.
    values.extend(words("-1800000300 -2494967296 4294967 1800000.300 18e-7"));
    signers()
        .into_iter()
        .flat_map(|key| with_claim(issuer, "exp", &values, key))
        .collect()
}

fn not_yet(issuer: &str) -> Grid {
    let nbf = around(&[5.5, 6.0, 59.0, 61.0, 300.0, 3600.0, 86_400.0, 1e9]);
    // A minute, whatever the leeway is.
    let iat = around(&[60.5, 61.0, 300.0, 3600.0, 86_400.0, 1e9]);
    let mut grid = Grid::new();
    for key in [&*RSA, &ED] {
        grid.extend(with_claim(issuer, "nbf", &nbf, key));
        grid.extend(with_claim(issuer, "iat", &iat, key));
    }
    grid
}

/// RFC 7519 §2: a number of seconds. After the year 9999, before the year −6000, and
/// beyond what a number can hold, there are no dates.
fn no_date(issuer: &str) -> Grid {
    let mut values = words(
        r#"null true false [] {} "" "0" "1900000000" "never" "2030-01-01T00:00:00Z"
        [1900000000] [[1900000000]] {"seconds":1900000000} 1e18 1e308 -1e308 1e309 1e999 -1e999
        253402300800 253402300799.5 -253402300800 9007199254740993 9223372036854775807
        9223372036854775808 -9223372036854775808 -9223372036854775809 18446744073709551615
        18446744073709551616 340282366920938463463374607431768211456 1e99999999999999999999"#,
    );
    values.push(format!("19{}", "0".repeat(400)));
    values.push(format!("1{}.5", "0".repeat(30)));
    let mut grid = Grid::new();
    for claim in ["exp", "nbf", "iat"] {
        for key in [&*RSA, &ED] {
            grid.extend(with_claim(issuer, claim, &values, key));
        }
    }
    grid
}

#[test]
fn without_leeway_a_token_ends_in_its_last_second() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| builder.leeway(Duration::ZERO));
    let exp = around(&[0.0, -1.0, -0.5]);
    assert_all_refused(&api, &with_claim(&issuer.url, "exp", &exp, &RSA));
    let nbf = around(&[0.5, 1.0]);
    assert_all_refused(&api, &with_claim(&issuer.url, "nbf", &nbf, &RSA));
}

/// Within the allowances for both, but not of one token (D12 of the catalogue), by more
/// than clocks may differ.
#[test]
fn a_token_that_ended_before_it_was_issued_is_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let mut grid = Grid::new();
    for (exp, iat) in [(-4, 2), (-4, 59), (0, 6), (10, 16), (10, 60)] {
        let at = |offset: i64| (NOW as i64 + offset).to_string();
        let payload = claims(&issuer.url).set("exp", at(exp)).set("iat", at(iat));
        grid.push((
            format!("exp {exp}, iat {iat}"),
            sign(&header(&ED), &payload, &ED),
        ));
    }
    assert_all_refused(&api, &grid);
}
