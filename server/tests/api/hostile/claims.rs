//! Claims of the wrong type, and those of tokens for other uses.

use vestibule_server::guard::Refusal;

use crate::{
    grid::{Grid, Topic},
    hostile::{signers, with_claim, without_claim, words},
    keys::{ED, RSA},
    token::quoted,
};

pub const TOPICS: [Topic; 3] = [
    Topic {
        name: "claims of the wrong type",
        cause: |cause| {
            matches!(
                cause,
                Refusal::Issuer
                    | Refusal::Audience
                    | Refusal::Expiry
                    | Refusal::Expired
                    | Refusal::NotBefore
                    | Refusal::IssuedAt
                    | Refusal::Identifier
                    | Refusal::Scope
            )
        },
        grid: of_the_wrong_type,
    },
    Topic {
        name: "ID tokens and logout tokens",
        cause: |cause| matches!(cause, Refusal::OtherUse),
        grid: for_another_use,
    },
    Topic {
        name: "claims that are missing or too long",
        cause: |cause| {
            matches!(
                cause,
                Refusal::Issuer | Refusal::Audience | Refusal::Expiry | Refusal::Identifier
            )
        },
        grid: missing_or_too_long,
    },
];

/// One of each kind of JSON value, and lists of them.
const KINDS: &str = r#"null true false 0 -1 5 1.5 "" "x" [] [""] ["x"] [null] [5] [[]] [{}]
    {} {"x":1} {"0":"x"}"#;

/// The claim, and which of [`KINDS`] it may be.
const FITTING: [(&str, &str); 9] = [
    ("iss", ""),
    ("aud", ""),
    ("exp", ""),
    // Years ago
    ("nbf", "0 -1 5 1.5"),
    ("iat", "0 -1 5 1.5"),
    ("sub", r#""x""#),
    ("client_id", r#""x""#),
    ("jti", r#""x""#),
    ("scope", r#""" "x" [] [""] ["x"]"#),
];

fn of_the_wrong_type(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for (claim, fitting) in FITTING {
        let fitting = words(fitting);
        let mut values = words(KINDS);
        values.retain(|value| !fitting.contains(value));
        for key in signers() {
            grid.extend(with_claim(issuer, claim, &values, key));
        }
    }
    grid
}

/// RFC 8725 §3.12. OpenID Connect Core §3.1.3.6 and §3.3.2.11; Back-Channel Logout §2.4.
fn for_another_use(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for claim in ["at_hash", "c_hash", "events"] {
        grid.extend(with_claim(issuer, claim, &words(KINDS), &ED));
    }
    let event = r#"{"http://schemas.openid.net/event/backchannel-logout":{}}"#;
    grid.extend(with_claim(issuer, "events", &[event.to_owned()], &RSA));
    grid
}

fn missing_or_too_long(issuer: &str) -> Grid {
    let mut grid = Grid::new();
    for key in signers() {
        grid.extend(["iss", "aud", "exp"].map(|claim| without_claim(issuer, claim, key)));
        // 2,048 bytes are the limit; an `é` has two.
        for long in ["a".repeat(2049), "a".repeat(10_000), "é".repeat(1025)] {
            for claim in ["sub", "client_id", "jti"] {
                grid.extend(with_claim(issuer, claim, &[quoted(&long)], key));
            }
        }
    }
    grid
}
