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

use super::{Limits, OnAnswer, phase::Slot, registry::Leave, respond::respond, watched::Watched};

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
    pub(super) slot: Arc<Slot>,
    pub(super) remote: RemoteAddr,
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
    let shared = Arc::clone(&connection.shared);
    let service = service_fn(move |request| respond(Arc::clone(&connection), request));
    let mut http = shared.http.serve_connection(io, service);
    let outcome = (&mut http).await;
    // An answer that leaves sent bytes unread would be lost in the reset that they
    // cause: the rest is read and thrown away first (RFC 9112 §9.6).
    if slot.has_unread_body() || outcome.is_err_and(|error| error.is_parse()) {
        slot.discarding();
        let most = shared.limits.body_size.saturating_mul(DISCARDED);
        discard(http.into_parts().io.into_inner().stream, most).await;
    }
}

/// Reads until the client has said all, or `most` bytes.
async fn discard(mut stream: TcpStream, mut most: u64) {
    while most > 0 {
        let read = poll_fn(|context| {
            let mut scratch = [0; 4096];
            let mut buffer = ReadBuf::new(&mut scratch);
            ready!(Pin::new(&mut stream).poll_read(context, &mut buffer))?;
            Poll::Ready(io::Result::Ok(buffer.filled().len()))
        });
        let Ok(size @ 1..) = read.await else { return };
        most = most.saturating_sub(size as u64);
    }
}
