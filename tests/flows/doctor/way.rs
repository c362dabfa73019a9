//! Mistakes on the way to the provider: proxies and certificates.

use std::{
    io::Write,
    net::{SocketAddr, TcpListener},
    path::Path,
    sync::Arc,
    thread,
};

use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use super::{
    doctor, run,
    table::{Printed, assert_row, printed, told},
};
use crate::{
    doubles::{Far, answer, head},
    program::Ended,
    store::Folder,
};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/auth/tests/tls");

/// The time of this device in `check` becomes that of the table.
fn assert_row_at(mistake: &str, check: &Printed, address: SocketAddr) {
    let (before, _) = check.remedy.split_once(" UTC)").unwrap();
    let time = before.rsplit('(').next().unwrap().to_owned();
    let mut names = vec![
        (address.to_string(), "sso.example.org"),
        (time, "2026-11-24 19:40"),
    ];
    // rustls tells it in seconds.
    if let Some((_, rest)) = check.what.split_once("verification time ") {
        let (now, rest) = rest.split_once(' ').unwrap();
        let ago = rest.rsplit('(').next().unwrap();
        names.push((format!("({ago}"), "(long ago)"));
        names.push((now.to_owned(), "1795549200"));
    }
    assert_row(mistake, check, &names);
}

fn examined(name: &str, address: SocketAddr, more: &[&str]) -> Ended {
    let folder = Folder::new(name);
    let issuer = format!("https://{address}");
    run(doctor(&folder, &issuer, &format!("{issuer}/private"), more))
}

#[test]
fn a_proxy_that_is_not_there_is_told_with_its_variable() {
    let folder = Folder::new("doctor-proxy");
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let api = "https://api.test/private";
    let mut command = doctor(&folder, "https://sso.test", api, &[]);
    command.env("HTTPS_PROXY", format!("http://ada:hidden@{closed}"));
    let ended = run(command);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "discovery");
    assert_eq!((ended.code, &*check.outcome), (Some(6), "failed"));
    assert!(check.remedy.contains("HTTPS_PROXY"), "{check:?}");
    assert!(!ended.stdout.contains("hidden"), "{}", ended.stdout);
    let names = [
        (closed, "proxy.example.org:3128"),
        ("sso.test".to_owned(), "sso.example.org"),
    ];
    assert_row("a proxy that is not there", check, &names);
}

#[test]
fn an_authority_that_is_not_known_is_told_with_the_setting_for_it() {
    let far = Far::start(|_| answer("404 Not Found", &[], b""));
    let ended = examined("doctor-authority", far.address, &[]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "discovery");
    assert_eq!((ended.code, &*check.outcome), (Some(6), "failed"));
    assert!(check.remedy.contains("set ca_file"), "{check:?}");
    assert_row_at("an authority that is not known", check, far.address);
}

#[test]
fn an_expired_certificate_is_told_as_one() {
    let address = expired();
    let ca = format!("{FOLDER}/ca.pem");
    let ended = examined("doctor-expired", address, &["--ca-file", &ca]);
    let checks = printed(&ended.stdout);
    let check = told(&checks, "discovery");
    assert_eq!((ended.code, &*check.outcome), (Some(6), "failed"));
    assert!(check.what.contains("certificate expired"), "{check:?}");
    assert_row_at("an expired certificate", check, address);
}

/// A server whose certificate ended long ago.
fn expired() -> SocketAddr {
    let file = |name: &str| Path::new(FOLDER).join(name);
    let certificate = CertificateDer::from_pem_file(file("expired.pem")).unwrap();
    let key = PrivateKeyDer::from_pem_file(file("server.key")).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key);
    let config = Arc::new(config.unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let session = ServerConnection::new(config.clone()).unwrap();
            let mut stream = StreamOwned::new(session, stream);
            if head(&mut stream).is_some() {
                let _ = stream.write_all(&answer("404 Not Found", &[], b""));
            }
        }
    });
    address
}
