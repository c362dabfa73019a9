//! The API, run by systemd for a provider of this machine.

use std::fs;
use std::net::TcpListener;

use vestibule_server::dev_idp::Options;

use crate::deb::SERVER;
use crate::desktop::Desktop;
use crate::services::{AUDIENCE, Services};
use crate::system::System;
use crate::wait_for;

const SETTINGS: &str = "/etc/vestibule/vestibule-server.toml";

/// What systemd knows of the unit.
fn shown(system: &System, property: &str) -> String {
    let line = format!("systemctl show --value --property {property} vestibule-server");
    system.run(&line).trim().to_owned()
}

/// Writes the settings, as somebody does in an editor; where the API will be.
fn write_settings(system: &System, issuer: &str) -> String {
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap().to_string();
    let file = system.path(SETTINGS);
    let mut text = fs::read_to_string(&file).unwrap();
    for (line, value) in [
        ("#issuer = \"https://login.example.com/\"", issuer),
        ("#audience = \"https://my-resource-server\"", AUDIENCE),
        ("#listen = \"127.0.0.1:3000\"", &address),
    ] {
        assert_eq!(text.matches(line).count(), 1, "{line}");
        let (key, _) = line.trim_start_matches('#').split_once(" = ").unwrap();
        text = text.replace(line, &format!("{key} = \"{value}\""));
    }
    fs::write(file, text).unwrap();
    format!("http://{address}")
}

/// The status that this address answers with; 0 if nobody does.
fn status(address: &str) -> u16 {
    match ureq::get(address).call() {
        Ok(answer) => answer.status().as_u16(),
        Err(ureq::Error::StatusCode(status)) => status,
        Err(_) => 0,
    }
}

#[track_caller]
fn gets_ready(system: &System, api: &str) {
    wait_for(
        || (status(&format!("{api}/health/ready")) == 200).then_some(()),
        || system.run("journalctl --unit vestibule-server"),
    );
    assert_eq!(status(&format!("{api}/private")), 401);
}

#[test]
#[ignore = "needs root, mmdebstrap and cargo-deb: tests/setup; builds the release"]
fn the_server_is_installed_started_by_systemd_replaced_and_goes_away() {
    let package = SERVER.pack();
    let desktop = Desktop::start();
    let services = Services::start(Options::default());
    let system = System::boot(&desktop, &package);
    let before = system.install(&package);
    // Nobody has said yet who the issuer is.
    assert_eq!(shown(&system, "UnitFileState"), "disabled");
    assert_eq!(shown(&system, "ActiveState"), "inactive");

    let api = write_settings(&system, &services.issuer);
    system.run("systemctl enable --now vestibule-server.service");
    gets_ready(&system, &api);

    // A newer one takes its place, with the settings that are there.
    let (first, written) = (shown(&system, "MainPID"), fs::read(system.path(SETTINGS)));
    let file = package.file_name().unwrap().display();
    system.run(&format!("apt-get install -qq --reinstall /srv/{file}"));
    assert_ne!(shown(&system, "MainPID"), first);
    assert_eq!(shown(&system, "UnitFileState"), "enabled");
    assert_eq!(fs::read(system.path(SETTINGS)).unwrap(), written.unwrap());
    gets_ready(&system, &api);

    system.purge(SERVER.name, &before);
    assert_eq!(status(&format!("{api}/health/live")), 0);
}
