//! Clients, APIs, scopes and people of somebody's own, in place of the defaults.

use serde_json::{Value, json};
use vestibule_server::dev_idp::Options;

use crate::world::{API, Answer, Browser, CALLBACK, Folder, Provider, VERIFIER, parts};

const NOTES_API: &str = "https://notes.example.org";

/// Two apps, two APIs, two scopes, three people.
pub fn options() -> Options {
    Options {
        clients: vec![
            "your-notes=Your <Notes>".parse().unwrap(),
            "vestibule".parse().unwrap(),
        ],
        audiences: vec![NOTES_API.parse().unwrap(), API.parse().unwrap()],
        scopes: vec![
            "notes:read".parse().unwrap(),
            "notes:write".parse().unwrap(),
        ],
        users: vec![
            "mary:mary:Mary Shelley:mary@home.example".parse().unwrap(),
            "plato:a & b".parse().unwrap(),
            "ada".parse().unwrap(),
        ],
        ..Options::default()
    }
}

/// What `your-notes` asks for, unlike the world's app.
pub const NOTES: [(&str, &str); 3] = [
    ("client_id", "your-notes"),
    ("audience", NOTES_API),
    (
        "scope",
        "openid profile email offline_access notes:write unknown notes:read",
    ),
];

pub fn redeem(provider: &Provider, client_id: &str, code: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", client_id),
        ("code", code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
    ];
    provider.post("/token", &form)
}

pub fn refresh(provider: &Provider, client_id: &str, token: &Value) -> Answer {
    let form = [
        ("grant_type", "refresh_token"),
        ("client_id", client_id),
        ("refresh_token", token.as_str().unwrap()),
    ];
    provider.post("/token", &form)
}

pub fn tokens(provider: &Provider) -> Value {
    let code = Browser::new(provider).code("mary", &NOTES);
    let answer = redeem(provider, "your-notes", &code);
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.json()
}

#[test]
fn a_renamed_app_calls_another_api_with_scopes_of_its_own() {
    let provider = Provider::with(options());
    let tokens = tokens(&provider);
    assert_eq!(
        tokens["scope"],
        "openid profile email offline_access notes:read notes:write"
    );
    let (_, access) = parts(&tokens["access_token"]);
    assert_eq!(
        (&access["aud"], &access["client_id"]),
        (&json!(NOTES_API), &json!("your-notes"))
    );
    assert_eq!(access["scope"], tokens["scope"]);
    let (_, id) = parts(&tokens["id_token"]);
    assert_eq!(
        (&id["aud"], &id["sub"]),
        (&json!("your-notes"), &json!("mary"))
    );
    let told = ["name", "given_name", "family_name", "email"].map(|name| id[name].clone());
    assert_eq!(
        told,
        ["Mary Shelley", "Mary", "Shelley", "mary@home.example"]
    );
    assert_eq!(id["picture"], Value::Null);
    let userinfo = provider.with_token("/userinfo", tokens["access_token"].as_str().unwrap());
    assert_eq!(userinfo.json()["email"], "mary@home.example");
    let metadata = provider.get("/.well-known/openid-configuration").json();
    let scopes = json!([
        "openid",
        "profile",
        "email",
        "offline_access",
        "notes:read",
        "notes:write"
    ]);
    assert_eq!(metadata["scopes_supported"], scopes);
}

#[test]
fn the_pages_name_the_app_its_api_its_scopes_and_everybody_who_can_sign_in() {
    let provider = Provider::with(options());
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&NOTES);
    let login = browser.follow(&begun);
    for text in [
        "3 people live here",
        "<b>mary</b> with the password <b>mary</b>",
        "<b>plato</b> with <b>a &amp; b</b>, or as <b>ada</b> with <b>ada</b>.",
    ] {
        assert!(login.body.contains(text), "{text}: {}", login.body);
    }
    let signed_in = browser.log_in(&login, "plato", "a & b");
    let page = browser.follow(&signed_in).body;
    for text in [
        "<title>Let Your &lt;Notes&gt; in? ·",
        "<h1>Let Your &lt;Notes&gt; in?</h1>",
        "The app <b>Your &lt;Notes&gt;</b> would like to:",
        "<li>use notes:read</li><li>use notes:write</li><li>call https://notes.example.org for you</li>",
        "plato@example.org",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    // Nobody has a picture.
    assert!(!page.contains("<img"));
    assert_eq!(provider.get("/picture/plato.png").status, 404);
}

