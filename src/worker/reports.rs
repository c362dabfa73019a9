//! What the reports of jobs turn the state into.

use std::time::SystemTime;

use super::Worker;
use crate::{
    auth::{
        Error, Session, Way,
        error::{Ended, TransportErrorKind},
        ports::StoreKind,
    },
    jobs::{Report, Resumed, retry_at, user},
    notice::{Failure, Notice, NoticeKind},
    state::{Answer, OtherWay, State, User},
};

impl Worker {
    pub(super) fn report(&mut self, number: u64, report: Report) {
        if self.job.as_ref().map(|job| job.number) != Some(number) {
            self.late(report);
            return;
        }
        if let Report::Step(step) = report {
            return self.step(step);
        }
        self.job = None;
        match report {
            Report::Step(_) => {}
            // Signed in is told of by a step, and then the job is over for us.
            Report::SignedIn(Ok(_)) => {}
            Report::SignedIn(Err(error)) => self.not_signed_in(&error),
            Report::Resumed(resumed) => self.resumed(resumed),
            Report::Answer(answer) => self.answer(answer),
            Report::Forgotten(forgotten) => self.forgotten(forgotten),
            Report::Panicked => self.panicked(),
        }
    }

    /// What comes of a job after it is not waited for any more.
    fn late(&mut self, report: Report) {
        match report {
            // By now it is stored or not.
            Report::SignedIn(Ok(session)) if self.is_present(&session) => {
                self.renew_notices();
                self.show(self.state.clone());
            }
            Report::Forgotten(forgotten) if matches!(self.state, State::SignedOut { .. }) => {
                self.forgotten(forgotten);
            }
            _ => {}
        }
    }

    fn panicked(&mut self) {
        let failure = Failure {
            notice: NoticeKind::Defect.into(),
            details: "a job panicked; stderr says where".to_owned(),
            said: None,
        };
        match self.state {
            State::SignedIn { .. } => self.show_answer(Answer::Failed(failure)),
            _ => self.show(State::Failed {
                failure,
                other_way: None,
            }),
        }
    }

    pub(super) fn signed_in(&mut self, session: Session) {
        self.failures = 0;
        self.left = None;
        self.resume_failed = false;
        self.show(State::SignedIn {
            user: user(&session),
            notice: self.storing_notice(&session),
            calls: self.untried_calls(),
            missing_scopes: self.jobs.client.missing_scopes(&session),
        });
        self.session = Some(session);
    }

    fn resumed(&mut self, resumed: Resumed) {
        match resumed {
            Resumed::Nobody if self.kiosk && matches!(self.state, State::Starting) => {
                // Where Cancel leads.
                self.state = self.signed_out(None);
                self.sign_in(Way::Device, false);
            }
            Resumed::Nobody => {
                self.left = None;
                self.show(self.signed_out(None));
            }
            Resumed::SignedIn(session) => self.signed_in(session),
            Resumed::Store(error) => {
                let notice = Notice::of_store(NoticeKind::NotReadable, (&error).into());
                self.show(self.signed_out(Some(notice)));
            }
            Resumed::Failed(session, error) => self.not_resumed(session, &error),
        }
    }

    fn not_resumed(&mut self, session: Session, error: &Error) {
        let user = user(&session);
        let certificate = matches!(error, Error::Transport(transport)
            if matches!(transport.kind, TransportErrorKind::Certificate(_)));
        match error {
            Error::Cancelled => self.show(self.signed_out(None)),
            Error::Ended(ended) => {
                self.leave(session, ended);
                self.ended(user, error);
            }
            // Asked again by itself, a locked keychain would ask the person each time.
            Error::Store(error) => self.resumed(Resumed::Store(error.clone())),
            // A certificate does not mend itself: the person is told at once.
            error if error.is_transient() && !certificate => {
                log::warn!("{error}");
                self.left = Some(session);
                self.failures += 1;
                let failure = Failure::of_session(error, SystemTime::now());
                let is_silence = failure.notice.kind == NoticeKind::ProviderUnreachable;
                self.show(State::Offline {
                    failure: (!is_silence).then_some(failure),
                    user: Some(user),
                    retry_at: retry_at(self.failures, error.retry_after()),
                });
            }
            error => {
                self.left = Some(session);
                self.resume_failed = true;
                self.show(State::Failed {
                    failure: Failure::of_session(error, SystemTime::now()),
                    other_way: None,
                });
            }
        }
    }

    /// Storing the session or refreshing it may have changed both.
    pub(super) fn renew_notices(&mut self) {
        let Some(session) = &self.session else { return };
        let told = self.storing_notice(session);
        let missing = self.jobs.client.missing_scopes(session);
        if let State::SignedIn {
            notice,
            missing_scopes,
            ..
        } = &mut self.state
        {
            *notice = told;
            *missing_scopes = missing;
        }
    }

    /// What could not be stored may have been stored aside since.
    pub(super) fn tell_if_stored(&mut self) {
        let Some(session) = &self.session else { return };
        let told = self.storing_notice(session);
        if let State::SignedIn { notice, .. } = &mut self.state
            && *notice != told
        {
            *notice = told;
            self.show(self.state.clone());
        }
    }

    /// What the provider only refuses stays stored.
    pub(super) fn leave(&mut self, session: Session, ended: &Ended) {
        self.left = matches!(ended, Ended::Refused { .. }).then_some(session);
    }

    pub(super) fn ended(&mut self, user: User, error: &Error) {
        let failure = Failure::of_session(error, SystemTime::now());
        self.show(State::SessionEnded { user, failure });
    }

    pub(super) fn person(&mut self, session: &Session, person: User) {
        if !self.is_present(session) {
            return;
        }
        if let State::SignedIn { user, .. } = &mut self.state {
            *user = person;
            self.show(self.state.clone());
        }
    }

    fn is_present(&self, session: &Session) -> bool {
        self.session.as_ref().is_some_and(|s| s.is(session))
    }

    /// No browser can be opened here, which was thought so far.
    pub(super) fn no_browser(&mut self) {
        self.browser = false;
        for state in [&mut self.state, &mut self.resting] {
            match state {
                State::SignedOut { device_only, .. } => *device_only = true,
                State::AwaitingDevice {
                    browser_offered, ..
                }
                | State::UserCodesExpired { browser_offered } => *browser_offered = false,
                State::Failed { other_way, .. } => {
                    other_way.take_if(|way| *way == OtherWay::Browser);
                }
                _ => {}
            }
        }
        self.show(self.state.clone());
    }

    fn storing_notice(&self, session: &Session) -> Option<Notice> {
        // At a kiosk nobody expects to stay signed in.
        let memory = !self.kiosk && self.jobs.client.ports().store.kind() == StoreKind::Memory;
        let memory = memory.then(|| NoticeKind::MemoryOnly.into());
        Notice::of_stored(&session.stored()).or(memory)
    }

    pub(super) fn user(&self) -> User {
        match &self.state {
            State::SignedIn { user, .. } => user.clone(),
            _ => User {
                name: String::new(),
                email: None,
                picture: None,
            },
        }
    }
}
