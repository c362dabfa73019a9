//! Tokens whose claims are wrong, with a genuine signature.

use crate::{
    grid::{Grid, assert_all_refused},
    issuer::TestIssuer,
    keys::RSA,
    token::{AUDIENCE, NOW, claims, header, quoted, sign},
    world::TestApi,
};

const NO_DATES: &str = r#"null true false [] {} "" "1900000000" [1900000000] NaN Infinity
    1e18 1e308 1e999 -1e999 253402300800 9007199254740993 9223372036854775807
    9223372036854775808 18446744073709551615 18446744073709551616"#;

/// Good tokens with one claim replaced by each of `values`.
fn with_claim(issuer: &str, name: &str, values: &[String]) -> Grid {
    let token = |value: &String| {
        let payload = claims(issuer).set(name, value);
        (
            format!("{name} is {value:.80}"),
            sign(&header(&RSA), &payload, &RSA),
        )
    };
    values.iter().map(token).collect()
}

pub fn without_claim(issuer: &str, name: &str) -> (String, String) {
    let payload = claims(issuer).without(name);
    (
        format!("without {name}"),
        sign(&header(&RSA), &payload, &RSA),
    )
}

/// Values without spaces, written one after the other.
pub fn words(values: &str) -> Vec<String> {
    values.split_whitespace().map(str::to_owned).collect()
}

#[test]
fn tokens_outside_their_time_are_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let around = |offsets: &[f64]| -> Vec<String> {
        offsets
            .iter()
            .map(|offset| (NOW as f64 + offset).to_string())
            .collect()
    };
    // The leeway is 5 s: `exp` must be later than that, `nbf` not later.
    let mut exp = around(&[-5.0, -5.5, -6.0, -59.0, -60.0, -61.0, -3600.0]);
    exp.extend(words(r#"0 -1 -0.0 0.5 1e-300 -1e308"#));
    let mut nbf = around(&[5.5, 6.0, 60.0, 3600.0]);
    let mut iat = around(&[60.5, 61.0, 3600.0]);
    for values in [&mut exp, &mut nbf, &mut iat] {
        values.extend(words(NO_DATES));
    }
    let mut grid = with_claim(&issuer.url, "exp", &exp);
    grid.extend(with_claim(&issuer.url, "nbf", &nbf));
    grid.extend(with_claim(&issuer.url, "iat", &iat));
    grid.push(without_claim(&issuer.url, "exp"));
    assert!(grid.len() >= 80, "{}", grid.len());
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn without_leeway_a_token_ends_in_its_last_second() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |rules| rules.leeway = std::time::Duration::ZERO);
    let exp = [NOW.to_string(), format!("{NOW}.0"), (NOW - 1).to_string()];
    assert_all_refused(&api, &issuer, &with_claim(&issuer.url, "exp", &exp));
}

#[test]
fn tokens_of_another_issuer_are_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let ours = issuer.url.as_str();
    let bare = ours.trim_end_matches('/');
    let mut values = words(r#"null 5 true {} [] "" "/" "https://""#);
    values.extend([
        format!("[{}]", quoted(ours)),
        format!("[{},{}]", quoted(ours), quoted(ours)),
    ]);
    let others = [
        bare.to_owned(),
        format!("{ours}/"),
        format!("{ours} "),
        format!(" {ours}"),
        format!("{ours}\0"),
        format!("{ours}\n"),
        format!("{ours}tenant/"),
        format!("{ours}?"),
        format!("{ours}#"),
        ours.to_uppercase(),
        ours.replace("http", "HTTP"),
        ours.replace("http:", "https:"),
        ours.replace("127.0.0.1", "127.0.0.2"),
        ours.replace("127.0.0.1", "localhost"),
        ours.replace("127.0.0.1", "127.0.0.%31"),
        ours.replace("://", "://user@"),
        ours[..ours.len() - 2].to_owned(),
        format!("https://evil.example/{ours}"),
        "https://evil.example/".to_owned(),
    ];
    values.extend(others.iter().map(|other| quoted(other)));
    let mut grid = with_claim(ours, "iss", &values);
    grid.push(without_claim(ours, "iss"));
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn tokens_for_another_audience_are_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let ours = quoted(AUDIENCE);
    let mut values = words(r#"null 5 true {} [] [[]] [null] """#);
    values.extend([
        format!("[[{ours}]]"),
        format!("{{{ours}:{ours}}}"),
        format!("[{ours},5]"),
        format!("[{ours},null]"),
        format!("[{ours},[{ours}]]"),
        "[\"vestibule\"]".to_owned(),
        "\"vestibule\"".to_owned(),
    ]);
    let others = [
        format!("{AUDIENCE}/"),
        format!("{AUDIENCE} "),
        format!(" {AUDIENCE}"),
        format!("{AUDIENCE}\0"),
        AUDIENCE.to_uppercase(),
        AUDIENCE[..10].to_owned(),
        format!("{AUDIENCE}-2"),
        format!("{AUDIENCE} other"),
        format!("other,{AUDIENCE}"),
        AUDIENCE.replace("https", "http"),
    ];
    values.extend(others.iter().map(|other| quoted(other)));
    let many: Vec<_> = (0..1500).map(|n| format!("\"a{n}\"")).collect();
    values.push(format!("[{}]", many.join(",")));
    let mut grid = with_claim(&issuer.url, "aud", &values);
    grid.push(without_claim(&issuer.url, "aud"));
    assert_all_refused(&api, &issuer, &grid);
}

#[test]
fn malformed_claims_and_tokens_for_other_uses_are_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let long = quoted(&"a".repeat(10 * 1024));
    let mut grid = Grid::new();
    for claim in ["sub", "client_id", "jti"] {
        let values = [
            "null",
            "\"\"",
            "5",
            "true",
            "[]",
            "{}",
            "[\"ada\"]",
            long.as_str(),
        ];
        grid.extend(with_claim(&issuer.url, claim, &values.map(str::to_owned)));
    }
    let scope = words(r#"null 5 {} [5] [null] true"#);
    grid.extend(with_claim(&issuer.url, "scope", &scope));
    grid.extend(with_claim(&issuer.url, "at_hash", &words(r#""x""#)));
    grid.extend(with_claim(&issuer.url, "c_hash", &words(r#""x""#)));
    grid.extend(with_claim(&issuer.url, "events", &words(r#"{}"#)));
    assert_all_refused(&api, &issuer, &grid);
}
