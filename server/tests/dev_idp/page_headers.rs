//! What stands on every page, and how every form is answered.

use crate::{
    device::{ask, text},
    world::{Answer, Browser, Provider},
};

/// Every page that a person can come to, and every answer to a form.
struct Walk {
    browser: Browser,
    pages: Vec<(&'static str, Answer)>,
    forms: Vec<(&'static str, Answer)>,
}

impl Walk {
    fn page(&mut self, name: &'static str, answer: Answer) -> usize {
        self.pages.push((name, answer));
        self.pages.len() - 1
    }

    /// The page that this answer to a form leads to.
    fn next(&mut self, form: &'static str, answer: Answer, name: &'static str) -> usize {
        let page = self.browser.follow(&answer);
        self.forms.push((form, answer));
        self.page(name, page)
    }

    /// From the login page to the one after the right password.
    fn log_in(&mut self, login: usize, name: &'static str) -> usize {
        let answer = self.browser.log_in(&self.pages[login].1, "ada", "wrong");
        let again = self.next("wrong password", answer, "login again");
        let answer = self.browser.log_in(&self.pages[again].1, "ada", "ada");
        self.next("login", answer, name)
    }

    fn sign_in(&mut self) {
        let begun = self.browser.authorize(&[]);
        let login = self.browser.follow(&begun);
        let login = self.page("login", login);
        let consent = self.log_in(login, "consent");
        let answer = self.browser.consent(&self.pages[consent].1, "allow");
        self.forms.push(("consent", answer));
    }

    fn device(&mut self, provider: &Provider) {
        for (choice, name) in [("allow", "device allowed"), ("cancel", "device refused")] {
            let code = text(&ask(provider), "user_code").to_owned();
            let page = self.browser.get("/device");
            self.page("device", page);
            let wrong = self.browser.bring("AAAA-AAAA");
            self.page("device again", wrong);
            let page = self.browser.bring(&code);
            let page = self.page("device compare", page);
            let answer = self.browser.compare(&self.pages[page].1, "continue");
            let consent = self.next("device", answer, "device consent");
            let answer = self.browser.consent(&self.pages[consent].1, choice);
            self.next("device consent", answer, name);
        }
    }

    fn sign_out(&mut self) {
        for (choice, name) in [("stay", "still signed in"), ("sign-out", "signed out")] {
            let page = self.browser.get("/logout");
            let csrf = page.field("csrf");
            self.page("sign out?", page);
            let form = [("csrf", csrf.as_str()), ("answer", choice)];
            let answer = self.browser.post("/logout/confirm", &form);
            match answer.status {
                200 => drop(self.page(name, answer)),
                _ => drop(self.next("sign out", answer, name)),
            }
        }
    }

    fn refusals(&mut self) {
        let host = [("Host", "evil.example".to_owned())];
        let elsewhere = self.browser.send("GET", "/device", "", &host);
        self.page("wrong host", elsewhere);
        for path in ["/authorize", "/login?request=x", "/consent?request=x"] {
            let refused = self.browser.get(path);
            self.page("refused", refused);
        }
        for path in ["/login", "/consent", "/device", "/logout/confirm"] {
            let forbidden = self.browser.post(path, &[]);
            self.page("forbidden", forbidden);
        }
    }
}

fn walk(provider: &Provider) -> Walk {
    let mut walk = Walk {
        browser: Browser::new(provider),
        pages: Vec::new(),
        forms: Vec::new(),
    };
    walk.sign_in();
    walk.device(provider);
    walk.sign_out();
    walk.refusals();
    walk
}

#[test]
fn no_page_can_be_framed_sniffed_or_kept_and_none_tells_where_it_came_from() {
    let provider = Provider::start();
    let mut nonces = Vec::new();
    for (name, page) in walk(&provider).pages {
        let policy = page.header("content-security-policy");
        let (start, rest) = policy.split_once("style-src 'nonce-").unwrap();
        assert_eq!(start, "default-src 'none'; ", "{name}");
        let (nonce, rest) = rest.split_once('\'').unwrap();
        // No form-action: Chromium applies it to the redirect to the app.
        let end = "; img-src 'self'; base-uri 'none'; frame-ancestors 'none'";
        assert_eq!(rest, end, "{name}");
        assert!(page.body.contains(&format!("<style nonce=\"{nonce}\">")));
        nonces.push(nonce.to_owned());
        for (header, value) in [
            ("x-frame-options", "DENY"),
            ("referrer-policy", "no-referrer"),
            ("x-content-type-options", "nosniff"),
            ("cache-control", "no-store"),
            ("content-type", "text/html; charset=utf-8"),
        ] {
            assert_eq!(page.header(header), value, "{name}");
        }
    }
    let pages = nonces.len();
    nonces.sort();
    nonces.dedup();
    assert_eq!(nonces.len(), pages);
}

#[test]
fn no_page_has_a_script_or_anything_from_outside_and_all_fit_a_phone() {
    let provider = Provider::start();
    for (name, page) in walk(&provider).pages {
        for outside in [
            "http://",
            "<script",
            "javascript:",
            "//cdn",
            "@import",
            "url(",
        ] {
            // The leaf of the arch is cut by an element of the page itself.
            let body = page.body.replace("url(#leaf)", "");
            assert!(!body.contains(outside), "{name}: {outside}");
        }
        assert!(
            page.body
                .contains("name=\"viewport\" content=\"width=device-width")
        );
        assert!(page.body.contains("<html lang=\"en\">"), "{name}");
        assert_eq!(page.body.matches("<h1>").count(), 1, "{name}");
    }
}

#[test]
fn every_form_is_answered_with_303_and_the_answer_is_not_kept() {
    let provider = Provider::start();
    let walk = walk(&provider);
    assert_eq!(walk.forms.len(), 8);
    for (name, answer) in walk.forms {
        assert_eq!(answer.status, 303, "{name}");
        assert_eq!(answer.header("cache-control"), "no-store", "{name}");
        assert_eq!(answer.header("referrer-policy"), "no-referrer", "{name}");
    }
}
