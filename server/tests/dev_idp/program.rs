//! The program `dev-idp`: P1, its options, its exit codes.

use std::{
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    process::{Command, Output, Stdio},
};

use vestibule_server::dev_idp::{Fault, Options, serve};

fn dev_idp(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dev-idp"));
    command.args(args).output().unwrap()
}

fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn p1_an_address_beyond_loopback_is_wrong_use() {
    for address in [
        "0.0.0.0:0",
        "[::]:0",
        "192.0.2.1:80",
        "example.org:80",
        "4400",
        "",
    ] {
        let output = dev_idp(&["--listen", address]);
        assert_eq!(output.status.code(), Some(2), "{address}");
        assert!(errors(&output).contains("loopback"), "{address}");
    }
}

#[tokio::test]
async fn p1_a_listener_beyond_loopback_is_refused_by_the_library() {
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = serve(listener, Options::default(), std::future::pending());
    assert!(refused.await.unwrap_err().to_string().contains("loopback"));
}

#[test]
fn wrong_options_are_named_and_exit_2() {
    for (args, word) in [
        (&["--fault", "no-such-fault"][..], "no-such-fault"),
        (&["--access-ttl", "soon"], "--access-ttl"),
        (&["--access-ttl", "0"], "--access-ttl"),
        (&["--refresh-ttl", "-1"], "--refresh-ttl"),
        (&["--unknown"], "--unknown"),
        (&["--listen"], "--listen"),
        (&["surplus"], "surplus"),
    ] {
        let output = dev_idp(args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        assert!(errors(&output).contains(word), "{args:?}");
        assert_eq!(errors(&output).lines().count(), 1, "{args:?}");
    }
}

#[test]
fn help_names_every_option_and_fault_and_version_the_version() {
    let output = dev_idp(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--state",
        "--access-ttl",
        "--refresh-ttl",
        "--fault",
    ] {
        assert!(help.contains(option), "{option}");
    }
    for fault in Fault::ALL {
        assert!(help.contains(fault.name()), "{fault}");
    }
    let output = dev_idp(&["--version"]);
    assert!(output.status.success());
    assert!(
        String::from_utf8(output.stdout)
            .unwrap()
            .starts_with("dev-idp 0.")
    );
}

#[test]
fn a_port_in_use_is_one_sentence_and_exit_1() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = dev_idp(&["--listen", &address]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(errors(&output).lines().count(), 1);
    assert!(errors(&output).contains(&address));
}

#[test]
fn a_state_that_cannot_be_read_is_not_overwritten() {
    let folder = crate::world::Folder::new("broken");
    std::fs::create_dir_all(&folder.0).unwrap();
    let file = folder.0.join("dev-idp.json");
    std::fs::write(&file, "{ half").unwrap();
    let folder = folder.0.to_str().unwrap();
    let output = dev_idp(&["--listen", "127.0.0.1:0", "--state", folder]);
    assert_eq!(output.status.code(), Some(1));
    assert!(errors(&output).contains("dev-idp.json"));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), "{ half");
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_logs_its_faults_and_ends_on_either_signal_with_0() {
    for signal in ["-TERM", "-INT"] {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dev-idp"))
            .args(["--listen", "127.0.0.1:0", "--fault", "no-iss"])
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let issuer = line.trim().rsplit(' ').next().unwrap();
        let address = issuer.strip_prefix("http://").unwrap();
        // It answers: the line was true.
        let path = format!("http://{address}/.well-known/openid-configuration");
        let mut answer = ureq::get(&path).call().unwrap();
        let metadata = answer.body_mut().read_to_string().unwrap();
        assert!(metadata.contains(&format!("\"issuer\":\"{issuer}\"")));

        let pid = child.id().to_string();
        assert!(
            Command::new("kill")
                .args([signal, &pid])
                .status()
                .unwrap()
                .success()
        );
        assert_eq!(child.wait().unwrap().code(), Some(0), "{signal}");
        let mut rest = String::new();
        out.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "");
        let mut log = String::new();
        child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut log)
            .unwrap();
        assert!(log.contains("WARN") && log.contains("no-iss"), "{log}");
    }
}
