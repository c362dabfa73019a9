//! A start with what an earlier process was told of the provider.

use std::{fs, path::PathBuf, sync::Arc, thread};

use serde_json::{Value, json};
use vestibule::{auth::Client, state::State};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::Visit,
    http::dropped,
    states::App,
    store::Folder,
    worker::DISCOVERY,
    world::{World, kept, sign_in, use_session},
};

const DAY: i64 = 24 * 3600;

/// Processes that share a store and a folder.
pub struct Processes {
    pub world: World,
    pub folder: Arc<Folder>,
}

impl Processes {
    /// One of them has signed in.
    pub fn new(name: &str) -> Self {
        let (world, folder) = (World::new(), Folder::new(name));
        let processes = Self { world, folder };
        sign_in(&processes.start()).unwrap();
        processes.world.browser.pages();
        processes.world.browser.set(Visit::Never);
        processes
    }

    pub fn start(&self) -> Arc<Client> {
        let lock = self.folder.0.join("item.lock");
        self.world.client_with(|builder| builder.lock_file(lock))
    }

    pub fn file(&self) -> PathBuf {
        self.folder.0.join("item.provider.json")
    }

    /// What a new process asks for until its session is renewed.
    pub fn renewing(&self) -> Vec<String> {
        let client = self.start();
        self.asked(|| drop(use_session(&client, &kept(&client)).unwrap()))
    }

    /// What is asked for meanwhile.
    pub fn asked(&self, work: impl FnOnce()) -> Vec<String> {
        let before = self.world.http.all().len();
        work();
        let sent = self.world.http.all().split_off(before);
        sent.iter().map(|sent| sent.url.path().to_owned()).collect()
    }

    /// Changes what is in the file.
    fn change(&self, change: impl FnOnce(&mut Value)) {
        let text = fs::read_to_string(self.file()).unwrap();
        let mut json = serde_json::from_str(&text).unwrap();
        change(&mut json);
        fs::write(self.file(), json.to_string()).unwrap();
    }

    /// Changes the discovery document in it.
    pub fn change_document(&self, change: impl FnOnce(&mut Value)) {
        self.change(|file| {
            let text = file["discovery"]["document"].as_str().unwrap();
            let mut document = serde_json::from_str(text).unwrap();
            change(&mut document);
            file["discovery"]["document"] = json!(document.to_string());
        });
    }
}

#[test]
fn a_start_renews_its_session_with_one_request() {
    let processes = Processes::new("remembered");
    assert_eq!(processes.renewing(), ["/token"]);
    assert_eq!(processes.renewing(), ["/token"]);
    fs::remove_file(processes.file()).unwrap();
    assert_eq!(processes.renewing(), [DISCOVERY, "/token", "/jwks"]);
    assert_eq!(processes.renewing(), ["/token"], "not remembered anew");
}

#[test]
fn what_was_said_serves_the_starts_of_a_day_and_no_longer() {
    let processes = Processes::new("remembered-day");
    // It would be of another time than the clock's.
    processes.world.faults.set(Fault::NoIdTokenAtRefresh);
    processes.world.clock.advance(DAY - 60);
    assert_eq!(processes.renewing(), ["/token"]);
    processes.world.clock.advance(120);
    assert_eq!(processes.renewing(), [DISCOVERY, "/token"]);
    // Nor before it was said: the clock is wrong, or was.
    processes.world.clock.advance(-DAY);
    assert_eq!(processes.renewing(), [DISCOVERY, "/token"]);
}

/// Nobody waits for newer documents, nor for newer keys, before they are signed in.
#[test]
fn what_was_said_hours_ago_serves_a_start_as_it_is() {
    let processes = Processes::new("remembered-hours");
    processes.change(|file| {
        for said in ["discovery", "keys"] {
            file[said]["at"] = json!(file[said]["at"].as_u64().unwrap() - 20 * 3600);
        }
    });
    assert_eq!(processes.renewing(), ["/token"]);
    assert_eq!(processes.renewing(), ["/token"]);
}

/// Else a process that lives for weeks would go by what another one knew.
#[test]
fn after_the_start_the_provider_is_asked_anew() {
    let processes = Processes::new("remembered-renewal");
    let client = processes.start();
    let session = kept(&client);
    use_session(&client, &session).unwrap();
    processes.world.clock.advance(250);
    let asked = processes.asked(|| drop(use_session(&client, &session).unwrap()));
    assert!(asked.contains(&DISCOVERY.to_owned()), "{asked:?}");
}

