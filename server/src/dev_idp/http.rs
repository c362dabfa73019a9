//! Requests and answers: parameters with duplicates noticed, capped bodies,
//! JSON errors, redirects.
//!
//! Specs: RFC 6749 §3.1, §3.2 (parameters), §5.2 (errors), RFC 9700 §4.12.

use std::{
    io,
    pin::Pin,
    task::{Context, Poll},
};

use poem::{Body, Request, Response, http::StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncRead, ReadBuf};
use url::form_urlencoded;

/// No form here is longer; the longest allowed nonce and state fit well.
const BODY_LIMIT: usize = 64 * 1024;

/// The parameters of a query or a form.
#[derive(Clone, Default)]
pub(super) struct Params(Vec<(String, String)>);

impl Params {
    pub(super) fn of_query(request: &Request) -> Self {
        Self::parse(request.uri().query().unwrap_or_default().as_bytes())
    }

    /// The form in the body; an error where there is none, or too long a one.
    pub(super) async fn of_form(request: &mut Request) -> Result<Self, &'static str> {
        let content_type = request.content_type().unwrap_or_default();
        let essence = content_type.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
            return Err("the body must be application/x-www-form-urlencoded");
        }
        let body = request.take_body().into_bytes_limit(BODY_LIMIT).await;
        Ok(Self::parse(&body.map_err(|_| "the body is too long")?))
    }

    /// The form of a client, in which nothing is there twice.
    pub(super) async fn of_client(request: &mut Request) -> Result<Self, OAuthError> {
        let invalid = |text: String| OAuthError::new("invalid_request", text);
        let form = Self::of_form(request).await;
        let form = form.map_err(|problem| invalid(problem.to_owned()))?;
        // RFC 6749 §3.2
        match form.duplicate() {
            Some(name) => Err(invalid(format!("the parameter {name} is there twice"))),
            None => Ok(form),
        }
    }

    pub(super) fn parse(bytes: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(bytes);
        Self(pairs.into_owned().collect())
    }

    /// A parameter's value.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        // RFC 6749 §3.1: a parameter without a value counts as left out.
        let pair = self.0.iter().find(|(key, _)| key == name);
        pair.map(|(_, value)| value.as_str())
            .filter(|value| !value.is_empty())
    }

    /// A parameter's value, or the empty text.
    pub(super) fn text(&self, name: &str) -> &str {
        self.get(name).unwrap_or_default()
    }

    /// The first parameter that is there twice.
    pub(super) fn duplicate(&self) -> Option<&str> {
        let earlier = |index: usize, name: &str| self.0[..index].iter().any(|(key, _)| key == name);
        let mut names = self.0.iter().map(|(key, _)| key.as_str()).enumerate();
        names.find_map(|(index, name)| earlier(index, name).then_some(name))
    }

    /// Whether this parameter is there more than once.
    pub(super) fn is_repeated(&self, name: &str) -> bool {
        self.0.iter().filter(|(key, _)| key == name).count() > 1
    }
}

/// A JSON answer that nobody keeps.
pub(super) fn json_response(status: StatusCode, body: &Value) -> Response {
    Response::builder()
        .status(status)
        .content_type("application/json")
        // RFC 6749 §5.1
        .header("Cache-Control", "no-store")
        .header("Pragma", "no-cache")
        .header("X-Content-Type-Options", "nosniff")
        .body(body.to_string())
}

/// An answer that gets lost: the connection closes, mostly before the head.
pub(super) fn lost_response() -> Response {
    struct Broken;
    impl AsyncRead for Broken {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::Error::other("lost on purpose")))
        }
    }
    Response::builder()
        .content_type("application/json")
        // poem goes on after a body has failed and ends a chunked one as if it
        // were whole. A length that is not reached leaves it only to close.
        .header("Content-Length", "1")
        .body(Body::from_async_read(Broken))
}

/// An error of the token endpoint's kind (RFC 6749 §5.2).
#[derive(Debug)]
pub(super) struct OAuthError {
    pub(super) error: &'static str,
    pub(super) description: String,
}

impl OAuthError {
    pub(super) fn new(error: &'static str, description: impl Into<String>) -> Self {
        let description = description.into();
        Self { error, description }
    }

    pub(super) fn into_response(self) -> Response {
        let status = match self.error {
            "invalid_client" => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let body = json!({ "error": self.error, "error_description": self.description });
        let mut response = json_response(status, &body);
        if status == StatusCode::UNAUTHORIZED {
            // RFC 6749 §5.2: a 401 names the scheme.
            set_header(&mut response, "WWW-Authenticate", "Basic realm=\"dev-idp\"");
        }
        response
    }
}

/// Sends the browser on. RFC 9700 §4.12: 303, so that no form is sent again.
pub(super) fn see_other(location: &str) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::SEE_OTHER)
        .header("Cache-Control", "no-store")
        .header("Referrer-Policy", "no-referrer")
        .finish();
    set_header(&mut response, "Location", location);
    response
}

/// Sets a header; a value that is none (a line break in it) is left out.
pub(super) fn set_header(response: &mut Response, name: &'static str, value: &str) {
    if let Ok(value) = value.parse() {
        response.headers_mut().insert(name, value);
    }
}

/// An address with these parameters as its query.
pub(super) fn with_query(address: &str, pairs: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    let query = query.extend_pairs(pairs).finish();
    format!("{address}?{query}")
}

/// A text that stands in the encoding of forms.
pub(super) fn form_decoded(text: &str) -> String {
    let mut pairs = form_urlencoded::parse(text.as_bytes());
    pairs
        .next()
        .map_or_else(String::new, |(text, _)| text.into_owned())
}

/// The credentials of an `Authorization` header in this scheme.
pub(super) fn credentials<'a>(request: &'a Request, scheme: &str) -> Option<&'a str> {
    let (given, rest) = request.header("authorization")?.split_once(' ')?;
    // RFC 9110 §11.1: the scheme's case does not matter.
    given.eq_ignore_ascii_case(scheme).then(|| rest.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_parameter_is_left_out_and_a_second_one_is_noticed() {
        let params = Params::parse(b"a=&b=1&c=2&b=");
        assert_eq!(params.get("a"), None);
        assert_eq!(params.get("b"), Some("1"));
        assert_eq!(params.duplicate(), Some("b"));
        assert!(!params.is_repeated("c"));
    }

    #[test]
    fn what_goes_into_a_query_comes_out_of_it() {
        let nonce = "ü & = + % \u{1F511}";
        let address = with_query("http://127.0.0.1/callback", &[("state", nonce)]);
        let (_, query) = address.split_once('?').unwrap();
        assert_eq!(Params::parse(query.as_bytes()).get("state"), Some(nonce));
    }
}
