//! TLS against small real servers on loopback: security catalogue T6.

#![allow(clippy::unwrap_used)]

use std::{
    io::{Read, Write},
    time::Instant,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned, SupportedProtocolVersion,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    version::{TLS12, TLS13},
};

use super::{
    tests::{FOLDER, get, head, server_at},
    *,
};

/// Both versions that are offered where nothing is said.
const BOTH: &[&SupportedProtocolVersion] = &[&TLS12, &TLS13];

fn tls_server(certificate: &str, versions: &[&'static SupportedProtocolVersion]) -> u16 {
    tls_server_at("127.0.0.1", certificate, versions)
}

/// Answers one request under this certificate; tells its version as a header.
fn tls_server_at(
    address: &str,
    certificate: &str,
    versions: &[&'static SupportedProtocolVersion],
) -> u16 {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let certificate = CertificateDer::from_pem_file(format!("{FOLDER}{certificate}"));
    let key = PrivateKeyDer::from_pem_file(format!("{FOLDER}server.key"));
    let config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate.unwrap()], key.unwrap());
    let config = Arc::new(config.unwrap());
    server_at(address, move |stream| {
        let session = ServerConnection::new(config.clone()).unwrap();
        let mut stream = StreamOwned::new(session, stream);
        if head(&mut stream).is_some() {
            let version = stream.conn.protocol_version();
            let answer = format!("HTTP/1.1 204 None\r\nVersion: {version:?}\r\n\r\n");
            stream.write_all(answer.as_bytes()).ok();
        }
    })
}

fn fetch_from(port: u16, ca: Option<&str>) -> Result<Response, TransportError> {
    let ca = ca.map(|name| format!("{FOLDER}{name}"));
    let client =
        HttpClient::new("notes/1", ca.as_deref().map(Path::new), Proxies::default()).unwrap();
    let url = format!("https://127.0.0.1:{port}/?code=secret");
    get(&client, &url, Limits::body(10))
}

#[test]
fn a_certificate_counts_only_if_its_authority_is_trusted_and_its_time_is_now() {
    let fetch = |ca, certificate| fetch_from(tls_server(certificate, BOTH), ca);
    assert!(fetch(Some("ca.pem"), "server.pem").is_ok());
    let unknown = fetch(None, "server.pem").unwrap_err();
    assert!(matches!(unknown.kind, Kind::Certificate(_)), "{unknown}");
    let expired = fetch(Some("ca.pem"), "expired.pem").unwrap_err();
    let words = expired.to_string();
    assert!(words.contains("certificate expired"), "{words}");
}

/// Security catalogue T6: another name than the one that was asked.
#[cfg(target_os = "linux")] // Elsewhere 127.0.0.2 has to be set up first.
#[test]
fn a_certificate_counts_for_its_own_names_alone() {
    let port = tls_server_at("127.0.0.2", "server.pem", BOTH);
    let ca = format!("{FOLDER}ca.pem");
    let client = HttpClient::new("notes/1", Some(Path::new(&ca)), Proxies::default()).unwrap();
    let url = format!("https://127.0.0.2:{port}/");
    let error = get(&client, &url, Limits::body(10)).unwrap_err();
    assert!(matches!(error.kind, Kind::Certificate(_)), "{error}");
}

#[test]
fn tls_1_2_and_1_3_are_spoken() {
    for (version, name) in [(&TLS12, "TLSv1_2"), (&TLS13, "TLSv1_3")] {
        let port = tls_server("server.pem", &[version]);
        let response = fetch_from(port, Some("ca.pem")).unwrap();
        let spoken = response.headers()["version"].to_str().unwrap();
        assert!(spoken.contains(name), "{spoken}");
    }
}

/// Waits for a ClientHello, answers with `answer`, and notes what comes then.
fn old_server(answer: Vec<u8>) -> (u16, std::sync::mpsc::Receiver<Vec<u8>>) {
    let (sender, rest) = std::sync::mpsc::channel();
    let port = server_at("127.0.0.1", move |mut stream| {
        let mut hello = [0; 5];
        stream.read_exact(&mut hello).unwrap();
        let length = u16::from_be_bytes([hello[3], hello[4]]);
        let mut body = vec![0; length.into()];
        stream.read_exact(&mut body).unwrap();
        stream.write_all(&answer).unwrap();
        let mut after = Vec::new();
        let _ = stream.read_to_end(&mut after);
        sender.send(after).ok();
    });
    (port, rest)
}

/// RFC 4346 §7.4.1.3: a ServerHello of this minor version (1: TLS 1.0, 2: 1.1)
/// that chooses TLS_RSA_WITH_AES_128_CBC_SHA.
fn server_hello(minor: u8) -> Vec<u8> {
    let mut body = vec![3, minor];
    body.extend([7; 32]);
    body.extend([0, 0x00, 0x2f, 0]);
    let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
    message.extend(body);
    let mut record = vec![22, 3, minor, 0, u8::try_from(message.len()).unwrap()];
    record.extend(message);
    record
}

#[test]
fn a_server_that_speaks_tls_1_1_or_older_is_refused_in_words_and_told_nothing() {
    // RFC 8446 §6.2: what such servers send to whoever offers more.
    let alert = vec![21, 3, 2, 0, 2, 2, 70];
    for answer in [server_hello(0), server_hello(1), server_hello(2), alert] {
        let (port, rest) = old_server(answer.clone());
        let start = Instant::now();
        let error = fetch_from(port, Some("ca.pem")).unwrap_err();
        assert!(start.elapsed() < WHOLE);
        assert_eq!(
            error.to_string(),
            format!("127.0.0.1:{port}: the server speaks no TLS 1.2 or newer"),
            "{answer:?}"
        );
        // An alert at most: neither a key nor a request.
        let rest = rest.recv().unwrap();
        assert!(rest.is_empty() || rest[0] == 21, "{rest:?}");
        assert!(rest.len() <= 7, "{rest:?}");
    }
}

#[test]
fn a_handshake_that_breaks_off_is_no_connection() {
    let port = server_at("127.0.0.1", |mut stream| {
        let mut some = [0; 5];
        stream.read_exact(&mut some).unwrap();
        stream.write_all(&server_hello(3)[..20]).unwrap();
    });
    let error = fetch_from(port, Some("ca.pem")).unwrap_err();
    assert!(matches!(error.kind, Kind::Unreachable(_)), "{error}");
}
