//! A second token beside the header's, in the query or in a form: one method for each
//! request (RFC 6750 §2), however its name is encoded.

use crate::{issuer::TestIssuer, keys::RSA, token::good, world::TestApi};

const NAMED: [&str; 8] = [
    "access_token=x",
    "access_token",
    "access%5Ftoken=x",
    "access%5ftoken=x",
    "%61ccess_token=",
    "a=b&access%5Ftoken=x&c=d",
    "%61%63%63%65%73%73%5F%74%6f%6B%65%6e=x",
    "acces%73%5ftoken",
];

const NOT_NAMED: [&str; 7] = [
    "access%255Ftoken=x",
    "access+token=x",
    "access%5token=x",
    "access_token%20=x",
    "my_access_token=x",
    "q=access_token%3Dx",
    "a=b",
];

#[test]
fn a_second_token_is_found_in_whatever_letters_its_name_is_written() {
    let issuer = TestIssuer::start();
    let api = TestApi::start(&issuer);
    let value = format!("Bearer {}", good(&issuer.url, &RSA));
    let token = ("Authorization", value.as_str());
    let form = ("Content-Type", "application/x-www-form-urlencoded");
    for (parameters, status) in NAMED
        .map(|named| (named, 400))
        .into_iter()
        .chain(NOT_NAMED.map(|other| (other, 200)))
    {
        let query = format!("/private?{parameters}");
        let answer = api.request("GET", &query, &[token], "");
        assert_eq!(answer.status, status, "{parameters} in the query");
        let answer = api.request("GET", "/private", &[token, form], parameters);
        assert_eq!(answer.status, status, "{parameters} in a form");
        let other = ("Content-Type", "text/plain");
        let answer = api.request("GET", "/private", &[token, other], parameters);
        assert_eq!(answer.status, 200, "{parameters} in no form");
    }
}
