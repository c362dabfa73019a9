//! What the guard logs where it stands around endpoints of others.

use std::{
    io::{self, Write},
    sync::{Arc, Mutex},
    time::Duration,
};

use poem::{Endpoint, EndpointExt, Request, handler};
use serde::Deserialize;
use tracing_subscriber::fmt;
use vestibule_server::guard::{AccessToken, Claims, RequireAccessToken};

use crate::{
    issuer::TestIssuer,
    keys::RSA,
    token::{NOW, claims, header, sign},
    world::TestApi,
};

#[derive(Deserialize)]
struct Tenant {
    #[expect(dead_code, reason = "read only to fail")]
    tenant: String,
}

#[handler]
fn tenant(_: AccessToken, _: Claims<Tenant>) -> &'static str {
    "in"
}

/// Collects what is logged in this thread.
#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_claim_that_a_handler_misses_is_named_in_the_log_and_its_value_is_not() {
    let issuer = TestIssuer::start();
    let verifier = TestApi::start(&issuer).verifier;
    let guarded = tenant.with(RequireAccessToken::new(verifier));
    let lines = Lines::default();
    let writer = lines.clone();
    let subscriber = fmt().with_writer(move || writer.clone()).finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    for (payload, fault) in [
        (claims(&issuer.url), "tenant: missing"),
        (
            claims(&issuer.url).and("tenant", "[\"secret-blue\"]"),
            "tenant: malformed",
        ),
    ] {
        let token = format!("Bearer {}", sign(&header(&RSA), &payload, &RSA));
        let request = Request::builder().header("authorization", token).finish();
        let refused = guarded.call(request).await.unwrap_err();
        assert_eq!(refused.status().as_u16(), 401);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains(fault), "{text}");
        assert!(!text.contains("secret-blue"), "{text}");
    }
}

#[handler]
fn open(_: AccessToken) -> &'static str {
    "in"
}

#[tokio::test]
async fn what_a_good_token_lacks_is_in_the_log() {
    let issuer = TestIssuer::start();
    let verifier = TestApi::start(&issuer).verifier;
    let guard = RequireAccessToken::new(verifier).require_scope("read".parse().unwrap());
    let guard = guard
        .require_scope("write".parse().unwrap())
        .require_acr(["gold"]);
    let guarded = open.with(guard.require_sign_in_within(Duration::from_secs(300)));
    let scope = |scope: &str| claims(&issuer.url).set("scope", scope);
    let signed_in = |acr: &str, at: u64| {
        let granted = scope("\"read write\"").and("acr", acr);
        granted.and("auth_time", at.to_string())
    };
    for (payload, found) in [
        (scope("\"openid\""), "no read; no write"),
        (scope("\"read\""), "found=\"no write\""),
        (signed_in("\"bronze\"", NOW), "found=\"acr: bronze\""),
        (signed_in("\"gold\"", NOW - 400), "auth_time: 400 s ago"),
        (scope("\"read write\""), "acr: missing; auth_time: missing"),
    ] {
        let lines = Lines::default();
        let writer = lines.clone();
        let subscriber = fmt().with_ansi(false).with_writer(move || writer.clone());
        let _guard = tracing::subscriber::set_default(subscriber.finish());
        let token = format!("Bearer {}", sign(&header(&RSA), &payload, &RSA));
        let request = Request::builder().header("authorization", token).finish();
        assert!(
            guarded
                .call(request)
                .await
                .unwrap()
                .status()
                .is_client_error()
        );
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        assert!(text.contains("refused a request"), "{text}");
        assert!(text.contains(found), "{found}: {text}");
    }
}
