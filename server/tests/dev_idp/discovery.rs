//! What the provider says of itself.

use std::net::TcpListener;

use serde_json::json;
use vestibule_server::dev_idp::Options;

use crate::world::Provider;

#[test]
fn discovery_tells_the_origin_and_nothing_private() {
    let provider = Provider::start();
    for path in ["openid-configuration", "oauth-authorization-server"] {
        let metadata = provider.get(&format!("/.well-known/{path}")).json();
        assert_eq!(metadata["issuer"], provider.issuer);
        assert_eq!(
            metadata["code_challenge_methods_supported"],
            json!(["S256"])
        );
        for endpoint in [
            "authorization",
            "token",
            "userinfo",
            "revocation",
            "end_session",
            "device_authorization",
            "pushed_authorization_request",
        ] {
            let address = metadata[format!("{endpoint}_endpoint")].as_str().unwrap();
            assert!(address.starts_with(&provider.issuer), "{endpoint}");
        }
    }
    let keys = provider.get("/jwks").json()["keys"]
        .as_array()
        .unwrap()
        .clone();
    assert_eq!(keys.len(), 1);
    let mut members: Vec<&String> = keys[0].as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["alg", "e", "kid", "kty", "n", "use"]);
}

#[test]
fn the_issuer_is_the_origin_byte_for_byte_on_either_loopback() {
    for host in ["127.0.0.1:0", "[::1]:0"] {
        // Not every machine has IPv6; one that has is held to it.
        if TcpListener::bind(host).is_err() && host.starts_with('[') {
            continue;
        }
        let provider = Provider::at(host.parse().unwrap(), Options::default());
        let metadata = provider.get("/.well-known/openid-configuration").json();
        assert_eq!(metadata["issuer"], format!("http://{}", provider.address));
        assert_eq!(provider.tokens(&[])["token_type"], "Bearer");
    }
}
