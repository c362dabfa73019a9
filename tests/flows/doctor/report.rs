//! The doctor where all is well, and its report to share.

use serde_json::Value;

use super::{doctor, run, table::printed};
use crate::{
    program::{Program, command},
    store::Folder,
    world::{AUDIENCE, World},
};

const IDS: [&str; 14] = [
    "configuration",
    "store",
    "browser",
    "redirect",
    "discovery",
    "clock",
    "keys",
    "refresh",
    "phone",
    "registration",
    "client",
    "api",
    "session",
    "audience",
];

fn sign_in(world: &World, folder: &Folder) {
    let login = Program::start(command(world, folder, &["login", "--no-browser"]));
    login.visit(world);
    let ended = login.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

/// What is kept of the session.
fn kept(folder: &Folder) -> Value {
    let file = folder.0.join(".local/state/vestibule/session.json");
    let items: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    let item = items.as_object().unwrap().values().next().unwrap().clone();
    serde_json::from_str(item.as_str().unwrap()).unwrap()
}

fn examined(world: &World, folder: &Folder, more: &[&str]) -> (String, Option<i32>) {
    let more = [&["--audience", AUDIENCE], more].concat();
    let mut command = doctor(folder, &world.issuer, world.api.as_str(), &more);
    command.env("BROWSER", "/bin/true");
    let ended = run(command);
    assert_eq!(ended.stderr, "");
    (ended.stdout, ended.code)
}

#[test]
fn where_all_is_well_each_check_says_so_and_the_session_stays() {
    let (world, folder) = (World::new(), Folder::new("doctor-well"));
    sign_in(&world, &folder);
    let (text, code) = examined(&world, &folder, &[]);
    let checks = printed(&text);
    let ids: Vec<_> = checks.iter().map(|check| check.id.as_str()).collect();
    assert_eq!(ids, IDS, "{text}");
    assert!(checks.iter().all(|check| check.outcome == "ok"), "{text}");
    assert!(
        text.ends_with("\n0 failed, 0 to look at, 14 ok.\n"),
        "{text}"
    );
    assert_eq!(code, Some(0));
    assert!(
        text.contains(&format!("takes an access token for {AUDIENCE}")),
        "{text}"
    );
    // Twice, and as before: what was rotated is kept.
    assert_eq!(examined(&world, &folder, &[]).1, Some(0));
    let message = Program::start(command(&world, &folder, &["message"])).finish();
    assert_eq!(message.code, Some(0), "{}", message.stderr);
}

#[test]
fn the_report_has_these_keys() {
    let (world, folder) = (World::new(), Folder::new("doctor-json"));
    let (text, code) = examined(&world, &folder, &["--json"]);
    assert_eq!(code, Some(0), "{text}");
    let report: Value = serde_json::from_str(&text).unwrap();
    let keys = |value: &Value| {
        let keys = value.as_object().unwrap().keys();
        keys.map(String::as_str).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&report), "checks not_examined settings system version");
    assert_eq!(
        keys(&report["settings"]),
        "api_url audience ca_file client_id client_secret encrypted issuer kiosk prompt \
         redirect_host redirect_ports resource scopes state_folder store"
    );
    let checks = report["checks"].as_array().unwrap();
    for check in checks {
        assert_eq!(keys(check), "id outcome remedy what");
        let is_ok = check["outcome"] == "ok";
        assert_eq!(check["remedy"].is_null(), is_ok, "{check}");
    }
    let ids: Vec<_> = checks
        .iter()
        .map(|check| check["id"].as_str().unwrap())
        .collect();
    assert_eq!(ids, IDS);
    assert_eq!(report["not_examined"], serde_json::json!([]));
    assert_eq!(
        report["settings"]["state_folder"],
        "~/.local/state/vestibule"
    );
}

#[test]
fn neither_secrets_nor_names_are_in_what_is_printed() {
    let (world, folder) = (World::new(), Folder::new("doctor-secrets"));
    sign_in(&world, &folder);
    for more in [&[][..], &["--json"], &["--log", "trace"]] {
        let before = kept(&folder);
        let more = [&["--audience", AUDIENCE], more].concat();
        let ended = run(doctor(&folder, &world.issuer, world.api.as_str(), &more));
        let after = kept(&folder);
        let tokens = [before, after].map(|kept| kept["refresh_token"].as_str().unwrap().to_owned());
        let home = folder.0.to_str().unwrap();
        let names = [
            "Lovelace",
            "ada@",
            "\"ada\"",
            "eyJ",
            "examined-without",
            home,
        ];
        for secret in tokens.iter().map(String::as_str).chain(names) {
            assert!(!ended.stdout.contains(secret), "{secret}: {}", ended.stdout);
        }
        for token in tokens {
            assert!(!ended.stderr.contains(&token), "{}", ended.stderr);
        }
        assert!(
            ended.stdout.contains("somebody is signed in"),
            "{}",
            ended.stdout
        );
    }
}
