//! From a [`State`] to what the window shows: total over the enum, whole
//! states, no event loop needed.

use std::time::{Duration, Instant};

use slint::{Global, SharedString};

use super::{
    generated::{AppWindow, MessagePhase, Person, Phase, SessionAdapter},
    notice::data,
    picture,
};
use crate::{
    notice::{Failure, Notice},
    state::{Message, State, User},
};

/// Shows `state`. The phase is set last, so that a page finds its data.
pub fn render(window: &AppWindow, state: &State) {
    let adapter = SessionAdapter::get(window);
    adapter.set_notice(notice_of(state).map(data).unwrap_or_default());
    let failure = match state {
        State::Failed { failure } | State::SessionEnded { failure, .. } => Some(failure),
        State::Offline { failure, .. } => failure.as_ref(),
        _ => None,
    };
    adapter.set_details(details(failure));
    adapter.set_said(said(failure));
    adapter.set_person(person(match state {
        State::SignedIn { user, .. } | State::SessionEnded { user, .. } => Some(user),
        State::Offline { user, .. } => user.as_ref(),
        _ => None,
    }));
    adapter.set_browser_session(matches!(
        state,
        State::SignedOut {
            browser_session: true,
            ..
        }
    ));
    let (url, not_opened) = match state {
        State::AwaitingBrowser {
            url, not_opened, ..
        } => (url.as_str(), *not_opened),
        _ => ("", false),
    };
    adapter.set_link(url.into());
    adapter.set_not_opened(not_opened);
    adapter.set_retrying(false);
    match state {
        State::AwaitingBrowser { deadline: at, .. } | State::Offline { retry_at: at, .. } => {
            count_down(&adapter, *at);
        }
        _ => {}
    }
    render_message(&adapter, state);
    adapter.set_phase(phase(state));
}

fn phase(state: &State) -> Phase {
    match state {
        State::Starting => Phase::Starting,
        State::SignedOut { .. } => Phase::SignedOut,
        State::AwaitingBrowser { .. } => Phase::AwaitingBrowser,
        State::Finishing => Phase::Finishing,
        State::SignedIn { .. } => Phase::SignedIn,
        State::Failed { .. } => Phase::Failed,
        State::Offline { .. } => Phase::Offline,
        State::SessionEnded { .. } => Phase::SessionEnded,
        State::SigningOut => Phase::SigningOut,
    }
}

fn notice_of(state: &State) -> Option<&Notice> {
    match state {
        State::Offline { failure, .. } => failure.as_ref().map(|failure| &failure.notice),
        State::SignedIn { notice, .. } | State::SignedOut { notice, .. } => notice.as_ref(),
        State::Failed { failure } | State::SessionEnded { failure, .. } => Some(&failure.notice),
        State::Starting | State::AwaitingBrowser { .. } | State::Finishing | State::SigningOut => {
            None
        }
    }
}

fn render_message(adapter: &SessionAdapter<'_>, state: &State) {
    let message = match state {
        State::SignedIn { message, .. } => message,
        _ => &Message::Absent,
    };
    let (phase, text, failure) = match message {
        Message::Absent => (MessagePhase::Absent, "", None),
        Message::Fetching => (MessagePhase::Fetching, "", None),
        Message::Received(text) => (MessagePhase::Received, text.as_str(), None),
        Message::Failed(failure) => (MessagePhase::Failed, "", Some(failure)),
    };
    adapter.set_message(text.into());
    adapter.set_message_notice(failure.map(|f| data(&f.notice)).unwrap_or_default());
    adapter.set_message_details(details(failure));
    adapter.set_message_said(said(failure));
    adapter.set_message_phase(phase);
    adapter.set_missing_scopes(match state {
        State::SignedIn { missing_scopes, .. } => missing_scopes.join(", ").into(),
        _ => SharedString::default(),
    });
}

fn details(failure: Option<&Failure>) -> SharedString {
    failure
        .map(|failure| failure.details.as_str().into())
        .unwrap_or_default()
}

fn said(failure: Option<&Failure>) -> SharedString {
    let said = failure.and_then(|failure| failure.said.as_deref());
    said.unwrap_or_default().into()
}

/// The window's timer asks for the seconds again and again: only the moment
/// is kept, so nothing drifts.
fn count_down(adapter: &SessionAdapter<'_>, at: Instant) {
    // One second at least: the timer of S7 has to fire once more to ask.
    adapter.set_seconds_left(seconds_until(at).max(1));
    adapter.on_remaining(move || seconds_until(at));
}

/// Begun seconds until `at`; 0 when it has passed.
fn seconds_until(at: Instant) -> i32 {
    let left = at.saturating_duration_since(Instant::now()) + Duration::from_millis(999);
    i32::try_from(left.as_secs()).unwrap_or(i32::MAX)
}

fn person(user: Option<&User>) -> Person {
    user.map_or_else(Default::default, |user| Person {
        name: user.name.as_str().into(),
        email: user.email.as_deref().unwrap_or_default().into(),
        initials: user.initials().into(),
        has_picture: user.picture.is_some(),
        picture: user
            .picture
            .as_ref()
            .map(picture::image)
            .unwrap_or_default(),
    })
}
