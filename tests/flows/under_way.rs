//! An attempt that a test runs and watches.

use std::{
    net::TcpStream,
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::Instant,
};

use url::Url;
use vestibule::auth::{
    Attempt, Cancel, Client, DeviceAuthorization, Error, Progress, Session, SignIn, Step, Way,
    ports::Browser,
};

use crate::{
    browser::{TestBrowser, Visit},
    clock::eventually,
    world::{World, noting},
};

/// An attempt that runs, and what it has told.
pub struct UnderWay {
    pub attempt: Attempt,
    pub cancel: Cancel,
    pub steps: Arc<Mutex<Vec<Step>>>,
    running: JoinHandle<Result<Session, Error>>,
}

impl UnderWay {
    pub fn start(client: &Client, way: Way) -> Self {
        let how = SignIn {
            way,
            ..SignIn::default()
        };
        Self::with(client, how, noting())
    }

    /// Told by this, which notes the steps.
    pub fn with(
        client: &Client,
        how: SignIn,
        (progress, steps): (Progress, Arc<Mutex<Vec<Step>>>),
    ) -> Self {
        let cancel = Cancel::default();
        let attempt = client.attempt(how, &cancel);
        let runs = attempt.clone();
        Self {
            attempt,
            cancel,
            steps,
            running: thread::spawn(move || runs.run(&progress)),
        }
    }

    /// Step number `n`, counted from 0.
    pub fn step(&self, n: usize) -> Step {
        self.nth("a step", n, |step| Some(step.clone()))
    }

    /// The code that is told of as number `n`, counted from 0.
    pub fn code(&self, n: usize) -> DeviceAuthorization {
        self.nth("a code", n, |step| match step {
            Step::Device(code) => Some(code.clone()),
            _ => None,
        })
    }

    /// Address and end of the browser's step number `n`, counted from 0.
    pub fn browser(&self, n: usize) -> (String, Instant) {
        self.nth("an address", n, |step| match step {
            Step::Browser { url, deadline, .. } => Some((url.clone(), *deadline)),
            _ => None,
        })
    }

    /// The way that could not be begun, and why.
    pub fn failure(&self) -> (Way, Arc<Error>) {
        self.nth("a way that failed", 0, |step| match step {
            Step::WayFailed(way, error) => Some((*way, error.clone())),
            _ => None,
        })
    }

    fn nth<T>(&self, what: &str, n: usize, of: impl Fn(&Step) -> Option<T>) -> T {
        let find = || self.steps.lock().unwrap().iter().filter_map(&of).nth(n);
        eventually(what, || find().is_some() || self.running.is_finished());
        let ended = || format!("it has ended: {:?}", self.steps.lock().unwrap());
        find().unwrap_or_else(|| panic!("{}", ended()))
    }

    pub fn is_over(&self) -> bool {
        self.running.is_finished()
    }

    pub fn panics(self) -> bool {
        self.running.join().is_err()
    }

    pub fn end(self) -> Result<Session, Error> {
        self.running.join().unwrap()
    }
}

/// The person opens `url` and does this there, to the end.
pub fn visited(url: &str, visit: Visit) {
    let browser = TestBrowser::new(visit);
    browser.open(url).unwrap();
    browser.pages();
}

/// The redirect port of an authorization request.
pub fn port_of(url: &str) -> u16 {
    let url = Url::parse(url).unwrap();
    let mut pairs = url.query_pairs();
    let (_, redirect) = pairs.find(|(name, _)| name == "redirect_uri").unwrap();
    Url::parse(&redirect).unwrap().port().unwrap()
}

pub fn closes(port: u16) {
    eventually("the port closes", || {
        TcpStream::connect(("127.0.0.1", port)).is_err()
    });
}

/// The browser is shown, and nothing happens in it by itself.
pub fn in_the_browser(world: &World) -> UnderWay {
    world.browser.set(Visit::Idle);
    let under_way = UnderWay::start(&world.client(), Way::Browser);
    under_way.browser(0);
    under_way
}
