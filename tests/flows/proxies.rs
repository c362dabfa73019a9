//! The client's requests through proxies, and answers that are compressed:
//! security catalogue T8, T12, T12a.

use std::{io::Write, path::PathBuf};

use flate2::{Compression, write::GzEncoder};
use vestibule::auth::{
    error::{TransportError, TransportErrorKind as Kind},
    platform::{HttpClient, Proxies},
    ports::{Http, Limits, Response},
};

use crate::{
    doubles::{
        AUTHORITY, Far, answer,
        proxy::{Manner, Proxy},
    },
    raw::Hostile,
    store::Folder,
};

pub const TOKEN: &str = "https://sso.test/token?code=secret";

pub fn authority(folder: &Folder) -> PathBuf {
    let file = folder.0.join("authority.pem");
    std::fs::write(&file, AUTHORITY).unwrap();
    file
}

pub fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(text).unwrap();
    encoder.finish().unwrap()
}

/// Asks as production does, trusting the far host's authority or the system's.
fn ask(
    variable: &str,
    value: &str,
    trusting: Option<&Folder>,
    limits: Limits,
) -> Result<Response, TransportError> {
    let proxies = Proxies::from_environment(|name| (name == variable).then(|| value.into()));
    let client = HttpClient::new(
        "vestibule/test",
        trusting.map(authority).as_deref(),
        proxies,
    )
    .unwrap();
    client.send(http::Request::get(TOKEN).body(Vec::new()).unwrap(), limits)
}

#[test]
fn a_request_goes_through_each_kind_of_proxy_and_the_proxy_sees_host_and_port_alone() {
    let folder = Folder::new("proxies");
    for (manner, scheme, asked) in [
        (Manner::Connect, "http", "CONNECT sso.test:443"),
        (Manner::Socks, "socks5h", "5 name sso.test:443"),
        (Manner::Socks, "socks4a", "4 name sso.test:443"),
    ] {
        let far = Far::start(|_| answer("200 OK", &[], b"far"));
        let proxy = Proxy::start(manner, far.address);
        let value = format!("{scheme}://{}", proxy.address);
        let response = ask("ALL_PROXY", &value, Some(&folder), Limits::body(10)).unwrap();
        assert_eq!(response.body(), b"far");
        assert_eq!(proxy.asked(), [asked]);
        let head = far.heads().concat().to_lowercase();
        assert!(head.contains("accept-encoding: gzip\r\n"), "{head}");
        assert!(!head.contains("proxy-"), "{head}");
    }
}

#[test]
fn one_that_fails_is_told_as_the_proxy_that_it_is() {
    for (manner, words) in [
        (
            Manner::Status(407),
            "asks for a user name and a password; write",
        ),
        (
            Manner::Status(403),
            "does not let sso.test:443 through (403); ask",
        ),
        (
            Manner::Status(502),
            "could not reach sso.test:443 (502); try",
        ),
    ] {
        let proxy = Proxy::start(manner, ([127, 0, 0, 1], 9).into());
        let value = proxy.address.to_string();
        let error = ask("HTTPS_PROXY", &value, None, Limits::body(10)).unwrap_err();
        let expected = format!("sso.test: the proxy {value} of HTTPS_PROXY {words}");
        assert!(error.to_string().starts_with(&expected), "{error}");
        assert!(matches!(error.kind, Kind::Proxy(_)), "{error}");
    }
    let error = ask("HTTPS_PROXY", "ftp://proxy", None, Limits::body(10)).unwrap_err();
    assert!(matches!(&error.kind, Kind::Proxy(words) if words.starts_with("HTTPS_PROXY cannot")));
}

#[test]
fn what_fails_behind_a_proxy_tells_that_it_was_in_between() {
    let folder = Folder::new("behind");
    let far = Far::start(|_| b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut".to_vec());
    let proxy = Proxy::start(Manner::Connect, far.address);
    let between = format!(", through the proxy {} of all_proxy", proxy.address);
    let value = format!("http://ada:hidden@{}", proxy.address);
    // The system does not know that authority, as it does not that of a proxy which
    // looks into the traffic.
    let error = ask("all_proxy", &value, None, Limits::body(10)).unwrap_err();
    assert!(matches!(error.kind, Kind::Certificate(_)), "{error}");
    assert!(error.to_string().ends_with(&between), "{error}");
    let broken = Far::start(|_| b"what\r\n\r\n".to_vec());
    let proxy = Proxy::start(Manner::Connect, broken.address);
    let between = format!(", through the proxy {} of all_proxy", proxy.address);
    let value = format!("http://ada:hidden@{}", proxy.address);
    let error = ask("all_proxy", &value, Some(&folder), Limits::body(10)).unwrap_err();
    assert!(matches!(error.kind, Kind::Unreachable(_)), "{error}");
    assert!(error.to_string().ends_with(&between), "{error}");
}

/// The proxy would resolve its name, and so get around T13.
#[test]
fn a_picture_is_not_fetched_where_a_proxy_is_set() {
    let picture = Limits::public(10);
    let far = Far::start(|_| answer("200 OK", &[], b"far"));
    let proxy = Proxy::start(Manner::Connect, far.address);
    let value = proxy.address.to_string();
    let error = ask("ALL_PROXY", &value, None, picture).unwrap_err();
    let expected = format!("sso.test: pictures are not fetched through the proxy {value} of ALL");
    assert!(error.to_string().starts_with(&expected), "{error}");
    let error = ask("ALL_PROXY", "ftp://proxy", None, picture).unwrap_err();
    assert!(matches!(error.kind, Kind::Proxy(_)), "{error}");
    assert!(proxy.asked().is_empty());
}

fn fetch(headers: &str, body: &[u8], limit: u64) -> Result<Response, TransportError> {
    let host = Hostile::answering_bytes("200 OK", headers, body);
    let client = HttpClient::new("vestibule/test", None, Proxies::default()).unwrap();
    let request = http::Request::get(&host.url).body(Vec::new()).unwrap();
    client.send(request, Limits::body(limit))
}

#[test]
fn gzip_is_undone_under_the_cap_and_nothing_else_is() {
    let text = br#"{"a":"document"}"#;
    for coding in ["gzip", "GZIP", "x-gzip"] {
        let header = format!("Content-Encoding: {coding}\r\n");
        let response = fetch(&header, &gzip(text), 100).unwrap();
        assert_eq!(response.body(), text, "{coding}");
        assert!(response.headers().get("content-encoding").is_none());
    }
    assert_eq!(
        fetch("Content-Encoding: identity\r\n", text, 100)
            .unwrap()
            .body(),
        text
    );
    let bomb = gzip(&vec![b' '; 4 << 20]);
    let error = fetch("Content-Encoding: gzip\r\n", &bomb, 64 * 1024).unwrap_err();
    assert_eq!(error.kind, Kind::TooLarge);
    for (coding, body, words) in [
        (
            "br",
            &b"compressed"[..],
            "is compressed with br, though only gzip was asked for",
        ),
        (
            "deflate",
            b"compressed",
            "is compressed with deflate, though",
        ),
        ("zstd", b"compressed", "is compressed with zstd, though"),
        ("gzip", b"no gzip", "is damaged: it is not the gzip"),
        ("gzip", &gzip(text)[..20], "is damaged: it is not the gzip"),
    ] {
        let header = format!("Content-Encoding: {coding}\r\n");
        let error = fetch(&header, body, 100).unwrap_err();
        assert!(error.to_string().contains(words), "{coding}: {error}");
        assert!(matches!(error.kind, Kind::Coding(_)), "{coding}");
    }
}
