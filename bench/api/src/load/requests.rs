//! The requests of the workloads, made beforehand or by changing a few octets.

use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

use super::Source;
use crate::provider::{Fault, KID_AT, KID_DIGITS, SIGNATURE_AT, SigningKey, TOKEN};

const HEAD: &str = "GET /private HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ";
const END: &str = "\r\n\r\n";
const REQUEST: usize = HEAD.len() + TOKEN + END.len();
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
/// So many letters of a signature are changed, far from its first octets, so that
/// the number stays below the modulus and is refused by the calculation alone.
const CHANGED: usize = 8;
const CHANGED_AT: usize = HEAD.len() + SIGNATURE_AT + 100;

/// What is asked with this token.
pub fn with_token(token: &str) -> Vec<u8> {
    format!("{HEAD}{token}{END}").into_bytes()
}

/// Requests with tokens of the same length, one after the other.
#[derive(Default)]
pub struct Pool(Vec<u8>);

impl Pool {
    /// Signs so many tokens, on all cores: some 0.6 ms each.
    pub fn sign(key: &SigningKey, issuer: &str, count: usize) -> Result<Self> {
        let threads = std::thread::available_parallelism()?.get();
        let parts = std::thread::scope(|scope| {
            let part = |thread: usize| {
                let numbers = (0..count).skip(thread).step_by(threads);
                move || -> Result<Vec<u8>> {
                    let mut bytes = Vec::with_capacity((count / threads + 1) * REQUEST);
                    for number in numbers {
                        let token = key.sign(issuer, number as u64, Fault::None)?;
                        bytes.extend(with_token(&token));
                    }
                    Ok(bytes)
                }
            };
            let handles: Vec<_> = (0..threads).map(|t| scope.spawn(part(t))).collect();
            let joined = handles.into_iter().map(|handle| handle.join().ok());
            joined.collect::<Option<Vec<_>>>()
        });
        let mut all = Self::default();
        for part in parts.context("a thread that signs has panicked")? {
            all.0.extend(part?);
        }
        Ok(all)
    }

    pub fn len(&self) -> usize {
        self.0.len() / REQUEST
    }

    pub fn get(&self, index: usize) -> &[u8] {
        &self.0[index * REQUEST..(index + 1) * REQUEST]
    }
}

/// The first `count` tokens of a pool in a circle, at most `left` of them.
pub struct Good<'a> {
    pub pool: &'a Pool,
    pub count: usize,
    /// The next one
    pub at: usize,
    pub left: usize,
}

impl Source for Good<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.left = self.left.checked_sub(1)?;
        request.clear();
        request.extend_from_slice(self.pool.get(self.at));
        self.at = (self.at + 1) % self.count;
        Some(200)
    }
}

/// No token at all.
pub struct NoToken;

impl Source for NoToken {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        request.clear();
        request.extend_from_slice(b"GET /private HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
        Some(401)
    }
}

/// Tokens with a bad signature, never the same twice.
pub struct Tampered<'a> {
    pub pool: &'a Pool,
    /// The last one
    pub number: u64,
}

impl Source for Tampered<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.number += 1;
        request.clear();
        let index = self.number % self.pool.len() as u64;
        request.extend_from_slice(self.pool.get(index as usize));
        // From 1 on, so that at least one letter becomes another.
        let mut number = self.number;
        for letter in &mut request[CHANGED_AT..CHANGED_AT + CHANGED] {
            *letter = LETTERS[usize::from(value(*letter) ^ (number % 64) as u8)];
            number /= 64;
        }
        Some(401)
    }
}

/// What a letter of base64url stands for.
fn value(letter: u8) -> u8 {
    match letter {
        b'A'..=b'Z' => letter - b'A',
        b'a'..=b'z' => letter - b'a' + 26,
        b'0'..=b'9' => letter - b'0' + 52,
        b'-' => 62,
        _ => 63,
    }
}

/// Tokens whose key nobody knows, never the same twice.
pub struct UnknownKid<'a> {
    pub pool: &'a Pool,
    /// The last one
    pub number: u64,
    pub left: u64,
}

impl Source for UnknownKid<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.left = self.left.checked_sub(1)?;
        self.number += 1;
        request.clear();
        let index = self.number % self.pool.len() as u64;
        request.extend_from_slice(self.pool.get(index as usize));
        // A real kid has no x.
        let mut digits = *b"x00000000000";
        let mut number = self.number;
        for digit in digits[1..KID_DIGITS].iter_mut().rev() {
            *digit = b'0' + (number % 10) as u8;
            number /= 10;
        }
        let at = HEAD.len() + KID_AT;
        let kid = &mut request[at..at + KID_DIGITS / 3 * 4];
        BASE64URL.encode_slice(digits, kid).ok()?;
        Some(401)
    }
}

/// The same for a server that looks at no token: 200 is right for all.
pub struct Unguarded<'a>(pub &'a mut dyn Source);

impl Source for Unguarded<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        self.0.next(request).map(|_| 200)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const ISSUER: &str = "https://127.0.0.1:65535/";

    fn pool() -> Pool {
        Pool::sign(&SigningKey::generate().unwrap(), ISSUER, 3).unwrap()
    }

    fn token(request: &[u8]) -> String {
        let text = String::from_utf8(request.to_vec()).unwrap();
        let token = text.strip_prefix(HEAD).unwrap();
        token.strip_suffix(END).unwrap().to_owned()
    }

    fn different(source: &mut dyn Source, pool: &Pool) {
        let mut seen: HashSet<_> = (0..pool.len()).map(|i| pool.get(i).to_vec()).collect();
        let mut request = Vec::new();
        for number in 0..1000 {
            assert_eq!(source.next(&mut request), Some(401));
            assert_eq!(request.len(), REQUEST);
            assert!(seen.insert(request.clone()), "{number}");
        }
    }

    #[test]
    fn tampered_tokens_never_repeat_and_differ_in_the_signature_alone() {
        let pool = pool();
        let mut source = Tampered {
            pool: &pool,
            number: 0,
        };
        different(&mut source, &pool);
        let mut request = Vec::new();
        source.next(&mut request);
        let changed = token(&request);
        let original = token(pool.get(1001 % 3));
        assert_eq!(
            changed[..SIGNATURE_AT + 100],
            original[..SIGNATURE_AT + 100]
        );
        BASE64URL.decode(&changed[SIGNATURE_AT..]).unwrap();
    }

    #[test]
    fn unknown_kids_never_repeat_and_leave_the_header_readable() {
        let pool = pool();
        let mut source = UnknownKid {
            pool: &pool,
            number: 0,
            left: u64::MAX,
        };
        different(&mut source, &pool);
        let mut request = Vec::new();
        source.next(&mut request);
        let token = token(&request);
        let header = BASE64URL.decode(token.split('.').next().unwrap()).unwrap();
        let header: serde_json::Value = serde_json::from_slice(&header).unwrap();
        assert!(header["kid"].as_str().unwrap().contains("x00000001001"));
    }

    #[test]
    fn good_tokens_are_sent_in_a_circle_until_none_is_left() {
        let pool = pool();
        let mut source = Good {
            pool: &pool,
            count: 2,
            at: 1,
            left: 3,
        };
        let mut sent = Vec::new();
        let mut request = Vec::new();
        while source.next(&mut request) == Some(200) {
            sent.push(request.clone());
        }
        assert_eq!(sent, [pool.get(1), pool.get(0), pool.get(1)]);
    }
}
