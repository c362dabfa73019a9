//! A person at the pages of oidc-provider, with a browser that runs no scripts: its pages
//! would load fonts from the internet.

use std::collections::BTreeMap;

use url::{Url, form_urlencoded};

use crate::LIMIT;

/// The person, with cookies and the page that is open.
pub struct Person {
    issuer: String,
    agent: ureq::Agent,
    cookies: BTreeMap<String, String>,
    pub page: String,
}

impl Person {
    pub fn of(issuer: &str) -> Self {
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .max_redirects(0)
            .timeout_global(Some(LIMIT));
        Self {
            issuer: issuer.to_owned(),
            agent: config.build().into(),
            cookies: BTreeMap::new(),
            page: String::new(),
        }
    }

    pub fn go_to(&mut self, address: &str) {
        let mut next = self.send(address, None);
        while let Some(address) = next {
            next = self.send(&address, None);
        }
    }

    /// Sends the form of the page: what is hidden in it, and these.
    pub fn submit(&mut self, answers: &[(&str, &str)]) {
        let mut form = form_urlencoded::Serializer::new(String::new());
        for hidden in self.page.split("type=\"hidden\" ").skip(1) {
            form.append_pair(attribute(hidden, "name"), attribute(hidden, "value"));
        }
        let form = form.extend_pairs(answers).finish();
        let action = attribute(&self.page, "action").to_owned();
        if let Some(address) = self.send(&action, Some(form)) {
            self.go_to(&address);
        }
    }

    /// Types the code that stands on the device and compares it.
    pub fn bring(&mut self, code: &str) {
        self.go_to(&format!("{}/device", self.issuer));
        self.submit(&[("user_code", &code.to_lowercase().replace('-', ""))]);
        assert!(self.page.contains("Vestibule"), "{}", self.page);
        assert!(self.page.contains(code), "{}", self.page);
    }

    /// Any password lets anybody in there.
    pub fn sign_in_and_consent(&mut self, login: &str) {
        self.submit(&[("login", login), ("password", "any")]);
        assert!(self.page.contains("Authorize"), "{}", self.page);
        self.submit(&[]);
    }

    /// Asks for one page; where it sends the browser, if it does.
    fn send(&mut self, address: &str, form: Option<String>) -> Option<String> {
        let mut request = ureq::http::Request::builder()
            .uri(address)
            .header("Accept", "text/html");
        if address.starts_with(&self.issuer) {
            let pairs = self
                .cookies
                .iter()
                .map(|(key, value)| format!("{key}={value}"));
            request = request.header("Cookie", pairs.collect::<Vec<_>>().join("; "));
        }
        if form.is_some() {
            let kind = "application/x-www-form-urlencoded";
            request = request.method("POST").header("Content-Type", kind);
        }
        let request = request.body(form.unwrap_or_default()).unwrap();
        let mut answer = self.agent.run(request).unwrap();
        for cookie in answer.headers().get_all("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            let (key, value) = pair.split_once('=').unwrap();
            match value {
                "" => self.cookies.remove(key),
                _ => self.cookies.insert(key.to_owned(), value.to_owned()),
            };
        }
        let location = answer.headers().get("location");
        let location = location.map(|location| location.to_str().unwrap().to_owned());
        self.page = answer.body_mut().read_to_string().unwrap();
        let base = Url::parse(address).unwrap();
        location.map(|location| base.join(&location).unwrap().into())
    }
}

fn attribute<'html>(html: &'html str, name: &str) -> &'html str {
    let start = format!("{name}=\"");
    let value = html
        .split_once(&start)
        .and_then(|(_, rest)| rest.split_once('"'));
    let (value, _) = value.unwrap_or_else(|| panic!("no {name} in {html}"));
    value
}
