//! Answers that are there before the request.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use super::ISSUER;
use crate::{
    error::{TransportError, TransportErrorKind},
    ports::{Http, Limits, Request, Response},
    shared::unpoisoned,
};

/// Answers by path, and notes what was sent. The provider of [`ISSUER`] is among them: it
/// renews every session, with the access token `renewed-access-token`. Where no answer is
/// there, no server is.
#[derive(Debug)]
pub struct CannedHttp {
    answers: Mutex<HashMap<String, (u16, String)>>,
    sent: Mutex<Vec<Request>>,
}

impl CannedHttp {
    /// With the provider alone.
    #[allow(clippy::new_ret_no_self, reason = "a port is shared")]
    pub fn new() -> Arc<Self> {
        let http = Self {
            answers: Mutex::default(),
            sent: Mutex::default(),
        };
        http.answer(
            "/.well-known/openid-configuration",
            200,
            format!(
                r#"{{"issuer": "{ISSUER}", "jwks_uri": "{ISSUER}/keys",
                "authorization_endpoint": "{ISSUER}/authorize",
                "revocation_endpoint": "{ISSUER}/revoke", "token_endpoint": "{ISSUER}/token"}}"#
            ),
        );
        http.answer(
            "/token",
            200,
            r#"{"access_token": "renewed-access-token", "token_type": "Bearer"}"#,
        );
        http.answer("/revoke", 200, "");
        Arc::new(http)
    }

    /// From now on, requests for `path` are answered so, whatever the host and the query.
    pub fn answer(&self, path: &str, status: u16, body: impl Into<String>) {
        unpoisoned(&self.answers).insert(path.to_owned(), (status, body.into()));
    }

    /// From now on, there is no server for `path`.
    pub fn drop_answer(&self, path: &str) {
        unpoisoned(&self.answers).remove(path);
    }

    /// What was sent, oldest first.
    pub fn sent(&self) -> Vec<Request> {
        unpoisoned(&self.sent).clone()
    }
}

impl Http for CannedHttp {
    fn send(&self, request: Request, _: Limits) -> Result<Response, TransportError> {
        let (host, path) = (request.uri().host(), request.uri().path());
        let answer = unpoisoned(&self.answers).get(path).cloned();
        let no_server = || TransportError {
            host: host.unwrap_or_default().to_owned(),
            kind: TransportErrorKind::Unreachable(format!("no answer is canned for {path}")),
        };
        let built = answer.and_then(|(status, body)| {
            let response = http::Response::builder().status(status);
            response.body(body.into_bytes()).ok()
        });
        let result = built.ok_or_else(no_server);
        unpoisoned(&self.sent).push(request);
        result
    }
}
