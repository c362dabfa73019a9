//! How an API answers, without an access token and with one, and what it says of itself (RFC
//! 6750 §3, RFC 9728).

use http::header::{ACCEPT, HeaderValue};
use url::Url;

use super::Finding;
use crate::{
    address::{is_https_or_loopback, told as told_address},
    cancel::Cancel,
    client::Client,
    error::{SendError, TransportError, TransportErrorKind, bounded},
    members::Members,
    ports::{Limits, Request, Response},
    response::{challenge_parameter, is_gateways, is_page, redirect_target},
    session::Session,
};

/// Most bytes of a metadata document.
const DOCUMENT_LIMIT: u64 = 256 * 1024;
/// RFC 9728 §3.
const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
/// Longest scope, resource or issuer that is told, in characters.
const LONGEST: usize = 200;

/// An answer of an API, by its status and headers. Nothing of its body.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ApiAnswer {
    /// 403 (RFC 6750 §3.1).
    Forbidden {
        /// The scope that it asks for, if it says so.
        scope: Option<String>,
    },
    /// A page for people.
    Page,
    /// It is said to be somewhere else.
    Redirect {
        /// Where, bounded, without a query.
        to: String,
    },
    /// Any other status.
    Status(u16),
    /// A success.
    Success,
    /// 401.
    Unauthorized {
        /// It asks for a bearer token (RFC 6750 §3).
        asks_for_bearer: bool,
    },
}

/// What an API says of itself (RFC 9728 §2); each part bounded.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProtectedResource {
    /// The issuers whose access tokens it takes; empty if it does not say.
    pub authorization_servers: Vec<String>,
    /// What it calls itself.
    pub resource: String,
}

impl ProtectedResource {
    /// Whether it says whose tokens it takes, and `issuer` is not among them.
    pub fn is_for_others(&self, issuer: &str) -> bool {
        let servers = &self.authorization_servers;
        !servers.is_empty() && !servers.iter().any(|server| server == issuer)
    }
}

impl Client {
    /// Tells how the API answers without an access token, and what it says of itself.
    pub(super) fn examine_api(&self, api: &Url, cancel: &Cancel, told: &mut dyn FnMut(Finding)) {
        if cancel.is_cancelled() {
            return;
        }
        let answer = self.get(api);
        let named = answer.as_ref().ok().and_then(named_metadata);
        let is_there = answer.is_ok();
        told(Finding::Api(answer.map(|answer| kind(&answer, api))));
        let mut places = places(api, named.as_deref()).into_iter();
        if is_there && let Some(resource) = places.find_map(|place| self.metadata(&place)) {
            told(Finding::Resource(resource));
        }
    }

    /// How it answers with the session's access token.
    pub(super) fn asked_with_token(
        &self,
        api: &Url,
        session: &Session,
        cancel: &Cancel,
    ) -> Result<ApiAnswer, SendError> {
        let request = request(api).ok_or(SendError::NotHttps)?;
        let answer = self.send(session, request, cancel)?;
        Ok(kind(&answer, api))
    }

    fn get(&self, url: &Url) -> Result<Response, TransportError> {
        let forbidden = || TransportError {
            host: told_address(url),
            kind: TransportErrorKind::Forbidden,
        };
        let request = request(url).ok_or_else(forbidden)?;
        let limit = self.settings.response_limit.max(DOCUMENT_LIMIT);
        self.ports.http.send(request, Limits::body(limit))
    }

    fn metadata(&self, place: &Url) -> Option<ProtectedResource> {
        let answer = self.get(place).ok()?;
        let answer = answer.status().is_success().then(|| answer.into_body())?;
        let members = Members::parse("the metadata of the API", &answer)?;
        let text = |text: &str| bounded(text, LONGEST);
        let servers = members.optional_texts("authorization_servers");
        Some(ProtectedResource {
            authorization_servers: servers.into_iter().flatten().take(10).map(text).collect(),
            resource: members.optional_text("resource").map(text)?,
        })
    }
}

fn request(url: &Url) -> Option<Request> {
    let mut request = http::Request::get(url.as_str()).body(Vec::new()).ok()?;
    let any = HeaderValue::from_static("application/json, */*;q=0.5");
    request.headers_mut().insert(ACCEPT, any);
    Some(request)
}

