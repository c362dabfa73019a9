//! Content codings as a table: T8 and T12a of the security catalogue.

#![allow(clippy::unwrap_used)]

use std::io::Write;

use flate2::{
    Compression,
    write::{DeflateEncoder, GzEncoder},
};
use ureq::http::HeaderValue;

use super::*;

const TEXT: &[u8] = br#"{"issuer":"https://sso.example"}"#;

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

fn undo(coding: &str, body: &[u8], limit: u64) -> Result<Vec<u8>, CodingError> {
    let mut headers = HeaderMap::new();
    headers.insert("content-encoding", HeaderValue::from_str(coding).unwrap());
    headers.insert("content-length", body.len().into());
    let plain = decoded(&mut headers, body.to_vec(), limit)?;
    if plain != body {
        assert!(headers.is_empty(), "{headers:?}");
    }
    Ok(plain)
}

#[test]
fn gzip_is_undone_however_it_is_spelt() {
    for coding in [
        "gzip",
        "GZIP",
        "x-gzip",
        " gzip ",
        "identity, gzip",
        "gzip,",
    ] {
        assert_eq!(undo(coding, &gzip(TEXT), 1000).unwrap(), TEXT, "{coding}");
        assert_eq!(undo(coding, b"", 1000).unwrap(), b"", "{coding}");
    }
    // RFC 1952 §2.2: several members are one file.
    let two = [gzip(&TEXT[..5]), gzip(&TEXT[5..])].concat();
    assert_eq!(undo("gzip", &two, 1000).unwrap(), TEXT);
    for coding in ["identity", "Identity", ""] {
        assert_eq!(undo(coding, TEXT, 1000).unwrap(), TEXT, "{coding}");
    }
}

#[test]
fn the_cap_counts_decoded_bytes() {
    let bomb = gzip(&vec![0; 64 << 20]);
    assert!(bomb.len() < 70_000);
    assert_eq!(undo("gzip", &bomb, 256 * 1024), Err(CodingError::TooLarge));
    let body = gzip(&vec![b'x'; 1000]);
    assert_eq!(undo("gzip", &body, 999), Err(CodingError::TooLarge));
    assert_eq!(undo("gzip", &body, 1000).unwrap().len(), 1000);
}

#[test]
fn what_is_no_gzip_and_what_was_not_asked_for_is_named() {
    let whole = gzip(TEXT);
    let mut wrong_sum = whole.clone();
    let at = wrong_sum.len() - 8;
    wrong_sum[at] ^= 1;
    for broken in [
        b"no object",
        &whole[..whole.len() - 1],
        &whole[..12],
        &wrong_sum,
    ] {
        assert_eq!(undo("gzip", broken, 1000), Err(CodingError::Broken));
    }
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(TEXT).unwrap();
    let deflate = encoder.finish().unwrap();
    for coding in [
        "deflate",
        "br",
        "zstd",
        "compress",
        "gzip, br",
        "gzip, gzip",
    ] {
        let mut headers = HeaderMap::new();
        headers.insert("content-encoding", HeaderValue::from_static(coding));
        let error = decoded(&mut headers, deflate.clone(), 1000).unwrap_err();
        assert_eq!(error, CodingError::Unasked(coding.to_owned()));
        assert!(error.to_string().contains(coding), "{error}");
    }
}

#[test]
fn an_object_that_is_not_compressed_is_read_whatever_the_header_says() {
    for coding in ["gzip", "br", "utf-8", "none", "gzip, gzip"] {
        for plain in ["{}", "\u{feff}{}", " \n{\"refresh_token\":\"r\"}"] {
            assert_eq!(
                undo(coding, plain.as_bytes(), 1000),
                Ok(plain.into()),
                "{coding}"
            );
        }
    }
}
