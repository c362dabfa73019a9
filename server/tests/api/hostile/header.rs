//! Headers that demand or mean something else, over a genuine signature.

use vestibule_server::guard::{Refusal, TypProfile};

use crate::{
    grid::{Grid, Topic, assert_all_refused},
    hostile::{signers, without_claim, words},
    issuer::TestIssuer,
    keys::{Key, RSA},
    token::{claims, header, quoted, sign},
    world::TestApi,
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "extensions",
        cause: |cause| matches!(cause, Refusal::Extension),
        grid: extensions,
    },
    Topic {
        name: "types",
        cause: |cause| matches!(cause, Refusal::Type),
        grid: |issuer| types(issuer, OTHER_TYPES),
    },
    Topic {
        name: "algorithms that do not exist here",
        cause: |cause| matches!(cause, Refusal::Algorithm),
        grid: algorithms,
    },
];

/// RFC 7515 §4.1.11: none is understood, so none may be demanded; nor may it be
/// empty or name what the RFC itself defines.
const CRIT: &str = r#"[] ["exp"] ["b64"] ["unknown"] ["alg"] ["kid"] ["b64","exp"] [""] [null] [5]
    "exp" "" null true false 0 {} {"exp":true} [["exp"]] ["http://example.com/UNDEFINED"]"#;
/// The kinds of JWT that are registered, and near misses (RFC 8725 §3.11).
const OTHER_TYPES: &str = r#""" "id+jwt" "logout+jwt" "dpop+jwt" "secevent+jwt" "rt+jwt" "JWS" "JWE"
    "JOSE" "JOSE+JSON" "token-introspection+jwt" "client-authentication+jwt" "oauth-authz-req+jwt"
    "authorization-grant+jwt" "entity-statement+jwt" "sd+jwt" "dc+sd-jwt" "kb+jwt" "statuslist+jwt"
    "application/jwt" "application/id+jwt" "text/at+jwt" "application/at+jwt;q=1"
    "application//at+jwt" "/at+jwt" "at+jwt/" "at+jw" "at+jwtt" "t+jwt" "at\u0020jwt" "at%2Bjwt"
    "at+jwt\u0000" "\u0000at+jwt" "at+jwt\n" "\tat+jwt" "JWT\u0000" "JWTT" "JW" "at-jwt"
    "bearer" "ａt+jwt" "at+jw\u0131" 5 0 null true false [] {} ["at+jwt"] ["JWT"] {"typ":"at+jwt"}"#;
const OTHER_ALGORITHMS: &str = r#""none" "None" "NONE" "nOnE" "" null 5 0 true [] {} ["RS256"]
    {"alg":"RS256"} "RS128" "RS1024" "PS1" "ES521" "ES224" "ES256K" "Ed25519" "Ed448"
    "HS256" "HS384" "HS512" "RS1" "dir" "RSA1_5" "RSA-OAEP" "RSA-OAEP-256" "A128KW" "A256GCMKW"
    "ECDH-ES" "ECDH-ES+A128KW" "PBES2-HS256+A128KW" "A256GCM" "ML-DSA-44" "ESB256" "RS256,none"
    "RS256\u0000" "\u0000RS256" "RS256\n" "\tRS256" "R\u0020S256" "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256""#;

fn changed(issuer: &str, name: &str, value: &str, key: &Key) -> (String, String) {
    let head = header(key).set(name, value);
    let case = format!("{}: {name} is {value}", key.alg);
    (case, sign(&head, &claims(issuer), key))
}

fn extensions(issuer: &str) -> Grid {
    let mut members: Vec<_> = words(CRIT)
        .into_iter()
        .map(|value| ("crit", value))
        .collect();
    // RFC 7516: compression and encryption; RFC 7519 §5.2: a JWT within the JWT.
    for value in words(r#""DEF" "" null 5 [] "def" "none""#) {
        members.push(("zip", value));
    }
    for value in words(r#""A256GCM" "A128CBC-HS256" "" null 5 {}"#) {
        members.push(("enc", value));
    }
    for value in words(r#""JWT" "jwt" "Jwt" null 5 true [] {} ["JWT"]"#) {
        members.push(("cty", value));
    }
    let mut grid = Grid::new();
    for key in signers() {
        grid.extend(
            members
                .iter()
                .map(|(name, value)| changed(issuer, name, value, key)),
        );
        // RFC 7797, with and without what must go with it.
        let head = header(key).set("crit", r#"["b64"]"#).set("b64", "false");
        let token = sign(&head, &claims(issuer), key);
        grid.push((format!("{}: crit b64 and b64", key.alg), token));
    }
    grid
}

fn types(issuer: &str, types: &str) -> Grid {
    let mut values = words(types);
    values.extend(
        [
            "\"at+jwt \"",
            "\" at+jwt\"",
            "\"JWT \"",
            "\" JWT\"",
            "\"at+jwt, JWT\"",
        ]
        .map(str::to_owned),
    );
    signers()
        .into_iter()
        .flat_map(|key| {
            values
                .iter()
                .map(|value| changed(issuer, "typ", value, key))
        })
        .collect()
}

/// RFC 7515 §4.1.1: an exact name. Each key tries them, and what is nearly its own.
fn algorithms(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        let mut values = words(OTHER_ALGORITHMS);
        for (at, letter) in key.alg.char_indices() {
            let (before, after) = (&key.alg[..at], &key.alg[at + 1..]);
            values.push(quoted(&format!("{before}{after}")));
            values.push(quoted(&format!("{before}{letter}{letter}{after}")));
            values.push(quoted(&format!("{before} {after}")));
            for other in [letter.to_ascii_lowercase(), letter.to_ascii_uppercase()] {
                if other != letter {
                    values.push(quoted(&format!("{before}{other}{after}")));
                }
            }
        }
        let own = key.alg;
        values.extend([
            quoted(&own.to_lowercase()),
            quoted(&format!("{own} ")),
            quoted(&format!(" {own}")),
            quoted(&format!("{own}{own}")),
            format!("[{}]", quoted(own)),
        ]);
        grid.extend(
            values
                .iter()
                .map(|value| changed(issuer, "alg", value, key)),
        );
        let without = sign(&header(key).without("alg"), &claims(issuer), key);
        grid.push((format!("{}: without alg", key.alg), without));
        // The same claims with nothing behind them at all.
        for none in ["none", "None", "NONE", "nOnE", ""] {
            let token = sign(&header(key).set("alg", quoted(none)), &claims(issuer), key);
            let (input, _) = token.rsplit_once('.').unwrap();
            grid.push((
                format!("{none:?} and one zero byte, {}", key.alg),
                format!("{input}.AA"),
            ));
        }
    }
    grid
}

#[test]
fn rfc_9068_in_full_demands_the_type_and_all_claims() {
    let issuer = TestIssuer::start();
    let api = TestApi::with(&issuer, |builder| builder.typ(TypProfile::AtJwt));
    let url = issuer.url.as_str();
    let mut grid = types(url, OTHER_TYPES);
    grid.extend(types(url, r#""JWT" "jwt" "Jwt" "application/JWT""#));
    for key in signers() {
        for claim in ["iss", "exp", "aud", "sub", "client_id", "iat", "jti"] {
            grid.push(without_claim(url, claim, key));
        }
        let untyped = sign(&header(key).without("typ"), &claims(url), key);
        grid.push((format!("{}: without typ", key.alg), untyped));
    }
    assert!(grid.len() > 200, "{}", grid.len());
    assert_eq!(
        api.present(&sign(&header(&RSA), &claims(url), &RSA)).status,
        200
    );
    assert_all_refused(&api, &grid);
}
