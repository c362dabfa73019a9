//! The worker as the window has it: commands in, states out.

use std::{
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use vestibule::{
    api::{self, Call},
    auth::{Client, DeviceAuthorization},
    state::{Answer, Command, State},
    worker::{self, Handle},
};

use crate::{clock::LONG, world::World};

pub struct App {
    handle: Handle,
    seen: Arc<Mutex<Vec<State>>>,
    states: mpsc::Receiver<State>,
}

impl App {
    pub fn start(world: &World) -> Self {
        Self::of(world, world.client())
    }

    pub fn of(world: &World, client: Arc<Client>) -> Self {
        Self::with(client, api::calls(&world.api))
    }

    /// On a screen that many people share.
    pub fn in_kiosk(world: &World, client: Arc<Client>) -> Self {
        Self::run(client, api::calls(&world.api), true)
    }

    /// With this list of calls.
    pub fn with(client: Arc<Client>, calls: Vec<Call>) -> Self {
        Self::run(client, calls, false)
    }

    fn run(client: Arc<Client>, calls: Vec<Call>, kiosk: bool) -> Self {
        let (publish, states) = mpsc::channel();
        let seen: Arc<Mutex<Vec<State>>> = Arc::default();
        let noted = seen.clone();
        let publish = move |state: State| {
            noted.lock().unwrap().push(state.clone());
            let _ = publish.send(state);
        };
        let handle = worker::start(client, calls, kiosk, publish);
        Self {
            handle,
            seen,
            states,
        }
    }

    pub fn send(&self, command: Command) {
        self.handle.send(command);
    }

    pub fn handle(&self) -> Handle {
        self.handle.clone()
    }

    pub fn quit(&self) {
        self.handle.quit();
    }

    pub fn quit_within(&self, limit: Duration) {
        let start = Instant::now();
        self.handle.quit();
        assert!(start.elapsed() < limit, "{:?}", start.elapsed());
    }

    /// The next state with this name.
    pub fn until(&self, wanted: &str) -> State {
        self.until_it(|state| name(state) == wanted)
    }

    /// The next state that fits.
    pub fn until_it(&self, wanted: impl Fn(&State) -> bool) -> State {
        loop {
            let state = self.states.recv_timeout(LONG);
            let state = state.unwrap_or_else(|_| panic!("did not come: {:?}", self.seen()));
            if wanted(&state) {
                return state;
            }
        }
    }

    /// The next state after this command, and how long it took.
    pub fn answer(&self, command: Command) -> (State, Duration) {
        while self.states.try_recv().is_ok() {}
        let start = Instant::now();
        self.send(command);
        let state = self.states.recv_timeout(LONG).unwrap();
        (state, start.elapsed())
    }

    /// The names of all states, without repetition.
    pub fn seen(&self) -> Vec<&'static str> {
        let mut names: Vec<_> = self.seen.lock().unwrap().iter().map(name).collect();
        names.dedup();
        names
    }
}

/// The code of S3.
pub fn authorization(state: State) -> DeviceAuthorization {
    match state {
        State::AwaitingDevice { authorization, .. } => authorization,
        state => panic!("{state:?}"),
    }
}

/// What came of the first call, the message.
pub fn message(state: &State) -> Option<&Answer> {
    match state {
        State::SignedIn { calls, .. } => calls.first().map(|call| &call.answer),
        _ => None,
    }
}

pub fn is_received(state: &State) -> bool {
    matches!(message(state), Some(Answer::Received(_)))
}

pub fn name(state: &State) -> &'static str {
    match state {
        State::Starting => "Starting",
        State::SignedOut { .. } => "SignedOut",
        State::AwaitingBrowser { .. } => "AwaitingBrowser",
        State::AwaitingDevice { .. } => "AwaitingDevice",
        State::UserCodesExpired { .. } => "UserCodesExpired",
        State::Finishing => "Finishing",
        State::SignedIn { .. } => "SignedIn",
        State::Failed { .. } => "Failed",
        State::Offline { .. } => "Offline",
        State::SessionEnded { .. } => "SessionEnded",
        State::SigningOut => "SigningOut",
    }
}
