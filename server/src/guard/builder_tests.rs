use super::*;

const ISSUER: &str = "https://login.example.com/";

fn builder() -> VerifierBuilder {
    AccessTokenVerifier::builder(ISSUER, "api")
}

#[test]
fn a_setting_that_cannot_be_used_is_named() {
    let seconds = Duration::from_secs;
    let verifier = AccessTokenVerifier::builder;
    for (builder, words) in [
        (verifier("", "api"), "issuer is empty"),
        (verifier("login.example.com", "api"), "issuer: "),
        (verifier("http://login.example.com/", "api"), "issuer: "),
        (verifier(ISSUER, ""), "audience is empty"),
        (builder().algorithms([]), "algorithms is an empty list"),
        (builder().leeway(seconds(301)), "leeway is 301s"),
        (builder().leeway(Duration::MAX), "leeway is "),
        (
            builder().jwks_uri("ftp://a.example/"),
            "jwks_uri: ftp://a.example/ cannot be used",
        ),
        (builder().jwks("[]"), "jwks is not a key set: "),
        (
            builder().jwks(r#"{"keys":[]}"#),
            "jwks has no key that can verify tokens: it is empty",
        ),
        (
            builder().fetch_timeout(Duration::ZERO),
            "fetch_timeout is 0ns",
        ),
        (
            builder().fetch_timeout(seconds(301)),
            "fetch_timeout is 301s",
        ),
        (
            builder().token_cache(1_000_001),
            "token_cache is 1000001 tokens",
        ),
    ] {
        let error = builder.build().err().unwrap().to_string();
        assert!(error.starts_with(words), "{words}: {error}");
    }
}

#[test]
fn the_limits_themselves_can_be_used() {
    let widest = builder()
        .leeway(MAX_LEEWAY)
        .fetch_timeout(MAX_FETCH_TIMEOUT);
    assert!(widest.token_cache(MAX_TOKEN_CACHE).build().is_ok());
    let narrowest = builder()
        .leeway(Duration::ZERO)
        .fetch_timeout(MIN_FETCH_TIMEOUT);
    assert!(narrowest.token_cache(0).build().is_ok());
}

#[test]
fn an_issuer_whose_metadata_are_not_fetched_need_not_be_an_address() {
    let verifier = AccessTokenVerifier::builder("accounts.example.com", "api");
    let verifier = verifier.jwks_uri("https://accounts.example.com/jwks");
    assert!(verifier.build().is_ok());
}

#[test]
fn the_debug_texts_say_who_and_for_what() {
    let scope: Scope = "notes:read".parse().unwrap();
    let builder = builder().require_scope(scope);
    let text = format!("{builder:?}");
    for part in [ISSUER, "api", "notes:read", "TrustAnchors(system)", "7680"] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let text = format!("{:?}", builder.jwks_uri("https://a:secret@b.example/"));
    assert!(
        !text.contains("secret") && text.contains("b.example"),
        "{text}"
    );
    let verifier = AccessTokenVerifier::builder("https://a:secret@b.example/", "api");
    let verifier = verifier.jwks_uri("https://b.example/jwks");
    for text in [
        format!("{verifier:?}"),
        format!("{:?}", verifier.build().unwrap()),
    ] {
        let hides = !text.contains("secret") && text.contains("…@b.example");
        assert!(hides, "{text}");
    }
    let text = format!("{:?}", self::builder().build().unwrap());
    for part in [ISSUER, "api", "is_ready: false"] {
        assert!(text.contains(part), "{part}: {text}");
    }
}
