//! Tokens whose header is wrong, with a genuine signature.

use vestibule_server::guard::TypProfile;

use crate::{
    grid::{Grid, assert_all_refused},
    hostile::{without_claim, words},
    issuer::TestIssuer,
    keys::RSA,
    token::{Members, claims, header, sign},
    world::TestApi,
};

const TYPES: &str = r#""" "id+jwt" "logout+jwt" "dpop+jwt" "secevent+jwt" "rt+jwt" "JWS" "JWE"
    "token-introspection+jwt" "application/jwt" "text/at+jwt" 5 null true [] ["at+jwt"]"#;
const ALGORITHMS: &str = r#""none" "None" "NONE" "nOnE" "" null 5 true [] ["RS256"] "rs256"
    "RS256\u0000" "RS384" "RS512" "PS256" "PS384" "PS512" "ES256" "ES384" "ES512" "ES256K"
    "EdDSA" "Ed25519" "HS256" "HS384" "HS512" "dir" "RSA1_5" "RSA-OAEP" "PBES2-HS256+A128KW""#;

#[test]
fn headers_that_demand_or_mean_something_else_are_refused() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let members = [
        ("crit", "[]"),
        ("crit", "[\"exp\"]"),
        ("crit", "\"exp\""),
        ("crit", "null"),
        ("crit", "[\"b64\"]"),
        ("crit", "[\"unknown\"]"),
        ("crit", "{}"),
        ("zip", "\"DEF\""),
        ("enc", "\"A256GCM\""),
        ("cty", "\"JWT\""),
        ("cty", "\"jwt\""),
        ("cty", "5"),
        ("kid", "5"),
        ("kid", "null"),
        ("kid", "true"),
        ("kid", "[\"rsa\"]"),
        ("kid", "{}"),
        ("typ", "\"at+jwt \""),
        ("alg", "\"RS256 \""),
        ("alg", "\" RS256\""),
    ];
    let mut grid: Grid = members
        .iter()
        .map(|(name, value)| changed(&issuer, name, value))
        .collect();
    grid.extend(words(TYPES).iter().map(|typ| changed(&issuer, "typ", typ)));
    grid.extend(
        words(ALGORITHMS)
            .iter()
            .map(|alg| changed(&issuer, "alg", alg)),
    );
    let without_alg = sign(&header(&RSA).without("alg"), &claims(&issuer.url), &RSA);
    grid.push(("without alg".to_owned(), without_alg));
    assert_all_refused(&api, &issuer, &grid);
}

fn changed(issuer: &TestIssuer, name: &str, value: &str) -> (String, String) {
    let token = sign(&header(&RSA).set(name, value), &claims(&issuer.url), &RSA);
    (format!("{name} is {value}"), token)
}

#[test]
fn rfc_9068_in_full_demands_the_type_and_all_claims() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |rules| rules.typ = TypProfile::AtJwt);
    let required = ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"];
    let mut grid: Grid = required
        .map(|claim| without_claim(&issuer.url, claim))
        .to_vec();
    for typ in [
        "\"JWT\"",
        "\"jwt\"",
        "\"id+jwt\"",
        "\"logout+jwt\"",
        "\"dpop+jwt\"",
        "\"\"",
    ] {
        grid.push(changed(&issuer, "typ", typ));
    }
    let untyped: Members = header(&RSA).without("typ");
    grid.push((
        "without typ".to_owned(),
        sign(&untyped, &claims(&issuer.url), &RSA),
    ));
    assert_all_refused(&api, &issuer, &grid);
}
