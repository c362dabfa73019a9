//! [`Proxies`]: which variable counts, and for which hosts.

use std::ffi::OsString;

use ureq::http::Uri;

use super::{
    exceptions::Exceptions,
    is_loopback,
    proxy::{Proxy, ProxyError},
};

/// In the order in which they count: curl(1), "Environment". Everything goes by
/// https, but for loopback, which no proxy is for; so `HTTP_PROXY`, which a
/// request can set in a CGI program (httpoxy, CVE-2016-5385), is never read.
const PROXY: [&str; 4] = ["https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"];
const EXCEPTIONS: [&str; 2] = ["no_proxy", "NO_PROXY"];

/// The proxy that the environment asks for, if any, and the hosts that are asked
/// without it. One that is set is never passed over: it serves or it is an error.
#[derive(Clone, Debug, Default)]
pub struct Proxies {
    proxy: Option<Result<Proxy, ProxyError>>,
    exceptions: Exceptions,
}

impl Proxies {
    /// `lookup` stands for the process's environment. A variable that is empty
    /// or has nothing but spaces is not set.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        let first = |names: &[&'static str]| {
            let set = |name: &&'static str| {
                // What is not UTF-8 stays set, so that it is not passed over.
                let value = lookup(name)?.into_string();
                let value = value.map(|text| text.trim().to_owned());
                (value != Ok(String::new())).then_some((*name, value))
            };
            names.iter().find_map(set)
        };
        let exceptions = first(&EXCEPTIONS).and_then(|(_, value)| value.ok());
        Self {
            proxy: first(&PROXY).map(|(variable, value)| match value {
                Ok(text) => Proxy::parse(variable, &text),
                Err(_) => Err(ProxyError {
                    variable,
                    what: "it is not UTF-8".to_owned(),
                }),
            }),
            exceptions: exceptions.map_or_else(Exceptions::default, |e| Exceptions::parse(&e)),
        }
    }

    /// The one that can be used, whatever it is for.
    pub fn usable(&self) -> Option<&Proxy> {
        self.proxy.as_ref().and_then(|proxy| proxy.as_ref().ok())
    }

    /// The proxy that `uri` is asked through; `None` for loopback, for what
    /// `NO_PROXY` names, and where no proxy is set.
    ///
    /// # Errors
    /// When one is set for this host and cannot be used.
    pub fn route(&self, uri: &Uri) -> Result<Option<&Proxy>, &ProxyError> {
        let host = uri.host().unwrap_or_default();
        let default = if uri.scheme_str() == Some("http") {
            80
        } else {
            443
        };
        let port = uri.port_u16().unwrap_or(default);
        if is_loopback(host) || self.exceptions.have(host, port) {
            return Ok(None);
        }
        self.proxy.as_ref().map(Result::as_ref).transpose()
    }
}

#[cfg(test)]
#[path = "proxies_tests.rs"]
mod tests;
