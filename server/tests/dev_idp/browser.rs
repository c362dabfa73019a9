//! A browser with a cookie that follows no redirect by itself, and its answers.

use std::collections::HashMap;

use serde_json::Value;
use url::Url;

use crate::world::{CALLBACK, Provider, encode, request};

pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: String,
}

impl Answer {
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    pub fn location(&self) -> &str {
        self.header("location")
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// The error code of a JSON answer.
    pub fn error(&self) -> String {
        self.json()["error"].as_str().unwrap().to_owned()
    }

    /// What the redirect to the app says.
    pub fn callback(&self) -> HashMap<String, String> {
        assert_eq!(self.status, 303, "{}", self.body);
        assert!(self.location().starts_with(CALLBACK), "{}", self.location());
        let url = Url::parse(self.location()).unwrap();
        url.query_pairs().into_owned().collect()
    }

    /// The value of a hidden field.
    pub fn field(&self, name: &str) -> String {
        let start = format!("name=\"{name}\" value=\"");
        let (_, rest) = self
            .body
            .split_once(&start)
            .expect("the page has the field");
        rest.split('"').next().unwrap().to_owned()
    }
}

/// Keeps its cookie; follows no redirect by itself.
#[derive(Clone)]
pub struct Browser {
    pub issuer: String,
    pub cookie: String,
}

impl Browser {
    pub fn new(provider: &Provider) -> Self {
        Self::at(&provider.issuer)
    }

    pub fn at(issuer: &str) -> Self {
        Self {
            issuer: issuer.to_owned(),
            cookie: String::new(),
        }
    }

    pub fn get(&mut self, path: &str) -> Answer {
        self.send("GET", path, "", &[])
    }

    pub fn post(&mut self, path: &str, form: &[(&str, &str)]) -> Answer {
        self.send("POST", path, &encode(form), &[])
    }

    pub fn send(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, String)],
    ) -> Answer {
        self.try_send(method, path, body, headers).unwrap()
    }

    /// The same, for a server that may hang up.
    pub fn try_send(
        &mut self,
        method: &str,
        path: &str,
        body: &str,
        headers: &[(&str, String)],
    ) -> Result<Answer, ureq::Error> {
        let config = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .build();
        let mut request = ureq::http::Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.issuer));
        if !self.cookie.is_empty() {
            request = request.header("Cookie", &self.cookie);
        }
        if method == "POST" {
            request = request.header("Content-Type", "application/x-www-form-urlencoded");
        }
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(body.to_owned()).unwrap();
        let mut response = config.new_agent().run(request)?;
        if let Some(cookie) = response.headers().get("set-cookie") {
            let (pair, _) = cookie.to_str().unwrap().split_once(';').unwrap();
            self.cookie = pair.to_owned();
        }
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: match response.headers().get("content-type") {
                Some(kind) if kind.as_bytes().starts_with(b"image/") => String::new(),
                _ => response.body_mut().read_to_string()?,
            },
        })
    }

    /// The authorization request of the app, with these parameters changed.
    pub fn authorize(&mut self, changes: &[(&str, &str)]) -> Answer {
        self.get(&format!("/authorize?{}", encode(&request(changes))))
    }

    /// Goes on to the page that a redirect leads to.
    pub fn follow(&mut self, answer: &Answer) -> Answer {
        assert_eq!(answer.status, 303, "{}", answer.body);
        let path = answer.location().to_owned();
        assert!(path.starts_with('/'), "{path}");
        self.get(&path)
    }

    pub fn log_in(&mut self, page: &Answer, name: &str, password: &str) -> Answer {
        let (request, csrf) = (page.field("request"), page.field("csrf"));
        let form = [
            ("request", request.as_str()),
            ("csrf", csrf.as_str()),
            ("username", name),
            ("password", password),
        ];
        self.post("/login", &form)
    }

    pub fn consent(&mut self, page: &Answer, answer: &str) -> Answer {
        let (request, csrf) = (page.field("request"), page.field("csrf"));
        let form = [
            ("request", request.as_str()),
            ("csrf", &csrf),
            ("answer", answer),
        ];
        self.post("/consent", &form)
    }

    /// Brings the code that stands on a device: the page to compare it.
    pub fn bring(&mut self, code: &str) -> Answer {
        self.get(&format!("/device?{}", encode(&[("user_code", code)])))
    }

    /// Answers the page to compare: continue, or cancel.
    pub fn compare(&mut self, page: &Answer, answer: &str) -> Answer {
        let (csrf, code) = (page.field("csrf"), page.field("user_code"));
        let form = [
            ("csrf", csrf.as_str()),
            ("user_code", &code),
            ("answer", answer),
        ];
        self.post("/device", &form)
    }

    /// Brings a code and finds it to be the same.
    pub fn enter(&mut self, code: &str) -> Answer {
        let page = self.bring(code);
        assert_eq!(page.status, 200, "{}", page.body);
        self.compare(&page, "continue")
    }

    /// The whole way: login and consent as far as they are asked for.
    pub fn sign_in(&mut self, user: &str, changes: &[(&str, &str)]) -> Answer {
        let mut answer = self.authorize(changes);
        if answer.location().starts_with("/login") {
            let page = self.follow(&answer);
            answer = self.log_in(&page, user, user);
        }
        if answer.location().starts_with("/consent") {
            let page = self.follow(&answer);
            answer = self.consent(&page, "allow");
        }
        answer
    }

    pub fn code(&mut self, user: &str, changes: &[(&str, &str)]) -> String {
        self.sign_in(user, changes).callback()["code"].clone()
    }
}
