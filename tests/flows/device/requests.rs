//! What is asked of the provider (RFC 8628 §3.1, §3.4).

use std::fs;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    Terminal, end,
    provider::{Came, DEVICE, GRANT, Provider},
};
use crate::{double::DISCOVERY, program::Program};

const FORM: &str = "application/x-www-form-urlencoded";

/// The names in a form, in order.
fn names(came: &Came) -> Vec<&str> {
    let mut names: Vec<_> = came.asked.form.keys().map(String::as_str).collect();
    names.sort_unstable();
    names
}

#[test]
fn the_code_is_asked_for_with_scopes_audience_and_resource_and_the_poll_names_the_resource() {
    let provider = Provider::allowing();
    let terminal = Terminal::at(&provider);
    let words = [
        ["--audience", "https://api.example/?a=1&b"],
        ["--resource", "https://api.example/r"],
        ["--scopes", "openid notes:read offline_access"],
    ];
    let ended = terminal.run(&[&["login", "--device"], words.as_flattened()].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let asked = &provider.came(DEVICE)[0];
    // RFC 8628 §3.1: nothing of the browser's way that has no meaning here.
    assert_eq!(names(asked), ["audience", "client_id", "resource", "scope"]);
    assert_eq!(asked.asked.form["client_id"], "vestibule");
    assert_eq!(asked.asked.form["audience"], "https://api.example/?a=1&b");
    assert_eq!(asked.asked.form["resource"], "https://api.example/r");
    assert_eq!(
        asked.asked.form["scope"],
        "openid notes:read offline_access"
    );
    let poll = &provider.polls()[0];
    assert_eq!(
        names(poll),
        ["client_id", "device_code", "grant_type", "resource"]
    );
    assert_eq!(poll.asked.form["client_id"], "vestibule");
    assert_eq!(poll.asked.form["grant_type"], GRANT);
    assert_eq!(poll.asked.form["device_code"], "secret-device-code-1");
    assert_eq!(poll.asked.form["resource"], "https://api.example/r");
}

#[test]
fn without_settings_nothing_but_the_usual_scopes_is_asked_for() {
    let provider = Provider::allowing();
    Terminal::at(&provider).signs_in_as("Ada Lovelace");
    let (asked, poll) = (&provider.came(DEVICE)[0], &provider.polls()[0]);
    assert_eq!(names(asked), ["client_id", "scope"]);
    assert_eq!(
        asked.asked.form["scope"],
        "openid profile email offline_access"
    );
    assert_eq!(names(poll), ["client_id", "device_code", "grant_type"]);
}

/// Two providers refuse one with a parameter, such as a charset.
#[test]
fn the_content_type_of_both_is_bare() {
    let provider = Provider::allowing();
    Terminal::at(&provider).signs_in_as("Ada Lovelace");
    for came in [&provider.came(DEVICE)[0], &provider.polls()[0]] {
        assert_eq!(came.asked.content_type.as_deref(), Some(FORM));
        assert_eq!(came.asked.authorization, None);
    }
}

/// RFC 8628 §3.1 and §3.4: as at the token endpoint (RFC 6749 §3.2.1).
#[test]
fn a_client_with_a_secret_authenticates_itself_at_both_as_the_provider_wants_it() {
    for (methods, in_body) in [
        (["client_secret_basic"], false),
        (["client_secret_post"], true),
    ] {
        let provider = Provider::allowing();
        provider.edit(DISCOVERY, move |document| {
            document["token_endpoint_auth_methods_supported"] = json!(methods);
        });
        let terminal = Terminal::at(&provider);
        fs::write(terminal.folder.0.join("key"), "s3cr3t:/+&=%\n").unwrap();
        let mut login = terminal.command(&["login", "--device"]);
        login.env("VESTIBULE_CLIENT_SECRET_FILE", "key");
        let ended = end(Program::start(login));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        // RFC 6749 §2.3.1: both parts are form-encoded first.
        let basic = format!(
            "Basic {}",
            STANDARD.encode("vestibule:s3cr3t%3A%2F%2B%26%3D%25")
        );
        for came in [&provider.came(DEVICE)[0], &provider.polls()[0]] {
            let (authorization, form) = (&came.asked.authorization, &came.asked.form);
            if in_body {
                assert_eq!(*authorization, None);
                assert_eq!(form["client_secret"], "s3cr3t:/+&=%");
                assert_eq!(form["client_id"], "vestibule");
            } else {
                assert_eq!(authorization.as_ref(), Some(&basic));
                assert!(!form.contains_key("client_secret"));
            }
        }
    }
}

#[test]
fn neither_the_authorization_endpoint_nor_a_redirect_port_is_used() {
    let provider = Provider::allowing();
    let ended = Terminal::at(&provider).signs_in_as("Ada Lovelace");
    assert!(provider.came("/authorize").is_empty());
    assert!(!ended.stderr.contains("/authorize"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("/callback"), "{}", ended.stderr);
}
