//! How long the built program keeps a connection between two requests.

use std::time::{Duration, Instant};

use crate::{
    connections_world::Client,
    issuer::TestIssuer,
    process::{Folder, Running, program},
    token::AUDIENCE,
};

fn keeping(folder: &Folder, issuer: &TestIssuer, seconds: &str) -> Running {
    let mut command = program(folder);
    command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
    command.args(["--listen", "127.0.0.1:0", "--idle-timeout", seconds]);
    Running::start(&mut command)
}

#[test]
fn the_setting_says_how_long_an_idle_connection_is_kept() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("idle-timeout");
    let long = keeping(&folder, &issuer, "620");
    let short = keeping(&folder, &issuer, "1");
    let mut kept = Client::connect(long.address);
    let mut let_go = Client::connect(short.address);
    for client in [&mut kept, &mut let_go] {
        let reply = client.get("/health/live");
        assert_eq!(reply.status, 200);
        // Nothing is promised that would have to agree with it.
        assert!(!reply.head.contains("keep-alive"), "{}", reply.head);
    }
    let begin = Instant::now();
    let_go.sees_the_end();
    assert!(begin.elapsed() >= Duration::from_millis(500));
    assert!(kept.is_open());
    assert_eq!(kept.get("/health/live").status, 200);
}

#[test]
fn environment_and_file_have_it_too() {
    let issuer = TestIssuer::start();
    let folder = Folder::new("idle-timeout-layers");
    folder.write("short.toml", "idle_timeout = 1");
    let command = || {
        let mut command = program(&folder);
        command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
        command.args(["--listen", "127.0.0.1:0"]);
        command
    };
    let by_variable = Running::start(command().env("VESTIBULE_SERVER_IDLE_TIMEOUT", "1"));
    let by_file = Running::start(command().args(["--config", "short.toml"]));
    for server in [by_variable, by_file] {
        let mut client = Client::connect(server.address);
        assert_eq!(client.get("/health/live").status, 200);
        client.sees_the_end();
    }
}
