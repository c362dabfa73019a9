//! What a proxy did instead of letting us through, and what helps.

use std::io::ErrorKind;

use ureq::{Error, ProxyProtocol as Protocol, http::Uri};

use super::{Proxy, tunnel::TunnelFailed};

impl Proxy {
    /// The sentence about `error`, if it came from the proxy or the way to it:
    /// it names the proxy, the variable, the cause and a remedy. `target` was
    /// asked for.
    pub fn failure(&self, error: &Error, target: &Uri) -> Option<String> {
        let Error::Other(error) = error else {
            return None;
        };
        let TunnelFailed(error) = error.downcast_ref()?;
        Some(match error {
            Error::ConnectProxyFailed(reason) => self.refused(status(reason), target),
            Error::Io(error) => self.broken(error, target),
            Error::Timeout(_) => self.words("did not answer within the time limit", RUNS),
            Error::HostNotFound => {
                self.words("could not be reached, its name has no address", RUNS)
            }
            // ureq's own words for an answer that is not HTTP.
            Error::Protocol(_) => self.words("does not answer as an HTTP proxy", KIND),
            Error::Rustls(error) => self.words(&format!("failed at TLS ({error})"), KIND),
            other => self.words(&format!("failed ({other})"), RUNS),
        })
    }

    fn words(&self, what: &str, remedy: &str) -> String {
        format!("{self} {what}; {remedy}")
    }

    /// The answer to CONNECT was not 200.
    fn refused(&self, status: Option<u16>, target: &Uri) -> String {
        let target = host_and_port(target);
        match status {
            Some(407) => self.credentials(),
            Some(status @ (502..=504)) => {
                let what = format!("could not reach {target} ({status})");
                self.words(&what, "try again later, or ask who runs it")
            }
            Some(status) => {
                let what = format!("does not let {target} through ({status})");
                self.words(&what, ASK)
            }
            None => self.words("closed the connection without an answer", KIND),
        }
    }

    fn broken(&self, error: &std::io::Error, target: &Uri) -> String {
        let socks = !matches!(self.inner.protocol(), Protocol::Http | Protocol::Https);
        let text = error.to_string();
        match error.kind() {
            // ureq's SOCKS tells its refusals by kind and text alone; the others come
            // from the system, which never says `Other`.
            ErrorKind::PermissionDenied if socks => self.credentials(),
            ErrorKind::InvalidInput if text.contains("username") || text.contains("password") => {
                self.credentials()
            }
            ErrorKind::Other if socks && text.contains("auth method") => self.credentials(),
            ErrorKind::InvalidData if socks => self.words("does not speak SOCKS", KIND),
            ErrorKind::Other if socks => {
                let what = format!("could not reach {} ({text})", host_and_port(target));
                self.words(&what, ASK)
            }
            ErrorKind::UnexpectedEof | ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => {
                self.words("closed the connection", KIND)
            }
            ErrorKind::InvalidData => self.words(&format!("failed at TLS ({text})"), KIND),
            _ => self.words(&format!("could not be reached ({text})"), RUNS),
        }
    }

    fn credentials(&self) -> String {
        let what = match self.inner.username() {
            None => "asks for a user name and a password",
            Some(_) => "refuses the user name and password",
        };
        let remedy = format!(
            "write them into {} before the host, USER:PASSWORD@, percent-encoded",
            self.variable
        );
        self.words(what, &remedy)
    }
}

const RUNS: &str = "see whether it runs and whether the variable is right";
const KIND: &str = "see whether kind and port in the variable are right";
const ASK: &str = "ask who runs it, or name the host in NO_PROXY if it can be reached without";

/// ureq's reason is `proxy server responded 407/407`.
fn status(reason: &str) -> Option<u16> {
    let digits = reason.rsplit(|c: char| !c.is_ascii_digit()).next()?;
    digits.parse().ok()
}

fn host_and_port(uri: &Uri) -> String {
    let host = uri.host().unwrap_or_default();
    format!("{host}:{}", uri.port_u16().unwrap_or(443))
}
