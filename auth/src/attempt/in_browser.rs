//! The way through the browser: an authorization request, and the listener for its answer.

use std::{
    sync::mpsc::{self, Receiver},
    thread,
    time::{Duration, Instant},
};

use oauth2::RedirectUrl;

use super::{Attempt, aside::caught, event::Event};
use crate::{
    authorization::{AuthorizationGrant, AuthorizationRequest, Callback},
    client::{Client, Provider},
    error::{Error, LoopbackError},
    loopback::{self, Loopback, Stop},
    progress::{Progress, Step},
};

/// How long the end of an attempt waits for its port to be closed. It is closed in any
/// case, and sooner than the next attempt gives up asking for it.
const CLOSING: Duration = Duration::from_millis(100);

/// A way through the browser that is open.
pub(super) struct InBrowser {
    request: AuthorizationRequest,
    _listening: Listening,
    pub url: String,
    /// When it is closed.
    pub deadline: Instant,
}

/// The thread that listens; it ends with this.
struct Listening {
    stop: Option<Stop>,
    /// Brings an end when the port is closed.
    closed: Receiver<()>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.stop = None;
        let _ = self.closed.recv_timeout(CLOSING);
    }
}

impl InBrowser {
    /// Turns the callback into a grant. The listener has ended.
    pub fn accept(self, callback: Callback) -> Result<AuthorizationGrant, Error> {
        Ok(self.request.accept(callback)?)
    }
}

impl Attempt {
    /// Opens the way: from here on the callback is listened for.
    pub(super) fn in_browser(&self, provider: &Provider) -> Result<InBrowser, Error> {
        let settings = &self.client.settings;
        // RFC 8252 §7.3: bind first, so the port in the URI is the port got.
        let loopback = Loopback::bind(
            settings.redirect_host,
            &settings.redirect_ports,
            &settings.app_name,
        )?;
        let redirect_uri = RedirectUrl::new(loopback.redirect_uri())
            .map_err(|e| LoopbackError::Io(std::io::Error::other(e)))?;
        let prompt = prompt(settings.prompt.as_deref(), self.how.switch);
        let request = self.client.authorization_request(
            provider,
            &redirect_uri,
            prompt.as_deref(),
            self.how.login_hint.as_deref(),
        );
        let deadline = Instant::now() + settings.sign_in_limit;
        Ok(InBrowser {
            _listening: self.listen(loopback, &request)?,
            url: request.url().to_owned(),
            deadline,
            request,
        })
    }

    fn listen(
        &self,
        loopback: Loopback,
        request: &AuthorizationRequest,
    ) -> Result<Listening, LoopbackError> {
        let (stop, stopped) = loopback::stop()?;
        let (closing, closed) = mpsc::channel();
        let (attempt, state) = (self.clone(), request.state());
        let limit = self.client.settings.sign_in_limit;
        let listen = move || {
            let came = caught(|| loopback.wait(&state, limit, &stopped, &attempt.cancel));
            drop(closing);
            let event = came.map_or_else(Event::Panicked, Event::CameBack);
            if let Err(event) = attempt.inbox.push(event) {
                attempt.late(event);
            }
        };
        let thread = thread::Builder::new().name("redirect listener".to_owned());
        thread.spawn(listen)?;
        let stop = Some(stop);
        Ok(Listening { stop, closed })
    }
}

impl Client {
    /// On a thread of its own: text browsers block until they are left.
    pub fn open_browser(&self, url: String, progress: Progress) {
        let browser = self.ports.browser.clone();
        let failed = progress.clone();
        let spawned = thread::Builder::new()
            .name("browser".to_owned())
            .spawn(move || {
                if let Err(error) = browser.open(&url) {
                    log::warn!("browser: {error}");
                    progress(Step::BrowserFailed);
                }
            });
        if spawned.is_err() {
            failed(Step::BrowserFailed);
        }
    }
}

/// OpenID Connect Core §3.1.2.1: `prompt` is a list. Another person needs
/// `login`; what the provider needs to give a refresh token stays.
fn prompt(configured: Option<&str>, switch: bool) -> Option<String> {
    match (configured, switch) {
        (configured, false) => configured.map(str::to_owned),
        (None | Some("login" | "select_account"), true) => Some("login".to_owned()),
        (Some(configured), true) => Some(format!("login {configured}")),
    }
}
