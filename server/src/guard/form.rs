//! Looks for a second token in the form that a request brings (RFC 6750 §2.2), and
//! leaves the body to the endpoint as it was.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use http_body_util::{BodyExt, combinators::BoxBody};
use hyper::body::{Bytes, Frame};
use poem::{Body, Request};

/// How much of a form is looked through, in bytes. A longer form goes on to the endpoint: how
/// long a form may be is for the server's limit to say (413). A second token further behind
/// is not noticed, and does no harm: it is never taken for credentials.
const LOOKED_THROUGH: usize = 64 * 1024;

/// Whether the body is a form with a second token. Asked only of a request whose first token
/// is good: strangers could make the guard wait for bodies and hold them in memory.
pub(super) async fn names_token(request: &mut Request) -> bool {
    if !is_form(request) {
        return false;
    }
    let mut rest = BoxBody::from(request.take_body());
    let mut read = Vec::new();
    let end = loop {
        match rest.frame().await {
            // Trailers say nothing that anybody asks for.
            Some(Ok(frame)) => {
                read.extend_from_slice(&frame.into_data().unwrap_or_default());
                if read.len() > LOOKED_THROUGH {
                    break End::Further;
                }
            }
            Some(Err(error)) => break End::Broken(Some(error)),
            None => break End::Here,
        }
    };
    // Where a long form is cut, the last name may be only the beginning of a longer one.
    let whole = match end {
        End::Here => read.as_slice(),
        _ => {
            &read[..read
                .iter()
                .rposition(|byte| b"&=".contains(byte))
                .map_or(0, |at| at + 1)]
        }
    };
    let found = in_parameters(whole);
    let body = PutBack {
        read: Bytes::from(read),
        end,
        rest,
    };
    request.set_body(Body::from(BoxBody::new(body)));
    found
}

/// Whether one of these parameters is a token, however its name is encoded (WHATWG URL
/// §5.1). Of a query too (RFC 6750 §2.3).
pub(super) fn in_parameters(parameters: &[u8]) -> bool {
    let mut names = parameters.split(|byte| *byte == b'&').map(|parameter| {
        let name = parameter.split(|byte| *byte == b'=').next();
        name.unwrap_or_default()
    });
    names.any(|name| decoded(name).eq(b"access_token".iter().copied()))
}

/// The bytes of a name. `%` without two digits behind it stands for itself.
fn decoded(mut name: &[u8]) -> impl Iterator<Item = u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16);
    std::iter::from_fn(move || {
        let (&first, rest) = name.split_first()?;
        name = rest;
        match (first, rest) {
            (b'+', _) => Some(b' '),
            (b'%', [high, low, rest @ ..]) => {
                let (Some(high), Some(low)) = (digit(*high), digit(*low)) else {
                    return Some(first);
                };
                name = rest;
                u8::try_from(high * 16 + low).ok()
            }
            _ => Some(first),
        }
    })
}

fn is_form(request: &Request) -> bool {
    request.content_type().is_some_and(|content_type| {
        let essence = content_type.split(';').next().unwrap_or_default();
        essence
            .trim()
            .eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

/// What comes after the part of a body that was read.
enum End {
    /// Nothing
    Here,
    /// More
    Further,
    /// An error, which is handed on once
    Broken(Option<io::Error>),
}

/// A body of which the beginning was read.
struct PutBack {
    read: Bytes,
    end: End,
    rest: BoxBody<Bytes, io::Error>,
}

impl hyper::body::Body for PutBack {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if !self.read.is_empty() {
            let read = std::mem::take(&mut self.read);
            return Poll::Ready(Some(Ok(Frame::data(read))));
        }
        match &mut self.end {
            End::Here => Poll::Ready(None),
            End::Broken(error) => Poll::Ready(error.take().map(Err)),
            End::Further => Pin::new(&mut self.rest).poll_frame(context),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORM: &str = "application/x-www-form-urlencoded";

    async fn found(content_type: &str, form: String) -> bool {
        let request = Request::builder().content_type(content_type);
        names_token(&mut request.body(form)).await
    }

    #[tokio::test]
    async fn a_name_alone_at_the_end_counts_unless_it_may_have_been_cut_off() {
        let name = "&access_token";
        let form = |length: usize| "a".repeat(length - name.len()) + name;
        for (length, expected) in [(20, true), (65_536, true), (65_537, false)] {
            assert_eq!(found(FORM, form(length)).await, expected, "{length}");
        }
    }

    #[tokio::test]
    async fn a_name_counts_however_it_is_encoded() {
        let each: String = "access_token"
            .bytes()
            .map(|b| format!("%{b:02x}"))
            .collect();
        for (form, expected) in [
            ("access%5Ftoken=1", true),
            ("access%5ftoken=1", true),
            ("a=b&%61ccess_token=", true),
            ("%61%63cess_toke%6E", true),
            (&each, true),
            (&each.to_uppercase().replace("%5F", "_"), true),
            ("access_token%3D=1", false),
            ("access%255Ftoken=1", false),
            ("access%5token=1", false),
            ("access%5gtoken=1", false),
            ("access+token=1", false),
            ("access_token+=1", false),
            ("access_token%00=1", false),
            ("Access_token=1", false),
            ("a=access_token", false),
            ("a=b=access_token=1", false),
            ("a=1;access_token=1", false),
            ("%", false),
            ("%5", false),
            ("", false),
        ] {
            assert_eq!(found(FORM, form.to_owned()).await, expected, "{form}");
        }
    }

    #[tokio::test]
    async fn a_name_that_only_begins_like_it_does_not_count() {
        let form = "access_tokens=1&my_access_token=2";
        assert!(!found(FORM, form.to_owned()).await);
    }

    #[tokio::test]
    async fn what_is_no_form_has_no_token() {
        for (content_type, expected) in [(FORM, true), ("text/plain", false)] {
            let body = "access_token=1".to_owned();
            assert_eq!(found(content_type, body).await, expected);
        }
    }
}
