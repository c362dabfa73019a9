//! What a state says of the screen beside its words. The window paints it and decides
//! nothing of it.

use crate::{
    notice::{Failure, Notice},
    state::State,
};

/// How far the door on the window's panel stands open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Door {
    /// Nobody is signed in.
    Closed,
    /// Something is under way.
    Ajar,
    /// Somebody is signed in.
    Open,
}

/// What the window shows around the words of a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// How far the door stands open.
    pub door: Door,
    /// Whether light falls through it: not while nobody answers.
    pub lit: bool,
    /// Whether Escape leaves what is going on.
    pub cancellable: bool,
    /// Whether a notice is told, which is announced in the heading's place.
    pub noticed: bool,
    /// Whether somebody's data is shown, which is not left standing when they went away.
    pub personal: bool,
}

impl Screen {
    /// Of this state.
    pub fn of(state: &State) -> Self {
        let (door, cancellable) = match state {
            State::SignedOut { .. } | State::SessionEnded { .. } => (Door::Closed, false),
            State::Failed { .. } => (Door::Closed, true),
            State::Starting
            | State::AwaitingBrowser { .. }
            | State::AwaitingDevice { .. }
            | State::UserCodesExpired { .. }
            | State::Finishing
            | State::SigningOut => (Door::Ajar, true),
            State::Offline { .. } => (Door::Open, true),
            State::SignedIn { .. } => (Door::Open, state.is_fetching()),
        };
        Self {
            door,
            lit: !matches!(state, State::Offline { .. }),
            cancellable,
            noticed: notice(state).is_some(),
            personal: match state {
                State::SignedIn { .. } | State::SessionEnded { .. } | State::Failed { .. } => true,
                State::Offline { user, .. } => user.is_some(),
                _ => false,
            },
        }
    }
}

/// What is told of the state as a whole.
pub fn notice(state: &State) -> Option<&Notice> {
    match state {
        State::SignedIn { notice, .. } | State::SignedOut { notice, .. } => notice.as_ref(),
        _ => failure(state).map(|failure| &failure.notice),
    }
}

/// Why the state came, if something failed.
fn failure(state: &State) -> Option<&Failure> {
    match state {
        State::Failed { failure, .. } | State::SessionEnded { failure, .. } => Some(failure),
        State::Offline { failure, .. } => failure.as_ref(),
        _ => None,
    }
}

/// What stands under "Details".
pub fn details(state: &State) -> Option<&Failure> {
    // That a session ended needs no cause to mend, only the provider's words if it has some.
    let is_told =
        |failure: &&Failure| failure.said.is_some() || !matches!(state, State::SessionEnded { .. });
    failure(state).filter(is_told)
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;
    use crate::{
        auth::DeviceAuthorization,
        notice::NoticeKind,
        state::{Answer, CallState, User},
    };

    fn user() -> User {
        User {
            name: "Ada Lovelace".to_owned(),
            email: None,
            picture: None,
        }
    }

    fn failure(said: Option<&str>) -> Failure {
        Failure {
            notice: NoticeKind::SessionExpired.into(),
            details: "the session ended".to_owned(),
            said: said.map(str::to_owned),
        }
    }

    fn signed_out(notice: Option<Notice>) -> State {
        State::SignedOut {
            notice,
            browser_session: false,
            device_only: false,
        }
    }

    fn signed_in(notice: Option<Notice>, answer: Answer) -> State {
        State::SignedIn {
            user: user(),
            notice,
            calls: vec![CallState {
                name: "message",
                answer,
            }],
            missing_scopes: Vec::new(),
        }
    }

    fn offline(failure: Option<Failure>) -> State {
        State::Offline {
            failure,
            user: None,
            retry_at: Instant::now(),
        }
    }

    fn ended(said: Option<&str>) -> State {
        State::SessionEnded {
            user: user(),
            failure: failure(said),
        }
    }

    fn awaiting() -> State {
        State::AwaitingBrowser {
            url: String::new(),
            not_opened: false,
            deadline: Instant::now(),
            device_offered: false,
            other_failed: None,
        }
    }

    fn with_a_code() -> State {
        State::AwaitingDevice {
            authorization: DeviceAuthorization {
                user_code: "WDJB-MJHT".to_owned(),
                verification_uri: "https://sso.example.org/device".to_owned(),
                verification_uri_complete: None,
                expires_at: Instant::now(),
            },
            unreachable: false,
            browser_offered: true,
            other_failed: None,
        }
    }

    #[test]
    fn each_state_has_its_door_and_its_way_out() {
        use Door::{Ajar, Closed, Open};
        let failed = || State::Failed {
            failure: failure(None),
            other_way: None,
        };
        let expired = || State::UserCodesExpired {
            browser_offered: true,
        };
        let notice = || Some(NoticeKind::MemoryOnly.into());
        let kept = State::Offline {
            failure: None,
            user: Some(user()),
            retry_at: Instant::now(),
        };
        // The state; the door, lit, cancellable, noticed, personal.
        for (state, door, lit, cancellable, noticed, personal) in [
            (State::Starting, Ajar, true, true, false, false),
            (signed_out(None), Closed, true, false, false, false),
            (signed_out(notice()), Closed, true, false, true, false),
            (awaiting(), Ajar, true, true, false, false),
            (with_a_code(), Ajar, true, true, false, false),
            (expired(), Ajar, true, true, false, false),
            (State::Finishing, Ajar, true, true, false, false),
            (
                signed_in(None, Answer::Absent),
                Open,
                true,
                false,
                false,
                true,
            ),
            (
                signed_in(notice(), Answer::Absent),
                Open,
                true,
                false,
                true,
                true,
            ),
            (
                signed_in(None, Answer::Fetching),
                Open,
                true,
                true,
                false,
                true,
            ),
            (failed(), Closed, true, true, true, true),
            (offline(None), Open, false, true, false, false),
            (offline(Some(failure(None))), Open, false, true, true, false),
            (kept, Open, false, true, false, true),
            (ended(None), Closed, true, false, true, true),
            (State::SigningOut, Ajar, true, true, false, false),
        ] {
            let expected = Screen {
                door,
                lit,
                cancellable,
                noticed,
                personal,
            };
            assert_eq!(Screen::of(&state), expected, "{state:?}");
        }
    }

    #[test]
    fn details_are_a_cause_to_mend_or_what_the_provider_says() {
        assert_eq!(details(&signed_out(None)), None);
        assert_eq!(details(&offline(None)), None);
        assert_eq!(details(&ended(None)), None);
        let said = failure(Some("Revoked by an administrator"));
        assert_eq!(details(&ended(said.said.as_deref())), Some(&said));
        let silent = failure(None);
        assert_eq!(details(&offline(Some(silent.clone()))), Some(&silent));
    }
}
