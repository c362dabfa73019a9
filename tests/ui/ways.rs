//! States of the two ways to sign in.

use std::time::{Duration, Instant};

use vestibule::{
    auth::DeviceAuthorization,
    notice::{Failure, NoticeKind},
    state::{OtherWay, State},
};

use crate::world::failure;

pub fn awaiting(not_opened: bool) -> State {
    State::AwaitingBrowser {
        url: "https://sso.example.org/authorize?state=a".into(),
        not_opened,
        deadline: Instant::now() + Duration::from_millis(298_500),
        device_offered: false,
        other_failed: None,
    }
}

pub const PAGE: &str = "sso.example.org/device";

pub fn awaiting_device() -> State {
    awaiting_code(&format!("https://{PAGE}"), "WDJB-MJHT")
}

/// The code that is to be entered at this address.
pub fn awaiting_code(verification_uri: &str, user_code: &str) -> State {
    State::AwaitingDevice {
        authorization: DeviceAuthorization {
            user_code: user_code.into(),
            verification_uri: verification_uri.into(),
            verification_uri_complete: Some(format!("{verification_uri}?user_code={user_code}")),
            expires_at: Instant::now() + Duration::from_millis(597_500),
        },
        unreachable: false,
        browser_offered: false,
        other_failed: None,
    }
}

/// The same, where the other way can be taken too.
pub fn either_way(mut state: State) -> State {
    match &mut state {
        State::AwaitingBrowser { device_offered, .. } => *device_offered = true,
        State::AwaitingDevice {
            browser_offered, ..
        }
        | State::UserCodesExpired { browser_offered } => *browser_offered = true,
        _ => unreachable!("no other way: {state:?}"),
    }
    state
}

/// The same, where the other way was asked for and could not be begun.
pub fn other_way_failed(mut state: State, why: Failure) -> State {
    match &mut state {
        State::AwaitingBrowser { other_failed, .. }
        | State::AwaitingDevice { other_failed, .. } => *other_failed = Some(why),
        _ => unreachable!("no other way: {state:?}"),
    }
    state
}

/// The same, while the provider cannot be reached.
pub fn unreachable(mut state: State) -> State {
    match &mut state {
        State::AwaitingDevice { unreachable, .. } => *unreachable = true,
        _ => unreachable!("nobody is asked: {state:?}"),
    }
    state
}

/// Where no browser can be opened.
pub fn signed_out_without_browser() -> State {
    State::SignedOut {
        notice: None,
        browser_session: false,
        device_only: true,
    }
}

pub fn failed_with_other_way(other_way: OtherWay) -> State {
    State::Failed {
        failure: failure(NoticeKind::TookTooLong),
        other_way: Some(other_way),
    }
}
