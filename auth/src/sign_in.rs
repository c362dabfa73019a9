//! Signing in through the browser.

use std::{thread, time::Instant};

use oauth2::RedirectUrl;

use super::{
    authorization::{Ask, AuthorizationRequest, Callback},
    client::Client,
    error::{Error, LoopbackError},
    establish::{Failed, Granted},
    loopback::{Loopback, Outcome},
    ports::Cancel,
    progress::{Progress, Step},
    session::Session,
};

/// How to sign in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Who is expected; fills the provider's form.
    pub login_hint: Option<String>,
    /// A session that cannot be stored is no use: without a refresh token it
    /// fails, and an earlier session stays.
    pub must_be_stored: bool,
    /// Ask for credentials even if the browser has a session
    /// (`prompt=login`, OpenID Connect Core §3.1.2.1).
    pub switch: bool,
    /// How the person gets to the provider.
    pub way: Way,
}

/// How a person gets to the provider.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Way {
    /// Through the browser where one can be opened here, else on another device. At a
    /// provider that does not offer that, by an address that the person opens.
    #[default]
    Found,
    /// Through the browser of this machine (RFC 8252).
    Browser,
    /// As [`Way::Browser`], but the address is only shown; the person opens it.
    Address,
    /// On a phone or another device, by an address and a code (RFC 8628).
    Device,
}

impl Client {
    /// Signs in through the browser; an earlier session is replaced only by
    /// success.
    ///
    /// # Errors
    /// Every variant of [`Error`] but `Ended`.
    pub fn sign_in(
        &self,
        how: &SignIn,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        cancel.reopen();
        // Asked anew, however well it is known: else the browser would open at
        // a dead page where a sentence could tell more.
        let provider = self.discover()?;
        let settings = &self.settings;
        // RFC 8252 §7.3: bind first, so the port in the URI is the port got.
        let loopback = Loopback::bind(
            settings.redirect_host,
            &settings.redirect_ports,
            &settings.app_name,
        )?;
        let redirect_uri = RedirectUrl::new(loopback.redirect_uri())
            .map_err(|e| LoopbackError::Io(std::io::Error::other(e)))?;
        let prompt = prompt(settings.prompt.as_deref(), how.switch);
        let ask = Ask {
            audience: settings.audience.as_deref(),
            login_hint: how.login_hint.as_deref(),
            prompt: prompt.as_deref(),
            resource: settings.resource.as_deref(),
            scopes: &settings.scopes,
        };
        let request = AuthorizationRequest::new(
            &settings.issuer,
            &provider.metadata,
            &settings.identity.id,
            &redirect_uri,
            &ask,
        );
        if cancel.is_cancelled() {
            return Err(Error::Cancelled);
        }
        let url = request.url().to_owned();
        progress(Step::Browser {
            url: url.clone(),
            deadline: Instant::now() + settings.sign_in_limit,
            device_offered: false,
            opens: how.way != Way::Address,
        });
        if how.way != Way::Address {
            self.open_browser(url, progress.clone());
        }
        let (callback, answering) =
            loopback.wait(&request.state(), settings.sign_in_limit, cancel)?;
        progress(Step::Finishing);
        let granted = self.redeem(request, callback).map_err(Failed::from);
        let session = granted
            .and_then(|granted| self.establish(granted, how.must_be_stored, progress, cancel));
        answering.finish(match session {
            Ok(_) => Outcome::SignedIn,
            Err(_) => Outcome::NotSignedIn,
        });
        session.map_err(|failed| self.give_up(failed))
    }

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

    /// Exchanges the code that the callback brought.
    fn redeem(&self, request: AuthorizationRequest, callback: Callback) -> Result<Granted, Error> {
        let provider = self.provider()?;
        let grant = request.accept(callback)?;
        let answer = self.token_endpoint(&provider).exchange(&grant)?;
        let nonce = Some(grant.nonce);
        Ok(Granted { answer, nonce })
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
