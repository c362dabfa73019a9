//! What a request to the redirect listener wants, and its answer.
//!
//! Whoever knows the port can send here: pages in the person's browser, other
//! programs, scanners. Only a plain navigation to the callback path is looked
//! at; everything else is refused and consumes nothing.

use std::{io::Write, sync::Arc};

use oauth2::CsrfToken;
use tiny_http::{Method, Request};

use super::{
    Outcome,
    page::{self, Pages},
};

/// The path of the redirect URI.
pub const CALLBACK_PATH: &str = "/callback";
/// What the path of each result page begins with.
const RESULT_PREFIX: &str = "/result/";

/// Where the browser is moved, so that the code leaves its address bar. Known to
/// that browser alone, and good for this attempt.
pub struct ResultPath(CsrfToken);

impl ResultPath {
    pub fn new() -> Self {
        Self(CsrfToken::new_random_len(16))
    }

    /// Whether `asked` is its end; compared in constant time.
    pub fn is(&self, asked: &str) -> bool {
        self.0 == CsrfToken::new(asked.to_owned())
    }
}

/// What a request wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The callback path, with this query.
    Callback(String),
    /// The result page whose path ends like this.
    Result(String),
    /// Nothing that is served here: this status.
    Refusal(u16),
}

/// One request.
pub struct Incoming {
    request: Request,
    pages: Arc<Pages>,
}

impl Incoming {
    pub fn new(request: Request, pages: Arc<Pages>) -> Self {
        Self { request, pages }
    }

    /// Judges the request; `authority` is the `HOST:PORT` of the redirect URI.
    pub fn wanted(&self, authority: &str) -> Wanted {
        let header = |name: &str| {
            let named = self.request.headers().iter();
            let mut named = named.filter(|h| h.field.as_str().as_str().eq_ignore_ascii_case(name));
            (
                named.next().map(|h| h.value.as_str()),
                named.next().is_some(),
            )
        };
        let host_is_ours = match header("Host") {
            (Some(host), false) => is_ours(host, authority),
            _ => false,
        };
        // A prefetch must not spend the code.
        let prefetch = ["Sec-Purpose", "Purpose", "X-Moz"].iter().any(|name| {
            header(name)
                .0
                .is_some_and(|value| value.contains("prefetch"))
        });
        judge(
            self.request.method(),
            self.request.url(),
            host_is_ours,
            prefetch,
        )
    }

    /// Whether both came by the same connection.
    pub fn is_beside(&self, other: &Self) -> bool {
        let address = self.request.remote_addr();
        address.is_some() && address == other.request.remote_addr()
    }

    /// Moves the browser to the result.
    pub fn see_other(self, result: &ResultPath) {
        let location = format!("Location: {RESULT_PREFIX}{}\r\n", result.0.secret());
        self.answer("303 See Other", &location, "");
    }

    /// Says that this ended nothing, and what would; nothing of what was asked.
    pub fn still_waiting(self) {
        let page = self.pages.still_waiting();
        self.answer("400 Bad Request", "", &page);
    }

    /// Shows how the sign-in ended.
    pub fn show(self, outcome: Outcome) {
        let page = self.pages.result(outcome);
        self.answer("200 OK", "", &page);
    }

    /// Refuses with `status`; says nothing of what was asked.
    pub fn refuse(self, status: u16) {
        let (line, extra) = match status {
            400 => ("400 Bad Request", ""),
            405 => ("405 Method Not Allowed", "Allow: GET\r\n"),
            _ => ("404 Not Found", ""),
        };
        let page = self.pages.refusal(line);
        self.answer(line, extra, &page);
    }

    /// Written by hand: tiny_http neither lets `Connection: close` be sent
    /// nor its own `Server` header be left out.
    fn answer(self, status: &str, extra: &str, body: &str) {
        let body = if *self.request.method() == Method::Head {
            ""
        } else {
            body
        };
        let head = format!(
            "HTTP/1.1 {status}\r\n{extra}\
             Content-Type: text/html; charset=utf-8\r\n\
             Content-Length: {}\r\n\
             Content-Security-Policy: default-src 'none'; style-src '{}'; frame-ancestors 'none'\r\n\
             X-Content-Type-Options: nosniff\r\n\
             Referrer-Policy: no-referrer\r\n\
             Cache-Control: no-store\r\n\
             Connection: close\r\n\r\n",
            body.len(),
            page::style_hash(),
        );
        let mut writer = self.request.into_writer();
        // A browser that has gone needs no answer.
        let _ = writer.write_all(&[head.as_bytes(), body.as_bytes()].concat());
        let _ = writer.flush();
    }
}

/// DNS rebinding: a page of another name that resolves to loopback (RFC 9110
/// §7.2). Browsers always send the host of the address, without a port that is the
/// scheme's own (RFC 9110 §4.2.1).
fn is_ours(host: &str, authority: &str) -> bool {
    host == authority || Some(host) == authority.strip_suffix(":80")
}

fn judge(method: &Method, target: &str, host_is_ours: bool, prefetch: bool) -> Wanted {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // An absolute target (a proxy request) does not start with a slash.
    if !host_is_ours || !path.starts_with('/') {
        return Wanted::Refusal(400);
    }
    let wanted = match (path, path.strip_prefix(RESULT_PREFIX)) {
        (CALLBACK_PATH, _) => Wanted::Callback(query.to_owned()),
        (_, Some(asked)) => Wanted::Result(asked.to_owned()),
        _ => return Wanted::Refusal(404),
    };
    if *method != Method::Get {
        return Wanted::Refusal(405);
    }
    if prefetch {
        Wanted::Refusal(400)
    } else {
        wanted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(target: &str) -> Wanted {
        judge(&Method::Get, target, true, false)
    }

    #[test]
    fn only_the_exact_callback_path_is_looked_at() {
        assert_eq!(get("/callback?code=c"), Wanted::Callback("code=c".into()));
        for other in [
            "/",
            "/favicon.ico",
            "/robots.txt",
            "/callback/",
            "//callback",
            "/callback%00",
            "/CALLBACK",
        ] {
            assert_eq!(get(other), Wanted::Refusal(404), "{other}");
        }
    }

    #[test]
    fn other_methods_and_prefetches_consume_nothing() {
        for method in [
            Method::Head,
            Method::Post,
            Method::Options,
            Method::Trace,
            Method::Put,
        ] {
            let judged = judge(&method, "/callback?code=c", true, false);
            assert_eq!(judged, Wanted::Refusal(405), "{method}");
        }
        let prefetch = judge(&Method::Get, "/callback?code=c", true, true);
        assert_eq!(prefetch, Wanted::Refusal(400));
    }

    #[test]
    fn another_host_or_an_absolute_target_is_refused() {
        for host in ["127.0.0.1:80", "127.0.0.1"] {
            assert!(is_ours(host, "127.0.0.1:80"), "{host}");
        }
        assert!(is_ours("[::1]", "[::1]:80"));
        for (host, authority) in [
            ("127.0.0.1", "127.0.0.1:8080"),
            ("127.0.0.1", "127.0.0.1:180"),
            ("localhost", "127.0.0.1:80"),
            ("127.0.0.1:", "127.0.0.1:80"),
            ("", "127.0.0.1:80"),
        ] {
            assert!(!is_ours(host, authority), "{host} {authority}");
        }
        let rebound = judge(&Method::Get, "/callback?code=c", false, false);
        assert_eq!(rebound, Wanted::Refusal(400));
        assert_eq!(get("http://127.0.0.1:1/callback"), Wanted::Refusal(400));
    }
}
