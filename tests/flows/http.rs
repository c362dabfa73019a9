//! The real HTTP client, with a diary of what it sent and, by path, answers
//! that something else gives.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use serde_json::Value;
use url::Url;
use vestibule::auth::{
    error::{TransportError, TransportErrorKind},
    platform::{HttpClient, Proxies},
    ports::{Http, Limits, Request, Response},
};

use crate::clock::Passage;

pub type Answer = Result<Response, TransportError>;
type Send<'a> = &'a dyn Fn(Request) -> Answer;
type Rule = Arc<dyn Fn(Request, Send) -> Answer + std::marker::Send + Sync>;

/// What happened in which order, over HTTP and store.
pub type Diary = Arc<Mutex<Vec<String>>>;

pub struct TestHttp {
    diary: Diary,
    real: HttpClient,
    rules: Mutex<HashMap<String, Rule>>,
    sent: Mutex<Vec<Sent>>,
}

/// A request as it went out.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: String,
    pub url: Url,
    pub body: String,
    pub authorization: Option<String>,
}

impl Sent {
    /// A field of the form in the body.
    pub fn field(&self, name: &str) -> Option<String> {
        url::form_urlencoded::parse(self.body.as_bytes())
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.into_owned())
    }
}

impl TestHttp {
    pub fn new(diary: &Diary) -> Self {
        Self {
            diary: diary.clone(),
            real: HttpClient::new("vestibule/test", None, Proxies::default()).unwrap(),
            rules: Mutex::default(),
            sent: Mutex::default(),
        }
    }

    /// From now on, `rule` answers requests for this path.
    pub fn at(
        &self,
        path: &str,
        rule: impl Fn(Request, Send) -> Answer + std::marker::Send + Sync + 'static,
    ) {
        let rule: Rule = Arc::new(rule);
        self.rules.lock().unwrap().insert(path.to_owned(), rule);
    }

    /// The path is answered by whom it belongs to again.
    pub fn clear(&self, path: &str) {
        self.rules.lock().unwrap().remove(path);
    }

    /// What went to this path, oldest first.
    pub fn sent_to(&self, path: &str) -> Vec<Sent> {
        let sent = self.sent.lock().unwrap();
        let to_path = sent.iter().filter(|sent| sent.url.path() == path);
        to_path.cloned().collect()
    }

    pub fn count(&self, path: &str) -> usize {
        self.sent_to(path).len()
    }

    pub fn all(&self) -> Vec<Sent> {
        self.sent.lock().unwrap().clone()
    }
}

impl Http for TestHttp {
    fn send(&self, request: Request, limits: Limits) -> Answer {
        let url = Url::parse(&request.uri().to_string()).unwrap();
        let authorization = request.headers().get("authorization");
        let path = url.path().to_owned();
        let entry = format!("{} {path}", request.method());
        self.diary.lock().unwrap().push(entry);
        self.sent.lock().unwrap().push(Sent {
            method: request.method().to_string(),
            url,
            body: String::from_utf8(request.body().clone()).unwrap(),
            authorization: authorization.map(|value| value.to_str().unwrap().to_owned()),
        });
        let rule = self.rules.lock().unwrap().get(&path).cloned();
        let send = |request| self.real.send(request, limits);
        match rule {
            Some(rule) => rule(request, &send),
            None => send(request),
        }
    }
}

/// An answer of this status.
pub fn status(status: u16, body: &str) -> Answer {
    let body = body.as_bytes().to_vec();
    Ok(http::Response::builder().status(status).body(body).unwrap())
}

/// No answer.
pub fn dropped() -> Answer {
    Err(TransportError {
        host: "the test".to_owned(),
        kind: TransportErrorKind::Unreachable("dropped".to_owned()),
    })
}

/// The real answer, its JSON changed.
pub fn edited(
    edit: impl Fn(&mut Value) + std::marker::Send + Sync + 'static,
) -> impl Fn(Request, Send) -> Answer {
    move |request, send| {
        let mut answer = send(request)?;
        if answer.status() == 200 {
            let mut json = serde_json::from_slice(answer.body()).unwrap();
            edit(&mut json);
            *answer.body_mut() = json.to_string().into_bytes();
        }
        Ok(answer)
    }
}

/// The real answer, once the gate opens.
pub fn held(passage: Passage) -> impl Fn(Request, Send) -> Answer {
    move |request, send| {
        let answer = send(request);
        passage.pass();
        answer
    }
}
