//! A provider with the device authorization grant that plays a script: what a test wants
//! is answered, and what came is noted with its time.

use std::{
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, MutexGuard},
    thread,
    time::Duration,
};

use serde_json::Value;

pub use super::{
    script::{ADA, Answer, DEVICE, Done, GRACE, GRANT, refusal, said, user_code, with_status},
    stage::Came,
};
use super::{
    script::{Script, device_code},
    stage::Stage,
};
use crate::{
    clock::{Gate, Passage, eventually},
    double::Reply,
};

/// The provider; dropped, it lets go whatever it holds.
pub struct Provider {
    pub url: String,
    address: SocketAddr,
    stage: Arc<Stage>,
    /// Opens only when the test is over.
    end: Gate,
}

impl Provider {
    pub fn start() -> Self {
        Self::start_at("127.0.0.1:0")
    }

    pub fn start_at(address: &str) -> Self {
        let listener = TcpListener::bind(address).unwrap();
        let address = listener.local_addr().unwrap();
        let stage = Arc::new(Stage {
            url: format!("http://{address}"),
            ..Stage::default()
        });
        let serving = stage.clone();
        thread::spawn(move || serving.serve(&listener));
        Self {
            url: stage.url.clone(),
            address,
            stage,
            end: Gate::default(),
        }
    }

    /// One at which the person has allowed whatever code it gives.
    pub fn allowing() -> Self {
        let provider = Self::start();
        provider.allow_all();
        provider
    }

    pub fn host(&self) -> String {
        self.address.to_string()
    }

    fn script(&self) -> MutexGuard<'_, Script> {
        self.stage.script.lock().unwrap()
    }

    /// Answers at `path` with this from now on.
    pub fn at(&self, path: &'static str, reply: Reply) {
        self.script().edits.replies.insert(path, reply);
    }

    /// Edits the JSON at `path` from now on.
    pub fn edit(&self, path: &'static str, edit: impl Fn(&mut Value) + Send + 'static) {
        self.script().edits.json.insert(path, Box::new(edit));
    }

    /// The codes of these numbers, from 1, live for so many seconds alone.
    pub fn short_lived(&self, numbers: &'static [usize], seconds: u64) {
        self.edit(DEVICE, move |answer| {
            if numbers.iter().any(|n| answer["user_code"] == user_code(*n)) {
                answer["expires_in"] = seconds.into();
            }
        });
    }

    /// Edits the claims of ID tokens from now on.
    pub fn claims(&self, edit: impl Fn(&mut Value) + Send + 'static) {
        self.script().edits.claims = Some(Box::new(edit));
    }

    /// The next polls are answered with these, whatever the person does.
    pub fn answer_polls<A: Into<Answer>>(&self, answers: impl IntoIterator<Item = A>) {
        self.script().polls = answers.into_iter().map(Into::into).collect();
    }

    /// Whoever asks for a code is answered so.
    pub fn answer_codes(&self, answer: Answer) {
        self.script().code = Some(answer);
    }

    /// Who asks about the person waits here, before anybody is signed in: the ID token has no
    /// name.
    pub fn hold_userinfo(&self, passage: Passage) {
        self.claims(|claims| claims["name"] = serde_json::Value::Null);
        self.script().held = Some(passage);
    }

    /// Every request is answered so; `None`: as it should be.
    pub fn answer_all(&self, answer: Option<Answer>) {
        self.script().always = answer;
    }

    /// An answer that comes only when the test is over.
    pub fn hanging(&self) -> Answer {
        Answer::Held(self.end.passage(), Reply::new("200 OK", "", ""))
    }

    /// The person does this about the code that was given as number `code`, from 1.
    pub fn person(&self, code: usize, done: Done) {
        self.script().done.insert(device_code(code), done);
    }

    /// The person allows every code from now on.
    pub fn allow_all(&self) {
        self.script().usually = Some(ADA);
    }

    /// From now on connections are refused.
    pub fn die(&self) {
        *self.stage.dead.lock().unwrap() = true;
        // Wakes who accepts, which closes the port.
        let _ = TcpStream::connect(self.address);
        eventually("the port is closed", || {
            TcpStream::connect(self.address).is_err()
        });
    }

    /// Listens again, at the same address.
    pub fn rise(&self) {
        *self.stage.dead.lock().unwrap() = false;
        let listener = TcpListener::bind(self.address).unwrap();
        let serving = self.stage.clone();
        thread::spawn(move || serving.serve(&listener));
    }

    /// What came to `path`, oldest first.
    pub fn came(&self, path: &str) -> Vec<Came> {
        let came = self.stage.came.lock().unwrap();
        let here = came.iter().filter(|came| came.asked.path == path);
        here.cloned().collect()
    }

    /// The polls that came, oldest first.
    pub fn polls(&self) -> Vec<Came> {
        let mut came = self.came("/token");
        came.retain(|came| {
            came.asked
                .form
                .get("grant_type")
                .is_some_and(|g| g == GRANT)
        });
        came
    }

    /// How long before each poll nothing was asked: after the code for the first, after
    /// the poll before it for each other.
    pub fn pauses(&self) -> Vec<Duration> {
        let mut times = vec![self.came(DEVICE)[0].at];
        times.extend(self.polls().iter().map(|poll| poll.at));
        times.windows(2).map(|two| two[1] - two[0]).collect()
    }

    /// The tokens that were revoked.
    pub fn revoked(&self) -> Vec<String> {
        let came = self.came("/revoke");
        came.iter().map(|c| c.asked.form["token"].clone()).collect()
    }
}
