//! Variables of the environment that look like settings: a misspelt one is told, once,
//! and those that Kubernetes makes are not.
#![cfg(unix)]

use crate::{
    issuer::TestIssuer,
    process::{Folder, Running, ended, program},
    settings::{AUD, ISSUER},
    token::AUDIENCE,
};

/// The log of a start with these variables.
fn started_with(name: &str, variables: &[(&str, &str)]) -> String {
    let issuer = TestIssuer::start();
    let folder = Folder::new(name);
    let log = std::fs::File::create(folder.0.join("log")).unwrap();
    let mut command = program(&folder);
    command.args(["--issuer", &issuer.url, "--audience", AUDIENCE]);
    command.args(["--listen", "127.0.0.1:0"]).stderr(log);
    let mut server = Running::start(command.envs(variables.iter().copied()));
    assert_eq!(server.get("/health/live").status, 200);
    server.signal("TERM");
    assert_eq!(server.exit_code(), Some(0));
    std::fs::read_to_string(folder.0.join("log")).unwrap()
}

#[test]
fn an_unknown_variable_is_warned_of_once_with_the_one_most_like_it() {
    let misspelt = [
        ("AUDIENCES", "AUDIENCE"),
        ("AUDEINCE", "AUDIENCE"),
        ("ISUER", "ISSUER"),
        ("ISSUER_URL", "ISSUER"),
        ("JWKS_URL", "JWKS_URI"),
        ("JWKSURI", "JWKS_URI"),
        ("LOG_LEVEL", "LOG"),
        ("SCOPE", "REQUIRE_SCOPE"),
        ("ALGORITHM", "ALGORITHMS"),
        ("CA_CERT_FILE", "CA_FILE"),
        ("METRICS", "METRICS_LISTEN"),
        ("WORKER", "WORKERS"),
        ("IDLE", "IDLE_TIMEOUT"),
        ("CONFIG_FILE", "CONFIG"),
        ("TPY", "TYP"),
        ("PUBLICURL", "PUBLIC_URL"),
        ("MAX_CONNS", "MAX_CONNECTIONS"),
        ("PORT", "LISTEN"),
        ("HOST", "LISTEN"),
    ];
    let names: Vec<String> = misspelt
        .iter()
        .map(|(name, _)| format!("VESTIBULE_SERVER_{name}"))
        .chain(["vestibule_server_leeway".into(), "VESTIBULE_SERVER_".into()])
        .collect();
    let variables: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "8080")).collect();
    let log = started_with("environment", &variables);
    for (name, nearest) in misspelt {
        let line = format!("VESTIBULE_SERVER_{name} is");
        let lines: Vec<&str> = log.lines().filter(|l| l.contains(&line)).collect();
        assert_eq!(lines.len(), 1, "{name}: {log}");
        let meant = format!("the nearest is VESTIBULE_SERVER_{nearest};");
        assert!(lines[0].contains(&meant), "{}", lines[0]);
        assert!(lines[0].contains("WARN"), "{}", lines[0]);
    }
    assert!(log.contains("vestibule_server_leeway is"), "{log}");
    assert_eq!(log.lines().count(), names.len(), "{log}");
}

#[test]
fn what_is_known_or_not_ours_is_no_cause_for_a_word() {
    let variables = [
        ("VESTIBULE_SERVER_LEEWAY", "5"),
        ("VESTIBULE_SERVER_CONFIG", ""),
        ("VESTIBULE_SERVER_CA_FILE", ""),
        // The app's, whose environment it may share.
        ("VESTIBULE_AUDIENCE", "a"),
        ("VESTIBULE_SERVERS", "a"),
        ("VESTIBULE", "a"),
    ];
    assert_eq!(started_with("environment-known", &variables), "");
}

#[test]
fn the_variables_of_a_service_of_that_name_are_no_settings() {
    let mut variables = Vec::new();
    // As the kubelet makes them of the services vestibule-server and
    // vestibule-server-metrics, each with a named port.
    for (service, port, name) in [
        ("VESTIBULE_SERVER", "80", "HTTP"),
        ("VESTIBULE_SERVER_METRICS", "9090", "METRICS"),
        ("VESTIBULE_SERVER_LISTEN", "53", "DNS_UDP"),
    ] {
        let protocol = if port == "53" { "udp" } else { "tcp" };
        let address = format!("{protocol}://10.96.0.7:{port}");
        let each = format!("{service}_PORT_{port}_{}", protocol.to_uppercase());
        variables.extend([
            (format!("{service}_SERVICE_HOST"), "10.96.0.7".to_owned()),
            (format!("{service}_SERVICE_PORT"), port.to_owned()),
            (format!("{service}_SERVICE_PORT_{name}"), port.to_owned()),
            (format!("{service}_PORT"), address.clone()),
            (each.clone(), address),
            (format!("{each}_PROTO"), protocol.to_owned()),
            (format!("{each}_PORT"), port.to_owned()),
            (format!("{each}_ADDR"), "10.96.0.7".to_owned()),
            // Of a linked container.
            (
                format!("{service}_NAME"),
                "/app/vestibule-server".to_owned(),
            ),
            (format!("{service}_ENV_PATH"), "/usr/bin".to_owned()),
        ]);
    }
    let variables: Vec<(&str, &str)> = variables.iter().map(|(n, v)| (&n[..], &v[..])).collect();
    assert_eq!(started_with("environment-links", &variables), "");
}

#[test]
fn a_start_that_fails_for_what_is_missing_names_what_was_misspelt() {
    let folder = Folder::new("environment-missing");
    let mut command = program(&folder);
    command
        .args(ISSUER)
        .env("VESTIBULE_SERVER_AUDIENCES", AUDIENCE);
    let (code, _, stderr) = ended(&mut command);
    assert_eq!(code, Some(2));
    let lines: Vec<&str> = stderr.lines().collect();
    let [warning, sentence] = &lines[..] else {
        panic!("{stderr}")
    };
    assert!(warning.contains("VESTIBULE_SERVER_AUDIENCES"), "{warning}");
    assert!(
        warning.contains("the nearest is VESTIBULE_SERVER_AUDIENCE;"),
        "{warning}"
    );
    assert!(sentence.contains("audience is missing"), "{sentence}");
    // And not where it is only asked what there is.
    let mut command = program(&folder);
    command.args(AUD).env("VESTIBULE_SERVER_AUDIENCES", "");
    let (code, _, stderr) = ended(command.arg("--help"));
    assert_eq!((code, stderr.as_str()), (Some(0), ""));
}
