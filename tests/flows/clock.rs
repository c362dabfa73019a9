//! Waiting.

use std::{
    sync::{Arc, Condvar, Mutex},
    thread,
    time::{Duration, Instant},
};

/// Longer than anything takes here, whatever else the machine does.
pub const LONG: Duration = Duration::from_secs(60);

/// Waits until `happened`, and fails the test if it never does.
pub fn eventually(what: &str, happened: impl Fn() -> bool) {
    let end = Instant::now() + LONG;
    while !happened() {
        assert!(Instant::now() < end, "never happened: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// Holds whoever comes until it is opened, or dropped by the test.
#[derive(Default)]
pub struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Default)]
struct GateState {
    open: bool,
    waiting: usize,
}

/// What waits at a [`Gate`].
#[derive(Clone)]
pub struct Passage(Arc<(Mutex<GateState>, Condvar)>);

impl Gate {
    pub fn passage(&self) -> Passage {
        Passage(self.0.clone())
    }

    pub fn open(&self) {
        self.0.0.lock().unwrap().open = true;
        self.0.1.notify_all();
    }

    /// Returns once somebody is held.
    pub fn reached(&self) {
        eventually("somebody comes to the gate", || {
            self.0.0.lock().unwrap().waiting > 0
        });
    }
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.open();
    }
}

impl Passage {
    pub fn pass(&self) {
        let mut state = self.0.0.lock().unwrap();
        state.waiting += 1;
        while !state.open {
            state = self.0.1.wait(state).unwrap();
        }
    }
}
