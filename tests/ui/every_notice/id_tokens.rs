//! What an ID token with a flaw is told as.

use vestibule::notice::{Notice, NoticeKind};

/// With heading and text.
pub fn notices() -> Vec<(Notice, &'static str, &'static str)> {
    let unusable = "The answer of sso.example.org cannot be used";
    let mut notices = vec![
        (
            Notice::naming(NoticeKind::IdTokenAlgorithm, "RS1"),
            unusable,
            "It signs with RS1, which is not accepted.",
        ),
        (
            Notice::naming(NoticeKind::IdTokenClaim, "exp"),
            unusable,
            "It lacks a usable exp.",
        ),
        (
            NoticeKind::IdTokenOld.into(),
            "sso.example.org did not renew your sign-in",
            "It sent an old ID token. You are still signed in.",
        ),
    ];
    for (kind, text) in [
        (
            NoticeKind::IdTokenAtHash,
            "Its parts do not belong together.",
        ),
        (NoticeKind::IdTokenAudience, "It is meant for another app."),
        (
            NoticeKind::IdTokenAuthorizedParty,
            "It is meant for several apps and does not name this one.",
        ),
        (NoticeKind::IdTokenEncrypted, "It is encrypted"),
        (NoticeKind::IdTokenMalformed, "Its ID token is malformed."),
        (NoticeKind::IdTokenNonce, "It belongs to another sign-in."),
        (NoticeKind::IdTokenSubject, "It is about somebody else."),
        (
            NoticeKind::IdTokenUnknownKey,
            "It is signed with an unknown key.",
        ),
    ] {
        notices.push((kind.into(), unusable, text));
    }
    notices
}
