//! `exp` and `iat`: OpenID Connect Core §3.1.3.7 (9, 10), and when a clock is to blame.

use super::*;

#[test]
fn a_token_expires_a_minute_late_and_the_error_tells_the_providers_time() {
    let lived = |exp: i64| {
        verdict(|c| {
            c["iat"] = json!(NOW - 200);
            c["exp"] = json!(exp);
        })
    };
    let issued_at = NOW - 200;
    assert_eq!(lived(NOW - 59), Ok(()));
    let expired = Err(IdTokenError::Expired { issued_at });
    assert_eq!(lived(NOW - 60), expired);
    assert_eq!(lived(NOW - 61), expired);
    assert_eq!(lived(issued_at + 1), expired);
}

#[test]
fn a_token_issued_more_than_ten_minutes_away_is_refused() {
    for near in [NOW - 600, NOW - 59, NOW + 61, NOW + 600] {
        assert_eq!(with("iat", json!(near)), Ok(()), "{near}");
    }
    for far in [NOW - 601, NOW - 100_000_000] {
        let refused = Err(IdTokenError::IssuedAt { issued_at: far });
        assert_eq!(with("iat", json!(far)), refused, "{far}");
    }
    let far = NOW + 601;
    let late = verdict(|c| {
        c["iat"] = json!(far);
        c["exp"] = json!(far + 300);
    });
    assert_eq!(late, Err(IdTokenError::IssuedAt { issued_at: far }));
}

/// It is told as what it is, and no clock is blamed.
#[test]
fn times_that_no_clock_can_explain_are_named() {
    let unusable = |name| Err(fault(name, MemberFault::Unusable));
    for iat in [0, -1, NOW * 1000, i64::MAX] {
        assert_eq!(with("iat", json!(iat)), unusable("iat"), "{iat}");
    }
    for exp in [NOW - 61, NOW - 3600, 0] {
        assert_eq!(with("exp", json!(exp)), unusable("exp"), "{exp}");
    }
}

/// A refreshed token has no nonce that proves it new: only the provider's clock can.
#[test]
fn the_clock_is_blamed_only_for_a_token_that_was_made_just_now() {
    let refreshed = |iat: i64, answered_at: Option<i64>| {
        let mut claims = claims();
        claims["iat"] = json!(iat);
        claims["exp"] = json!(iat + 300);
        let mut expected = expected();
        (expected.nonce, expected.answered_at) = (None, answered_at);
        check(&RSA.token("RS256", &claims), &all(), &expected)
    };
    let (early, late) = (NOW - 3600, NOW + 3600);
    for (iat, answered_at, expected) in [
        (NOW, None, Ok(())),
        (early, None, Err(IdTokenError::Old)),
        (early, Some(NOW), Err(IdTokenError::Old)),
        (
            early,
            Some(early),
            Err(IdTokenError::Expired { issued_at: early }),
        ),
        (late, Some(NOW), Err(fault("iat", MemberFault::Unusable))),
        (
            late,
            Some(late),
            Err(IdTokenError::IssuedAt { issued_at: late }),
        ),
    ] {
        assert_eq!(
            refreshed(iat, answered_at),
            expected,
            "{iat} {answered_at:?}"
        );
    }
}
