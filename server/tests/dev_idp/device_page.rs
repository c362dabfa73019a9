//! The person's side of RFC 8628: the page at `/device`, and guesses.

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::{
    device::{answer_device, ask, impatient, poll, text},
    world::{ALL_SCOPES, Answer, Browser, Provider},
};

/// A code that nobody was given: a vowel is in none.
const WRONG: &str = "AAAA-AAAA";

/// What stands on a page, without its styles and what is of one browser alone.
fn content(page: &Answer, code: &str) -> String {
    let (_, content) = page.body.split_once("</style>").unwrap();
    content.replace(code, "CODE")
}

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
        let page = browser.bring(&typed);
        assert_eq!(page.field("user_code"), code, "{typed}");
        let answer = browser.compare(&page, "continue");
        assert!(answer.location().starts_with("/login"), "{typed}");
    }
}

/// The device that these words tell of, as the page to compare and the question name it.
fn shown_device(user_agent: Option<String>) -> [String; 2] {
    let provider = Provider::start();
    let agent = ("User-Agent", user_agent.unwrap_or_default());
    let form = crate::world::encode(&[("client_id", "vestibule"), ("scope", ALL_SCOPES)]);
    let mut device = Browser::new(&provider);
    let device = device.send("POST", "/device_authorization", &form, &[agent]);
    let device = device.json();
    let code = text(&device, "user_code");
    let mut browser = Browser::new(&provider);
    let compare = browser.bring(code);
    let begun = browser.compare(&compare, "continue");
    let login = browser.follow(&begun);
    let begun = browser.log_in(&login, "ada", "ada");
    let question = browser.follow(&begun);
    for page in [&compare, &question] {
        assert!(page.body.contains("<b>Vestibule</b>"), "{}", page.body);
        assert!(page.body.contains(code), "{}", page.body);
        assert!(page.body.contains(" at 127.0.0.1, "), "{}", page.body);
        assert!(page.body.contains("choose Cancel"), "{}", page.body);
        assert!(!page.body.contains("autofocus"), "{}", page.body);
    }
    [compare.body, question.body]
}

#[test]
fn whoever_asks_is_named_before_the_login_and_again_in_the_question() {
    let agent = "vestibule/0.1.0 (linux; x86_64)";
    for page in shown_device(Some(agent.to_owned())) {
        let named = format!("calls itself <q>{agent}</q>, at 127.0.0.1, ");
        assert!(page.contains(&named), "{page}");
    }
    for page in shown_device(None) {
        assert!(page.contains("does not say what it is"), "{page}");
    }
}

#[test]
fn what_a_device_calls_itself_is_text_and_never_long() {
    let agent = format!("</b><script>alert('1')</script>{}", "x".repeat(4000));
    for page in shown_device(Some(agent)) {
        assert!(page.contains("&lt;script&gt;alert(&#39;1&#39;)"), "{page}");
        assert!(!page.contains("<script"), "{page}");
        assert!(page.contains("xx…</q>") && !page.contains(&"x".repeat(81)));
    }
}

#[test]
fn the_time_since_the_device_asked_is_told() {
    let provider = Provider::start();
    let device = ask(&provider);
    let mut browser = Browser::new(&provider);
    let told = || browser.bring(text(&device, "user_code")).body;
    let grows = std::iter::repeat_with(told).take(400).any(|page| {
        std::thread::sleep(Duration::from_millis(50));
        page.contains(" seconds ago")
    });
    assert!(grows);
}

#[test]
fn a_link_with_a_code_is_a_guess_and_no_code_that_leads_nowhere_differs_from_another() {
    let provider = impatient();
    let used = ask(&provider);
    answer_device(&mut Browser::new(&provider), &used, "ada", "allow");
    poll(&provider, &used);
    let refused = ask(&provider);
    answer_device(&mut Browser::new(&provider), &refused, "ada", "cancel");
    let open = ask(&provider);
    let mut browser = Browser::new(&provider);
    let csrf = browser.get("/logout").field("csrf");
    let mut answers = Vec::new();
    for code in [WRONG, text(&used, "user_code"), text(&refused, "user_code")] {
        let form = [("csrf", csrf.as_str()), ("user_code", code)];
        for page in [browser.bring(code), browser.post("/device", &form)] {
            answers.push((page.status, content(&page, code)));
        }
    }
    assert_eq!(answers[0].0, 400);
    assert!(answers[0].1.contains("No device waits with this code"));
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    // Six wrong ones so far; of ten on, even a right one is not looked at.
    for _ in 0..4 {
        assert_eq!(browser.bring(WRONG).status, 400);
    }
    let code = text(&open, "user_code");
    let form = [("csrf", csrf.as_str()), ("user_code", code)];
    for page in [browser.bring(code), browser.post("/device", &form)] {
        assert_eq!((page.status, page.header("retry-after")), (429, "60"));
        assert!(page.body.contains("Wait a minute"));
    }
}

#[test]
fn a_code_in_an_address_is_text() {
    let provider = Provider::start();
    let hostile = Browser::new(&provider).bring("\"><script>alert(1)</script>");
    assert!(!hostile.body.contains("<script"));
    assert!(hostile.body.contains("&quot;&gt;&lt;script&gt;"));
}

#[test]
fn who_is_signed_in_can_refuse_a_code_on_its_page_and_nobody_else_can() {
    let provider = impatient();
    for (signed_in, error) in [(false, "authorization_pending"), (true, "access_denied")] {
        let device = ask(&provider);
        let mut browser = Browser::new(&provider);
        if signed_in {
            browser.code("ada", &[]);
        }
        let page = browser.bring(text(&device, "user_code"));
        let answer = browser.compare(&page, "cancel");
        assert_eq!(answer.location(), "/device/refused");
        let closing = browser.follow(&answer);
        assert!(closing.body.contains("Nothing was allowed"));
        assert_eq!(poll(&provider, &device).error(), error);
    }
}

#[test]
fn a_code_that_ends_while_it_is_compared_is_told() {
    let provider = Provider::with(Options {
        device_ttl: Duration::from_secs(2),
        ..Options::default()
    });
    let device = ask(&provider);
    let mut browser = Browser::new(&provider);
    let page = browser.bring(text(&device, "user_code"));
    std::thread::sleep(Duration::from_millis(2100));
    for answer in ["continue", "cancel"] {
        let late = browser.compare(&page, answer);
        assert_eq!((late.status, late.location()), (400, ""));
    }
}

#[test]
fn the_question_names_person_and_scopes() {
    let provider = Provider::start();
    let device = ask(&provider);
    let mut browser = Browser::new(&provider);
    let answer = browser.enter(text(&device, "user_code"));
    let login = browser.follow(&answer);
    let wrong = browser.log_in(&login, "ada", "wrong");
    let login = browser.follow(&wrong);
    assert!(login.body.contains("Wrong name or password"));
    let answer = browser.log_in(&login, "ada", "ada");
    let question = browser.follow(&answer);
    for word in [
        "Signed in as <b>Ada Lovelace</b>",
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
        let answer = browser.enter(text(&device, "user_code"));
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
        let begun = eve.enter(code);
        let login = eve.follow(&begun);
        let begun = eve.log_in(&login, "grace", "grace");
        let question = eve.follow(&begun);
        answer_device(&mut ada, &device, "ada", choice);
        let late = eve.consent(&question, "allow");
        assert_eq!((late.status, late.location()), (400, ""));
        assert_eq!(eve.bring(code).status, 400);
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
