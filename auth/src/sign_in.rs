//! Signing in through the browser.

use std::{sync::Arc, thread};

use oauth2::RedirectUrl;

use super::{
    authorization::{Ask, AuthorizationRequest, Callback},
    client::Client,
    error::{Error, IdTokenError, LoopbackError, MemberError, MemberFault, StoreError},
    lock::SessionLock,
    loopback::{Loopback, Outcome},
    ports::Cancel,
    profile::{PersonClaims, Profile},
    session::{Access, Session, Stored, Tokens, lock},
    shared::InHand,
    sign_out::AtLarge,
};

/// How to sign in.
#[derive(Clone, Debug, Default)]
pub struct SignIn {
    /// Who is expected; fills the provider's form.
    pub login_hint: Option<String>,
    /// A session that cannot be kept is no use: without a refresh token it
    /// fails, and an earlier session stays.
    pub must_keep: bool,
    /// Only show the address; the person opens it.
    pub no_browser: bool,
    /// Ask for credentials even if the browser has a session
    /// (`prompt=login`, OpenID Connect Core §3.1.2.1).
    pub switch: bool,
}

/// How a sign-in speaks while it runs; may come from other threads. No lock is held
/// meanwhile.
pub type Progress = Arc<dyn Fn(Step) + Send + Sync>;

/// A step of a sign-in.
#[derive(Clone, Debug)]
pub enum Step {
    /// The browser is asked to open this address; show it in any case, since
    /// no opener tells whether a page came up.
    Browser {
        /// The authorization request.
        url: String,
    },
    /// The browser could not be started.
    BrowserFailed,
    /// The callback came.
    Finishing,
    /// Somebody is signed in, and it is too late to cancel; the session is being kept
    /// ([`Stored::NotYet`]) while it is used.
    SignedIn(Session),
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
        // Asked anew, however well it is known: else the browser would open at
        // a dead page where a sentence could tell more.
        let provider = self.discover()?;
        let settings = &self.settings;
        // RFC 8252 §7.3: bind first, so the port in the URI is the port got.
        let loopback = Loopback::bind(settings.redirect_host, &settings.redirect_ports)?;
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
        progress(Step::Browser { url: url.clone() });
        if !how.no_browser {
            self.open_browser(url, progress.clone());
        }
        let (callback, answering) =
            loopback.wait(&request.state(), settings.sign_in_limit, cancel)?;
        progress(Step::Finishing);
        let mut brought = AtLarge::default();
        let session = self
            .finish(request, callback, how.must_keep, &mut brought)
            .and_then(|session| self.keep_new(session, how.must_keep, progress, cancel));
        answering.finish(match session {
            Ok(_) => Outcome::SignedIn,
            Err(_) => Outcome::NotSignedIn,
        });
        if session.is_err() {
            self.revoke_unused(brought);
        }
        session
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

    /// From the callback to a session. `brought` is to be revoked if it comes to none.
    fn finish(
        &self,
        request: AuthorizationRequest,
        callback: Callback,
        must_keep: bool,
        brought: &mut AtLarge,
    ) -> Result<Session, Error> {
        let provider = self.provider()?;
        let grant = request.accept(callback)?;
        let (answer, nonce) = self.token_endpoint(&provider).exchange(grant)?;
        // Nobody is signed in yet: there is nothing to keep first.
        let set = answer.judged_after(|token| {
            brought.refresh_token = token.cloned();
            Ok(())
        })?;
        brought.access_token = Some(set.access_token.clone());
        // OpenID Connect Core §3.1.3.3: a code brings an ID token.
        let token = set
            .id_token
            .clone()
            .ok_or(IdTokenError::Claim(MemberError {
                name: "id_token",
                fault: MemberFault::Missing,
            }))?;
        let claims = self.verify(&provider, &token, &set, nonce.secret())?;
        let userinfo = self.userinfo(&provider, &set.access_token, &claims.sub);
        if must_keep && set.refresh_token.is_none() {
            return Err(Error::NoRefreshToken);
        }
        let profile = Profile::from_claims(&[&claims.person, &userinfo]);
        let tokens = Tokens {
            access: Some(Access::new(
                set.access_token,
                set.expires_at,
                self.ports.clock.now(),
            )),
            refresh: set.refresh_token,
            id: Some(token),
            generation: None,
            nonce: Some(nonce),
            scopes: set.scopes,
            stored: Vec::new(),
        };
        Ok(Session::new(claims.sub, profile, tokens, Stored::NotYet))
    }

    /// Keeps the session, unless nobody wants it any more.
    fn keep_new(
        &self,
        session: Session,
        must_keep: bool,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        // Counted before it is too late to cancel: whoever ends the program then
        // finds the count.
        let _in_hand = InHand::new(self);
        if !cancel.close() {
            return Err(Error::Cancelled);
        }
        // Before anything is locked: whoever is told may sign out at once.
        progress(Step::SignedIn(session.clone()));
        let one = lock(&self.shared.writing);
        let mut behind = lock(&self.shared.behind);
        let late = behind.as_ref().and_then(|behind| behind.lock.as_ref());
        // Another process may be about to save the session that this replaces.
        let brief = late.is_none().then(|| self.brief_lock()).flatten();
        self.keep(&session)?;
        let kept = session.stored();
        if let Stored::Failed(error) = &kept
            && must_keep
            // One that did not answer may have written it all the same: its token must
            // live on then.
            && *error != StoreError::NoAnswer
        {
            return Err(error.clone().into());
        }
        // Where nothing was written, others have the newest of what is kept.
        if matches!(
            kept,
            Stored::Yes | Stored::NoRefreshToken | Stored::Failed(StoreError::NoAnswer)
        ) {
            let held = late.or(brief.as_ref());
            lock(&session.0.tokens).generation = held.and_then(SessionLock::advance);
        }
        let replaced = self.supersede(&mut behind, &session);
        drop((behind, brief, one));
        self.revoke_unused(replaced);
        Ok(session)
    }

    /// Asks userinfo for what the kept session does not hold: the picture, a
    /// new name. Costs one request; changes nothing if it fails.
    pub fn complete_profile(&self, session: &Session, cancel: &Cancel) {
        let (Ok(provider), Ok(token)) = (self.provider(), self.access_token(session, cancel))
        else {
            return;
        };
        let claims: PersonClaims = self.userinfo(&provider, &token, session.sub());
        let mut profile = lock(&session.0.profile);
        *profile = Profile::from_claims(&[&claims]).or(&profile);
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
