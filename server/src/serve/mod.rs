//! Serves a poem endpoint over HTTP/1.1 on the open network.
//!
//! poem's own server sets no deadline for a request's head and hides the settings
//! of hyper that would; this one calls the endpoint from hyper directly:
//! - `accept` takes connections in, and ends all of it when told to stop;
//! - `registry` knows every open connection, closes what is past its deadline,
//!   and `eviction` chooses who must go when there are too many;
//! - `connection` is what one connection does, `respond` what one request does;
//! - `refusals` counts and tells what never gets to the endpoint;
//! - `phase` is where a connection stands: one atomic word that `watched` (the bytes
//!   of the socket), `respond` and `body` write, so that a request costs no timer
//!   and no lock.
//!
//! TLS and HTTP/2 are the work of the balancer in front of it.

mod accept;
mod body;
mod connection;
mod eviction;
mod host;
mod log;
mod phase;
mod refusals;
mod registry;
mod respond;
mod watched;

use std::{future::Future, io, net::TcpListener, sync::Arc, time::Duration};

use poem::{IntoEndpoint, http::StatusCode};

use registry::Registry;
pub use registry::{Connections, Monitor};

/// What a client may take of time, room and connections.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Open connections. When all are taken a waiting one goes for each new one:
    /// the oldest unfinished head, else the longest idle, else one whose client has not
    /// read its answer or not sent its body for a quarter of [`head`](Self::head).
    pub max_connections: usize,
    /// For the head of a request: from its first byte, for the first one from the
    /// connection's beginning. Bytes that trickle in do not prolong it.
    pub head: Duration,
    /// For the body of a request and its answer together. An endpoint is left to finish
    /// within it also when its client has gone.
    pub answer: Duration,
    /// Between two requests.
    pub idle: Duration,
    /// Bytes of a head; a longer one is answered 431.
    pub head_size: usize,
    /// Bytes of a request's body; a longer one is answered 413.
    pub body_size: u64,
    /// How long connections without a request stay once the server is told to stop:
    /// a balancer may be sending on them at that very moment.
    pub linger: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_connections: 10_000,
            head: Duration::from_secs(8),
            answer: Duration::from_secs(30),
            idle: Duration::from_secs(75),
            head_size: 16 * 1024,
            body_size: 64 * 1024,
            linger: Duration::from_secs(1),
        }
    }
}

/// Told of each answer: its status, and the time from the request's head to it.
type OnAnswer = Box<dyn Fn(StatusCode, Duration) + Send + Sync>;

/// A server that is not running yet.
pub struct Server {
    limits: Limits,
    registry: Arc<Registry>,
    on_answer: Option<OnAnswer>,
}

impl Server {
    /// With these limits.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            registry: Arc::default(),
            on_answer: None,
        }
    }

    /// Has `observe` told of each answer: its status, and the time it took from the
    /// complete head to the answer's first byte. Without it no time is taken.
    #[must_use]
    pub fn on_answer(
        mut self,
        observe: impl Fn(StatusCode, Duration) + Send + Sync + 'static,
    ) -> Self {
        self.on_answer = Some(Box::new(observe));
        self
    }

    /// Tells how many connections are open, at any time.
    pub fn monitor(&self) -> Monitor {
        Monitor::of(Arc::clone(&self.registry))
    }

    /// Answers on `listener` with `app` until `shutdown`, then finishes what runs,
    /// [`Limits::answer`] at most. To be called within a tokio runtime that has its
    /// drivers of I/O and time. Dropped before its end, it closes all connections.
    ///
    /// # Errors
    /// The listener cannot be used.
    pub async fn serve<E>(
        self,
        listener: TcpListener,
        app: E,
        shutdown: impl Future<Output = ()>,
    ) -> io::Result<()>
    where
        E: IntoEndpoint,
        E::Endpoint: 'static,
    {
        accept::run(self, listener, app.into_endpoint(), shutdown).await
    }
}

/// [`Server::serve`] with the default [`Limits`].
///
/// # Errors
/// The listener cannot be used.
pub async fn serve<E>(
    listener: TcpListener,
    app: E,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()>
where
    E: IntoEndpoint,
    E::Endpoint: 'static,
{
    Server::new(Limits::default())
        .serve(listener, app, shutdown)
        .await
}
