use super::*;
use serde_json::json;
use std::collections::HashSet;
use url::Url;

const ISSUER: &str = "https://sso.example.org";

fn request(promises_iss: bool) -> AuthorizationRequest {
    let issuer = Issuer::parse(ISSUER).unwrap();
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": "https://sso.example.org/authorize?tenant=1",
        "token_endpoint": "https://sso.example.org/token",
        "jwks_uri": "https://sso.example.org/jwks",
        "authorization_response_iss_parameter_supported": promises_iss,
    });
    let provider = ProviderMetadata::parse(&issuer, document.to_string().as_bytes()).unwrap();
    let redirect = RedirectUrl::new("http://127.0.0.1:8765/callback".into()).unwrap();
    let scopes = ["openid".to_owned(), "offline_access".to_owned()];
    let ask = Ask {
        scopes: &scopes,
        resource: Some("https://api.example.org"),
        ..Ask::default()
    };
    AuthorizationRequest::new(&issuer, &provider, "app", &redirect, &ask)
}

fn answer(request: AuthorizationRequest, query: &str) -> Result<(), AuthorizationError> {
    let state = request.state.secret().clone();
    let query = query.replace("STATE", &state);
    request.accept(Callback::parse(&query).unwrap()).map(drop)
}

#[test]
fn the_request_carries_everything_and_keeps_the_endpoint_s_own_query() {
    let request = request(false);
    let url = Url::parse(request.url()).unwrap();
    let query: HashMap<_, _> = url.query_pairs().into_owned().collect();
    assert_eq!(query["tenant"], "1");
    assert_eq!(query["response_type"], "code");
    assert_eq!(query["redirect_uri"], "http://127.0.0.1:8765/callback");
    assert_eq!(query["scope"], "openid offline_access");
    assert_eq!(query["code_challenge_method"], "S256");
    assert_eq!(query["code_challenge"].len(), 43);
    assert_eq!(query["resource"], "https://api.example.org");
    assert!(!query.contains_key("prompt") && !query.contains_key("audience"));
    assert!(!request.url().contains(request.verifier.secret().as_str()));
}

#[test]
fn a_thousand_requests_share_no_state_nonce_or_verifier() {
    let mut seen = HashSet::new();
    for _ in 0..1000 {
        let request = request(false);
        for secret in [
            request.state.secret(),
            request.nonce.secret(),
            request.verifier.secret().as_str(),
        ] {
            assert!((43..=128).contains(&secret.len()));
            assert!(seen.insert(secret.to_owned()));
        }
    }
}

#[test]
fn a_state_that_is_wrong_missing_or_empty_is_refused() {
    for query in ["code=c&state=wrong", "code=c", "code=c&state="] {
        let error = answer(request(false), query).unwrap_err();
        assert!(
            matches!(error, AuthorizationError::StateMismatch),
            "{query}"
        );
    }
}

#[test]
fn a_parameter_that_comes_twice_is_no_callback() {
    assert!(Callback::parse("code=a&code=b&state=s").is_none());
    assert!(Callback::parse("code=a&state=s&state=s").is_none());
}

#[test]
fn iss_is_required_where_promised_and_checked_wherever_it_comes() {
    let good = format!("code=c&state=STATE&iss={ISSUER}");
    assert!(answer(request(true), &good).is_ok());
    assert!(answer(request(false), "code=c&state=STATE&session_state=x").is_ok());
    let wrong = [
        (true, "code=c&state=STATE".to_owned()),
        (true, "error=access_denied&state=STATE".to_owned()),
        (true, format!("{good}/")),
        (
            false,
            "code=c&state=STATE&iss=https://SSO.example.org".to_owned(),
        ),
    ];
    for (promised, query) in wrong {
        let error = answer(request(promised), &query).unwrap_err();
        assert!(
            matches!(error, AuthorizationError::IssuerMismatch),
            "{query}"
        );
    }
}

fn refused(query: &str) -> (String, Option<String>) {
    match answer(request(false), query).unwrap_err() {
        AuthorizationError::Refused { code, said } => {
            (code, said.map(|said| said.as_str().to_owned()))
        }
        other => panic!("{other}"),
    }
}

#[test]
fn a_refusal_keeps_its_code_only_if_it_looks_like_one() {
    let code = |query: &str| refused(query).0;
    assert_eq!(code("error=access_denied&state=STATE"), "access_denied");
    assert_eq!(code("error=%3Cscript%3E&state=STATE"), "unrecognised error");
}

/// Security catalogue L17.
#[test]
fn what_the_provider_says_of_a_refusal_is_kept_cut_and_inert_and_without_secrets() {
    let said = |description: &str| {
        refused(&format!(
            "error=access_denied&state=STATE&error_description={description}"
        ))
        .1
    };
    let text = |description: &str| said(description).unwrap_or_default();
    assert_eq!(text("Please+verify+your+email"), "Please verify your email");
    assert_eq!(text("Bitte%20best%C3%A4tigen"), "Bitte bestätigen");
    assert_eq!(text("a%0D%0Ab%1B%5B31mc%00d%E2%80%AEe"), "a b[31mcde");
    assert_eq!(text(&"x".repeat(10_000)).chars().count(), 300);
    assert_eq!(said(""), None);
    assert_eq!(said("%0A%20%00"), None);
    assert_eq!(text("state+STATE+is+wrong"), "state … is wrong");
    // Also where something invisible stands within.
    assert_eq!(text("STATE%E2%80%8B"), "…");
    assert_eq!(refused("error=access_denied&state=STATE").1, None);
}
