use super::*;
use crate::auth::error::{MemberError, MemberFault};

fn of(error: impl Into<Error>) -> Notice {
    Failure::of_session(&error.into(), SystemTime::UNIX_EPOCH).notice
}

fn denied(code: &str) -> Error {
    let code = code.to_owned();
    AuthorizationError::Refused { code, said: None }.into()
}

#[test]
fn a_wrong_clock_is_told_with_both_times() {
    let issued_at = 1_795_548_000;
    let expected = Notice {
        device_time: "1970-01-01 00:00".to_owned(),
        server_time: "2026-11-24 19:20".to_owned(),
        ..NoticeKind::WrongClock.into()
    };
    assert_eq!(of(IdTokenError::IssuedAt { issued_at }), expected);
    assert_eq!(of(IdTokenError::Expired { issued_at }), expected);
    assert_eq!(of(IdTokenError::Old), NoticeKind::IdTokenOld.into());
}

#[test]
fn only_a_refusal_by_the_person_is_told_as_one() {
    assert_eq!(of(denied("access_denied")), NoticeKind::AccessDenied.into());
    assert_eq!(
        of(denied("consent_required")),
        NoticeKind::AccessDenied.into()
    );
    assert_eq!(
        of(denied("server_error")),
        NoticeKind::ProviderTrouble.into()
    );
    assert_eq!(
        of(denied("invalid_scope")),
        NoticeKind::ProviderRefused.into()
    );
}

/// "This answer did not come from HOST" is said of issuer, signature and state alone.
#[test]
fn only_what_somebody_else_may_have_made_is_told_as_untrusted() {
    let exp = MemberError {
        name: "exp",
        fault: MemberFault::Missing,
    };
    for (error, notice) in [
        (
            IdTokenError::Algorithm("RS1".to_owned()),
            Notice::naming(NoticeKind::IdTokenAlgorithm, "RS1"),
        ),
        (IdTokenError::AtHash, NoticeKind::IdTokenAtHash.into()),
        (IdTokenError::Audience, NoticeKind::IdTokenAudience.into()),
        (
            IdTokenError::AuthorizedParty,
            NoticeKind::IdTokenAuthorizedParty.into(),
        ),
        (
            IdTokenError::Claim(exp),
            Notice::naming(NoticeKind::IdTokenClaim, "exp"),
        ),
        (IdTokenError::Encrypted, NoticeKind::IdTokenEncrypted.into()),
        (
            IdTokenError::Malformed("header"),
            NoticeKind::IdTokenMalformed.into(),
        ),
        (IdTokenError::Nonce, NoticeKind::IdTokenNonce.into()),
        (IdTokenError::Subject, NoticeKind::IdTokenSubject.into()),
        (
            IdTokenError::UnknownKey,
            NoticeKind::IdTokenUnknownKey.into(),
        ),
    ] {
        assert_eq!(of(error), notice);
    }
    for error in [
        Error::IdToken(IdTokenError::Issuer),
        Error::IdToken(IdTokenError::Signature),
        Error::Authorization(AuthorizationError::StateMismatch),
        Error::Authorization(AuthorizationError::IssuerMismatch),
    ] {
        assert_eq!(of(error), NoticeKind::UntrustedAnswer.into());
    }
}

#[test]
fn what_ends_a_sign_in_on_another_device_is_told_for_what_it_is() {
    let refused = |status, code: &str| TokenError::Refused {
        status,
        code: code.to_owned(),
        said: None,
        retry_after: None,
    };
    let user_code = MemberError {
        name: "user_code",
        fault: MemberFault::Missing,
    };
    for (error, notice) in [
        (
            DeviceError::Denied { said: None },
            NoticeKind::DeviceDenied.into(),
        ),
        (DeviceError::Expired, NoticeKind::UserCodesExpired.into()),
        (DeviceError::NotOffered, NoticeKind::DeviceNotOffered.into()),
        (
            DeviceError::NoCode(refused(400, "unauthorized_client")),
            NoticeKind::DeviceNotAllowed.into(),
        ),
        (
            DeviceError::NoTokens(refused(400, "unauthorized_client")),
            NoticeKind::DeviceNotAllowed.into(),
        ),
        (
            DeviceError::NoTokens(refused(400, "invalid_grant")),
            NoticeKind::ProviderRefused.into(),
        ),
        (
            DeviceError::NoCode(refused(503, "temporarily_unavailable")),
            NoticeKind::ProviderTrouble.into(),
        ),
        (
            DeviceError::NoCode(TokenError::NotJson),
            NoticeKind::Page.into(),
        ),
        (
            DeviceError::NoCode(TokenError::Member(user_code)),
            Notice::naming(NoticeKind::UnusableAnswer, "user_code"),
        ),
    ] {
        assert_eq!(of(error), notice);
    }
}

#[test]
fn details_name_each_cause_once_on_one_bounded_line() {
    let error = Error::Loopback(LoopbackError::NoPort("8765".repeat(200)));
    let details = Failure::of_session(&error, SystemTime::UNIX_EPOCH).details;
    assert!(details.starts_with("redirect listener: none of the ports is free: 8765"));
    assert_eq!(details.chars().count(), DETAILS_LIMIT);
    assert_eq!(details.matches("redirect listener").count(), 1);
}
