//! What the log says of an issuer that answers something else than its documents:
//! cause and remedy.

use std::sync::atomic::{AtomicU32, Ordering::Relaxed};

use serde_json::json;

use crate::{
    doubles::{answer, near},
    keys::{RSA, full_set},
    process::{Folder, Running, program, until},
    token::{AUDIENCE, good},
    world::{TestApi, builder},
};

/// The program with its log in a file.
pub struct Told {
    folder: Folder,
    pub server: Running,
}

impl Told {
    pub fn start(issuer: &str, options: &[&str], variables: &[(&str, &str)]) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Relaxed);
        let folder = Folder::new(&format!("told-{count}"));
        let log = std::fs::File::create(folder.0.join("log")).unwrap();
        let mut command = program(&folder);
        command.args(["--issuer", issuer, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0"]).args(options);
        command.envs(variables.iter().copied()).stderr(log);
        let server = Running::start(&mut command);
        Self { folder, server }
    }

    pub fn text(&self) -> String {
        std::fs::read_to_string(self.folder.0.join("log")).unwrap()
    }

    #[track_caller]
    pub fn until(&self, words: &str) {
        let told = || self.text().contains(words);
        until(&format!("the log says: {words}"), told);
    }
}

/// What discovery is answered with, and what the log says.
#[test]
fn discovery_that_is_something_else_is_told_with_a_remedy() {
    let page = b"<!DOCTYPE html><title>Welcome to Hotel Adlon</title>";
    let redirect = |to: &str| answer("301 Moved", &[&format!("Location: {to}")], b"");
    let well_known = "/.well-known/openid-configuration";
    let web_page = "with a web page: a gateway, a proxy or a network's sign-in";
    let html = ["Content-Type: text/html; charset=utf-8"];
    for (answer, words) in [
        (
            redirect(&format!("https://new.test/a{well_known}?secret=1")),
            "redirects to https://new.test/a/.well-known/openid-configuration, which is not \
             followed; set issuer to https://new.test/a, if",
        ),
        (
            redirect("https://hotel.test/login?secret=1"),
            "redirects to https://hotel.test/login, which is not followed; set issuer to what",
        ),
        (answer("200 OK", &html, page), web_page),
        (answer("200 OK", &[], page), web_page),
        (answer("200 OK", &[], b"\xef\xbb\xbf\n<html>"), web_page),
        (answer("200 OK", &html, b"Please sign in"), web_page),
        (answer("403 Forbidden", &html, page), web_page),
        (
            answer("511 Sign In", &html, page),
            "answers 511 Network Auth",
        ),
        (
            answer("503 No", &[], b"{}"),
            "answers 503 Service Unavailable; see whether the issuer is well",
        ),
        (
            answer("404 No", &[], b"{}"),
            "answers 404 Not Found; see whether issuer, or jwks_uri, is right",
        ),
        (
            answer(
                "200 OK",
                &[],
                br#"{"issuer":"https://b.example/\n","jwks_uri":"https://b.example/"}"#,
            ),
            // As it stands in JSON.
            r"is that of another issuer, https://b.example/\\n; if that one is meant, set issuer",
        ),
        (
            answer("200 OK", &[], b"{}"),
            "is not the metadata of an issuer: it has no issuer; see whether issuer is right",
        ),
        (
            answer("200 OK", &[], br#"{"issuer":5}"#),
            "is not the metadata of an issuer: its issuer is no text",
        ),
        (answer("200 OK", &[], b"[]"), ": it is no JSON object; see"),
        (
            answer("200 OK", &[], &vec![b' '; 300_000]),
            "is larger than 256 KiB; see",
        ),
        (
            answer("200 OK", &["Content-Encoding: br"], b"\x0b\x01"),
            "is compressed with br, though only gzip was asked for",
        ),
        (
            answer("200 OK", &["Content-Encoding: gzip"], b"\x1f\x8b"),
            "is damaged: it is not the gzip",
        ),
    ] {
        let address = near(move |_| answer.clone());
        let told = Told::start(&format!("http://{address}/"), &[], &[]);
        told.until(words);
        assert!(!told.text().contains("secret"), "{}", told.text());
    }
}

#[test]
fn metadata_without_the_place_of_the_keys_says_that() {
    let issuer = crate::issuer::TestIssuer::start();
    issuer.claims_to_be(json!({"issuer": issuer.url, "jwks_url": "https://a.example/"}));
    let told = Told::start(&issuer.url, &[], &[]);
    told.until("is not the metadata of an issuer: it has no jwks_uri; see whether issuer");
}

#[test]
fn a_key_set_that_redirects_is_told_with_the_setting_for_it() {
    let address = near(|_| answer("302 Found", &["Location: /elsewhere?a"], b""));
    let keys = format!("http://{address}/jwks");
    let told = Told::start("https://login.example.com/", &["--jwks-uri", &keys], &[]);
    told.until(&format!(
        "{keys} redirects to http://{address}/elsewhere, which is not followed; set jwks_uri to"
    ));
}

#[test]
fn a_key_set_that_is_none_or_has_no_usable_key_is_told_with_a_remedy() {
    for (body, words) in [
        (
            &b"{}"[..],
            "is not a key set: it has no list called keys; see whether jwks_uri is right",
        ),
        (b"{\"keys\":{}}", "it has no list called keys"),
        (b"nonsense", "is not a key set: it is no JSON object"),
        (b"{\"keys\":[]}", "it is empty; have the issuer publish one"),
    ] {
        let address = near(move |_| answer("200 OK", &[], body));
        let keys = format!("http://{address}/jwks");
        let told = Told::start("https://login.example.com/", &["--jwks-uri", &keys], &[]);
        told.until(words);
    }
}

/// Some servers give the fields of a page to a 304, or those of the body that it spares.
#[test]
fn keys_that_have_not_changed_are_no_page_whatever_the_fields_say() {
    let address = near(|head| match head.contains("if-none-match: \"1\"") {
        true => answer(
            "304 Not Modified",
            &["Content-Type: text/html", "Content-Encoding: br"],
            b"",
        ),
        false => answer(
            "200 OK",
            &["ETag: \"1\""],
            full_set().to_string().as_bytes(),
        ),
    });
    let issuer = "https://login.example.com/";
    let builder = builder(issuer).jwks_uri(format!("http://{address}/jwks"));
    let api = TestApi::launch(builder, None);
    assert_eq!(api.present(&good(issuer, &RSA)).status, 200);
    api.clock.advance(280);
    assert_eq!(api.present(&good(issuer, &RSA)).status, 200);
    until("they have been fetched again", || {
        let statistics = api.verifier.statistics();
        assert_eq!(statistics.jwks_failures, 0);
        statistics.jwks_fetches == 2
    });
}

#[test]
fn keys_by_plain_http_on_loopback_are_not_taken_from_an_issuer_elsewhere() {
    let far = crate::doubles::Far::start(|_| {
        let metadata = json!({"issuer": "https://sso.test/", "jwks_uri": "http://127.0.0.1:9/"});
        answer("200 OK", &[], metadata.to_string().as_bytes())
    });
    let proxy =
        crate::doubles::proxy::Proxy::start(crate::doubles::proxy::Manner::Connect, far.address);
    let folder = Folder::new("authority");
    folder.write("far.pem", crate::doubles::AUTHORITY);
    let file = folder.0.join("far.pem");
    let told = Told::start(
        "https://sso.test/",
        &["--ca-file", file.to_str().unwrap()],
        &[("HTTPS_PROXY", &proxy.address.to_string())],
    );
    told.until("plain http on loopback is accepted from an issuer on loopback alone");
}
