//! Signing in: by which way, what an attempt tells, and how it fails.

use std::time::{Instant, SystemTime};

use super::{Worker, other_way::other_way};
use crate::{
    auth::{Attempt, Error, SignIn, Step, Way, error::DeviceError},
    notice::Failure,
    state::{Command, OtherWay, State},
};

impl Worker {
    /// What a command means that asks to sign in, or for a way to do so.
    pub(super) fn sign_in_command(&mut self, command: Command) {
        match (command, &self.state) {
            (Command::SignIn, State::Failed { .. }) if self.resume_failed => {
                self.show(State::Starting);
                self.resume();
            }
            (Command::SignIn, State::Failed { .. }) => self.sign_in(self.how.way, false),
            (Command::NewCode, State::AwaitingDevice { .. }) => self.new_code(),
            (Command::NewCode, State::UserCodesExpired { .. }) => self.sign_in(Way::Device, false),
            (Command::UseDevice, State::AwaitingBrowser { .. }) => self.take(Way::Device),
            (Command::UseBrowser, State::AwaitingDevice { .. }) if !self.kiosk => {
                self.take(Way::Browser);
            }
            (command, state) if may_sign_in(state) => match command {
                Command::SignIn => self.sign_in(Way::Found, false),
                Command::SignInAsSomebodyElse => self.sign_in(Way::Found, true),
                Command::UseBrowser => self.sign_in(Way::Browser, false),
                Command::UseDevice if self.browser => self.sign_in(Way::Device, false),
                // As by phone, and by the address alone where the provider has no such way.
                Command::UseDevice => self.sign_in(Way::Found, false),
                _ => {}
            },
            _ => {}
        }
    }

    /// Begins an attempt. After one that failed it is for the same person.
    pub(super) fn sign_in(&mut self, way: Way, switch: bool) {
        let way = if self.kiosk { Way::Device } else { way };
        self.how = match &self.state {
            State::Failed { .. } | State::UserCodesExpired { .. } => SignIn {
                way,
                ..self.how.clone()
            },
            state => {
                self.resting = state.clone();
                SignIn {
                    login_hint: match state {
                        State::SessionEnded { user, .. } if !switch => user.email.clone(),
                        _ => None,
                    },
                    switch,
                    way,
                    ..SignIn::default()
                }
            }
        };
        self.other_failed = None;
        self.not_opened = false;
        self.drop_job();
        self.show(State::Finishing);
        self.job = Some(self.jobs.sign_in(self.number, self.how.clone()));
    }

    /// Leads the attempt under way by the other way. Where it has to be begun, that may take
    /// a while: the person sees at once that something happens, and can cancel.
    fn take(&mut self, way: Way) {
        if let Some(attempt) = self.attempt() {
            attempt.take(way);
            self.other_failed = None;
            // Led back to it, the browser is asked once more.
            self.not_opened &= way != Way::Browser;
            self.show(State::Finishing);
        }
    }

    /// The present code ends with that: nobody asks about it any more.
    fn new_code(&mut self) {
        let attempt = self.attempt().cloned();
        if let (Some(attempt), State::AwaitingDevice { authorization, .. }) =
            (attempt, &mut self.state)
        {
            attempt.new_code();
            authorization.expires_at = Instant::now();
            self.show(self.state.clone());
        }
    }

    fn attempt(&self) -> Option<&Attempt> {
        self.job.as_ref()?.attempt.as_ref()
    }

    pub(super) fn open_again(&mut self) {
        if let State::AwaitingBrowser {
            url, not_opened, ..
        } = &mut self.state
        {
            *not_opened = false;
            self.not_opened = false;
            self.jobs.open_browser(self.number, url.clone());
            self.show(self.state.clone());
        }
    }

    /// What the attempt under way tells.
    pub(super) fn step(&mut self, step: Step) {
        match (step, &mut self.state) {
            (
                Step::Browser {
                    url,
                    deadline,
                    opens,
                    device_offered,
                },
                _,
            ) => {
                self.how.way = if opens { Way::Browser } else { Way::Address };
                self.device_offered = device_offered;
                if !opens && !device_offered {
                    // Without a browser it would be the way: why it is not, nobody has said.
                    let error = DeviceError::NotOffered.into();
                    self.other_failed = Some(self.failure(&error));
                }
                self.show(State::AwaitingBrowser {
                    url,
                    not_opened: !opens || self.not_opened,
                    deadline,
                    device_offered,
                    other_failed: self.other_failed.clone(),
                });
            }
            (Step::BrowserFailed, state) => {
                self.not_opened = true;
                if let State::AwaitingBrowser { not_opened, .. } = state {
                    *not_opened = true;
                    self.show(self.state.clone());
                }
            }
            (Step::Device(authorization), _) => {
                self.how.way = Way::Device;
                self.show(State::AwaitingDevice {
                    authorization,
                    unreachable: false,
                    browser_offered: self.browser,
                    other_failed: self.other_failed.clone(),
                });
            }
            (Step::DeviceUnreachable, State::AwaitingDevice { unreachable, .. }) => {
                *unreachable = true;
                self.show(self.state.clone());
            }
            // The step of the way before it, which goes on, shows it.
            (Step::WayFailed(_, error), _) => self.other_failed = Some(self.failure(&error)),
            (Step::Finishing, _) => self.show(State::Finishing),
            (Step::SignedIn(session), _) => {
                self.job = None;
                self.signed_in(session);
            }
            _ => {}
        }
    }

    /// The attempt ended without a session.
    pub(super) fn not_signed_in(&mut self, error: &Error) {
        self.resume_failed = false;
        let failure = self.failure(error);
        match error {
            Error::Cancelled => self.show(self.resting.clone()),
            // Whoever it was for has gone.
            Error::Device(DeviceError::Expired) if self.kiosk => {
                self.sign_out();
                self.left_alone = true;
            }
            Error::Device(DeviceError::Expired) => self.show(State::UserCodesExpired {
                browser_offered: self.browser,
            }),
            error => {
                let offered = other_way(error, &failure.notice).filter(|way| match way {
                    OtherWay::Browser => self.browser,
                    OtherWay::Device => self.device_offered && !self.kiosk,
                });
                self.show(State::Failed {
                    failure,
                    other_way: offered,
                });
            }
        }
    }

    fn failure(&mut self, error: &Error) -> Failure {
        if matches!(error, Error::Device(DeviceError::NotOffered)) {
            self.device_offered = false;
        }
        Failure::of_session(error, SystemTime::now())
    }
}

/// Whether no attempt is under way, and nobody is signed in.
fn may_sign_in(state: &State) -> bool {
    matches!(
        state,
        State::SignedOut { .. }
            | State::UserCodesExpired { .. }
            | State::Failed { .. }
            | State::Offline { .. }
            | State::SessionEnded { .. }
    )
}
