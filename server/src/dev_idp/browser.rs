//! The browser: its cookie, its session, its CSRF token.
//!
//! The cookie is a random secret; only its hash is stored. The CSRF token of a
//! form is derived from the cookie, so that it fits this browser and no other
//! (RFC 9700 §4.7). The cookie changes when somebody signs in, so that a
//! cookie planted before is worth nothing after.

use poem::{Request, Response, http::StatusCode};

use super::{
    Idp,
    http::{Params, set_header},
    keys::{hash, random},
    pages,
    registry::User,
    store::{Session, Stored, now},
};

/// A session that nobody uses ends after this many seconds.
const SESSION: u64 = 30 * 24 * 3600;

/// 256 bits in base64url, as `random` gives them.
const COOKIE_LENGTH: usize = 43;

/// One browser, known by its cookie.
pub(super) struct Browser {
    cookie: String,
}

impl Browser {
    /// The browser that sent this; a new one where there is no cookie.
    pub(super) fn of(idp: &Idp, request: &Request) -> Self {
        let header = request.header("cookie").unwrap_or_default();
        let pairs = header
            .split(';')
            .filter_map(|pair| pair.trim().split_once('='));
        let name = cookie_name(idp);
        let mut ours = pairs.filter(|(key, value)| *key == name && value.len() == COOKIE_LENGTH);
        let cookie = ours
            .next()
            .map_or_else(random, |(_, value)| value.to_owned());
        Self { cookie }
    }

    /// What is stored of it.
    pub(super) fn id(&self) -> String {
        hash(&self.cookie)
    }

    /// What a form of this browser must bring back.
    pub(super) fn csrf(&self) -> String {
        hash(&format!("csrf {}", self.cookie))
    }

    /// The refusal of a form that is not this browser's own: 403.
    pub(super) fn refusal(&self, form: &Params) -> Option<Response> {
        let own = form.get("csrf") == Some(&self.csrf());
        (!own).then(|| {
            pages::problem(
                StatusCode::FORBIDDEN,
                "This form does not belong to your browser session. \
                 Allow cookies for this address, go back to the app, and sign in again.",
            )
        })
    }

    pub(super) fn session(&self, idp: &Idp) -> Option<Session> {
        // A provider that is started anew may know other people.
        let is_known = |session: &Session| idp.registry.user(&session.sub).is_some();
        let alive = |session: &&Session| session.expires_at > now() && is_known(session);
        let find = |stored: &Stored| {
            let session = stored.sessions.get(&self.id());
            session.filter(alive).cloned()
        };
        idp.store.read(find)
    }

    /// Signs a person in; the session before, whoever's it was, ends.
    pub(super) fn sign_in(&mut self, idp: &Idp, user: &User) {
        let before = self.id();
        self.cookie = random();
        let session = Session {
            sid: random(),
            sub: user.login.clone(),
            auth_time: now(),
            expires_at: now() + SESSION,
        };
        idp.store.change(|stored| {
            stored.sessions.remove(&before);
            stored.sessions.insert(self.id(), session);
        });
    }

    /// Gives the browser its cookie along with this answer.
    pub(super) fn remember(&self, idp: &Idp, mut response: Response) -> Response {
        let name = cookie_name(idp);
        let cookie = format!("{name}={}; Path=/; HttpOnly; SameSite=Lax", self.cookie);
        set_header(&mut response, "Set-Cookie", &cookie);
        response
    }
}

/// Cookies do not know ports: two providers on one machine need two names.
fn cookie_name(idp: &Idp) -> String {
    let port = idp.issuer.rsplit(':').next().unwrap_or_default();
    format!("dev-idp-{port}")
}
