//! The redirect listener: catches the callback on loopback (RFC 8252 §7.3).
//!
//! [`Loopback::bind`] first, then build the redirect URI from the port that
//! was got, then open the browser; [`Loopback::wait`] gives the callback that
//! carries the right state, and an [`Answering`] that goes on serving the
//! person's browser until [`Answering::finish`] says how it ended. The browser
//! is moved off the address with the code at once (303), and sees a result
//! only after the exchange. Where it is moved nobody else can guess: another
//! program that asks for the result learns nothing and ends nothing.
//!
//! What is checked of each request is in `request.rs`, the page in `page.rs`,
//! the limits of tiny_http in `server.rs`.

mod host;
mod page;
mod probe;
mod quiet;
mod request;
mod server;
#[cfg(test)]
mod tests;

use std::{
    net::SocketAddr,
    sync::{Arc, Condvar, Mutex, PoisonError},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use oauth2::CsrfToken;

pub use self::host::RedirectHost;
pub use self::probe::{PortFault, probe, redirect_uri};
pub use self::quiet::{Stop, Stopped, stop};
use self::{
    page::Pages,
    request::{Incoming, ResultPath, Wanted},
    server::Servers,
};
use super::{
    authorization::Callback,
    cancel::Cancel,
    error::{Error, LoopbackError},
};

/// Longest silence between two looks at what ends the wait, where somebody is connected.
const SLICE: Duration = Duration::from_millis(100);
/// How long the listener of an attempt that just ended may still hold its
/// port, which may be the only one that the provider knows.
const REBIND: Duration = Duration::from_millis(1500);
/// How long a browser may take to come for the result page.
const GRACE: Duration = Duration::from_millis(800);

/// A bound listener; alive only while a sign-in waits (RFC 8252 §8.3).
pub struct Loopback {
    authority: String,
    pages: Arc<Pages>,
    result: ResultPath,
    servers: Servers,
}

/// How the exchange after the callback ended, as the browser's page says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Somebody is signed in.
    SignedIn,
    /// The sign-in did not finish; the window says why.
    NotSignedIn,
}

impl Loopback {
    /// Takes the first free port of `ports`, in order; 0 is any free port. `app_name`
    /// is what the pages call the app.
    ///
    /// # Errors
    /// [`LoopbackError::NoPort`] names the ports that were tried.
    pub fn bind(host: RedirectHost, ports: &[u16], app_name: &str) -> Result<Self, LoopbackError> {
        let bind = || ports.iter().find_map(|port| host.bind(*port).ok());
        let end = Instant::now() + REBIND;
        let mut bound = bind();
        while bound.is_none() && Instant::now() < end {
            thread::sleep(SLICE / 4);
            bound = bind();
        }
        let Some(listeners) = bound else {
            let tried: Vec<_> = ports.iter().map(u16::to_string).collect();
            return Err(LoopbackError::NoPort(tried.join(", ")));
        };
        let port = listeners[0].local_addr().map(|a: SocketAddr| a.port())?;
        Ok(Self {
            authority: format!("{host}:{port}"),
            pages: Arc::new(Pages::new(app_name)),
            result: ResultPath::new(),
            servers: Servers::new(listeners)?,
        })
    }

    /// `http://HOST:PORT/callback`.
    pub fn redirect_uri(&self) -> String {
        format!("http://{}{}", self.authority, request::CALLBACK_PATH)
    }

