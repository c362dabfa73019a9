use super::*;

const NOW: SystemTime = SystemTime::UNIX_EPOCH;

fn read(json: &str) -> Result<TokenAnswer, TokenError> {
    let members = Members::parse("the token answer", json.as_bytes()).unwrap();
    let code = members.optional_text("error").map(str::to_owned);
    let refusal = code.map(|code| TokenError::Refused {
        status: 200,
        code,
        said: None,
        retry_after: None,
    });
    TokenAnswer::read(&members, refusal, NOW, None)
}

/// What is stored of an answer, and what is wrong with the rest.
fn judged(json: &str) -> (Option<String>, String) {
    let answer = match read(json) {
        Ok(answer) => answer,
        Err(flaw) => return (None, flaw.to_string()),
    };
    let mut stored = None;
    let set = answer.judged_after(|token| {
        stored = token.map(|token| token.secret().to_owned());
        Ok(())
    });
    let verdict = set.map_or_else(|error| error.to_string(), |_| "good".to_owned());
    (stored, verdict)
}

/// Security catalogue F1a.
#[test]
fn a_refresh_token_is_stored_whatever_else_is_wrong_with_the_answer() {
    const REST: &str = r#""access_token":"a","token_type":"Bearer""#;
    for (rest, verdict) in [
        (REST, "good"),
        (
            r#""access_token":"a","token_type":"bEARER","id_token":"","scope":5"#,
            "good",
        ),
        (
            r#""access_token":"a","token_type":"Bearer","id_token":null,"error":"""#,
            "good",
        ),
        (
            r#""access_token":"a","token_type":"Bearer","id_token":5,"error":5"#,
            "good",
        ),
        (
            r#""access_token":"a""#,
            "token endpoint: token_type is missing",
        ),
        (
            r#""access_token":"a","token_type":5"#,
            "token endpoint: token_type is of a wrong type",
        ),
        (
            r#""access_token":"a","token_type":"mac""#,
            "token endpoint: token_type has a value that cannot be used",
        ),
        (
            r#""token_type":"Bearer""#,
            "token endpoint: access_token is missing",
        ),
        (
            r#""access_token":"","token_type":"Bearer""#,
            "token endpoint: access_token is missing",
        ),
        (
            r#""access_token":{}"#,
            "token endpoint: access_token is of a wrong type",
        ),
        (
            r#""access_token":"a\nb","token_type":"Bearer""#,
            "token endpoint: access_token has a value that cannot be used",
        ),
        (
            r#""access_token":"a","token_type":"Bearer","error":"server_error""#,
            "token endpoint: refused with server_error (status 200)",
        ),
    ] {
        let json = format!(r#"{{"refresh_token":"rotated",{rest}}}"#);
        let (stored, found) = judged(&json);
        assert_eq!(stored.as_deref(), Some("rotated"), "{json}");
        assert_eq!(found, verdict, "{json}");
    }
    // None came: the one that was used lives on, if the answer is good.
    for none in [
        "",
        r#""refresh_token":"","#,
        r#""refresh_token":null,"#,
        r#""refresh_token":7,"#,
    ] {
        let (stored, found) = judged(&format!("{{{none}{REST}}}"));
        assert_eq!((stored, found.as_str()), (None, "good"), "{none}");
    }
}

#[test]
fn nothing_of_an_answer_is_used_if_what_it_brings_cannot_be_stored() {
    let answer = read(r#"{"refresh_token":"r","access_token":"a","token_type":"Bearer"}"#);
    let set = answer.unwrap().judged_after(|_| Err(Error::Cancelled));
    assert!(matches!(set, Err(Error::Cancelled)));
}

#[test]
fn a_flaw_of_an_answer_without_a_refresh_token_is_told_at_once() {
    let refused = read(r#"{"error":"invalid_grant"}"#).err().unwrap();
    assert!(crate::token::is_invalid_grant(&refused.into()));
    assert!(read("{}").is_err() && read("[1]").is_err());
}

#[test]
fn an_access_token_lives_as_long_as_any_form_of_expires_in_says_and_30_days_at_most() {
    let day = 24 * 3600;
    for (expires_in, expected) in [
        ("3600", Some(3600)),
        ("\"3600\"", Some(3600)),
        ("\" 60 \"", Some(60)),
        ("3600.9", Some(3600)),
        ("0", Some(0)),
        ("1e12", Some(30 * day)),
        ("18446744073709551615", Some(30 * day)),
        ("-1", None),
        ("\"soon\"", None),
        ("\"NaN\"", None),
        ("null", None),
        ("[60]", None),
        ("true", None),
    ] {
        let json =
            format!(r#"{{"access_token":"a","token_type":"Bearer","expires_in":{expires_in}}}"#);
        let set = read(&json).unwrap().judged_after(|_| Ok(())).unwrap();
        let expires_at = expected.map(|seconds| NOW + Duration::from_secs(seconds));
        assert_eq!(set.expires_at, expires_at, "{expires_in}");
    }
}
