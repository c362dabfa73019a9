//! Mistakes about the API, and about the access tokens for it.

use std::{process::Command, sync::Arc};

use serde_json::json;
use vestibule_server::guard::TypProfile;

use super::{
    Manner, doctor, names, names_of, provider, run,
    table::{assert_row, printed, told},
};
use crate::{
    double::{Double, Reply},
    program::{Program, VESTIBULE},
    store::Folder,
    world::{AUDIENCE, World, start_api},
};

const GOOD: &str = "code=good&state=STATE";

/// The session is in the folder then.
fn signed_in(folder: &Folder, issuer: &str, more: &[&str], visit: impl FnOnce(&Program)) {
    let mut command = Command::new(VESTIBULE);
    command.args(["login", "--no-browser", "--client-id", "vestibule"]);
    command
        .args(["--store", "file", "--issuer", issuer])
        .args(more);
    command.env_clear().current_dir(&folder.0);
    command.env("HOME", &folder.0);
    let login = Program::start(command);
    visit(&login);
    let ended = login.finish();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

fn ada(name: &str, more: &[&str]) -> (World, Arc<Folder>) {
    let (world, folder) = (World::new(), Folder::new(name));
    signed_in(&folder, &world.issuer, more, |login| login.visit(&world));
    (world, folder)
}

#[test]
fn where_no_audience_is_set_the_api_refuses_and_the_setting_is_named() {
    let (world, folder) = ada("doctor-audience", &[]);
    let ended = run(doctor(&folder, &world.issuer, world.api.as_str(), &[]));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "audience");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(5), "failed"),
        "{}",
        ended.stdout
    );
    assert!(
        check
            .remedy
            .starts_with("set audience to what the API is called"),
        "{check:?}"
    );
    assert_row("no audience", check, &names_of(&world));
}

#[test]
fn before_anybody_has_signed_in_a_missing_audience_is_a_warning() {
    let (world, folder) = (World::new(), Folder::new("doctor-nobody"));
    let with = |more: &[&str]| run(doctor(&folder, &world.issuer, world.api.as_str(), more));
    let without = with(&[]);
    let checks = printed(&without.stdout);
    assert_eq!(
        (without.code, &*told(&checks, "audience").outcome),
        (Some(0), "warning")
    );
    let checks = printed(&with(&["--audience", AUDIENCE]).stdout);
    let named = checks.iter().find(|check| check.id == "audience").unwrap();
    assert_eq!(named.outcome, "ok", "{named:?}");
}

#[test]
fn an_opaque_token_is_told_as_what_the_api_cannot_read() {
    let double = provider(Manner::Good);
    let folder = Folder::new("doctor-opaque");
    double.edit("/token", |answer| {
        answer["access_token"] = "opaque-access-token".into();
    });
    let more = ["--audience", AUDIENCE];
    signed_in(&folder, &double.url, &more, |login| {
        double.come_back(&login.address(), GOOD);
    });
    let api = start_api(&double.url, AUDIENCE, TypProfile::Any);
    let ended = run(doctor(&folder, &double.url, api.as_str(), &more));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "audience");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(5), "failed"),
        "{}",
        ended.stdout
    );
    assert!(
        check.what.contains("opaque") && check.remedy.contains("JWT"),
        "{check:?}"
    );
    let mut names = names(&double);
    names.push((host_of(&api), "api.example.org"));
    assert_row("an opaque token", check, &names);
    // Nor is it printed.
    assert!(
        !ended.stdout.contains("opaque-access-token"),
        "{}",
        ended.stdout
    );
}

fn host_of(api: &url::Url) -> String {
    format!("{}:{}", api.host_str().unwrap(), api.port().unwrap())
}

#[test]
fn an_api_of_another_audience_is_told_with_the_one_of_the_token() {
    let more = ["--audience", AUDIENCE];
    let (world, folder) = ada("doctor-other-api", &more);
    let other = start_api(
        &world.issuer,
        "https://other-api.example.org",
        TypProfile::Any,
    );
    let ended = run(doctor(&folder, &world.issuer, other.as_str(), &more));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "audience");
    assert_eq!(
        (ended.code, &*check.outcome),
        (Some(5), "failed"),
        "{}",
        ended.stdout
    );
    assert!(check.what.contains(AUDIENCE), "{check:?}");
    assert!(
        check.remedy.contains("is what the API expects"),
        "{check:?}"
    );
    let mut names = names_of(&world);
    names.push((host_of(&other), "api.example.org"));
    assert_row("an API of another audience", check, &names);
}