fn kind(answer: &Response, asked: &Url) -> ApiAnswer {
    if let Some(to) = redirect_target(answer, asked) {
        return ApiAnswer::Redirect {
            to: told_address(&to),
        };
    }
    match answer.status().as_u16() {
        200..=299 if is_page(answer) => ApiAnswer::Page,
        200..=299 => ApiAnswer::Success,
        401 => ApiAnswer::Unauthorized {
            asks_for_bearer: asks_for_bearer(answer),
        },
        403 => ApiAnswer::Forbidden {
            scope: challenge_parameter(answer, "scope").map(|scope| bounded(&scope, 100)),
        },
        _ if is_gateways(answer) => ApiAnswer::Page,
        status => ApiAnswer::Status(status),
    }
}

/// RFC 9110 §11.6.1: schemes are compared without regard to case.
fn asks_for_bearer(answer: &Response) -> bool {
    let challenges = answer.headers().get_all("www-authenticate").iter();
    let text = |value: &HeaderValue| value.to_str().map(str::to_ascii_lowercase);
    challenges
        .filter_map(|value| text(value).ok())
        .any(|challenge| challenge.contains("bearer"))
}

/// RFC 9728 §5.1.
fn named_metadata(answer: &Response) -> Option<String> {
    challenge_parameter(answer, "resource_metadata")
}

/// Where the metadata of the API may be: where it says, if that is at the API itself; in front
/// of its path (RFC 9728 §3.1); and at its host.
fn places(api: &Url, named: Option<&str>) -> Vec<Url> {
    let at = |path: &str| {
        let mut place = api.clone();
        place.set_path(path);
        place.set_query(None);
        place.set_fragment(None);
        place
    };
    let named = named.and_then(|named| Url::parse(named).ok());
    let named = named.filter(|named| named.origin() == api.origin() && is_https_or_loopback(named));
    let mut places: Vec<_> = named.into_iter().collect();
    for place in [at(&format!("{WELL_KNOWN}{}", api.path())), at(WELL_KNOWN)] {
        if !places.contains(&place) {
            places.push(place);
        }
    }
    places
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn answer(status: u16, headers: &[(&str, &str)]) -> Response {
        let mut answer = http::Response::builder().status(status);
        for (name, value) in headers {
            answer = answer.header(*name, *value);
        }
        answer.body(Vec::new()).unwrap()
    }

    #[test]
    fn an_answer_is_known_by_status_and_headers() {
        let api = Url::parse("https://api.example/private").unwrap();
        let page = ("content-type", "text/html");
        let unauthorized = |asks_for_bearer| ApiAnswer::Unauthorized { asks_for_bearer };
        let forbidden = |scope: Option<&str>| ApiAnswer::Forbidden {
            scope: scope.map(str::to_owned),
        };
        let redirect = ApiAnswer::Redirect {
            to: "https://api.example/v2".to_owned(),
        };
        let scope = (
            "www-authenticate",
            "Bearer error=\"x\", scope=\"notes:read\"",
        );
        for (status, headers, expected) in [
            (200, &[][..], ApiAnswer::Success),
            (204, &[], ApiAnswer::Success),
            (200, &[page], ApiAnswer::Page),
            (401, &[], unauthorized(false)),
            (401, &[("www-authenticate", "bearer")], unauthorized(true)),
            (401, &[("www-authenticate", "Basic")], unauthorized(false)),
            (403, &[], forbidden(None)),
            (403, &[scope], forbidden(Some("notes:read"))),
            (308, &[("location", "/v2?token=x")], redirect),
            (404, &[page], ApiAnswer::Status(404)),
            (400, &[page], ApiAnswer::Page),
            (511, &[], ApiAnswer::Page),
            (503, &[], ApiAnswer::Status(503)),
        ] {
            assert_eq!(kind(&answer(status, headers), &api), expected, "{status}");
        }
    }

    #[test]
    fn metadata_is_looked_for_at_the_api_alone() {
        let api = Url::parse("https://api.example/notes/private?x=1").unwrap();
        let at = |named| {
            places(&api, named)
                .iter()
                .map(Url::to_string)
                .collect::<Vec<_>>()
        };
        let in_front = "https://api.example/.well-known/oauth-protected-resource/notes/private";
        let at_host = "https://api.example/.well-known/oauth-protected-resource";
        assert_eq!(at(None), [in_front, at_host]);
        assert_eq!(at(Some("https://other.example/x")), [in_front, at_host]);
        assert_eq!(at(Some(at_host)), [at_host, in_front]);
        let own = "https://api.example/metadata";
        assert_eq!(at(Some(own)), [own, in_front, at_host]);
    }
}
