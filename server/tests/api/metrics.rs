//! `GET /metrics` of the built program, as Prometheus reads it.

use std::{
    collections::BTreeMap,
    net::{SocketAddr, TcpListener},
};

use crate::{
    connections_world::Client,
    issuer::{Mood, TestIssuer},
    keys::full_set,
    process::{Folder, Running, ended, good_now, program, until},
    token::AUDIENCE,
    world::send,
};

struct Measured {
    server: Running,
    metrics: SocketAddr,
    folder: Folder,
}

fn options<'a>(issuer: &'a str, metrics: &'a str) -> [&'a str; 10] {
    [
        "--issuer",
        issuer,
        "--audience",
        AUDIENCE,
        "--listen",
        "127.0.0.1:0",
        "--metrics-listen",
        metrics,
        "--log",
        "info",
    ]
}

/// Where the metrics are, as the log at info says.
pub fn metrics_in(log: &str) -> Option<SocketAddr> {
    let (_, rest) = log.split_once("metrics are at http://")?;
    let (address, _) = rest.split_once("/metrics")?;
    Some(address.parse().unwrap())
}

impl Measured {
    fn start(name: &str, issuer: &TestIssuer) -> Self {
        let folder = Folder::new(name);
        let log = folder.0.join("log");
        let mut command = program(&folder);
        command.args(options(&issuer.url, "127.0.0.1:0"));
        command.stderr(std::fs::File::create(&log).unwrap());
        let server = Running::start(&mut command);
        let mut metrics = None;
        until("the log says where the metrics are", || {
            metrics = metrics_in(&std::fs::read_to_string(&log).unwrap());
            metrics.is_some()
        });
        Self {
            server,
            metrics: metrics.unwrap(),
            folder,
        }
    }

    /// Each sample of the page, by its name and labels.
    fn samples(&self) -> BTreeMap<String, f64> {
        let answer = send(self.metrics, "GET", "/metrics", &[], "");
        assert_eq!(answer.status, 200);
        let kind = answer.header("content-type");
        assert_eq!(kind, Some("text/plain; version=0.0.4; charset=utf-8"));
        let samples = answer.body.lines().filter(|line| !line.starts_with('#'));
        samples
            .map(|line| {
                let (name, value) = line.rsplit_once(' ').unwrap();
                (name.to_owned(), value.parse().unwrap())
            })
            .collect()
    }
}

#[test]
fn verdicts_keys_cache_connections_and_durations_are_told() {
    let issuer = TestIssuer::start();
    let measured = Measured::start("metrics", &issuer);
    let server = &measured.server;
    let good = good_now(&issuer.url);
    for _ in 0..3 {
        assert_eq!(server.present(&good).status, 200);
    }
    assert_eq!(server.get("/private").status, 401);
    assert_eq!(server.present("a.b").status, 401);
    assert_eq!(server.get("/health/live").status, 200);
    let mut kept = Client::connect(server.address);
    assert_eq!(kept.get("/nowhere").status, 404);
    let mut nowhere = Client::connect(server.address);
    nowhere.say("GET /private HTTP/1.1\r\n\r\n");
    assert_eq!(nowhere.reply().status, 400);
    drop(nowhere);

    until("the closed connections are counted out", || {
        let samples = measured.samples();
        samples["vestibule_connections{phase=\"idle\"}"] == 1.0
            && samples["vestibule_connections{phase=\"head\"}"] == 0.0
            && samples["vestibule_connections{phase=\"serving\"}"] == 0.0
    });
    let samples = measured.samples();
    let of = |name: &str| {
        let sample = samples.get(&format!("vestibule_{name}"));
        *sample.unwrap_or_else(|| panic!("no {name} in {samples:#?}"))
    };
    assert_eq!(of("verdicts_total{verdict=\"accepted\"}"), 3.0);
    assert_eq!(of("verdicts_total{verdict=\"no_credentials\"}"), 1.0);
    let verdicts = samples
        .iter()
        .filter(|(name, _)| name.contains("_verdicts_"));
    assert_eq!(verdicts.map(|(_, count)| count).sum::<f64>(), 5.0);
    assert_eq!(of("jwks_fetches_total{outcome=\"success\"}"), 1.0);
    assert_eq!(of("jwks_fetches_total{outcome=\"failure\"}"), 0.0);
    assert!((0.0..60.0).contains(&of("jwks_age_seconds")));
    assert_eq!(of("token_cache_hits_total"), 2.0);
    assert_eq!(of("token_cache_entries"), 1.0);
    assert_eq!(
        of("http_request_duration_seconds_count{status=\"2xx\"}"),
        4.0
    );
    assert_eq!(
        of("http_request_duration_seconds_count{status=\"4xx\"}"),
        4.0
    );
    let infinite = "http_request_duration_seconds_bucket{status=\"4xx\",le=\"+Inf\"}";
    assert_eq!(of(infinite), 4.0);
    assert!(of("http_request_duration_seconds_sum{status=\"2xx\"}") > 0.0);
    assert_eq!(of("refusals_total{reason=\"host\"}"), 1.0);
    assert_eq!(of("refusals_total{reason=\"head_too_long\"}"), 0.0);
    assert_eq!(of("log_lines_dropped_total"), 0.0);
    let version = env!("CARGO_PKG_VERSION");
    assert_eq!(of(&format!("build_info{{version=\"{version}\"}}")), 1.0);
}

