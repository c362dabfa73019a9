//! Whether, and from when on, trying the same again can help.

use std::time::{Duration, SystemTime};

use super::{
    error::{DiscoveryError, Error, TokenError},
    ports::Response,
};

/// Longest wait that a provider may ask for: a slip of it, or a clock that is
/// wrong, must not leave a person offline for a day.
const LONGEST: Duration = Duration::from_secs(3600);

impl Error {
    /// Whether trying the same again later can help and the kept session must
    /// therefore stay: the network, 408, 429, 5xx, a lock held by another, a keychain.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Transport(_) => true,
            Self::Discovery(DiscoveryError::Status { status, .. })
            | Self::Token(TokenError::Status { status, .. }) => is_transient_status(*status),
            Self::Token(TokenError::Refused { status, code, .. }) => {
                is_transient_status(*status)
                    || matches!(
                        code.as_str(),
                        "temporarily_unavailable" | "server_error" | "invalid_request"
                    )
            }
            Self::Token(TokenError::Malformed(_) | TokenError::Busy) => true,
            Self::Discovery(DiscoveryError::Malformed(_)) => true,
            Self::Store(_) => true,
            _ => false,
        }
    }

    /// How long the provider asked to be left alone (RFC 9110 §10.2.3), an
    /// hour at most; `None` if it did not say.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Discovery(DiscoveryError::Status { retry_after, .. })
            | Self::Token(
                TokenError::Status { retry_after, .. } | TokenError::Refused { retry_after, .. },
            ) => *retry_after,
            _ => None,
        }
    }
}

/// 408 and 429 ask for another try as plainly as 5xx does.
pub fn is_transient_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// `Retry-After` of an answer: seconds, or the date of this or that clock
/// (RFC 9110 §10.2.3). Looked for where RFC 6585 §4 and RFC 9110 §15.6.4
/// know it; what is neither form counts as not said.
pub(super) fn retry_after(response: &Response, now: SystemTime) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 429 | 503) {
        return None;
    }
    let header = |name| response.headers().get(name)?.to_str().ok();
    let text = header("retry-after")?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let asked = if is_number {
        // Digits alone fail by being too many.
        text.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let until = httpdate::parse_http_date(text).ok()?;
        // Of the provider's clock, if it tells: this device's may be wrong.
        let date = header("date").and_then(|date| httpdate::parse_http_date(date).ok());
        until.duration_since(date.unwrap_or(now)).ok()?
    };
    Some(asked.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1994-11-06 08:49:37.
    const NOW: Duration = Duration::from_secs(784_111_777);

    fn seconds(status: u16, headers: &[(&str, &str)]) -> Option<u64> {
        let mut response = http::Response::builder().status(status);
        for (name, value) in headers {
            response = response.header(*name, *value);
        }
        let now = SystemTime::UNIX_EPOCH + NOW;
        let asked = retry_after(&response.body(Vec::new()).unwrap(), now);
        asked.map(|asked| asked.as_secs())
    }

    #[test]
    fn seconds_and_dates_are_read_and_bounded_by_an_hour() {
        for (text, expected) in [
            ("120", Some(120)),
            (" 0 ", Some(0)),
            ("86400", Some(3600)),
            ("99999999999999999999999", Some(3600)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
            ("Sunday, 06-Nov-94 08:51:37 GMT", Some(120)),
            ("Sun Nov  6 08:51:37 1994", Some(120)),
            ("Sun, 06 Nov 2094 08:51:37 GMT", None),
            ("Sat, 06 Nov 2094 08:51:37 GMT", Some(3600)),
            ("Sun, 06 Nov 1994 08:49:30 GMT", None),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(seconds(503, &[("retry-after", text)]), expected, "{text}");
        }
    }

    #[test]
    fn a_date_is_measured_by_the_providers_clock_if_it_tells() {
        let until = ("retry-after", "Sun, 06 Nov 1994 12:00:30 GMT");
        let date = ("date", "Sun, 06 Nov 1994 12:00:00 GMT");
        assert_eq!(seconds(429, &[until, date]), Some(30));
    }

    #[test]
    fn other_answers_ask_for_no_wait() {
        for status in [200, 301, 400, 401, 500, 502] {
            assert_eq!(seconds(status, &[("retry-after", "9")]), None, "{status}");
        }
    }
}
