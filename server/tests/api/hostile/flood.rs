//! Floods of good tokens that are all different: what is remembered of them is bounded.
#![cfg(target_os = "linux")]

use std::net::SocketAddr;

use crate::{
    grid::Line,
    issuer::TestIssuer,
    keys::ED,
    process::{Folder, Running, good_now, until},
    token::{claims, header, quoted, sign},
};

/// The built program is asked, since its memory is its own.
fn memory(server: &Running) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.pid())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = line.unwrap().trim().trim_end_matches(" kB");
    kibibytes.parse::<usize>().unwrap() * 1024
}

/// Each of these tokens once.
fn present(address: SocketAddr, issuer: &str, tokens: std::ops::Range<usize>) {
    let padding = quoted(&"p".repeat(1500));
    std::thread::scope(|scope| {
        for worker in 0..4 {
            let (tokens, padding) = (tokens.clone(), &padding);
            scope.spawn(move || {
                let mut line = Line::to(address);
                for n in tokens.skip(worker).step_by(4) {
                    let payload = claims(issuer).without("iat").set("exp", "9999999999");
                    let payload = payload
                        .set("jti", quoted(&n.to_string()))
                        .and("padding", padding);
                    let token = sign(&header(&ED), &payload, &ED);
                    assert_eq!(line.present(&token).status, 200, "{n}");
                }
            });
        }
    });
}

/// More than 8,192 tokens, which is what is remembered at most, and then as many
/// again: the second time nothing may be added.
fn memory_does_not_grow_with(tokens: usize) {
    let issuer = TestIssuer::start();
    let folder = Folder::new("flood");
    let server = Running::of(&issuer.url, &folder);
    until("ready", || server.get("/health/ready").status == 200);
    let early = good_now(&issuer.url);
    assert_eq!(server.present(&early).status, 200);
    present(server.address, &issuer.url, 0..tokens);
    let before = memory(&server);
    present(server.address, &issuer.url, tokens..2 * tokens);
    let grown = memory(&server).saturating_sub(before);
    // If it remembered them all it would be 1.5 KB for each at the least.
    assert!(
        grown < 700 * tokens,
        "{grown} bytes more after {tokens} tokens more"
    );
    assert_eq!(server.present(&early).status, 200);
    assert_eq!(issuer.fetches(), 1);
}

#[test]
fn memory_is_bounded_however_many_tokens_come() {
    memory_does_not_grow_with(9_000);
}

#[test]
#[ignore = "takes a minute"]
fn memory_is_bounded_under_a_hundred_thousand_tokens() {
    memory_does_not_grow_with(50_000);
}
