//! `vestibule login`.

use super::{
    Done, Stop, Terminal, complain,
    output::{end_countdown, print},
    say,
    words::worded,
};
use crate::{
    auth::{Error, Session, SignIn, Stored, Way, error::StoreError, platform, ports::StoreKind},
    language::tr,
    notice::NoticeKind,
};

impl Terminal {
    pub(super) fn login(&self, way: Way, switch: bool) -> Done {
        let not_stored = |error: &StoreError| self.store(NoticeKind::NotStored, error);
        let stored = self.client.stored_session().map_err(|e| not_stored(&e))?;
        if let Some(session) = stored.filter(|_| !switch)
            && self.still_signed_in(&session)?
        {
            self.warn_of_scopes(&session);
            let host = self.client.issuer().host();
            say(&worded(
                "Already signed in to {host}; --switch signs in anew.",
                &[("host", host)],
            ));
            return print(&session.display_name());
        }
        let store = &*self.client.ports().store;
        // Before the person goes through the browser for nothing.
        platform::prove(store).map_err(|e| not_stored(&e))?;
        if store.kind() == StoreKind::Memory {
            let words = self.words(&NoticeKind::MemoryOnly.into());
            say(&worded("Note: {words}.", &[("words", &words)]));
        }
        let how = SignIn {
            login_hint: None,
            must_be_stored: store.kind() != StoreKind::Memory,
            switch,
            way,
        };
        let session = self.client.sign_in(&how, &self.progress(way), &self.cancel);
        end_countdown();
        let session = session.map_err(|error| match &error {
            Error::Store(error) => not_stored(error),
            error => self.auth(error),
        })?;
        self.warn_of_scopes(&session);
        match session.stored() {
            Stored::Yes | Stored::NotYet => print(&session.display_name()),
            Stored::NoRefreshToken => Err(self.stop(&NoticeKind::NoRefreshToken.into())),
            Stored::Failed(error) => Err(not_stored(&error)),
        }
    }

    /// Refreshes the stored session; false if it has ended and a sign-in is due.
    fn still_signed_in(&self, session: &Session) -> Result<bool, Stop> {
        match self.client.access_token(session, &self.cancel) {
            Ok(_) => Ok(true),
            Err(error @ Error::Ended(_)) => {
                say(&worded("{words}.", &[("words", &self.auth(&error).0)]));
                Ok(false)
            }
            Err(error) if error.is_transient() => {
                let Stop(sentence, code) = self.auth(&error);
                let name = session.display_name();
                let values = [("name", &*name), ("sentence", &*sentence)];
                let words = worded("still signed in as {name}; {sentence}", &values);
                Err(Stop(words, code))
            }
            Err(error) => {
                let Stop(sentence, code) = self.auth(&error);
                let name = session.display_name();
                let values = [("name", &*name), ("sentence", &*sentence)];
                let words = worded("still signed in as {name}, but {sentence}", &values);
                let anew = tr("to sign in anew: vestibule login --switch");
                Err(Stop(format!("{words}\n{anew}"), code))
            }
        }
    }

    /// RFC 6749 §5.1: what was granted may be less than what was asked for.
    fn warn_of_scopes(&self, session: &Session) {
        let missing = self.client.missing_scopes(session);
        if !missing.is_empty() {
            complain(worded(
                "warning: {host} did not grant {scopes}; allow it for this client there, or \
                 leave it out of the setting scopes.",
                &[
                    ("host", self.client.issuer().host()),
                    ("scopes", &missing.join(", ")),
                ],
            ));
        }
    }
}