#[test]
fn without_keys_they_have_no_age_and_the_failures_are_counted() {
    let issuer = TestIssuer::in_mood(Mood::Status(500));
    let measured = Measured::start("metrics-away", &issuer);
    let failures = "vestibule_jwks_fetches_total{outcome=\"failure\"}";
    until("a failure", || measured.samples()[failures] >= 1.0);
    assert!(
        !measured
            .samples()
            .contains_key("vestibule_jwks_age_seconds")
    );
    issuer.becomes(Mood::Serve(full_set()));
    until("an age", || {
        measured
            .samples()
            .contains_key("vestibule_jwks_age_seconds")
    });
}

#[test]
fn they_are_on_their_own_listener_only() {
    let issuer = TestIssuer::start();
    let measured = Measured::start("metrics-own", &issuer);
    assert_eq!(measured.server.get("/metrics").status, 404);
    assert_eq!(
        send(measured.metrics, "GET", "/private", &[], "").status,
        404
    );
    let folder = Folder::new("metrics-off");
    let server = Running::of(&issuer.url, &folder);
    assert_eq!(server.get("/metrics").status, 404);
}

#[test]
fn what_is_refused_on_their_listener_counts_and_a_scrape_has_no_line_at_info() {
    let issuer = TestIssuer::start();
    let measured = Measured::start("metrics-refused", &issuer);
    let mut client = Client::connect(measured.metrics);
    client.say("GET /metrics HTTP/1.1\r\n\r\n");
    assert_eq!(client.reply().status, 400);
    let samples = measured.samples();
    assert_eq!(samples["vestibule_refusals_total{reason=\"host\"}"], 1.0);
    assert_eq!(measured.server.get("/nowhere").status, 404);
    let text = || std::fs::read_to_string(measured.folder.0.join("log")).unwrap();
    until("the last line", || text().contains("/nowhere"));
    let scrape = |line: &&str| line.contains("\"path\":\"/metrics\"");
    // The one that was refused.
    assert_eq!(text().lines().filter(scrape).count(), 1, "{}", text());
}

#[test]
fn their_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = Folder::new("metrics-port");
    let mut command = program(&folder);
    let (code, _, stderr) = ended(command.args(options("http://127.0.0.1:9/", &address)));
    assert_eq!(code, Some(1), "{stderr}");
    assert!(stderr.contains(&format!("{address} is in use")), "{stderr}");
    assert!(stderr.contains("--metrics-listen"), "{stderr}");
}