#[test]
fn one_person_is_no_people() {
    let users = vec!["mary".parse().unwrap()];
    let provider = Provider::with(Options {
        users,
        ..Options::default()
    });
    let mut browser = Browser::new(&provider);
    let begun = browser.authorize(&[]);
    let page = browser.follow(&begun).body;
    let text = "one person lives here. Sign in as\n<b>mary</b> with the password <b>mary</b>.";
    assert!(page.contains(text), "{page}");
}

#[test]
fn the_defaults_that_were_replaced_are_unknown_and_what_is_known_is_told() {
    let provider = Provider::with(Options {
        clients: vec!["your-notes".parse().unwrap(), "other".parse().unwrap()],
        audiences: vec![NOTES_API.parse().unwrap(), "second".parse().unwrap()],
        users: vec!["mary".parse().unwrap()],
        ..Options::default()
    });
    let mut browser = Browser::new(&provider);
    let page = browser.authorize(&[]);
    assert_eq!((page.status, page.location()), (400, ""));
    assert!(
        page.body
            .contains("client_id must be “your-notes” or “other”, once."),
        "{}",
        page.body
    );
    let page = browser.get("/logout?client_id=vestibule");
    assert!(
        page.body
            .contains("client_id must be “your-notes” or “other”."),
        "{}",
        page.body
    );
    let ours = [("client_id", "your-notes")];
    let told = browser.authorize(&ours).callback();
    assert_eq!(told["error"], "invalid_target");
    assert_eq!(
        told["error_description"],
        "the APIs here are https://notes.example.org and second"
    );
    let begun = browser.authorize(&[ours[0], ("audience", "second")]);
    let page = browser.follow(&begun);
    let again = browser.log_in(&page, "ada", "ada");
    assert!(
        browser
            .follow(&again)
            .body
            .contains("Wrong name or password")
    );
}

#[test]
fn a_token_is_for_one_api() {
    let provider = Provider::with(options());
    let mut browser = Browser::new(&provider);
    let told = browser.authorize(&[("audience", NOTES_API), ("resource", API)]);
    assert_eq!(told.callback()["error"], "invalid_target");
    let same = [("audience", NOTES_API), ("resource", NOTES_API)];
    let code = browser.code("mary", &same);
    let (_, claims) = parts(&redeem(&provider, "vestibule", &code).json()["access_token"]);
    assert_eq!(claims["aud"], NOTES_API);
    // RFC 8707 §2.2: of two that are known, the other one was not asked for.
    let code = browser.code("mary", &same);
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "vestibule"),
        ("code", &code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", VERIFIER),
        ("resource", API),
    ];
    assert_eq!(provider.post("/token", &form).error(), "invalid_target");
}

#[test]
fn a_provider_that_is_started_anew_lets_nobody_in_whom_it_does_not_know_any_more() {
    let folder = Folder::new("fewer");
    let mut address = "127.0.0.1:0".parse().unwrap();
    let mut start = |options| {
        let state = Some(folder.0.clone());
        let provider = Provider::at(address, Options { state, ..options });
        address = provider.address;
        provider
    };
    let provider = start(options());
    let mut browser = Browser::new(&provider);
    let code = browser.code("mary", &NOTES);
    let token = redeem(&provider, "your-notes", &code).json()["refresh_token"].clone();
    drop(provider);

    let provider = start(Options {
        scopes: Vec::new(),
        ..options()
    });
    let answer = refresh(&provider, "your-notes", &token).json();
    assert_eq!(answer["scope"], "openid profile email offline_access");
    let token = answer["refresh_token"].clone();
    drop(provider);

    let provider = start(Options {
        audiences: vec![API.parse().unwrap()],
        ..options()
    });
    let refused = refresh(&provider, "your-notes", &token);
    assert_eq!(refused.error(), "invalid_grant");
    drop(provider);

    let provider = start(Options {
        users: vec!["ada".parse().unwrap()],
        ..options()
    });
    let refused = refresh(&provider, "your-notes", &token);
    assert_eq!(refused.error(), "invalid_grant");
    // Nor does her browser's session lead to a code.
    assert!(browser.authorize(&NOTES).location().starts_with("/login"));
    drop(provider);

    // Nothing of it was deleted.
    let provider = start(options());
    assert_eq!(refresh(&provider, "your-notes", &token).status, 200);
    assert!(browser.authorize(&NOTES).location().starts_with(CALLBACK));
}
