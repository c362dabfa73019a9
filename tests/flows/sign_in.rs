//! The whole story, as a person has it.

use std::{collections::HashSet, net::TcpStream, thread, time::Duration};

use vestibule::{
    api,
    auth::{Cancel, SignIn, Step, Stored},
};
use vestibule_server::dev_idp::Fault;

use crate::{
    browser::{BlockingBrowser, Visit},
    clock::{Gate, eventually},
    http::held,
    world::{MESSAGE, World, kept, noting, sign_in, silent, use_session},
};

#[test]
fn ada_signs_in_reads_the_message_comes_back_in_silence_and_signs_out() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    assert_eq!(session.display_name(), "Ada Lovelace");
    assert_eq!(session.profile().email.as_deref(), Some("ada@example.org"));
    assert!(
        session
            .profile()
            .picture
            .unwrap()
            .ends_with("/picture/ada.png")
    );
    assert_eq!(session.stored(), Stored::Yes);
    let message = api::fetch(
        &client,
        &session,
        &api::message(&world.api),
        &Cancel::default(),
    );
    assert_eq!(message.unwrap(), MESSAGE);

    // Another day.
    world.browser.pages();
    world.browser.set(Visit::Never);
    let opened = world.browser.opened().len();
    let client = world.client();
    let session = kept(&client);
    assert_eq!(session.display_name(), "Ada Lovelace");
    let message = api::fetch(
        &client,
        &session,
        &api::message(&world.api),
        &Cancel::default(),
    );
    assert_eq!(message.unwrap(), MESSAGE);
    assert_eq!(world.browser.opened().len(), opened);

    let forgotten = client.forget(&session);
    assert!(forgotten.deleted.is_ok());
    client.revoke(&forgotten.tokens).unwrap();
    assert!(world.client().stored_session().unwrap().is_none());
}

#[test]
fn what_is_kept_is_the_refresh_token_and_the_name_and_no_other_token() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    let item = world.kept().unwrap();
    let mut members: Vec<_> = item.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["email", "issuer", "name", "refresh_token", "sub"]);
    let access = use_session(&client, &session).unwrap();
    assert!(!item.to_string().contains(&access));
    assert_eq!(item["issuer"], world.issuer);
}

/// Security catalogue K17.
#[test]
fn no_address_that_is_asked_or_opened_has_a_token_a_code_or_a_verifier() {
    let world = World::new();
    let client = world.client();
    let session = sign_in(&client).unwrap();
    api::fetch(
        &client,
        &session,
        &api::message(&world.api),
        &Cancel::default(),
    )
    .unwrap();
    let access = use_session(&client, &session).unwrap();
    let exchange = world.http.sent_to("/token").remove(0);
    let secrets = [
        access,
        world.kept_token(),
        exchange.field("code").unwrap(),
        exchange.field("code_verifier").unwrap(),
    ];
    let mut addresses = world.browser.opened();
    addresses.extend(world.http.all().iter().map(|sent| sent.url.to_string()));
    for secret in &secrets {
        assert!(!addresses.iter().any(|address| address.contains(secret)));
    }
    assert!(addresses.len() >= 5);
}

/// Security catalogue L19.
#[test]
fn the_page_after_the_redirect_has_no_code_in_its_address_and_strict_headers() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let pages = world.browser.pages();
    let [.., callback, result] = &pages[..] else {
        panic!("{pages:?}")
    };
    assert_eq!((callback.url.path(), callback.status), ("/callback", 303));
    assert_eq!(callback.header("location"), Some(result.url.path()));
    assert_eq!((result.status, result.url.query()), (200, None));
    let random = result.url.path().strip_prefix("/result/").unwrap();
    // 128 bits.
    assert!(random.len() >= 22, "{random}");
    assert!(result.body.contains("You are signed in"));
    // For a window and a terminal alike.
    assert!(result.body.contains("Return to Vestibule. You can close"));
    let code = world.http.sent_to("/token")[0].field("code").unwrap();
    assert!(!result.body.contains(&code));
    for page in [callback, result] {
        let policy = page.header("content-security-policy").unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("connection"), Some("close"));
        assert_eq!(page.header("server"), None);
        assert_eq!(page.header("access-control-allow-origin"), None);
    }
    for foreign in ["<script", "http://", "https://", "@import"] {
        assert!(!result.body.contains(foreign), "{foreign}");
    }
}

#[test]
fn the_result_page_comes_only_after_the_exchange_ended() {
    let world = World::new();
    let gate = Gate::default();
    world.http.at("/token", held(gate.passage()));
    let client = world.client();
    let browser = world.browser.clone();
    let signing_in = thread::spawn(move || sign_in(&client).map(|_| ()));
    gate.reached();
    let page = thread::spawn(move || browser.pages());
    // Long enough for a page that does not wait to come.
    thread::sleep(Duration::from_millis(300));
    assert!(!page.is_finished(), "a result before there is one");
    gate.open();
    signing_in.join().unwrap().unwrap();
    let pages = page.join().unwrap();
    assert!(pages.last().unwrap().body.contains("You are signed in"));
}

