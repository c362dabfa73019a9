//! Content codings (RFC 9110 §8.4): gzip is asked for and undone, and nothing else.

use std::io::Read;

use flate2::read::MultiGzDecoder;
use ureq::http::{HeaderMap, header};

/// What each request names as `Accept-Encoding`, so that a server sends nothing
/// else (RFC 9110 §12.5.3: without it, any coding would be right).
pub const ACCEPT_ENCODING: &str = "gzip";

/// Why a body could not be undone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodingError {
    /// It begins as gzip does, or says so, and is not.
    #[error("the answer is damaged: it is not the gzip that its Content-Encoding says")]
    Broken,
    /// More bytes than allowed, once decoded.
    #[error("the answer is too large")]
    TooLarge,
    /// A coding that was not asked for.
    #[error("the answer is compressed with {0}, though only gzip was asked for")]
    Unasked(String),
}

/// The body of an answer as it was before it was compressed, `limit` bytes at
/// most; headers that told of the coding are taken off.
///
/// # Errors
/// See [`CodingError`].
pub fn decoded(headers: &mut HeaderMap, body: Vec<u8>, limit: u64) -> Result<Vec<u8>, CodingError> {
    let lines = headers.get_all(header::CONTENT_ENCODING);
    let lines = lines
        .iter()
        .map(|line| String::from_utf8_lossy(line.as_bytes()));
    let text = lines.collect::<Vec<_>>().join(",");
    let named = text.split(',').map(str::trim);
    // Letter case does not count (§8.4.1); `identity` is no coding (§12.5.3).
    let codings: Vec<_> = named
        .filter(|name| !name.is_empty() && !name.eq_ignore_ascii_case("identity"))
        .collect();
    let plain = match codings[..] {
        [] => return Ok(body),
        // Undone on the way by somebody who left the header, or never done.
        _ if is_json(&body) => body,
        // §8.4.1.3: an older name of it.
        [one]
            if ["gzip", "x-gzip"]
                .iter()
                .any(|gzip| one.eq_ignore_ascii_case(gzip)) =>
        {
            unzipped(&body, limit)?
        }
        _ => return Err(CodingError::Unasked(shown(&codings))),
    };
    headers.remove(header::CONTENT_ENCODING);
    headers.remove(header::CONTENT_LENGTH);
    Ok(plain)
}

fn unzipped(body: &[u8], limit: u64) -> Result<Vec<u8>, CodingError> {
    // Servers put the header on answers without a body too.
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let mut plain = Vec::new();
    let mut reader = MultiGzDecoder::new(body).take(limit.saturating_add(1));
    match reader.read_to_end(&mut plain) {
        _ if plain.len() as u64 > limit => Err(CodingError::TooLarge),
        Ok(_) => Ok(plain),
        Err(_) => Err(CodingError::Broken),
    }
}

/// Whether it begins as a JSON object does, and so as nothing compressed that is known
/// here (RFC 1952 §2.3.1).
fn is_json(body: &[u8]) -> bool {
    // RFC 8259 §8.1: a byte-order mark may be ignored.
    let text = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    text.trim_ascii_start().first() == Some(&b'{')
}

/// Names from outside, made fit for a sentence.
fn shown(codings: &[&str]) -> String {
    let text = codings.join(", ");
    let printable = text.chars().filter(|c| c.is_ascii_graphic() || *c == ' ');
    printable.take(40).collect()
}

#[cfg(test)]
#[path = "coding_tests.rs"]
mod tests;
