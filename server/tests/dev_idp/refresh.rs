//! Refresh, its families, and revocation.

use std::time::Duration;

use serde_json::Value;
use vestibule_server::dev_idp::Options;

use crate::world::{API, Provider, parts, refresh_form};

fn text(tokens: &Value, name: &str) -> String {
    tokens[name].as_str().unwrap().to_owned()
}

#[test]
fn each_refresh_brings_a_new_token_and_an_id_token_without_nonce() {
    let provider = Provider::start();
    let first = provider.tokens(&[]);
    let mut token = text(&first, "refresh_token");
    for _ in 0..3 {
        let next = provider.refresh(&token).json();
        assert_ne!(next["refresh_token"], token.as_str());
        token = text(&next, "refresh_token");
        let (_, claims) = parts(&next["id_token"]);
        assert!(claims.get("nonce").is_none());
        let (_, original) = parts(&first["id_token"]);
        for claim in ["iss", "sub", "aud", "auth_time", "sid"] {
            assert_eq!(claims[claim], original[claim], "{claim}");
        }
        assert_eq!(parts(&next["access_token"]).1["aud"], API);
        let access = text(&next, "access_token");
        assert_eq!(provider.with_token("/userinfo", &access).status, 200);
    }
}

#[test]
fn a_used_refresh_token_that_comes_back_ends_the_family() {
    let provider = Provider::start();
    let first = provider.tokens(&[]);
    let other = provider.tokens(&[]);
    let second = provider.refresh(&text(&first, "refresh_token")).json();
    let reused = provider.refresh(&text(&first, "refresh_token"));
    assert_eq!(
        (reused.status, reused.error().as_str()),
        (400, "invalid_grant")
    );
    let dead = provider.refresh(&text(&second, "refresh_token"));
    assert_eq!(dead.error(), "invalid_grant");
    let access = text(&second, "access_token");
    assert_eq!(provider.with_token("/userinfo", &access).status, 401);
    // Another sign-in of the same person is another family.
    assert_eq!(provider.refresh(&text(&other, "refresh_token")).status, 200);
}

#[test]
fn of_many_refreshes_at_once_one_wins() {
    let provider = Provider::start();
    let token = text(&provider.tokens(&[]), "refresh_token");
    let won = std::thread::scope(|scope| {
        let tries: Vec<_> = (0..8)
            .map(|_| scope.spawn(|| provider.refresh(&token).status == 200))
            .collect();
        tries
            .into_iter()
            .filter_map(|one| one.join().ok())
            .filter(|won| *won)
            .count()
    });
    assert_eq!(won, 1);
}

#[test]
fn scope_and_audience_can_narrow_and_never_widen() {
    let provider = Provider::start();
    let scope = "openid email offline_access";
    let mut token = text(&provider.tokens(&[("scope", scope)]), "refresh_token");
    for (name, value, error) in [
        ("scope", "openid profile", "invalid_scope"),
        ("audience", "https://another-api", "invalid_target"),
        ("resource", "https://another-api", "invalid_target"),
    ] {
        let mut form = refresh_form(&token).to_vec();
        form.push((name, value));
        assert_eq!(provider.post("/token", &form).error(), error, "{name}");
    }
    // What was refused has not used the token up.
    for (name, value) in [("scope", "openid"), ("resource", API), ("audience", API)] {
        let mut form = refresh_form(&token).to_vec();
        form.push((name, value));
        let answer = provider.post("/token", &form).json();
        token = text(&answer, "refresh_token");
        let (_, claims) = parts(&answer["access_token"]);
        let granted = if name == "scope" { "openid" } else { scope };
        assert_eq!(claims["scope"], granted);
    }
    let without = provider.tokens(&[("audience", "")]);
    let token = text(&without, "refresh_token");
    let mut form = refresh_form(&token).to_vec();
    form.push(("resource", API));
    assert_eq!(provider.post("/token", &form).error(), "invalid_target");
}

#[test]
fn a_refresh_token_is_bound_to_its_client() {
    let provider = Provider::start();
    let token = text(&provider.tokens(&[]), "refresh_token");
    let mut form = refresh_form(&token);
    form[1].1 = "another";
    assert_eq!(provider.post("/token", &form).error(), "invalid_client");
    assert_eq!(provider.refresh(&token).status, 200);
}

#[test]
fn revoking_a_refresh_token_ends_its_family_alone() {
    let provider = Provider::start();
    let (one, other) = (provider.tokens(&[]), provider.tokens(&[]));
    let token = text(&one, "refresh_token");
    let form = [("token", token.as_str()), ("client_id", "vestibule")];
    assert_eq!(provider.post("/revoke", &form).status, 200);
    assert_eq!(provider.refresh(&token).error(), "invalid_grant");
    let access = text(&one, "access_token");
    assert_eq!(provider.with_token("/userinfo", &access).status, 401);
    assert_eq!(provider.refresh(&text(&other, "refresh_token")).status, 200);
}

#[test]
fn revoking_an_access_token_leaves_the_refresh_token() {
    let provider = Provider::start();
    let tokens = provider.tokens(&[]);
    let access = text(&tokens, "access_token");
    let form = [("token", access.as_str()), ("client_id", "vestibule")];
    assert_eq!(provider.post("/revoke", &form).status, 200);
    assert_eq!(provider.with_token("/userinfo", &access).status, 401);
    assert_eq!(
        provider.refresh(&text(&tokens, "refresh_token")).status,
        200
    );
}

#[test]
fn an_unknown_token_is_no_error_and_an_unknown_client_revokes_nothing() {
    let provider = Provider::start();
    let unknown = [("token", "nobody-knows-it"), ("client_id", "vestibule")];
    assert_eq!(provider.post("/revoke", &unknown).status, 200);
    let token = text(&provider.tokens(&[]), "refresh_token");
    let foreign = [("token", token.as_str()), ("client_id", "another")];
    assert_eq!(provider.post("/revoke", &foreign).error(), "invalid_client");
    assert_eq!(provider.refresh(&token).status, 200);
}

#[test]
fn tokens_end_when_their_time_is_over() {
    let provider = Provider::with(Options {
        access_ttl: Duration::from_secs(1),
        refresh_ttl: Duration::from_secs(1),
        ..Options::default()
    });
    let tokens = provider.tokens(&[]);
    assert_eq!(tokens["expires_in"], 1);
    std::thread::sleep(Duration::from_millis(2100));
    let access = text(&tokens, "access_token");
    assert_eq!(provider.with_token("/userinfo", &access).status, 401);
    let refused = provider.refresh(&text(&tokens, "refresh_token"));
    assert_eq!(refused.error(), "invalid_grant");
}
