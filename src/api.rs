//! The calls of the API: one request with a bearer token each (RFC 6750), one text
//! back. The list of them is `api/calls.rs`.

mod calls;

use crate::auth::{
    Cancel, Client, Session,
    address::told,
    error::{Error as AuthError, SendError, TransportError, bounded},
    ports::{Request, Response},
    response::{challenge_parameter, is_gateways, is_page, is_transient_status, redirect_target},
    text,
};

pub use calls::{Call, calls, message, scopes};

/// Most bytes of an answer; for the client that is given to [`fetch`].
pub const ANSWER_LIMIT: u64 = 64 * 1024;
/// Longest text shown, in characters.
const TEXT_LIMIT: usize = 2000;

/// Why the text did not come.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The session could not give an access token.
    #[error(transparent)]
    Auth(#[from] AuthError),
    /// 403: signed in, but not entitled (RFC 6750 §3.1).
    #[error("the API answered 403")]
    Forbidden {
        /// The scope that it asks for, if it said so.
        required: Option<String>,
    },
    /// A page for people came instead: that of a gateway, or of another server.
    #[error("a page came instead of a message")]
    Page,
    /// The API is said to be somewhere else; not followed, since the token would go
    /// there too (RFC 9700 §4.12).
    #[error("the API redirects to {to}")]
    Redirect {
        /// Where, bounded.
        to: String,
    },
    /// 401, after one refresh as before.
    #[error("the API refused the access token (401), also after a refresh")]
    Refused,
    /// Any other status than a success with a text.
    #[error("the API answered with status {0}")]
    Status(u16),
    /// No answer came from the API.
    #[error("the API at {0}")]
    Transport(TransportError),
    /// The address or the access token fits no request.
    #[error("the request cannot be sent")]
    Unsendable,
}

impl From<SendError> for Error {
    fn from(error: SendError) -> Self {
        match error {
            SendError::Session(error) => Self::Auth(error),
            SendError::Transport(error) => Self::Transport(error),
            _ => Self::Unsendable,
        }
    }
}

impl Error {
    /// Whether trying again later can help.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Auth(error) => error.is_transient(),
            Self::Status(status) => is_transient_status(*status),
            Self::Page | Self::Transport(_) => true,
            Self::Forbidden { .. } | Self::Redirect { .. } | Self::Refused | Self::Unsendable => {
                false
            }
        }
    }
}

/// Fetches the text of a call, as [`Client::send`] sends requests.
///
/// # Errors
/// See [`Error`]; none of them ends the session but `Auth(Ended)`.
pub fn fetch(
    client: &Client,
    session: &Session,
    call: &Call,
    cancel: &Cancel,
) -> Result<String, Error> {
    let response = client.send(session, request(call)?, cancel)?;
    if let Some(to) = redirect_target(&response, &call.address) {
        return Err(Error::Redirect { to: told(&to) });
    }
    match response.status().as_u16() {
        200..=203 if is_page(&response) => Err(Error::Page),
        status if is_gateways(&response) && !matches!(status, 401 | 403) => Err(Error::Page),
        // The other successes have no text, or a part of one (RFC 9110 §15.3).
        200..=203 => Ok(text(response.body())),
        401 => Err(Error::Refused),
        403 => Err(Error::Forbidden {
            required: required_scope(&response),
        }),
        status => Err(Error::Status(status)),
    }
}

fn request(call: &Call) -> Result<Request, Error> {
    let request = http::Request::builder()
        .method(call.method.clone())
        .uri(call.address.as_str())
        .header("accept", "text/plain, application/json;q=0.9, */*;q=0.1");
    request.body(Vec::new()).map_err(|_| Error::Unsendable)
}

/// RFC 6750 §3.
fn required_scope(response: &Response) -> Option<String> {
    let scope = bounded(&challenge_parameter(response, "scope")?, 100);
    (!scope.is_empty()).then_some(scope)
}

fn text(body: &[u8]) -> String {
    text::lines(&String::from_utf8_lossy(body), TEXT_LIMIT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_with_escapes_is_shown_inert_and_cut() {
        assert_eq!(text(b"a\x1b[31mred\x07\r\nb\n"), "a[31mred\nb");
        assert_eq!(text(&[b'x'; 9000]).len(), TEXT_LIMIT);
        assert_eq!(text(b"\xff"), "\u{fffd}");
        let turned = text("a\u{202e}b ع\u{200c}ر".as_bytes());
        assert_eq!(turned, "ab ع\u{200c}ر");
    }

    #[test]
    fn the_scope_that_is_asked_for_is_read_from_the_challenge() {
        let with = |challenge: &str| {
            let response = http::Response::builder().header("www-authenticate", challenge);
            required_scope(&response.body(Vec::new()).unwrap())
        };
        let challenge = "Bearer error=\"insufficient_scope\", scope=\"read:message\"";
        assert_eq!(with(challenge).as_deref(), Some("read:message"));
        assert_eq!(with("Bearer"), None);
    }
}