    /// Waits for the callback that carries `state`, until it is `stopped`. Everything else
    /// is answered with an error page and changes nothing. A `cancel` of the sign-in ends
    /// the [`Answering`].
    ///
    /// # Errors
    /// Stopped, nobody came within `limit`, or the port is flooded.
    pub fn wait(
        mut self,
        state: &CsrfToken,
        limit: Duration,
        stopped: &Stopped,
        cancel: &Cancel,
    ) -> Result<(Callback, Answering), Error> {
        let end = Instant::now() + limit;
        loop {
            if stopped.is() {
                return Err(Error::Cancelled);
            }
            if Instant::now() >= end {
                return Err(Error::TimedOut);
            }
            self.servers.rest(end, stopped);
            let Some(incoming) = self.next(SLICE)? else {
                continue;
            };
            match incoming.wanted(&self.authority) {
                Wanted::Callback(query) => match genuine(&query, state) {
                    Some(callback) => {
                        self.servers.pause();
                        incoming.see_other(&self.result);
                        let answering = self.answer_on(state.clone(), cancel.clone());
                        return Ok((callback, answering));
                    }
                    // Perhaps the person's Cancel, at a provider that leaves `state`
                    // out of its refusal: what ends the wait is told there.
                    None => incoming.still_waiting(),
                },
                Wanted::Result(_) => incoming.refuse(404),
                Wanted::Refusal(status) => incoming.refuse(status),
            }
        }
    }

    fn next(&mut self, limit: Duration) -> Result<Option<Incoming>, LoopbackError> {
        let request = self.servers.next(limit)?;
        Ok(request.map(|request| Incoming::new(request, self.pages.clone())))
    }

    /// Goes on serving in the background while the code is exchanged.
    fn answer_on(self, state: CsrfToken, cancel: Cancel) -> Answering {
        let outcome = Arc::new((Mutex::new(None), Condvar::new()));
        let shared = outcome.clone();
        let thread = thread::Builder::new()
            .name("result page".to_owned())
            .spawn(move || self.serve_result(&shared, &state, &cancel));
        Answering {
            outcome,
            thread: thread.ok(),
        }
    }

    /// Parks the browser that asks for the result until there is one, then waits a
    /// moment longer for one that is still on its way.
    fn serve_result(
        mut self,
        outcome: &(Mutex<Option<Outcome>>, Condvar),
        state: &CsrfToken,
        cancel: &Cancel,
    ) {
        let mut parked = Vec::new();
        let mut end: Option<Instant> = None;
        let mut served = false;
        loop {
            let known = *outcome.0.lock().unwrap_or_else(PoisonError::into_inner);
            // The exchange may hang on: the port does not stay for it.
            let known = known.or(cancel.took_effect().then_some(Outcome::NotSignedIn));
            if let Some(known) = known {
                self.servers.go_on();
                served |= !parked.is_empty();
                parked
                    .drain(..)
                    .for_each(|browser: Incoming| browser.show(known));
                let end = *end.get_or_insert_with(|| Instant::now() + GRACE);
                if served || Instant::now() >= end {
                    return;
                }
            }
            let Ok(incoming) = self.next(SLICE / 4) else {
                return;
            };
            let Some(incoming) = incoming else { continue };
            // An answer waits for the one before it on the same connection.
            if parked.iter().any(|before| incoming.is_beside(before)) {
                parked.push(incoming);
                continue;
            }
            match incoming.wanted(&self.authority) {
                Wanted::Result(asked) if self.result.is(&asked) => parked.push(incoming),
                Wanted::Result(_) => incoming.refuse(404),
                // A reload or a link scanner: the code was taken already. Whoever
                // does not know the state is not shown the way to the result.
                Wanted::Callback(query) if genuine(&query, state).is_some() => {
                    incoming.see_other(&self.result);
                }
                Wanted::Callback(_) => incoming.refuse(400),
                Wanted::Refusal(status) => incoming.refuse(status),
            }
        }
    }
}

/// The callback in `query`, if it answers the request that has `state`.
fn genuine(query: &str, state: &CsrfToken) -> Option<Callback> {
    Callback::parse(query).filter(|callback| callback.answers(state))
}

/// The listener after the callback: serves the result page.
pub struct Answering {
    outcome: Arc<(Mutex<Option<Outcome>>, Condvar)>,
    thread: Option<JoinHandle<()>>,
}

impl Answering {
    /// Tells the browser how it ended, and closes the port; under a second.
    pub fn finish(mut self, outcome: Outcome) {
        self.end(outcome);
    }

    fn end(&mut self, outcome: Outcome) {
        let (slot, wake) = &*self.outcome;
        slot.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get_or_insert(outcome);
        wake.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.end(Outcome::NotSignedIn);
    }
}
