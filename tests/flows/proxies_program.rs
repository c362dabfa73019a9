//! The built program and the proxy variables: security catalogue T12.

use std::{net::TcpListener, process::Command};

use serde_json::json;

use crate::{
    doubles::{
        Far, answer,
        proxy::{Manner, Proxy},
    },
    program::{Program, command},
    proxies::{authority, gzip},
    store::Folder,
    world::World,
};

const ISSUER: &str = "https://sso.test";

/// A provider that can be discovered, its document compressed unasked.
fn provider() -> Far {
    let at = |path: &str| format!("{ISSUER}{path}");
    let document = json!({
        "issuer": ISSUER,
        "authorization_endpoint": at("/authorize"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/jwks"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
    });
    let document = gzip(document.to_string().as_bytes());
    Far::start(move |_| answer("200 OK", &["Content-Encoding: gzip"], &document))
}

fn login(world: &World, folder: &Folder, variables: &[(&str, &str)]) -> Command {
    let mut command = command(
        world,
        folder,
        &["login", "--no-browser", "--issuer", ISSUER],
    );
    command.arg("--ca-file").arg(authority(folder));
    command.envs(variables.iter().copied());
    command
}

#[test]
fn it_signs_in_through_each_kind_of_proxy_in_the_order_of_the_variables() {
    let (world, far) = (World::new(), provider());
    for (manner, variable, before) in [
        (Manner::Connect, "HTTPS_PROXY", "http://"),
        (Manner::Connect, "https_proxy", ""),
        (Manner::ConnectForAda, "ALL_PROXY", "http://ada:secret@"),
        (Manner::Socks, "ALL_PROXY", "socks5h://"),
        (Manner::SocksForAda, "all_proxy", "socks5h://ada:secret@"),
    ] {
        let folder = Folder::new("through");
        let proxy = Proxy::start(manner, far.address);
        let value = format!("{before}{}", proxy.address);
        // Nobody is there.
        let mut variables = vec![
            (variable, value.as_str()),
            ("HTTP_PROXY", "http://127.0.0.1:9"),
        ];
        if variable == "HTTPS_PROXY" {
            variables.push(("ALL_PROXY", "socks5://127.0.0.1:9"));
        }
        let program = Program::start(login(&world, &folder, &variables));
        let address = program.address();
        assert!(
            address.starts_with("https://sso.test/authorize?"),
            "{address}"
        );
        assert_eq!(proxy.asked().len(), 1, "{variable}={before}");
    }
    // The keys may be asked for as well, by whichever of them had the time.
    let discovered = |head: &String| head.contains("/.well-known/openid-configuration ");
    assert_eq!(
        far.heads().iter().filter(|head| discovered(head)).count(),
        5
    );
}

#[test]
fn a_proxy_that_is_set_and_cannot_be_used_ends_it_with_code_6_and_the_variable() {
    let (world, far) = (World::new(), provider());
    let good = Proxy::start(Manner::Connect, far.address);
    let good_value = good.address.to_string();
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let closed = nobody.local_addr().unwrap().to_string();
    drop(nobody);
    let refuses = Proxy::start(Manner::Status(407), far.address);
    let no_socks = Proxy::start(Manner::Babbles, far.address);
    let (refuses, no_socks) = (refuses.address, no_socks.address);
    for (value, words) in [
        (closed, "could not be reached ("),
        (
            format!("http://ada:hidden@{refuses}"),
            "refuses the user name and password",
        ),
        (format!("socks5h://{no_socks}"), "does not speak SOCKS"),
        (
            "ftp://127.0.0.1:21".to_owned(),
            "cannot be used: ftp is no kind of proxy",
        ),
        (
            "http://ada:hidden@127.0.0.1:99999".to_owned(),
            "cannot be used: its port",
        ),
        ("http://".to_owned(), "cannot be used: it has no host"),
    ] {
        let folder = Folder::new("unusable");
        let variables = [("HTTPS_PROXY", value.as_str()), ("ALL_PROXY", &good_value)];
        let mut command = login(&world, &folder, &variables);
        command.args(["--log", "trace"]);
        let ended = Program::start(command).finish();
        assert_eq!(ended.code, Some(6), "{value}: {}", ended.stderr);
        let sentence = ended.stderr.lines().last().unwrap();
        assert!(
            sentence.contains("HTTPS_PROXY") && sentence.contains(words),
            "{sentence}"
        );
        let secret = ended.stderr.contains("hidden") || ended.stderr.contains("ada:");
        assert!(!secret, "{}", ended.stderr);
    }
    assert!(good.asked().is_empty() && far.heads().is_empty());
}

#[test]
fn loopback_needs_no_proxy_even_where_one_is_set_that_is_none() {
    let world = World::new();
    let folder = Folder::new("loopback");
    let mut command = command(&world, &folder, &["login", "--no-browser"]);
    for name in ["HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "https_proxy"] {
        command.env(name, "gopher://nowhere");
    }
    let program = Program::start(command);
    program.visit(&world);
    let ended = program.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}
