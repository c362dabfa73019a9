//! A provider, an API and what a client needs of the world, for one test.

use std::{
    net::TcpListener,
    path::PathBuf,
    sync::{Arc, LazyLock, Mutex},
    time::Duration,
};

use tokio::runtime::Runtime;
use url::Url;
use vestibule::{
    api,
    auth::{
        Cancel, Client, ClientBuilder, Error, Progress, Session, SignIn, Step,
        ports::{Browser, Http, Limits, Request, TokenStore},
        testing::FakeClock,
    },
};
use vestibule_server::{
    dev_idp::{self, Fault, Faults, Options},
    guard::{AccessTokenVerifier, TypProfile},
};

use crate::{
    browser::{TestBrowser, Visit},
    clock::{LONG, eventually},
    http::{Answer, Diary, TestHttp},
    store::TestStore,
};

pub const AUDIENCE: &str = "https://my-resource-server";
pub const MESSAGE: &str = "Only authenticated users can read this message.";

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

pub struct World {
    pub api: Url,
    pub browser: Arc<TestBrowser>,
    pub clock: Arc<FakeClock>,
    pub diary: Diary,
    pub faults: Faults,
    pub http: Arc<TestHttp>,
    pub issuer: String,
    /// Every access token is said to be at its end.
    refreshing: bool,
    pub store: Arc<TestStore>,
}

impl World {
    /// Access tokens last five minutes; ada signs in.
    pub fn new() -> Self {
        Self::with_access_ttl(300)
    }

    /// Access tokens are said to be at their end when they come, so that each use
    /// refreshes.
    pub fn refreshing() -> Self {
        Self {
            refreshing: true,
            ..Self::new()
        }
    }

    /// Access tokens last so long; ada signs in.
    pub fn with_access_ttl(seconds: u64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let issuer = format!("http://{}", listener.local_addr().unwrap());
        let options = Options {
            access_ttl: Duration::from_secs(seconds),
            device_interval: Duration::from_secs(1),
            ..Options::default()
        };
        let faults = options.faults.clone();
        RUNTIME.spawn(dev_idp::serve(listener, options, std::future::pending()));
        let diary = Diary::default();
        Self {
            api: start_api(&issuer, AUDIENCE, TypProfile::Any),
            browser: Arc::new(TestBrowser::new(Visit::As("ada"))),
            clock: Arc::default(),
            faults,
            http: Arc::new(TestHttp::new(&diary)),
            issuer,
            refreshing: false,
            store: Arc::new(TestStore::new(&diary)),
            diary,
        }
    }

    /// A client for the API here, with the ports of this world.
    pub fn builder(&self) -> ClientBuilder {
        self.builder_without_audience().audience(AUDIENCE)
    }

    pub fn builder_without_audience(&self) -> ClientBuilder {
        Client::builder(&self.issuer, "vestibule")
            .app_name("Vestibule")
            .browser(self.browser.clone())
            .clock(self.clock.clone())
            .http(self.requests())
            .response_limit(api::ANSWER_LIMIT)
            .sign_in_limit(LONG)
            .store(self.store.clone())
            .without_lock_file()
    }

    fn requests(&self) -> Arc<dyn Http> {
        if self.refreshing {
            Arc::new(AtTheirEnd(self.http.clone()))
        } else {
            self.http.clone()
        }
    }

    /// A process that was just started.
    pub fn client(&self) -> Arc<Client> {
        self.client_with(|builder| builder)
    }

    pub fn client_with(&self, change: impl FnOnce(ClientBuilder) -> ClientBuilder) -> Arc<Client> {
        Arc::new(change(self.builder()).build().unwrap())
    }

    /// A client whose ID tokens have a name and no e-mail address, so that userinfo is asked.
    pub fn client_without_email(&self) -> Arc<Client> {
        self.client_with(|builder| builder.scopes(["openid", "profile", "offline_access"]))
    }

    /// A client whose ID tokens have no name, so that userinfo is asked for it.
    pub fn client_without_name(&self) -> Arc<Client> {
        self.client_with(|builder| builder.scopes(["openid", "offline_access"]))
    }

    /// Another process, with another store and its lock file.
    pub fn process(&self, store: Arc<dyn TokenStore>, lock_file: PathBuf) -> Arc<Client> {
        self.client_with(|builder| builder.store(store).lock_file(lock_file))
    }

    pub fn client_in(&self, browser: Arc<dyn Browser>) -> Arc<Client> {
        self.client_with(|builder| builder.browser(browser))
    }

    /// The key of the kept item.
    pub fn key(&self) -> String {
        format!("{} vestibule", self.issuer)
    }

    /// What is kept.
    pub fn kept(&self) -> Option<serde_json::Value> {
        self.store.item(&self.key())
    }

    /// Waits until this person's session is stored: the app is told of it before that.
    pub fn until_kept(&self, sub: &str) {
        let what = format!("{sub} is stored");
        eventually(&what, || self.kept().is_some_and(|kept| kept["sub"] == sub));
    }

    pub fn kept_token(&self) -> String {
        let kept = self.kept().expect("nothing is kept");
        kept["refresh_token"].as_str().unwrap().to_owned()
    }

    /// The diary so far; a new one begins.
    pub fn diary(&self) -> Vec<String> {
        std::mem::take(&mut self.diary.lock().unwrap())
    }

    /// Runs with this fault on.
    pub fn with_fault<T>(&self, fault: Fault, run: impl FnOnce() -> T) -> T {
        self.faults.set(fault);
        let result = run();
        self.faults.clear(fault);
        result
    }
}

/// Says of each access token that it is at its end.
struct AtTheirEnd(Arc<TestHttp>);

impl Http for AtTheirEnd {
    fn send(&self, request: Request, limits: Limits) -> Answer {
        let is_token = request.uri().path() == "/token";
        let mut answer = self.0.send(request, limits)?;
        let json = serde_json::from_slice::<serde_json::Value>(answer.body());
        if let Ok(mut json @ serde_json::Value::Object(_)) = json
            && is_token
            && answer.status().is_success()
        {
            json["expires_in"] = 0.into();
            *answer.body_mut() = json.to_string().into_bytes();
        }
        Ok(answer)
    }
}

/// Signs in, in silence.
pub fn sign_in(client: &Client) -> Result<Session, Error> {
    client.sign_in(&SignIn::default(), &silent(), &Cancel::default())
}

/// The session that a process finds when it starts.
pub fn kept(client: &Client) -> Session {
    client.stored_session().unwrap().expect("nobody is kept")
}

/// A refresh, or the access token that still lives.
pub fn use_session(client: &Client, session: &Session) -> Result<String, Error> {
    let token = client.access_token(session, &Cancel::default())?;
    Ok(token.secret().to_owned())
}

pub fn silent() -> Progress {
    Arc::new(|_| {})
}

/// A progress that remembers its steps.
pub fn noting() -> (Progress, Arc<Mutex<Vec<Step>>>) {
    let steps: Arc<Mutex<Vec<Step>>> = Arc::default();
    let shared = steps.clone();
    let progress: Progress = Arc::new(move |step| shared.lock().unwrap().push(step));
    (progress, steps)
}

/// The real API, for tokens of `issuer`.
pub fn start_api(issuer: &str, audience: &str, typ: TypProfile) -> Url {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}/private", listener.local_addr().unwrap());
    let verifier = AccessTokenVerifier::builder(issuer, audience).typ(typ);
    let app = vestibule_server::app(verifier.build().unwrap(), None);
    RUNTIME.spawn(async { vestibule_server::serve(listener, app, std::future::pending()).await });
    Url::parse(&address).unwrap()
}
