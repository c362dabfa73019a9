//! What an answer is, by its status and headers: of the one that was asked, of somebody in
//! between, or a page for people.

use std::time::{Duration, SystemTime};

use url::Url;

use super::ports::Response;

/// Longest wait that a provider may ask for: a slip of it, or a clock that is
/// wrong, must not leave a person offline for a day.
const LONGEST: Duration = Duration::from_secs(3600);

/// When the answer was made, by the clock of who made it (RFC 9110 §6.6.1).
pub(super) fn answered_at(response: &Response) -> Option<SystemTime> {
    httpdate::parse_http_date(header(response, "date")?).ok()
}

/// Where an answer to `asked` redirects to, if it does (RFC 9110 §15.4). Never
/// followed: a redirect would carry a code or token on (RFC 9700 §4.12).
pub fn redirect_target(response: &Response, asked: &Url) -> Option<Url> {
    let to = header(response, "location").filter(|_| response.status().is_redirection())?;
    asked.join(to).ok()
}

/// Whether the body says that it is a page for people: that of a gateway, a
/// hotel or an error, where a document was asked for.
pub fn is_page(response: &Response) -> bool {
    header(response, "content-type").is_some_and(|kind| {
        let kind = kind.split(';').next().unwrap_or_default().trim();
        kind.eq_ignore_ascii_case("text/html") || kind.eq_ignore_ascii_case("application/xhtml+xml")
    })
}

/// Whether an answer that is no success is that of somebody in between: a page where no
/// page could be, a redirect that leads nowhere, or a network that wants a sign-in (RFC
/// 6585 §6). Who has nothing here says so with 404 or 410, and who has too much to do
/// with 408 or 429: each may do so in a page.
pub fn is_gateways(response: &Response) -> bool {
    match response.status().as_u16() {
        304 | 404 | 408 | 410 | 429 => false,
        511 => true,
        300..=399 => true,
        400..=499 => is_page(response),
        _ => false,
    }
}

/// 408 and 429 ask for another try as plainly as 5xx does.
pub fn is_transient_status(status: u16) -> bool {
    status >= 500 || matches!(status, 408 | 429)
}

/// The quoted parameter `name` of the challenge in an answer (RFC 9110 §11.4, RFC 6750 §3), if it
/// says something.
pub fn challenge_parameter(response: &Response, name: &str) -> Option<String> {
    let (_, rest) = header(response, "www-authenticate")?.split_once(&format!("{name}=\""))?;
    let value = rest.split('"').next()?;
    (!value.is_empty()).then(|| value.to_owned())
}

fn header<'a>(response: &'a Response, name: &str) -> Option<&'a str> {
    response.headers().get(name)?.to_str().ok()
}

/// `Retry-After` of an answer: seconds, or the date of this or that clock
/// (RFC 9110 §10.2.3). Looked for where RFC 6585 §4 and RFC 9110 §15.6.4
/// know it; what is neither form counts as not said.
pub(super) fn retry_after(response: &Response, now: SystemTime) -> Option<Duration> {
    if !matches!(response.status().as_u16(), 429 | 503) {
        return None;
    }
    let text = header(response, "retry-after")?.trim();
    let is_number = !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let asked = if is_number {
        // Digits alone fail by being too many.
        text.parse().map_or(LONGEST, Duration::from_secs)
    } else {
        let until = httpdate::parse_http_date(text).ok()?;
        // Of the provider's clock, if it tells: this device's may be wrong.
        let date = answered_at(response).unwrap_or(now);
        until.duration_since(date).ok()?
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
