//! What a request to the redirect listener wants, and its answer.
//!
//! Whoever knows the port can send here: pages in the person's browser, other
//! programs, scanners. Only a plain navigation to the callback path is looked
//! at; everything else is refused and consumes nothing.

use std::io::Write;

use tiny_http::{Method, Request};

use super::{Outcome, page};

/// The path of the redirect URI.
pub const CALLBACK_PATH: &str = "/callback";
/// Where the browser is moved, so that the code leaves its address bar.
pub const RESULT_PATH: &str = "/result";

/// What a request wants.
#[derive(Debug, PartialEq, Eq)]
pub enum Wanted {
    /// The callback path, with this query.
    Callback(String),
    /// The result page.
    Result,
    /// Nothing that is served here: this status.
    Refusal(u16),
}

/// One request.
pub struct Incoming(Request);

impl Incoming {
    pub fn new(request: Request) -> Self {
        Self(request)
    }

    /// Judges the request; `authority` is the `HOST:PORT` of the redirect URI.
    pub fn wanted(&self, authority: &str) -> Wanted {
        let header = |name: &str| {
            let named = self.0.headers().iter();
            let mut named = named.filter(|h| h.field.as_str().as_str().eq_ignore_ascii_case(name));
            (
                named.next().map(|h| h.value.as_str()),
                named.next().is_some(),
            )
        };
        // DNS rebinding: a page of another name that resolves to loopback
        // (RFC 9110 §7.2). Browsers always send the host of the address.
        let host_is_ours = header("Host") == (Some(authority), false);
        // A prefetch must not spend the code.
        let prefetch = ["Sec-Purpose", "Purpose", "X-Moz"].iter().any(|name| {
            header(name)
                .0
                .is_some_and(|value| value.contains("prefetch"))
        });
        judge(self.0.method(), self.0.url(), host_is_ours, prefetch)
    }

    /// Whether both came by the same connection.
    pub fn is_beside(&self, other: &Self) -> bool {
        self.0.remote_addr().is_some() && self.0.remote_addr() == other.0.remote_addr()
    }

    /// Moves the browser to `path`.
    pub fn see_other(self, path: &str) {
        self.answer("303 See Other", &format!("Location: {path}\r\n"), "");
    }

    /// Shows how the sign-in ended.
    pub fn show(self, outcome: Outcome) {
        self.answer("200 OK", "", &page::result(outcome));
    }

    /// Refuses with `status`; says nothing of what was asked.
    pub fn refuse(self, status: u16) {
        let (line, extra) = match status {
            400 => ("400 Bad Request", ""),
            405 => ("405 Method Not Allowed", "Allow: GET\r\n"),
            _ => ("404 Not Found", ""),
        };
        self.answer(line, extra, &page::refusal(line));
    }

    /// Written by hand: tiny_http neither lets `Connection: close` be sent
    /// nor its own `Server` header be left out.
    fn answer(self, status: &str, extra: &str, body: &str) {
        let body = if *self.0.method() == Method::Head {
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
        let mut writer = self.0.into_writer();
        // A browser that has gone needs no answer.
        let _ = writer.write_all(&[head.as_bytes(), body.as_bytes()].concat());
        let _ = writer.flush();
    }
}

fn judge(method: &Method, target: &str, host_is_ours: bool, prefetch: bool) -> Wanted {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    // An absolute target (a proxy request) does not start with a slash.
    if !host_is_ours || !path.starts_with('/') {
        return Wanted::Refusal(400);
    }
    let wanted = match path {
        CALLBACK_PATH => Wanted::Callback(query.to_owned()),
        RESULT_PATH => Wanted::Result,
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
        let rebound = judge(&Method::Get, "/callback?code=c", false, false);
        assert_eq!(rebound, Wanted::Refusal(400));
        assert_eq!(get("http://127.0.0.1:1/callback"), Wanted::Refusal(400));
    }
}
