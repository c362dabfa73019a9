//! Four processes behind HAProxy, each replaced in its turn while clients ask.

use std::net::SocketAddr;

use crate::{
    balancer::Balancer,
    issuer::TestIssuer,
    load::Load,
    process::{Folder, Running, good_now, program, until},
    read, replace_once,
    token::AUDIENCE,
};

fn start(issuer: &TestIssuer, folder: &Folder, address: &str) -> Running {
    let options = ["--audience", AUDIENCE, "--issuer", &issuer.url];
    Running::start(program(folder).args(options).args(["--listen", address]))
}

#[test]
#[ignore = "needs haproxy: tests/setup"]
fn a_rolling_restart_under_load_fails_no_request() {
    restart_each_under_load("rolling", &read("deploy/haproxy.cfg"));
}

/// As for requests that must not go out twice: HAProxy may only try again what it
/// could not even connect for, so a request that a stopping process drops is lost.
#[test]
#[ignore = "needs haproxy: tests/setup"]
fn a_process_that_is_stopped_drops_no_request() {
    let example = read("deploy/haproxy.cfg");
    let (second_chance, none) = (
        "retry-on conn-failure empty-response 503",
        "retry-on conn-failure",
    );
    restart_each_under_load("dropping", &replace_once(&example, second_chance, none));
}

fn restart_each_under_load(name: &str, config: &str) {
    let issuer = TestIssuer::start();
    let folder = Folder::new(name);
    let mut servers: Vec<_> = (0..4)
        .map(|_| start(&issuer, &folder, "127.0.0.1:0"))
        .collect();
    let addresses: Vec<SocketAddr> = servers.iter().map(|server| server.address).collect();
    let balancer = Balancer::start(&folder, config, &addresses);
    let load = Load::start(8, balancer.address, &good_now(&issuer.url));

    let serves = |index: usize, before: u64| {
        until("the process answers requests", || {
            let server = balancer.server(index);
            server.up && server.answers >= before + 100
        });
    };
    // Back at once, as after an update; then only when the health check has noticed.
    for noticed in [false, true] {
        for (index, server) in servers.iter_mut().enumerate() {
            serves(index, balancer.server(index).answers);
            server.signal("TERM");
            assert_eq!(server.exit_code(), Some(0));
            if noticed {
                until("HAProxy has noticed", || !balancer.server(index).up);
            }
            let before = balancer.server(index).answers;
            *server = start(&issuer, &folder, &addresses[index].to_string());
            serves(index, before);
        }
    }

    let tally = load.stop();
    let first = tally.failures.iter().take(5).collect::<Vec<_>>();
    println!("{} requests were answered 200", tally.answered_200);
    assert!(
        first.is_empty(),
        "{} failed: {first:?}",
        tally.failures.len()
    );
}
