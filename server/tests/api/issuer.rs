//! An issuer for tests: metadata and keys over HTTP, both of which it can change,
//! withhold, delay and count.

use std::{
    net::TcpListener,
    sync::{Arc, Mutex},
    time::Duration,
};

use poem::{Endpoint, IntoResponse, Request, Response, http::StatusCode};
use serde_json::{Value, json};

use crate::{keys::full_set, world::run_in_background};

/// How the issuer answers.
#[derive(Clone)]
pub enum Mood {
    Serve(Value),
    /// Keys with a `Cache-Control` and an `ETag`
    Cached(Value, &'static str),
    /// Keys, but only after a while
    Slow(Value, Duration),
    Status(u16),
    Body(String),
    Redirect(String),
    /// Never answers
    Hang,
}

pub struct TestIssuer {
    pub url: String,
    shared: Arc<Shared>,
}

struct Shared {
    mood: Mutex<Mood>,
    metadata: Mutex<Option<Value>>,
    metadata_pause: Mutex<Duration>,
    hits: Mutex<Vec<String>>,
}

impl TestIssuer {
    /// With keys of all kinds.
    pub fn start() -> Self {
        Self::in_mood(Mood::Serve(full_set()))
    }

    pub fn in_mood(mood: Mood) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        let shared = Arc::new(Shared {
            mood: Mutex::new(mood),
            metadata: Mutex::new(None),
            metadata_pause: Mutex::default(),
            hits: Mutex::new(Vec::new()),
        });
        let answers = Answers {
            url: url.clone(),
            shared: Arc::clone(&shared),
        };
        run_in_background(listener, answers);
        Self { url, shared }
    }

    pub fn becomes(&self, mood: Mood) {
        *self.shared.mood.lock().unwrap() = mood;
    }

    /// Other metadata than the right one.
    pub fn claims_to_be(&self, metadata: Value) {
        *self.shared.metadata.lock().unwrap() = Some(metadata);
    }

    /// Metadata only after a while.
    pub fn thinks_about_metadata(&self, pause: Duration) {
        *self.shared.metadata_pause.lock().unwrap() = pause;
    }

    /// How often the keys were asked for.
    pub fn fetches(&self) -> usize {
        self.hits_of("/jwks")
    }

    pub fn hits_of(&self, path: &str) -> usize {
        let hits = self.shared.hits.lock().unwrap();
        hits.iter().filter(|hit| *hit == path).count()
    }

    pub fn hits(&self) -> usize {
        self.shared.hits.lock().unwrap().len()
    }
}

struct Answers {
    url: String,
    shared: Arc<Shared>,
}

impl Endpoint for Answers {
    type Output = Response;

    async fn call(&self, request: Request) -> poem::Result<Response> {
        let path = request.uri().path().to_owned();
        self.shared.hits.lock().unwrap().push(path.clone());
        let json = |value: &Value| {
            Response::builder()
                .content_type("application/json")
                .body(value.to_string())
        };
        if path == "/.well-known/openid-configuration" {
            let right = json!({"issuer": self.url, "jwks_uri": format!("{}jwks", self.url)});
            let metadata = self.shared.metadata.lock().unwrap().clone();
            let pause = *self.shared.metadata_pause.lock().unwrap();
            tokio::time::sleep(pause).await;
            return Ok(json(&metadata.unwrap_or(right)));
        }
        let mood = self.shared.mood.lock().unwrap().clone();
        Ok(match mood {
            Mood::Serve(keys) => json(&keys),
            Mood::Cached(keys, control) => {
                let tag = format!("\"{}\"", keys.to_string().len());
                let mut answer = json(&keys);
                if request.header("if-none-match") == Some(&tag) {
                    self.shared.hits.lock().unwrap().push("not modified".into());
                    answer = StatusCode::NOT_MODIFIED.into_response();
                }
                answer
                    .with_header("cache-control", control)
                    .with_header("etag", tag)
                    .into_response()
            }
            Mood::Slow(keys, pause) => {
                tokio::time::sleep(pause).await;
                json(&keys)
            }
            // With a good body, so that it is the status that counts.
            Mood::Status(status) => Response::builder()
                .status(StatusCode::from_u16(status).unwrap())
                .body(full_set().to_string()),
            Mood::Body(text) => text.into(),
            Mood::Redirect(to) => Response::builder()
                .status(StatusCode::FOUND)
                .header("location", to)
                .finish(),
            Mood::Hang => std::future::pending().await,
        })
    }
}
