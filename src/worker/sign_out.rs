//! Signing out: asked for by somebody, or because nobody is there any more.

use super::Worker;
use crate::{
    auth::{Forgotten, SignIn},
    notice::{Notice, NoticeKind, StoreTrouble},
    state::State,
};

/// What is told when somebody does not wait for a deletion.
pub(super) const STILL_STORED: Notice =
    Notice::of_store(NoticeKind::StillStored, StoreTrouble::NoAnswer);

impl Worker {
    /// Signs out whoever is signed in, or whose stored session could not be used. A session
    /// of somebody else that has been stored since is not touched.
    pub(super) fn sign_out(&mut self) {
        self.left_alone = false;
        self.forget_whom();
        let session = self.session.take();
        let left = self.left.take();
        self.drop_job();
        let Some(session) = session.or(left) else {
            return self.show(self.signed_out(None));
        };
        self.show(State::SigningOut);
        self.job = Some(self.jobs.sign_out(self.number, session));
    }

    /// Nobody is there any more, whatever is under way for them.
    pub(super) fn sign_out_idle(&mut self) {
        if let State::SignedIn { .. }
        | State::SessionEnded { .. }
        | State::Offline { user: Some(_), .. }
        | State::Failed { .. } = self.state
        {
            self.sign_out();
            self.left_alone = true;
        }
    }

    /// Nothing of whoever was here is used for the next one.
    pub(super) fn forget_whom(&mut self) {
        self.how = SignIn::default();
        self.resting = self.signed_out(None);
        self.resume_failed = false;
    }

    pub(super) fn forgotten(&mut self, forgotten: Forgotten) {
        self.end_session = forgotten.end_session.filter(|_| !self.kiosk);
        self.revoking = !forgotten.tokens.is_empty();
        let notice = match &forgotten.deleted {
            // It would be told to the next person, who did not sign out.
            Ok(()) if self.kiosk && self.left_alone => None,
            Ok(()) => Some(NoticeKind::SignedOut.into()),
            Err(error) => Some(Notice::of_store(NoticeKind::StillStored, error.into())),
        };
        self.show(State::SignedOut {
            notice,
            browser_session: self.end_session.is_some(),
            device_only: !self.browser,
        });
    }

    /// The first attempt to revoke ended.
    pub(super) fn revocation(&mut self, confirmed: bool) {
        self.revoking = false;
        if confirmed {
            return;
        }
        if let State::SignedOut {
            notice: Some(notice),
            ..
        } = &mut self.state
            && notice.kind == NoticeKind::SignedOut
        {
            *notice = NoticeKind::RevocationFailed.into();
            self.show(self.state.clone());
        }
    }
}
