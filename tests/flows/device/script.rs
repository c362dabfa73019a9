//! What a scripted provider answers.

use std::collections::{HashMap, VecDeque};

use serde_json::{Value, json};

use crate::{
    clock::Passage,
    double::{Asked, DISCOVERY, Edits, Reply, discovery},
};

pub const DEVICE: &str = "/device_authorization";
pub const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// What comes of a request.
#[derive(Clone)]
pub enum Answer {
    Reply(Reply),
    /// The connection is reset before the request is read.
    Reset,
    /// The reply waits here.
    Held(Passage, Reply),
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        Self::Reply(reply)
    }
}

/// An OAuth error (RFC 6749 §5.2).
pub fn refusal(status: &'static str, code: &str) -> Reply {
    with_status(status, &json!({ "error": code }))
}

/// An OAuth error with words for people.
pub fn said(status: &'static str, code: &str, words: &str) -> Reply {
    with_status(
        status,
        &json!({ "error": code, "error_description": words }),
    )
}

/// An answer of this status.
pub fn with_status(status: &'static str, body: &Value) -> Reply {
    Reply {
        status,
        ..Reply::json(body)
    }
}

/// What the person did about a code.
#[derive(Clone, Copy)]
pub enum Done {
    Allowed(&'static str, &'static str),
    Denied,
}

pub const ADA: Done = Done::Allowed("ada", "Ada Lovelace");
pub const GRACE: Done = Done::Allowed("grace", "Grace Hopper");

#[derive(Default)]
pub struct Script {
    pub edits: Edits,
    codes: usize,
    /// What comes instead of a code.
    pub code: Option<Answer>,
    /// What the next polls are answered, whatever the person does.
    pub polls: VecDeque<Answer>,
    /// What all requests are answered.
    pub always: Option<Answer>,
    /// What was done about each device code.
    pub done: HashMap<String, Done>,
    /// Who asks about the person waits here.
    pub held: Option<Passage>,
    /// What is done about the codes that nobody named.
    pub usually: Option<Done>,
}

pub fn device_code(number: usize) -> String {
    format!("secret-device-code-{number}")
}

/// What the person enters for the code that was given as number `number`, from 1.
pub fn user_code(number: usize) -> String {
    format!("WDJB-{number:04}")
}

impl Script {
    pub fn answer(&mut self, issuer: &str, asked: &Asked) -> Answer {
        if let Some(answer) = &self.always {
            return answer.clone();
        }
        let is_poll = asked.form.get("grant_type").is_some_and(|g| g == GRANT);
        let reply = match asked.path.as_str() {
            DISCOVERY => self.edits.edited(DISCOVERY, offered(issuer)),
            DEVICE => match &self.code {
                Some(answer) => return answer.clone(),
                None => self.codes(issuer),
            },
            "/token" if is_poll => return self.poll(issuer, &asked.form["device_code"]),
            "/userinfo" => {
                let sub = self.edits.person.map_or("ada", |(sub, _)| sub);
                let reply = self.edits.edited("/userinfo", json!({ "sub": sub }));
                match &self.held {
                    Some(passage) => return Answer::Held(passage.clone(), reply),
                    None => reply,
                }
            }
            "/revoke" => self.edits.edited("/revoke", json!({})),
            path => self.edits.reply(issuer, path),
        };
        reply.into()
    }

    /// RFC 8628 §3.2.
    fn codes(&mut self, issuer: &str) -> Reply {
        self.codes += 1;
        let user_code = user_code(self.codes);
        let answer = json!({
            "device_code": device_code(self.codes),
            "user_code": user_code,
            "verification_uri": format!("{issuer}/phone"),
            "verification_uri_complete": format!("{issuer}/phone?code={user_code}"),
            "expires_in": 600,
            "interval": 1,
        });
        self.edits.edited(DEVICE, answer)
    }

    /// RFC 8628 §3.5.
    fn poll(&mut self, issuer: &str, device_code: &str) -> Answer {
        if let Some(answer) = self.polls.pop_front() {
            return answer;
        }
        const REFUSED: &str = "400 Bad Request";
        let reply = match self.done.get(device_code).copied().or(self.usually) {
            None => refusal(REFUSED, "authorization_pending"),
            Some(Done::Denied) => refusal(REFUSED, "access_denied"),
            Some(Done::Allowed(sub, name)) => {
                self.edits.person = Some((sub, name));
                self.edits.reply(issuer, "/token")
            }
        };
        reply.into()
    }
}

/// Discovery with all that this provider offers.
fn offered(issuer: &str) -> Value {
    let mut document = discovery(issuer);
    for (member, path) in [
        ("device_authorization_endpoint", DEVICE),
        ("revocation_endpoint", "/revoke"),
        ("userinfo_endpoint", "/userinfo"),
    ] {
        document[member] = json!(format!("{issuer}{path}"));
    }
    document
}
