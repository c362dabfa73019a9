//! Two providers at one state: the second one ends and changes nothing.

use std::net::TcpListener;

use vestibule_server::dev_idp::{Options, Provider};

use crate::world::Folder;

#[cfg(unix)]
#[test]
fn a_second_program_at_the_same_state_says_so_and_ends_and_the_first_goes_on() {
    use crate::{
        program::{Running, dev_idp, errors},
        world::{Browser, code_form, refresh_form},
    };

    let folder = Folder::new("two");
    let state = folder.0.to_str().unwrap();
    let file = folder.0.join("dev-idp.json");
    let first = Running::start(&["--state", state]);
    let mut browser = Browser::at(&first.issuer);
    let code = browser.code("ada", &[]);
    let tokens = browser.post("/token", &code_form(&code)).json();
    let before = std::fs::read(&file).unwrap();

    // It wants the port of the first one too, and names the state all the same.
    let listen = first.issuer.trim_start_matches("http://");
    let second = dev_idp(&["--listen", listen, "--state", state]);
    let told = errors(&second);
    assert_eq!(second.status.code(), Some(1), "{told}");
    assert_eq!(
        told,
        format!(
            "dev-idp: the state {state} is in use by another dev-idp; \
             end that one or choose another --state\n"
        )
    );
    // It has not said that it listens.
    assert!(second.stdout.is_empty());
    assert_eq!(std::fs::read(&file).unwrap(), before);

    let token = tokens["refresh_token"].as_str().unwrap().to_owned();
    let refreshed = browser.post("/token", &refresh_form(&token));
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    assert_eq!(first.end("-TERM").0, Some(0));

    // What the first one wrote last is there for the next.
    let third = Running::start(&["--state", state]);
    let token = refreshed.json()["refresh_token"]
        .as_str()
        .unwrap()
        .to_owned();
    let refreshed = Browser::at(&third.issuer).post("/token", &refresh_form(&token));
    assert_eq!(refreshed.status, 200, "{}", refreshed.body);
    assert_eq!(third.end("-TERM").0, Some(0));
}

#[cfg(unix)]
#[test]
fn a_program_that_was_killed_leaves_its_state_free() {
    use crate::program::Running;

    let folder = Folder::new("killed");
    let state = ["--state", folder.0.to_str().unwrap()];
    assert_eq!(Running::start(&state).end("-KILL").0, None);
    assert_eq!(Running::start(&state).end("-TERM").0, Some(0));
}

#[test]
fn a_second_provider_of_one_process_is_refused_until_the_first_is_dropped() {
    let folder = Folder::new("twice");
    let open = || {
        let state = Some(folder.0.clone());
        let options = Options {
            state,
            ..Options::default()
        };
        Provider::open(TcpListener::bind("127.0.0.1:0").unwrap(), options)
    };
    let first = open().unwrap();
    let error = open().err().unwrap().to_string();
    assert!(error.contains("is in use by another"), "{error}");
    drop(first);
    open().unwrap();
}