#[test]
fn a_sign_in_asks_for_all_of_it_anew() {
    let processes = Processes::new("remembered-sign-in");
    processes.world.browser.set(Visit::As("ada"));
    let client = processes.start();
    let session = kept(&client);
    use_session(&client, &session).unwrap();
    let asked = processes.asked(|| drop(sign_in(&client).unwrap()));
    for path in [DISCOVERY, "/jwks"] {
        assert!(asked.contains(&path.to_owned()), "{path}: {asked:?}");
    }
}

/// It is done once and for all, so it must not fail by what is old.
#[test]
fn a_sign_out_asks_where_tokens_are_revoked() {
    let processes = Processes::new("remembered-sign-out");
    processes.change_document(|document| {
        let old = format!("{}/old", document["issuer"].as_str().unwrap());
        document["revocation_endpoint"] = json!(old);
    });
    let client = processes.start();
    let session = kept(&client);
    use_session(&client, &session).unwrap();
    client.revoke(&client.forget(&session).tokens).unwrap();
    assert_eq!(processes.world.http.count("/revoke"), 1);
}

#[test]
fn keys_that_were_replaced_since_are_fetched() {
    let processes = Processes::new("remembered-keys");
    processes.world.faults.set(Fault::RotatedKeys);
    assert_eq!(processes.renewing(), ["/token", "/jwks"]);
    assert_eq!(processes.renewing(), ["/token"]);
}

/// Security catalogue S7.
#[test]
fn without_a_network_the_person_is_offline_and_the_session_stays() {
    let processes = Processes::new("remembered-offline");
    let (world, before) = (&processes.world, processes.world.kept());
    for path in [DISCOVERY, "/token"] {
        world.http.at(path, |_, _| dropped());
    }
    let app = App::of(world, processes.start());
    let State::Offline { user, .. } = app.until("Offline") else {
        unreachable!()
    };
    assert_eq!(user.unwrap().name, "Ada Lovelace");
    assert_eq!(world.kept(), before);
    for path in [DISCOVERY, "/token"] {
        world.http.clear(path);
    }
    assert_eq!(processes.renewing(), ["/token"], "it was forgotten");
}

#[test]
fn processes_that_remember_at_the_same_moment_leave_a_whole_file() {
    let processes = Processes::new("remembered-together");
    let remember = || {
        for _ in 0..10 {
            let client = processes.start();
            // Asks the provider anew.
            client.end_session_url(&kept(&client)).unwrap();
        }
    };
    thread::scope(|scope| {
        let writers: Vec<_> = (0..4).map(|_| scope.spawn(remember)).collect();
        while !writers.iter().all(thread::ScopedJoinHandle::is_finished) {
            let text = fs::read_to_string(processes.file()).unwrap();
            serde_json::from_str::<Value>(&text).unwrap();
        }
    });
    assert_eq!(processes.renewing(), ["/token"]);
    let files = fs::read_dir(&processes.folder.0).unwrap();
    let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
    let left: Vec<_> = names.filter(|name| name.ends_with(".tmp")).collect();
    assert!(left.is_empty(), "{left:?}");
}

/// The provider's own rules hold for the file as for an answer.
#[test]
fn what_no_provider_may_say_is_not_believed_of_the_file_either() {
    for change in [
        |document: &mut Value| document["issuer"] = json!("https://other.example"),
        |document: &mut Value| document["token_endpoint"] = json!("http://sso.example.org/t"),
        |document: &mut Value| document["token_endpoint"] = json!("file:///etc/passwd"),
        |document: &mut Value| document["jwks_uri"] = json!(null),
        |document: &mut Value| document["code_challenge_methods_supported"] = json!(["plain"]),
        |document: &mut Value| *document = json!("<html>"),
    ] {
        let processes = Processes::new("remembered-rules");
        processes.change_document(change);
        let asked = processes.renewing();
        assert_eq!(asked[..2], [DISCOVERY, "/token"], "{asked:?}");
        assert_eq!(processes.renewing(), ["/token"], "not mended");
    }
    let processes = Processes::new("remembered-time");
    processes.change(|file| file["discovery"]["at"] = json!(u64::MAX));
    assert_eq!(processes.renewing()[..2], [DISCOVERY, "/token"]);
}

/// A set of no keys in the file is none, and is no error of the provider's.
#[test]
fn keys_that_are_none_are_fetched() {
    for keys in [r#"{"keys":[]}"#, r#"{"keys":5}"#, "{}", "", "\u{0}"] {
        let processes = Processes::new("remembered-no-keys");
        processes.change(|file| file["keys"]["document"] = json!(keys));
        assert_eq!(processes.renewing(), ["/token", "/jwks"], "{keys}");
    }
    let processes = Processes::new("remembered-without-keys");
    processes.change(|file| file["keys"] = json!(null));
    assert_eq!(processes.renewing(), ["/token", "/jwks"]);
}
