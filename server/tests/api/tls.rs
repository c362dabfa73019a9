//! An issuer behind TLS: only an authority that was named, or the system's, counts.

use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::Arc,
};

use rustls::{
    ServerConfig, ServerConnection, Stream,
    crypto::aws_lc_rs::default_provider,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};

use crate::{
    keys::full_set,
    process::{Folder, Running, ended, good_now, program},
    token::AUDIENCE,
};

const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/api/tls/authority.pem");
const CERTIFICATE: &[u8] = include_bytes!("tls/server.pem");
const KEY: &[u8] = include_bytes!("tls/server.key");
const ISSUER: &str = "https://login.example.com/";

/// Serves the keys on whatever is asked; the address to ask.
fn keys_behind_tls() -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(
            vec![CertificateDer::from_pem_slice(CERTIFICATE).unwrap()],
            PrivateKeyDer::from_pem_slice(KEY).unwrap(),
        )
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/jwks", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            // A client that does not trust us ends the handshake: its good right.
            let _ = answer(stream.unwrap(), Arc::clone(&config));
        }
    });
    url
}

fn answer(mut stream: TcpStream, config: Arc<ServerConfig>) -> std::io::Result<()> {
    let mut connection = ServerConnection::new(config).unwrap();
    let mut tls = Stream::new(&mut connection, &mut stream);
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        let mut byte = [0];
        tls.read_exact(&mut byte)?;
        request.extend(byte);
    }
    let keys = full_set().to_string();
    write!(
        tls,
        "HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n{keys}",
        keys.len()
    )?;
    tls.conn.send_close_notify();
    tls.flush()
}

fn status(options: &[&str], folder: &Folder) -> u16 {
    let url = keys_behind_tls();
    let mut command = program(folder);
    command.args([
        "--issuer",
        ISSUER,
        "--audience",
        AUDIENCE,
        "--listen",
        "127.0.0.1:0",
    ]);
    let server = Running::start(command.args(["--jwks-uri", &url]).args(options));
    server.present(&good_now(ISSUER)).status
}

#[test]
fn keys_come_over_tls_from_whom_the_named_authority_vouches_for() {
    let folder = Folder::new("tls-trusted");
    assert_eq!(status(&["--ca-file", AUTHORITY], &folder), 200);
}

#[test]
fn an_authority_that_the_system_does_not_know_is_not_believed() {
    let folder = Folder::new("tls-system");
    assert_eq!(status(&[], &folder), 503);
}

#[test]
fn a_file_without_certificates_is_a_wrong_setting() {
    let folder = Folder::new("tls-file");
    folder.write("empty.pem", "");
    folder.write("key.pem", KEY);
    folder.write(
        "broken.pem",
        "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n",
    );
    for file in ["empty.pem", "key.pem", "broken.pem"] {
        let mut command = program(&folder);
        command.args([
            "--issuer",
            ISSUER,
            "--audience",
            AUDIENCE,
            "--ca-file",
            file,
        ]);
        let (code, _, stderr) = ended(&mut command);
        assert_eq!(code, Some(2), "{file}: {stderr}");
        assert!(
            stderr.contains(file) && stderr.contains("--ca-file"),
            "{stderr}"
        );
    }
}
