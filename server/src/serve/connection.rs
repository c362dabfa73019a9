//! One connection: hyper on a watched socket.

use std::{
    future::poll_fn,
    io,
    pin::Pin,
    sync::Arc,
    task::{Poll, ready},
};

use hyper::{server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use poem::{
    Endpoint,
    web::{LocalAddr, RemoteAddr},
};
use tokio::{
    io::{AsyncRead, ReadBuf},
    net::TcpStream,
};

use super::{
    Limits, OnAnswer,
    phase::Slot,
    refusals::{Reason, Told, tell},
    registry::{Leave, Registry},
    respond::respond,
    watched::Watched,
};

/// Of a body that nobody wants so many times the longest is read and thrown away, in
/// the time that a head has: a client may look at the answer once it has sent it all.
const DISCARDED: u64 = 64;

/// What all connections of a server share.
pub(super) struct Shared<E> {
    pub(super) endpoint: E,
    pub(super) limits: Limits,
    pub(super) on_answer: Option<OnAnswer>,
    pub(super) http: http1::Builder,
    pub(super) local: LocalAddr,
}

/// What the requests of a connection share: cloned for each of them, while a
/// counter for all connections would be torn between the processors.
pub(super) struct Connection<E> {
    pub(super) shared: Arc<Shared<E>>,
    pub(super) registry: Arc<Registry>,
    pub(super) slot: Arc<Slot>,
    pub(super) remote: RemoteAddr,
}

impl<E> Connection<E> {
    /// Counts and tells a refusal.
    pub(super) fn refuse(&self, reason: Reason, add: impl FnOnce(&mut Told<'_>)) {
        self.registry.refusals.count(reason);
        let mut told = Told::of(reason, self.remote.0.as_socket_addr());
        add(&mut told);
        tell(&told);
    }
}

/// hyper's settings for these limits: HTTP/1.1 and 1.0, at most 100 header fields.
pub(super) fn http(limits: &Limits) -> http1::Builder {
    let mut http = http1::Builder::new();
    http.header_read_timeout(None)
        // Else hyper waits for the connection's end while a request is answered, with
        // another buffer of 8 KiB for each request. So whoever says no more has his
        // answer, and who is gone is noticed when the answer is written.
        .half_close(true)
        .max_header_size(limits.head_size)
        // The room of a connection; hyper wants 8 KiB at least.
        .max_buf_size(limits.head_size.max(8 * 1024));
    http
}

/// Answers all requests of the connection, and takes it out of the registry then.
pub(super) async fn run<E: Endpoint + 'static>(
    stream: TcpStream,
    connection: Arc<Connection<E>>,
    leave: Leave,
) {
    // A connection that says nothing gets no buffers: boxed, they are not part of it.
    if stream.readable().await.is_ok() {
        Box::pin(talk(stream, connection)).await;
    }
    drop(leave);
}

async fn talk<E: Endpoint + 'static>(stream: TcpStream, connection: Arc<Connection<E>>) {
    let slot = Arc::clone(&connection.slot);
    let io = TokioIo::new(Watched::new(stream, Arc::clone(&slot)));
    let serving = Arc::clone(&connection);
    let service = service_fn(move |request| respond(Arc::clone(&serving), request));
    let mut http = connection.shared.http.serve_connection(io, service);
    let outcome = (&mut http).await;
    let mut refused = outcome
        .err()
        .and_then(|error| Refused::by_parser(&error, &connection));
    // Whoever speaks HTTP/2 waits for no answer in HTTP/1.1.
    if refused
        .as_ref()
        .is_some_and(|refused| refused.reason == Reason::Http2)
    {
        return;
    }
    // An answer that leaves sent bytes unread would be lost in the reset that they
    // cause: the rest is read and thrown away first (RFC 9112 §9.6).
    if slot.has_unread_body() || refused.is_some() {
        slot.start_discarding();
        let parts = http.into_parts();
        let mut came = |size: u64| {
            if let Some(refused) = &mut refused {
                refused.size += size;
            }
        };
        let watched = parts.io.into_inner();
        // What came together with the request before it is counted in neither place.
        came(watched.came.max(parts.read_buf.len() as u64));
        let most = connection.shared.limits.body_size.saturating_mul(DISCARDED);
        discard(watched.stream, most, came).await;
    }
}

/// What hyper has refused by itself. Told when it goes, also when the connection is
/// closed from outside: only then it is known how much the client had to say.
struct Refused<'a, E> {
    connection: &'a Connection<E>,
    reason: Reason,
    cause: String,
    size: u64,
}

impl<'a, E> Refused<'a, E> {
    fn by_parser(error: &hyper::Error, connection: &'a Connection<E>) -> Option<Self> {
        let reason = match error {
            error if error.is_parse_version_h2() => Reason::Http2,
            error if error.is_parse_too_large() => Reason::HeadTooLong,
            error if error.is_parse() => Reason::Malformed,
            _ => return None,
        };
        // Before it is counted: whoever makes room by this connection counts it no more.
        connection.slot.start_discarding();
        connection.registry.refusals.count(reason);
        Some(Self {
            connection,
            reason,
            cause: error.to_string(),
            size: 0,
        })
    }
}

impl<E> Drop for Refused<'_, E> {
    fn drop(&mut self) {
        let limit = self.connection.shared.limits.head_size as u64;
        let too_long = self.reason == Reason::HeadTooLong;
        // hyper has one error for all of them.
        let by_size = self.size > limit;
        let cause = match too_long && !by_size {
            true => "more than 100 header fields, or a Content-Length that no body has",
            false => &self.cause,
        };
        tell(&Told {
            // Nothing at all where the connection was closed before it was known.
            size: (self.size > 0).then_some(self.size),
            limit: (too_long && by_size).then_some(limit),
            cause: Some(cause),
            ..Told::of(self.reason, self.connection.remote.0.as_socket_addr())
        });
    }
}

/// Reads until the client has said all, or `most` bytes, and tells how many each time.
async fn discard(mut stream: TcpStream, mut most: u64, mut came: impl FnMut(u64)) {
    while most > 0 {
        let read = poll_fn(|context| {
            let mut scratch = [0; 4096];
            let mut buffer = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut stream).poll_read(context, &mut buffer))?;
            Poll::Ready(io::Result::Ok(buffer.filled().len()))
        });
        let Ok(size @ 1..) = read.await else { return };
        came(size as u64);
        most = most.saturating_sub(size as u64);
    }
}
