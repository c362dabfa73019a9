//! Finds the access token of a request: in one Authorization header (RFC 6750
//! §2.1), and nowhere else.

use poem::{
    Request,
    http::{HeaderMap, header},
};

use super::{
    form::in_parameters,
    token::{MAX_TOKEN, all},
};

/// What a request brings.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Credentials<'a> {
    /// No bearer token: another scheme, or none at all. DPoP (RFC 9449 §7.1), once it
    /// is built, is a variant of its own beside [`Self::Token`]
    Absent,
    /// Two of something, or no token where one was announced
    Malformed,
    /// So many bytes, which is more than is looked at
    TooLong(usize),
    /// What stands after `Bearer`
    Token(&'a str),
}

/// Reads the Authorization header, and whether the address has a second token. Whether
/// the body has one is asked later ([`super::form`]).
pub(super) fn credentials(request: &Request) -> Credentials<'_> {
    let found = in_header(request.headers());
    // RFC 6750 §2: not more than one method. Alone, the other two are not taken
    // for credentials at all: addresses and bodies end in logs.
    match found {
        Credentials::Token(_) if in_query(request) => Credentials::Malformed,
        found => found,
    }
}

fn in_header(headers: &HeaderMap) -> Credentials<'_> {
    let mut values = headers.get_all(header::AUTHORIZATION).iter();
    let Some(value) = values.next() else {
        return Credentials::Absent;
    };
    if values.next().is_some() {
        return Credentials::Malformed;
    }
    if value.len() > MAX_TOKEN + "Bearer ".len() {
        return Credentials::TooLong(value.len() - "Bearer ".len());
    }
    parse(value.as_bytes())
}

/// RFC 9110 §11.4: scheme, one space, token68. The scheme in any letter case.
fn parse(value: &[u8]) -> Credentials<'_> {
    let tchar = |b: &u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(b);
    let end = value.iter().position(|b| !tchar(b)).unwrap_or(value.len());
    let (scheme, rest) = value.split_at(end);
    if scheme.is_empty() {
        return Credentials::Malformed;
    }
    if !scheme.eq_ignore_ascii_case(b"Bearer") {
        return Credentials::Absent;
    }
    match rest.strip_prefix(b" ") {
        Some(token) if !token.is_empty() && all(token, |b| matches!(b, b'!'..=b'~')) => {
            str::from_utf8(token).map_or(Credentials::Malformed, Credentials::Token)
        }
        _ => Credentials::Malformed,
    }
}

/// RFC 6750 §2.3
fn in_query(request: &Request) -> bool {
    let query = request.uri().query();
    query.is_some_and(|query| in_parameters(query.as_bytes()))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_header_that_is_too_long_is_not_looked_into() {
        for (length, expected) in [
            (MAX_TOKEN, Credentials::Token(&"a".repeat(MAX_TOKEN))),
            (MAX_TOKEN + 1, Credentials::TooLong(MAX_TOKEN + 1)),
        ] {
            let value = format!("Bearer {}", "a".repeat(length));
            let headers = HeaderMap::from_iter([(header::AUTHORIZATION, value.parse().unwrap())]);
            assert_eq!(in_header(&headers), expected, "{length}");
        }
    }

    #[test]
    fn the_scheme_may_stand_in_any_letter_case() {
        for value in ["Bearer a.b.c", "bearer a.b.c", "BEARER a.b.c"] {
            assert_eq!(
                parse(value.as_bytes()),
                Credentials::Token("a.b.c"),
                "{value}"
            );
        }
    }

    #[test]
    fn another_scheme_is_no_bearer_token() {
        for value in ["Basic YTpi", "DPoP a.b.c", "Bearers a.b.c", "a.b.c"] {
            assert_eq!(parse(value.as_bytes()), Credentials::Absent, "{value}");
        }
    }

    #[test]
    fn a_header_without_exactly_one_space_and_one_token_is_malformed() {
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer  a",
            "Bearer\ta",
            "Bearer a ",
            "Bearer a b",
            "Bearer a, Bearer b",
            "Bearer,a",
            "Bearer=a",
            "bearer: a",
            " Bearer a",
        ] {
            assert_eq!(parse(value.as_bytes()), Credentials::Malformed, "{value:?}");
        }
    }
}