#[test]
fn an_api_behind_a_redirect_is_told_with_its_address() {
    let double = provider(Manner::Good);
    double.at(
        "/api",
        Reply::redirect("https://notes.example.org/private?token=x"),
    );
    let folder = Folder::new("doctor-redirect");
    let ended = run(doctor(
        &folder,
        &double.url,
        &format!("{}/api", double.url),
        &[],
    ));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "api");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    assert!(
        check
            .remedy
            .contains("redirects to https://notes.example.org/private: set api_url")
    );
    let host = double.url.strip_prefix("http://").unwrap().to_owned();
    assert_row(
        "an API behind a redirect",
        check,
        &[(host, "api.example.org")],
    );
}

/// The metadata of an API, at its host (RFC 9728).
fn with_metadata(metadata: &serde_json::Value) -> Double {
    let double = provider(Manner::Good);
    let bearer = "WWW-Authenticate: Bearer\r\n";
    double.at("/api", Reply::new("401 Unauthorized", bearer, ""));
    let place = "/.well-known/oauth-protected-resource";
    double.at(place, Reply::json(metadata));
    double
}

#[test]
fn an_api_that_says_it_is_for_others_is_told_before_anybody_signs_in() {
    let metadata = json!({
        "resource": "https://notes.example.org",
        "authorization_servers": ["https://other.example.org"],
    });
    let double = with_metadata(&metadata);
    let folder = Folder::new("doctor-others");
    let api = format!("{}/api", double.url);
    let ended = run(doctor(&folder, &double.url, &api, &[]));
    let checks = printed(&ended.stdout);
    let check = told(&checks, "audience");
    assert_eq!((ended.code, &*check.outcome), (Some(5), "failed"));
    assert!(
        check
            .what
            .contains("tokens of https://other.example.org alone"),
        "{check:?}"
    );
}

#[test]
fn a_resource_that_the_api_does_not_call_itself_is_a_warning() {
    let double = with_metadata(&json!({ "resource": "https://notes.example.org" }));
    let folder = Folder::new("doctor-resource");
    let api = format!("{}/api", double.url);
    let with = |resource| {
        let more = ["--resource", resource];
        run(doctor(&folder, &double.url, &api, &more))
    };
    let ended = with("https://notes.example.org/");
    let checks = printed(&ended.stdout);
    let check = told(&checks, "audience");
    assert_eq!((ended.code, &*check.outcome), (Some(0), "warning"));
    assert!(
        check
            .remedy
            .starts_with("set resource to https://notes.example.org, ")
    );
    let fine = with("https://notes.example.org");
    assert!(!fine.stdout.contains("calls itself"), "{}", fine.stdout);
}

#[test]
fn an_api_that_is_not_protected_or_does_not_answer_is_told() {
    let double = provider(Manner::Good);
    let folder = Folder::new("doctor-open");
    let open = run(doctor(
        &folder,
        &double.url,
        &format!("{}/api", double.url),
        &[],
    ));
    let checks = printed(&open.stdout);
    assert!(
        told(&checks, "api").what.contains("is not protected"),
        "{}",
        open.stdout
    );
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let away = format!("http://{}/private", nobody.local_addr().unwrap());
    drop(nobody);
    let ended = run(doctor(&folder, &double.url, &away, &[]));
    let checks = printed(&ended.stdout);
    assert_eq!(
        (ended.code, &*told(&checks, "api").outcome),
        (Some(6), "failed")
    );
}

#[test]
fn a_session_that_can_no_longer_be_kept_is_told_though_the_store_took_the_probe() {
    let (double, folder) = (provider(Manner::Good), Folder::new("doctor-unkept"));
    let more = ["--audience", AUDIENCE];
    signed_in(&folder, &double.url, &more, |login| {
        double.come_back(&login.address(), GOOD);
    });
    let file = folder.0.join(".local/state/vestibule/session.json");
    // What is asked for next is the refresh.
    double.edit("/token", move |answer| {
        answer["refresh_token"] = "rotated".into();
        if std::fs::remove_file(&file).is_ok() {
            std::fs::create_dir(&file).unwrap();
        }
    });
    let ended = run(doctor(&folder, &double.url, "http://127.0.0.1:9/", &more));
    let checks = printed(&ended.stdout);
    let mut stores = checks.iter().filter(|check| check.id == "store");
    let outcomes = [stores.next(), stores.next()].map(|check| check.map(|c| c.outcome.as_str()));
    let expected = [Some("ok"), Some("failed")];
    assert_eq!(outcomes, expected, "{}", ended.stdout);
}
