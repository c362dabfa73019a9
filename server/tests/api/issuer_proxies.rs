//! The issuer's documents through proxies, by the same variables as the app's:
//! security catalogue T12, T12a.

use std::io::Write;

use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::{
    doubles::{
        AUTHORITY, Far, answer,
        proxy::{Manner, Proxy},
    },
    issuer_words::Told,
    keys::full_set,
    process::{Folder, good_now, until},
};

const ISSUER: &str = "https://sso.test/";

fn gzip(document: &Value) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(document.to_string().as_bytes()).unwrap();
    encoder.finish().unwrap()
}

/// Compresses all that it says.
fn issuer() -> Far {
    let metadata = gzip(&json!({"issuer": ISSUER, "jwks_uri": "https://sso.test/jwks"}));
    let keys = gzip(&full_set());
    Far::start(move |head| {
        let body = if head.starts_with("GET /jwks ") {
            &keys
        } else {
            &metadata
        };
        answer("200 OK", &["Content-Encoding: gzip"], body)
    })
}

fn told(folder: &Folder, variables: &[(&str, &str)]) -> Told {
    folder.write("far.pem", AUTHORITY);
    let file = folder.0.join("far.pem");
    Told::start(ISSUER, &["--ca-file", file.to_str().unwrap()], variables)
}

#[test]
fn the_keys_come_through_each_kind_of_proxy() {
    let far = issuer();
    for (manner, variable, before, asked) in [
        (
            Manner::Connect,
            "HTTPS_PROXY",
            "http://",
            "CONNECT sso.test:443",
        ),
        (
            Manner::ConnectForAda,
            "https_proxy",
            "ada:secret@",
            "CONNECT sso.test:443",
        ),
        (
            Manner::Socks,
            "ALL_PROXY",
            "socks5h://",
            "5 name sso.test:443",
        ),
        (
            Manner::SocksForAda,
            "all_proxy",
            "socks5h://ada:secret@",
            "5 name sso.test:443",
        ),
    ] {
        let folder = Folder::new(&format!("through-{variable}"));
        let proxy = Proxy::start(manner, far.address);
        let value = format!("{before}{}", proxy.address);
        let told = told(
            &folder,
            &[(variable, &value), ("HTTP_PROXY", "http://127.0.0.1:9")],
        );
        until("the keys are there", || {
            told.server.get("/health/ready").status == 200
        });
        assert_eq!(told.server.present(&good_now(ISSUER)).status, 200);
        assert_eq!(proxy.asked(), [asked], "one tunnel for both documents");
    }
    for head in far.heads() {
        assert!(
            head.to_lowercase().contains("accept-encoding: gzip\r\n"),
            "{head}"
        );
    }
}

#[test]
fn a_proxy_that_is_set_and_cannot_be_used_is_told_and_never_passed_over() {
    let far = issuer();
    let good = Proxy::start(Manner::Connect, far.address);
    let good_value = good.address.to_string();
    let refuses = Proxy::start(Manner::Status(407), far.address);
    let no_socks = Proxy::start(Manner::Babbles, far.address);
    for (value, words) in [
        ("http://127.0.0.1:9".to_owned(), "could not be reached ("),
        (
            format!("http://ada:hidden@{}", refuses.address),
            "refuses the user name and password",
        ),
        (
            format!("socks5h://{}", no_socks.address),
            "does not speak SOCKS",
        ),
        (
            "ftp://127.0.0.1:21".to_owned(),
            "HTTPS_PROXY cannot be used: ftp is no kind of proxy",
        ),
        (
            "ada:hidden@127.0.0.1:99999".to_owned(),
            "HTTPS_PROXY cannot be used: its port",
        ),
    ] {
        let folder = Folder::new("unusable");
        let told = told(
            &folder,
            &[("HTTPS_PROXY", &value), ("ALL_PROXY", &good_value)],
        );
        told.until(words);
        let text = told.text();
        assert!(text.contains("HTTPS_PROXY"), "{text}");
        assert!(!text.contains("hidden") && !text.contains("ada"), "{text}");
        assert_eq!(told.server.get("/health/ready").status, 503);
    }
    assert!(good.asked().is_empty() && far.heads().is_empty());
}

/// The issuer is at an address that is this machine's and not loopback, which no proxy is
/// asked for anyway. Its certificate is for another name, and the log tells that.
#[test]
fn no_proxy_is_asked_for_an_issuer_that_no_proxy_names() {
    let far = issuer();
    let port = far.address.port();
    let url = format!("https://0.0.0.0:{port}/");
    for (exceptions, asked) in [
        ("", true),
        ("0.0.0.1,example.test", true),
        ("0.0.0.0", false),
        ("example.test, 0.0.0.0", false),
        ("*", false),
    ] {
        let proxy = Proxy::start(Manner::Connect, far.address);
        let value = proxy.address.to_string();
        let told = Told::start(
            &url,
            &[],
            &[("HTTPS_PROXY", &value), ("NO_PROXY", exceptions)],
        );
        told.until("the keys of the issuer could not be fetched");
        let expected = format!("CONNECT 0.0.0.0:{port}");
        let expected = if asked { vec![expected] } else { Vec::new() };
        assert_eq!(proxy.asked(), expected, "{exceptions}");
        let through = told.text().contains("through the proxy");
        assert_eq!(through, asked, "{exceptions}: {}", told.text());
    }
    assert!(far.heads().is_empty());
}

#[test]
fn what_fails_behind_a_proxy_tells_that_it_was_in_between() {
    let far = issuer();
    let proxy = Proxy::start(Manner::Connect, far.address);
    // Without the authority's certificate.
    let told = Told::start(ISSUER, &[], &[("ALL_PROXY", &proxy.address.to_string())]);
    told.until(&format!(
        ", through the proxy {} of ALL_PROXY",
        proxy.address
    ));
}
