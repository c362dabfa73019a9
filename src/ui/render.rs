//! From a [`State`] to what the window shows: total over the enum, whole
//! states, no event loop needed.

use std::time::{Duration, Instant};

use slint::{Global, Model, ModelRc, SharedString, VecModel};

use super::{
    code,
    generated::{AnswerPhase, AppWindow, Call, DoorState, Person, Phase, Screen, SessionAdapter},
    notice::data,
    picture,
};
use crate::{
    notice::Failure,
    screen,
    state::{Answer, CallState, DeviceAuthorization, OtherWay, State, User},
};

/// Shows `state`. The phase is set last, so that a page finds its data.
pub fn render(window: &AppWindow, state: &State) {
    let adapter = SessionAdapter::get(window);
    let screen = screen::Screen::of(state);
    adapter.set_screen(on_screen(screen));
    adapter.set_notice(screen::notice(state).map(data).unwrap_or_default());
    let failure = screen::details(state).or(other_failed(state));
    adapter.set_details(details(failure));
    adapter.set_said(said(failure));
    adapter.set_person(person(match state {
        State::SignedIn { user, .. } | State::SessionEnded { user, .. } => Some(user),
        State::Offline { user, .. } => user.as_ref(),
        _ => None,
    }));
    if let State::SignedOut {
        browser_session,
        device_only,
        ..
    } = state
    {
        adapter.set_browser_session(*browser_session);
        adapter.set_device_only(*device_only);
    }
    adapter.set_retrying(false);
    if let State::Offline { retry_at, .. } = state {
        count_down(&adapter, *retry_at);
    }
    render_browser(&adapter, state);
    render_device(&adapter, state);
    render_other_way(&adapter, state);
    render_calls(&adapter, state);
    adapter.set_phase(phase(state));
    adapter.invoke_shows_personal(screen.personal);
}

fn on_screen(of: screen::Screen) -> Screen {
    Screen {
        door: match of.door {
            screen::Door::Closed => DoorState::Closed,
            screen::Door::Ajar => DoorState::Ajar,
            screen::Door::Open => DoorState::Open,
        },
        lit: of.lit,
        cancellable: of.cancellable,
        noticed: of.noticed,
        personal: of.personal,
    }
}

fn phase(state: &State) -> Phase {
    match state {
        State::Starting => Phase::Starting,
        State::SignedOut { .. } => Phase::SignedOut,
        State::AwaitingBrowser { .. } => Phase::AwaitingBrowser,
        State::AwaitingDevice { .. } => Phase::AwaitingDevice,
        State::UserCodesExpired { .. } => Phase::UserCodesExpired,
        State::Finishing => Phase::Finishing,
        State::SignedIn { .. } => Phase::SignedIn,
        State::Failed { .. } => Phase::Failed,
        State::Offline { .. } => Phase::Offline,
        State::SessionEnded { .. } => Phase::SessionEnded,
        State::SigningOut => Phase::SigningOut,
    }
}

fn render_browser(adapter: &SessionAdapter<'_>, state: &State) {
    let (url, not_opened) = match state {
        State::AwaitingBrowser {
            url,
            not_opened,
            deadline,
            ..
        } => {
            count_down(adapter, *deadline);
            (url.as_str(), *not_opened)
        }
        _ => ("", false),
    };
    adapter.set_link(url.into());
    adapter.set_not_opened(not_opened);
}

fn render_device(adapter: &SessionAdapter<'_>, state: &State) {
    let State::AwaitingDevice {
        authorization,
        unreachable,
        ..
    } = state
    else {
        return;
    };
    adapter.set_unreachable(*unreachable);
    let DeviceAuthorization {
        user_code,
        verification_uri,
        expires_at,
        ..
    } = authorization;
    count_down(adapter, *expires_at);
    let page = code::without_scheme(verification_uri);
    adapter.set_verification_page(page.into());
    adapter.set_user_code(user_code.as_str().into());
    adapter.set_spelled_code(code::spelled(user_code).into());
    let link = authorization.link();
    adapter.set_device_link(link.into());
    adapter.set_qr_modules(code::modules(link));
    if adapter.get_code_family().is_empty() {
        adapter.set_code_family(code::monospaced().into());
    }
}

fn render_other_way(adapter: &SessionAdapter<'_>, state: &State) {
    let (device, browser) = match state {
        State::AwaitingBrowser { device_offered, .. } => (*device_offered, false),
        State::AwaitingDevice {
            browser_offered, ..
        }
        | State::UserCodesExpired { browser_offered } => (false, *browser_offered),
        State::Failed { other_way, .. } => (
            *other_way == Some(OtherWay::Device),
            *other_way == Some(OtherWay::Browser),
        ),
        _ => (false, false),
    };
    adapter.set_device_offered(device);
    adapter.set_browser_offered(browser);
    let failure = other_failed(state);
    adapter.set_other_failed(failure.map(|f| data(&f.notice)).unwrap_or_default());
}

/// Why the other way, which was asked for, could not be begun.
fn other_failed(state: &State) -> Option<&Failure> {
    match state {
        State::AwaitingBrowser { other_failed, .. }
        | State::AwaitingDevice { other_failed, .. } => other_failed.as_ref(),
        _ => None,
    }
}

/// A row that is there already is changed in place: a new model would make its
/// elements anew, and the button would lose the keyboard's focus.
fn render_calls(adapter: &SessionAdapter<'_>, state: &State) {
    let calls = match state {
        State::SignedIn { calls, .. } => calls.as_slice(),
        _ => &[],
    };
    let rows = calls.iter().map(call);
    let shown = adapter.get_calls();
    if shown.row_count() == rows.len() {
        rows.enumerate()
            .for_each(|(i, row)| shown.set_row_data(i, row));
    } else {
        adapter.set_calls(ModelRc::new(VecModel::from_iter(rows)));
    }
    adapter.set_fetching(state.is_fetching());
    adapter.set_missing_scopes(match state {
        State::SignedIn { missing_scopes, .. } => missing_scopes.join(", ").into(),
        _ => SharedString::default(),
    });
}

fn call(of: &CallState) -> Call {
    let (phase, text, failure) = match &of.answer {
        Answer::Absent => (AnswerPhase::Absent, "", None),
        Answer::Fetching => (AnswerPhase::Fetching, "", None),
        Answer::Received(text) => (AnswerPhase::Received, text.as_str(), None),
        Answer::Failed(failure) => (AnswerPhase::Failed, "", Some(failure)),
    };
    Call {
        name: of.name.into(),
        phase,
        text: text.into(),
        notice: failure.map(|f| data(&f.notice)).unwrap_or_default(),
        details: details(failure),
        said: said(failure),
    }
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

/// Tells the window the moment, by its own clock. Its timer looks at that clock each
/// second instead of counting its own beats, so nothing drifts.
fn count_down(adapter: &SessionAdapter<'_>, at: Instant) {
    let left = milliseconds(at.saturating_duration_since(Instant::now()));
    adapter.set_deadline(adapter.invoke_clock() + left);
    // Begun seconds; one at least: the timer of S7 has to fire once more to ask.
    let seconds = (left + 999) / 1000;
    adapter.set_seconds_left(i32::try_from(seconds).unwrap_or(i32::MAX).max(1));
}

/// As Slint tells a duration.
pub(super) fn milliseconds(time: Duration) -> i64 {
    i64::try_from(time.as_millis()).unwrap_or(i64::MAX)
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
