//! Every state at its worst: long names, long words, words without spaces.

use vestibule::{
    notice::{Failure, Notice, NoticeKind, StoreTrouble},
    state::{Answer, OtherWay, State, User},
};

use crate::{
    ways::{
        awaiting, awaiting_code, awaiting_device, either_way, failed_with_other_way,
        other_way_failed, signed_out_without_browser, unreachable,
    },
    world::{busy, failed, failure, message, offline, signed_out},
};

/// The sizes that are promised, the smallest with a window manager's frame, and
/// the smallest two with pixels that count double.
pub const SIZES: [(f32, f32); 8] = [
    (320.0, 240.0),
    (318.0, 215.0),
    (480.0, 320.0),
    (480.0, 800.0),
    (800.0, 480.0),
    (1024.0, 600.0),
    (240.0, 160.0),
    (160.0, 120.0),
];

/// Without a place to break a line.
fn no_spaces(length: usize) -> String {
    "0123456789abcdef".chars().cycle().take(length).collect()
}

fn user() -> User {
    User {
        name: "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaft Senior".into(),
        email: Some(format!("{}@sso.example.org", "a".repeat(64))),
        picture: None,
    }
}

pub fn long_failure(notice: impl Into<Notice>) -> Failure {
    Failure {
        notice: notice.into(),
        details: no_spaces(400),
        said: Some(no_spaces(300)),
    }
}

fn signed_in(notice: Option<Notice>, answer: Answer) -> State {
    State::SignedIn {
        user: user(),
        notice,
        calls: message(answer),
        missing_scopes: vec!["read:message".into(), no_spaces(80)],
    }
}

/// Several lines of each.
fn long_code() -> State {
    let page = format!("https://sso.example.org/{}", no_spaces(120));
    awaiting_code(&page, &no_spaces(60))
}

pub fn states() -> Vec<State> {
    vec![
        State::Starting,
        signed_out(None),
        signed_out(Some(NoticeKind::SignedOut.into())),
        signed_out(Some(NoticeKind::RevocationFailed.into())),
        awaiting(false),
        other_way_failed(
            either_way(awaiting(true)),
            long_failure(NoticeKind::ProviderTrouble),
        ),
        signed_out_without_browser(),
        awaiting_device(),
        other_way_failed(
            either_way(unreachable(long_code())),
            long_failure(NoticeKind::RedirectPortDisturbed),
        ),
        either_way(State::UserCodesExpired {
            browser_offered: false,
        }),
        State::Finishing,
        State::SigningOut,
        signed_in(None, Answer::Absent),
        signed_in(
            Some(Notice::of_store(
                NoticeKind::NotStored,
                StoreTrouble::NoKeychain,
            )),
            Answer::Received(no_spaces(300)),
        ),
        signed_in(
            Some(Notice::of_store(
                NoticeKind::NotStored,
                StoreTrouble::Locked,
            )),
            Answer::Failed(long_failure(NoticeKind::ApiTrouble)),
        ),
        signed_in(None, Answer::Failed(failure(NoticeKind::ApiUnreachable))),
        failed(NoticeKind::AccessDenied),
        failed_with_other_way(OtherWay::Device),
        State::Failed {
            failure: long_failure(Notice::naming(NoticeKind::IssuerMismatch, no_spaces(200))),
            other_way: None,
        },
        offline(Some(user())),
        busy(3600),
        State::SessionEnded {
            user: user(),
            failure: failure(NoticeKind::SessionGone),
        },
    ]
}
