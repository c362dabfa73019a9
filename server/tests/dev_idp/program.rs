//! The program `dev-idp`: its options, its exit codes.

#[cfg(unix)]
use std::{
    io::{BufRead, BufReader, Read},
    process::Stdio,
    time::Duration,
};
use std::{
    net::TcpListener,
    process::{Command, Output},
};

use vestibule_server::dev_idp::{Fault, Options, serve};

pub fn dev_idp(args: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dev-idp"));
    command.args(args).output().unwrap()
}

pub fn errors(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn an_address_beyond_loopback_is_wrong_use() {
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
async fn a_listener_beyond_loopback_is_refused_by_the_library() {
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
fn nothing_in_its_sentences_acts_on_a_terminal() {
    let odd = "odd\u{1b}[31m\u{202e}";
    for args in [
        vec![odd],
        vec!["--odd\u{1b}[31m"],
        vec!["--fault", odd],
        vec!["--listen", odd],
        vec!["--access-ttl", odd],
        vec!["--client", odd],
        vec!["--scope", odd],
        vec!["--user", odd],
    ] {
        let output = dev_idp(&args);
        assert_eq!(output.status.code(), Some(2), "{args:?}");
        let errors = errors(&output);
        let acts = |c: char| c != '\n' && (c.is_control() || c == '\u{202e}');
        assert!(!errors.contains(acts), "{errors:?}");
        assert!(errors.contains("\\u{1b}"), "{errors:?}");
    }
}

#[test]
fn a_fault_that_does_not_exist_is_answered_with_all_that_do() {
    let output = dev_idp(&["--fault", "no-such-fault"]);
    assert_eq!(output.status.code(), Some(2));
    let errors = errors(&output);
    let (_, names) = errors.split_once("there are: ").unwrap();
    let (names, _) = names.split_once(';').unwrap();
    let all: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
    assert_eq!(names.split(", ").collect::<Vec<_>>(), all);
}

#[test]
fn help_names_every_option_and_fault_and_version_the_version() {
    let output = dev_idp(&["--help"]);
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for option in [
        "--listen",
        "--client",
        "--audience",
        "--scope",
        "--user",
        "--state",
        "--access-ttl",
        "--refresh-ttl",
        "--fault",
    ] {
        assert!(help.contains(option), "{option}");
    }
    let lines: Vec<Vec<&str>> = help
        .lines()
        .map(|line| line.split_whitespace().collect())
        .collect();
    for fault in Fault::ALL {
        // A line of its own that says what it does.
        let says = |words: &&Vec<&str>| words.first() == Some(&fault.name()) && words.len() > 3;
        assert_eq!(lines.iter().filter(says).count(), 1, "{fault}");
    }
    assert!(
        help.lines().all(|line| line.chars().count() <= 100),
        "{help}"
    );
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

/// The program while it runs.
#[cfg(unix)]
pub struct Running {
    pub child: std::process::Child,
    out: BufReader<std::process::ChildStdout>,
    pub issuer: String,
}

#[cfg(unix)]
impl Running {
    pub fn start(args: &[&str]) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_dev-idp"))
            .args(["--listen", "127.0.0.1:0"])
            .args(args)
            .env_remove("RUST_LOG")
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let issuer = line.trim().rsplit(' ').next().unwrap().to_owned();
        Self { child, out, issuer }
    }

    fn discovery(&self) -> ureq::http::Response<ureq::Body> {
        let address = format!("{}/.well-known/openid-configuration", self.issuer);
        let request = ureq::get(&address).config().http_status_as_error(false);
        request.build().call().unwrap()
    }

    /// Ends it with this signal: exit code, what it printed since, its log.
    pub fn end(mut self, signal: &str) -> (Option<i32>, String, String) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &pid]).status();
        assert!(sent.unwrap().success());
        let code = self.child.wait().unwrap().code();
        let (mut rest, mut log) = (String::new(), String::new());
        self.out.read_to_string(&mut rest).unwrap();
        let mut errors = self.child.stderr.take().unwrap();
        errors.read_to_string(&mut log).unwrap();
        (code, rest, log)
    }
}

#[cfg(unix)]
#[test]
fn it_prints_one_line_warns_of_nothing_and_ends_on_either_signal_with_0() {
    for signal in ["-TERM", "-INT"] {
        let running = Running::start(&[]);
        // It answers: the line was true.
        let metadata = running.discovery().body_mut().read_to_string().unwrap();
        assert!(metadata.contains(&format!("\"issuer\":\"{}\"", running.issuer)));
        let (code, rest, log) = running.end(signal);
        assert_eq!((code, rest.as_str()), (Some(0), ""), "{signal}");
        // No fault is on unless it is asked for.
        assert!(!log.contains("WARN") && !log.contains("fault"), "{log}");
    }
}

#[cfg(unix)]
#[test]
fn nobody_needs_to_read_its_log() {
    use std::{thread, time::Instant};

    // Each has a line of the fault; a pipe takes 64 KiB.
    let running = Running::start(&["--fault", "discovery-500"]);
    for _ in 0..1500 {
        assert_eq!(running.discovery().status(), 500);
    }
    // Its last lines are given a second, and no more.
    let mut child = running.child;
    let pid = child.id().to_string();
    let sent = Command::new("kill").args(["-TERM", &pid]).status();
    assert!(sent.unwrap().success());
    let begin = Instant::now();
    while child.try_wait().unwrap().is_none() {
        assert!(begin.elapsed().as_secs() < 60, "it does not end");
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

#[cfg(unix)]
#[test]
fn signals_end_it_as_they_end_the_server() {
    let (code, _, _) = Running::start(&[]).end("-HUP");
    assert_eq!(code, Some(0));
}

#[cfg(unix)]
#[test]
fn a_second_ctrl_c_ends_it_at_once() {
    use std::{io::Write, net::TcpStream, time::Instant};

    let mut running = Running::start(&[]);
    let address = running.issuer.strip_prefix("http://").unwrap().to_owned();
    // A request whose body never comes. The answer to the one before it says that it has
    // got there.
    let mut client = TcpStream::connect(&address).unwrap();
    write!(
        client,
        "GET /.well-known/openid-configuration HTTP/1.1\r\nHost: {address}\r\n\r\n\
         POST /token HTTP/1.1\r\nHost: {address}\r\nContent-Length: 9\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n"
    )
    .unwrap();
    client.read_exact(&mut [0; 12]).unwrap();
    let pid = running.child.id().to_string();
    let interrupt = || Command::new("kill").args(["-INT", &pid]).status().unwrap();
    assert!(interrupt().success());
    let begin = Instant::now();
    while TcpStream::connect(&address).is_ok() {
        assert!(begin.elapsed().as_secs() < 60, "it goes on listening");
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(interrupt().success());
    assert_eq!(running.child.wait().unwrap().code(), Some(130));
}

#[cfg(unix)]
#[test]
fn faults_stand_in_the_log_at_the_start_and_each_time_they_act() {
    let each = Fault::ALL
        .iter()
        .flat_map(|fault| ["--fault", fault.name()]);
    let all = Running::start(&each.collect::<Vec<_>>());
    let (_, _, log) = all.end("-TERM");
    for fault in Fault::ALL {
        let line = format!("starting with a fault fault={fault}");
        let warned = |text: &str| text.contains("WARN") && text.trim_end().ends_with(&line);
        assert!(log.lines().any(warned), "{fault}: {log}");
    }
    let one = Running::start(&["--fault", "discovery-500"]);
    assert_eq!(one.discovery().status(), 500);
    let (_, _, log) = one.end("-TERM");
    assert!(log.contains("fault acts fault=discovery-500"), "{log}");
}