#[test]
fn a_refused_exchange_is_told_on_the_page_too() {
    let world = World::new();
    let failed = world.with_fault(Fault::WrongNonce, || sign_in(&world.client()));
    assert!(failed.is_err());
    let pages = world.browser.pages();
    let last = &pages.last().unwrap().body;
    assert!(last.contains("The sign-in did not finish"), "{last}");
}

/// Security catalogue K2, K4, K6.
#[test]
fn each_request_has_its_own_port_state_nonce_and_challenge() {
    let world = World::new();
    world.browser.set(Visit::Idle);
    let mut seen: [HashSet<String>; 4] = Default::default();
    for _ in 0..20 {
        let client = world.client();
        let (progress, steps) = noting();
        let cancel = Cancel::default();
        let waiting = {
            let (cancel, client) = (cancel.clone(), client.clone());
            thread::spawn(move || {
                client
                    .sign_in(&SignIn::default(), &progress, &cancel)
                    .is_ok()
            })
        };
        eventually("the browser step", || !steps.lock().unwrap().is_empty());
        cancel.cancel();
        assert!(!waiting.join().unwrap());
        let Step::Browser { url, .. } = steps.lock().unwrap().remove(0) else {
            panic!("another step first")
        };
        let url = url::Url::parse(&url).unwrap();
        let value = |name: &str| {
            let mut pairs = url.query_pairs();
            pairs.find(|(key, _)| key == name).unwrap().1.into_owned()
        };
        assert_eq!(value("code_challenge_method"), "S256");
        assert_eq!(value("audience"), crate::world::AUDIENCE);
        let redirect = value("redirect_uri");
        assert!(redirect.starts_with("http://127.0.0.1:"), "{redirect}");
        for (set, name) in seen.iter_mut().zip(["state", "nonce", "code_challenge"]) {
            assert!(value(name).len() >= 43, "{name}");
            assert!(set.insert(value(name)), "{name} came twice");
        }
        seen[3].insert(redirect);
    }
    assert!(seen[3].len() > 1, "always the same port");
}

/// Security catalogue K3.
#[test]
fn the_port_is_closed_once_the_sign_in_ended() {
    let world = World::new();
    sign_in(&world.client()).unwrap();
    let pages = world.browser.pages();
    let port = pages.last().unwrap().url.port().unwrap();
    eventually("the port closes", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
}

#[test]
fn a_browser_that_blocks_or_is_missing_does_not_stop_the_wait() {
    let world = World::new();
    let client = world.client_in(std::sync::Arc::new(BlockingBrowser(Gate::default())));
    let (progress, steps) = noting();
    let cancel = Cancel::default();
    let waiting = {
        let cancel = cancel.clone();
        thread::spawn(move || {
            client
                .sign_in(&SignIn::default(), &progress, &cancel)
                .is_ok()
        })
    };
    eventually("the address is shown", || !steps.lock().unwrap().is_empty());
    cancel.cancel();
    assert!(!waiting.join().unwrap());

    world.browser.set(Visit::Broken);
    let client = world.client();
    let (progress, steps) = noting();
    let waiting = thread::spawn(move || {
        client
            .sign_in(&SignIn::default(), &progress, &Cancel::default())
            .map(|session| session.display_name())
    });
    let failed = |step: &Step| matches!(step, Step::BrowserFailed);
    eventually("the failure is told", || {
        steps.lock().unwrap().iter().any(failed)
    });
    // The person copies the link into a browser of their own.
    let url = world.browser.opened().remove(0);
    let own = crate::browser::TestBrowser::new(Visit::As("ada"));
    vestibule::auth::ports::Browser::open(&own, &url).unwrap();
    assert_eq!(waiting.join().unwrap().unwrap(), "Ada Lovelace");
    own.pages();
}

#[test]
fn without_a_browser_only_the_address_is_shown() {
    let world = World::new();
    world.browser.set(Visit::Never);
    let how = SignIn {
        way: vestibule::auth::Way::Address,
        ..SignIn::default()
    };
    let client = world.client_with(|builder| builder.sign_in_limit(Duration::from_millis(50)));
    let (progress, steps) = noting();
    let ended = client.sign_in(&how, &progress, &Cancel::default());
    assert!(matches!(ended, Err(vestibule::auth::Error::TimedOut)));
    assert_eq!(steps.lock().unwrap().len(), 1);
}

#[test]
fn somebody_else_is_asked_for_the_password_although_the_browser_knows_ada() {
    let world = World::new();
    let client = world.client();
    sign_in(&client).unwrap();
    world.browser.pages();
    world.browser.set(Visit::As("grace"));
    // Without being asked for somebody else, it is ada again.
    assert_eq!(sign_in(&client).unwrap().sub(), "ada");
    world.browser.pages();
    let switch = SignIn {
        switch: true,
        ..SignIn::default()
    };
    let session = client.sign_in(&switch, &silent(), &Cancel::default());
    assert_eq!(session.unwrap().sub(), "grace");
    assert_eq!(world.kept().unwrap()["sub"], "grace");
}
