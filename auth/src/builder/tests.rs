//! Every setting that cannot be used, by name.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use super::*;
use crate::{
    Client, ClientBuilder,
    platform::{Credential, KeychainLimits},
    ports::StoreKind,
};

/// Where an absolute path begins.
const ROOT: &str = if cfg!(windows) { "C:/" } else { "/" };

fn notes() -> ClientBuilder {
    Client::builder("https://sso.example.org", "my-app")
        .app_name("My Notes")
        .store_kind(StoreKind::Memory)
}

#[track_caller]
fn refused(builder: ClientBuilder, words: &str) {
    let error = builder.build().map(|_| ()).unwrap_err();
    assert_eq!(error.to_string(), words);
}

#[test]
fn a_setting_that_cannot_be_used_is_named_with_what_is_wrong() {
    let short = "it must be more than zero and at most 3600 seconds";
    for (builder, words) in [
        (notes().audience(""), "audience: it is empty"),
        (
            notes().scopes(["profile"]),
            "scopes: openid must be among them",
        ),
        (
            notes().scope("notes:read notes:write"),
            "scope: it must be a scope each: printable ASCII without spaces, quotes and backslashes",
        ),
        (
            notes().prompt("none"),
            "prompt: it must be consent, login or select_account, or several of them with a \
             space between",
        ),
        (
            notes().resource("https://api.example#x"),
            "resource: it must be an absolute URI without a fragment",
        ),
        (
            notes().resource("api"),
            "resource: it must be an absolute URI without a fragment",
        ),
        (notes().redirect_ports([]), "redirect_ports: it is empty"),
        (
            notes().redirect_ports([8400, 6000]),
            "redirect_ports: browsers do not open port 6000",
        ),
        (
            notes().sign_in_limit(Duration::ZERO),
            &format!("sign_in_limit: {short}"),
        ),
        (
            notes().sign_in_limit(Duration::MAX),
            &format!("sign_in_limit: {short}"),
        ),
        (
            notes().response_limit(0),
            "response_limit: it must be from 1 to 67108864 bytes",
        ),
        (
            notes().state_folder("state"),
            "state_folder: it must be an absolute path",
        ),
        (
            notes().lock_file("lock"),
            "lock_file: it must be an absolute path",
        ),
        (
            notes().lock_file(ROOT),
            "lock_file: it must be a path that ends in a name",
        ),
        (
            notes().lock_file(Path::new(ROOT).join("run/..")),
            "lock_file: it must be a path that ends in a name",
        ),
        (
            notes().credential(Credential::at("key")),
            "credential: it must be an absolute path",
        ),
        (
            notes().keychain_limits(KeychainLimits {
                read: Duration::ZERO,
                ..KeychainLimits::WINDOW
            }),
            &format!("keychain_limits: {short}"),
        ),
        (
            notes().keychain_limits(KeychainLimits {
                write: Duration::ZERO,
                ..KeychainLimits::WINDOW
            }),
            &format!("keychain_limits: {short}"),
        ),
        (
            notes().user_agent("notes/1\r\nx: y"),
            "user_agent: it must be without control characters",
        ),
        (
            notes().user_agent("Blüten"),
            "user_agent: it must be printable ASCII",
        ),
        (
            notes().keychain_service(""),
            "keychain_service: it is empty",
        ),
        (
            notes().keychain_service(".."),
            "keychain_service: it must be a name with a letter or digit",
        ),
        (
            notes().lock_folder("locks"),
            "lock_folder: it must be an absolute path",
        ),
        (notes().client_secret(""), "client_secret: it is empty"),
    ] {
        refused(builder, words);
    }
}

#[test]
fn the_issuer_and_the_client_are_named_too() {
    for (issuer, client, words) in [
        (
            "sso",
            "a",
            "issuer: it is not a URL; it starts with https://",
        ),
        (
            " https://a.example",
            "a",
            "issuer: it begins or ends with white space; take that off",
        ),
        (
            "https://a.example\n",
            "a",
            "issuer: it begins or ends with white space; take that off",
        ),
        (
            "http://sso.example.org",
            "a",
            "issuer: it must start with https:// (http:// is accepted on loopback alone)",
        ),
        (
            "https://sso.example.org?tenant=1",
            "a",
            "issuer: it must not have a query or fragment",
        ),
        ("https://sso.example.org", "", "client_id: it is empty"),
        (
            "https://sso.example.org",
            "my-app ",
            "client_id: it must be without spaces around it",
        ),
    ] {
        refused(Client::builder(issuer, client).app_name("My Notes"), words);
    }
}

#[test]
fn an_app_has_a_name_that_can_be_shown() {
    let nameless = Client::builder("https://sso.example.org", "my-app");
    refused(
        nameless,
        "app_name: it is missing; example: .app_name(\"My Notes\")",
    );
    let long = "n".repeat(61);
    for name in ["", " ", "---", "a\nb", "My Notes ", "No\u{202e}tes", &long] {
        refused(
            notes().app_name(name),
            "app_name: it must be one line of 1 to 60 characters, a letter or digit among them",
        );
    }
}

#[test]
fn a_file_with_certificates_is_read_at_once() {
    let path = PathBuf::from("/nowhere/authority.pem");
    let error = notes().ca_file(&path).build().map(|_| ()).unwrap_err();
    assert_eq!(error.setting, "ca_file");
    assert!(matches!(
        error.fault,
        Fault::CaFile(crate::error::CaFileError::Unreadable { .. })
    ));
}

#[test]
fn names_are_derived_from_the_name_of_the_app() {
    for (name, expected, agent) in [
        ("My Notes", "my-notes", "my-notes vestibule-auth/"),
        ("R&D: Notes!", "r-d-notes", "r-d-notes vestibule-auth/"),
        ("Blüten", "blüten", "vestibule-auth/"),
        ("笔记 2", "笔记-2", "vestibule-auth/"),
    ] {
        assert_eq!(slug(name), expected);
        assert!(user_agent_of(expected).starts_with(agent), "{name}");
    }
}

#[test]
fn what_is_shown_of_a_client_has_no_secret() {
    let builder = notes().client_secret("s3cret-x5s5");
    let shown = format!("{builder:?}");
    let shown = format!("{shown} {:?}", builder.build().unwrap());
    assert!(
        shown.contains("my-app") && !shown.contains("x5s5"),
        "{shown}"
    );
}

#[test]
fn a_scope_is_added_to_the_usual_ones_once() {
    let client = notes().scope("notes:read").scope("email").build().unwrap();
    assert_eq!(
        client.settings.scopes.join(" "),
        "openid profile email offline_access notes:read"
    );
}
