//! Browsers: one that really signs in at the development provider and follows
//! the redirects to the loopback, and others that do not.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard},
    thread::{self, JoinHandle},
    time::Duration,
};

use ureq::Agent;
use url::{Url, form_urlencoded};
use vestibule::auth::{error::BrowserError, ports::Browser};

use crate::clock::Gate;

/// What the person does when a page comes up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Visit {
    /// Logs in with this name, and allows.
    As(&'static str),
    /// Logs in as ada and chooses Cancel when asked for consent.
    CancelAtConsent,
    /// Leaves the page open and does nothing.
    Idle,
    /// There is no browser.
    Broken,
    /// No page may come up at all: the test fails.
    Never,
}

/// A person's browser; keeps its cookies from visit to visit.
pub struct TestBrowser {
    state: Mutex<State>,
}

struct State {
    cookies: Cookies,
    /// A page came up although none may.
    disturbed: bool,
    opened: Vec<String>,
    visit: Visit,
    visits: Vec<JoinHandle<Tour>>,
}

/// The cookies and the pages of a visit.
type Tour = (Cookies, Vec<Page>);
type Cookies = HashMap<String, String>;

/// A page as it came.
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: u16,
    pub headers: http::HeaderMap,
    pub body: String,
}

impl Page {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }
}

impl TestBrowser {
    pub fn new(visit: Visit) -> Self {
        Self {
            state: Mutex::new(State {
                cookies: HashMap::new(),
                disturbed: false,
                opened: Vec::new(),
                visit,
                visits: Vec::new(),
            }),
        }
    }

    /// What is done from now on.
    pub fn set(&self, visit: Visit) {
        self.state().visit = visit;
    }

    /// Forgets who is signed in at the provider.
    pub fn clear_cookies(&self) {
        self.state().cookies.clear();
    }

    /// The addresses that were opened.
    pub fn opened(&self) -> Vec<String> {
        self.state().opened.clone()
    }

    /// Waits until the last visit ended, and gives its pages.
    pub fn pages(&self) -> Vec<Page> {
        let visit = self.state().visits.pop().expect("nothing was opened");
        let (cookies, pages) = visit.join().expect("the visit failed");
        self.state().cookies.extend(cookies);
        pages
    }

    /// Waits until the last visit ended, well or not.
    pub fn is_through(&self) {
        let visit = self.state().visits.pop().expect("nothing was opened");
        let _ = visit.join();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

impl Browser for TestBrowser {
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        let mut state = self.state();
        state.opened.push(url.to_owned());
        match state.visit {
            Visit::Idle => Ok(()),
            Visit::Broken => Err(BrowserError::NotStarted("no browser here".to_owned())),
            // Not a panic: nobody joins the thread that opens.
            Visit::Never => {
                state.disturbed = true;
                Ok(())
            }
            visit => {
                let cookies = state.cookies.clone();
                let url = Url::parse(url).unwrap();
                let thread = thread::spawn(move || tour(cookies, url, visit));
                state.visits.push(thread);
                Ok(())
            }
        }
    }
}

impl Drop for TestBrowser {
    fn drop(&mut self) {
        let disturbed = self.state.get_mut().unwrap().disturbed;
        assert!(!disturbed || thread::panicking(), "a browser was opened");
    }
}

/// From page to page, until one asks nothing and leads nowhere.
fn tour(mut cookies: Cookies, start: Url, visit: Visit) -> Tour {
    let mut pages = vec![load(&mut cookies, &start, None)];
    for _ in 0..20 {
        let page = pages.last().unwrap().clone();
        let next = if let Some(location) = page.header("location") {
            let next = page.url.join(location).unwrap();
            load(&mut cookies, &next, None)
        } else if page.body.contains("<form") && page.status == 200 {
            let form = filled(&page, visit);
            load(&mut cookies, &page.url.join(&form.0).unwrap(), Some(form.1))
        } else {
            return (cookies, pages);
        };
        pages.push(next);
    }
    panic!("the provider leads in a circle: {:?}", pages.last());
}

fn filled(page: &Page, visit: Visit) -> (String, String) {
    let who = match visit {
        Visit::As(who) => who,
        _ => "ada",
    };
    let answer = match visit {
        Visit::CancelAtConsent => "cancel",
        _ => "allow",
    };
    let mut form = form_urlencoded::Serializer::new(String::new());
    for name in ["request", "csrf", "user_code"] {
        let hidden = format!("type=\"hidden\" name=\"{name}\" value=\"");
        if page.body.contains(&hidden) {
            form.append_pair(name, between(&page.body, &hidden, "\""));
        }
    }
    let action = between(&page.body, "action=\"", "\"").to_owned();
    match action.as_str() {
        "/login" => form
            .append_pair("username", who)
            .append_pair("password", who),
        "/consent" => form.append_pair("answer", answer),
        // The page of a code that came with the address (RFC 8628 §3.3.1).
        "/device" => form.append_pair("answer", "continue"),
        other => panic!("a form for {other}"),
    };
    (action, form.finish())
}

/// One request, redirects not followed.
fn load(cookies: &mut Cookies, url: &Url, form: Option<String>) -> Page {
    let agent: Agent = Agent::config_builder()
        .max_redirects(0)
        .max_redirects_will_error(false)
        .http_status_as_error(false)
        .proxy(None)
        .timeout_global(Some(Duration::from_secs(60)))
        .build()
        .into();
    let all: Vec<_> = cookies.iter().map(|(k, v)| format!("{k}={v}")).collect();
    let answer = match form {
        None => agent
            .get(url.as_str())
            .header("cookie", all.join("; "))
            .call(),
        Some(form) => agent
            .post(url.as_str())
            .header("cookie", all.join("; "))
            .header("content-type", "application/x-www-form-urlencoded")
            .send(form),
    };
    let mut answer = answer.unwrap_or_else(|error| panic!("{}: {error}", url.path()));
    for cookie in answer.headers().get_all("set-cookie") {
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        let (name, value) = pair.split_once('=').unwrap();
        cookies.insert(name.to_owned(), value.to_owned());
    }
    Page {
        url: url.clone(),
        status: answer.status().as_u16(),
        headers: answer.headers().clone(),
        body: answer.body_mut().read_to_string().unwrap_or_default(),
    }
}

fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let (_, rest) = text.split_once(start).expect(start);
    rest.split_once(end).expect(end).0
}

/// A text browser: blocks until it is left.
pub struct BlockingBrowser(pub Gate);

impl Browser for BlockingBrowser {
    fn open(&self, _: &str) -> Result<(), BrowserError> {
        self.0.passage().pass();
        Ok(())
    }
}
