//! The person's side of RFC 8628: the page at `/device`, and guesses.

use serde_json::Value;

use crate::{
    device::{answer_device, ask, impatient, poll, text},
    world::{Browser, Provider, encode},
};

fn page_with(browser: &mut Browser, code: &str) -> crate::world::Answer {
    browser.get(&format!("/device?{}", encode(&[("user_code", code)])))
}

/// A code that nobody was given: a vowel is in none.
const WRONG: &str = "AAAA-AAAA";

#[test]
fn the_code_may_be_typed_in_any_case_with_or_without_its_dash() {
    let provider = Provider::start();
    let device = ask(&provider);
    let code = text(&device, "user_code");
    for typed in [
        code.to_owned(),
        code.replace('-', ""),
        code.to_lowercase(),
        format!("  {} ", code.to_lowercase().replace('-', " ")),
    ] {
        let mut browser = Browser::new(&provider);
        let page = browser.get("/device");
        let answer = browser.enter(&page, &typed);
        assert!(answer.location().starts_with("/login"), "{typed}");
    }
}

#[test]
fn a_link_with_the_code_asks_to_compare_it_and_tells_nothing_yet() {
    let provider = Provider::start();
    let device = ask(&provider);
    let code = text(&device, "user_code");
    let mut browser = Browser::new(&provider);
    let page = page_with(&mut browser, code);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Does your device show this code?"));
    assert!(page.body.contains(&format!(r#"value="{code}""#)));
    // A code that does not exist has the same page: nothing can be learnt here.
    let other = page_with(&mut browser, WRONG);
    let (_, content) = page.body.split_once("</style>").unwrap();
    let (_, unknown) = other.body.split_once("</style>").unwrap();
    assert_eq!(content.replace(code, WRONG), unknown);
    let hostile = page_with(&mut browser, "\"><script>alert(1)</script>");
    assert!(!hostile.body.contains("<script"));
    assert!(hostile.body.contains("&quot;&gt;&lt;script&gt;"));
}

#[test]
fn the_question_names_app_person_code_and_scopes() {
    let provider = Provider::start();
    let device = ask(&provider);
    let mut browser = Browser::new(&provider);
    let page = browser.get("/device");
    let answer = browser.enter(&page, text(&device, "user_code"));
    let login = browser.follow(&answer);
    let wrong = browser.log_in(&login, "ada", "wrong");
    let login = browser.follow(&wrong);
    assert!(login.body.contains("Wrong name or password"));
    let answer = browser.log_in(&login, "ada", "ada");
    let question = browser.follow(&answer);
    for word in [
        "<b>Vestibule</b>",
        "Signed in as <b>Ada Lovelace</b>",
        text(&device, "user_code"),
        "see your name and picture",
        "ada@example.org",
        "keep you signed in",
        "https://my-resource-server",
        ">Allow</button>",
        ">Cancel</button>",
    ] {
        assert!(question.body.contains(word), "{word}");
    }
    let done = browser.consent(&question, "allow");
    let closing = browser.follow(&done);
    assert!(closing.body.contains("Your device is let in"));
    assert!(!closing.body.contains("<form"));
}

#[test]
fn a_device_is_asked_about_each_time_and_its_answer_is_no_grant_for_the_browser() {
    let provider = impatient();
    let mut browser = Browser::new(&provider);
    // Neither the session nor a kept grant makes it silent.
    browser.code("ada", &[]);
    for _ in 0..2 {
        let device = ask(&provider);
        let page = page_with(&mut browser, text(&device, "user_code"));
        let answer = browser.enter(&page, text(&device, "user_code"));
        assert!(answer.location().starts_with("/consent"));
        let question = browser.follow(&answer);
        assert_eq!(poll(&provider, &device).error(), "authorization_pending");
        browser.consent(&question, "allow");
        assert_eq!(poll(&provider, &device).status, 200);
    }
    let mut grace = Browser::new(&provider);
    answer_device(&mut grace, &ask(&provider), "grace", "allow");
    assert!(grace.authorize(&[]).location().starts_with("/consent"));
}

#[test]
fn a_user_code_is_good_for_one_answer() {
    let provider = impatient();
    for choice in ["allow", "cancel"] {
        let device = ask(&provider);
        let code = text(&device, "user_code");
        let (mut ada, mut eve) = (Browser::new(&provider), Browser::new(&provider));
        // Both have entered it; the first answer counts.
        let page = eve.get("/device");
        let begun = eve.enter(&page, code);
        let login = eve.follow(&begun);
        let begun = eve.log_in(&login, "grace", "grace");
        let question = eve.follow(&begun);
        answer_device(&mut ada, &device, "ada", choice);
        let late = eve.consent(&question, "allow");
        assert_eq!((late.status, late.location()), (400, ""));
        let page = eve.get("/device");
        assert_eq!(eve.enter(&page, code).status, 400);
        let answer = poll(&provider, &device).json();
        match choice {
            "allow" => {
                let claims = crate::world::parts(&answer["id_token"]).1;
                assert_eq!(claims["sub"], "ada");
            }
            _ => assert_eq!(answer["error"], "access_denied"),
        }
    }
}

#[test]
fn an_unknown_a_used_and_a_refused_code_are_answered_alike() {
    let provider = impatient();
    let used = ask(&provider);
    answer_device(&mut Browser::new(&provider), &used, "ada", "allow");
    poll(&provider, &used);
    let refused = ask(&provider);
    answer_device(&mut Browser::new(&provider), &refused, "ada", "cancel");
    let answers = [WRONG, text(&used, "user_code"), text(&refused, "user_code")].map(|code| {
        let mut browser = Browser::new(&provider);
        let page = browser.get("/device");
        let csrf = page.field("csrf");
        let answer = browser.enter(&page, code);
        let (_, content) = answer.body.split_once("</style>").unwrap();
        let content = content.replace(code, "CODE").replace(&csrf, "CSRF");
        (answer.status, content)
    });
    assert_eq!(answers[0].0, 400);
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0], answers[2]);
}

#[test]
fn after_ten_wrong_codes_no_code_is_looked_at_for_a_while() {
    let provider = Provider::start();
    let device: Value = ask(&provider);
    for _ in 0..10 {
        // A new browser each time: the limit is not in the cookie.
        let mut browser = Browser::new(&provider);
        let page = browser.get("/device");
        assert_eq!(browser.enter(&page, WRONG).status, 400);
    }
    let mut browser = Browser::new(&provider);
    let page = browser.get("/device");
    for code in [WRONG, text(&device, "user_code")] {
        let answer = browser.enter(&page, code);
        assert_eq!((answer.status, answer.header("retry-after")), (429, "60"));
        assert!(answer.body.contains("Wait a minute"));
    }
}
