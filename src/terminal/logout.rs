//! `vestibule logout`.

use std::time::SystemTime;

use super::{Done, Terminal, complain, output::print, words::worded};
use crate::{
    auth::Session,
    language::tr,
    notice::{Failure, NoticeKind},
};

impl Terminal {
    pub(super) fn logout(&self, browser: bool) -> Done {
        let Some(session) = self
            .client
            .stored_session()
            .map_err(|e| self.unreadable(&e))?
        else {
            return print(tr("You are not signed in."));
        };
        let forgotten = self.client.forget(&session);
        if let Err(error) = self.client.revoke(&forgotten.tokens) {
            let failure = Failure::of_session(&error, SystemTime::now());
            let warning = worded(
                "warning: {words} ({details}).",
                &[
                    ("words", &self.words(&NoticeKind::RevocationFailed.into())),
                    ("details", &failure.details),
                ],
            );
            complain(format_args!("{warning}{}", self.says(&failure)));
        }
        if browser {
            self.end_browser_session(&session);
        }
        if let Err(error) = &forgotten.deleted {
            return Err(self.store(NoticeKind::StillStored, error));
        }
        print(tr("You are signed out on this device."))
    }

    fn end_browser_session(&self, session: &Session) {
        match self.client.end_session_url(session) {
            None => complain(tr(
                "warning: the provider offers no sign-out in the browser.",
            )),
            Some(url) => {
                let browser = &self.client.ports().browser;
                let opened = match browser.is_there() {
                    true => browser
                        .open(url.as_str())
                        .map_err(|error| error.to_string()),
                    false => Err(tr("no browser can be opened here").to_owned()),
                };
                if let Err(cause) = opened {
                    let warning = worded(
                        "warning: {cause}; to sign out there, open this in the browser that you \
                         signed in with:",
                        &[("cause", &cause)],
                    );
                    complain(format_args!("{warning}\n{url}"));
                }
            }
        }
    }
}
