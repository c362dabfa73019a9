//! One line for each request, at level info, and the id that joins it to others.

use std::{
    fmt,
    hash::{BuildHasher, RandomState},
    sync::{
        LazyLock,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use hyper::body::Incoming;
use poem::{
    Endpoint, Response,
    http::{self, HeaderMap, HeaderName, HeaderValue, Method, StatusCode},
};
use tracing::{Instrument, Level};

use super::{connection::Connection, respond::answer};

/// Asked for every few seconds by whoever keeps the process alive or measures it, which
/// would drown all else: their lines are at level debug, as long as all is well.
const PROBES: [&str; 3] = ["/health/live", "/health/ready", "/metrics"];

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Whether requests are logged. Else none has an id, and no time is taken.
pub(super) fn wanted() -> bool {
    tracing::enabled!(Level::INFO)
}

/// Answers, tells the observer, and logs.
pub(super) async fn observed<E: Endpoint>(
    connection: &Connection<E>,
    request: http::Request<Incoming>,
) -> Response {
    let begin = Instant::now();
    let response = if wanted() {
        logged(connection, request, begin).await
    } else {
        answer(connection, request).await
    };
    if let Some(tell) = &connection.shared.on_answer {
        tell(response.status(), begin.elapsed());
    }
    response
}

async fn logged<E: Endpoint>(
    connection: &Connection<E>,
    request: http::Request<Incoming>,
    begin: Instant,
) -> Response {
    let id = request_id(request.headers());
    let method = request.method().clone();
    let uri = request.uri().clone();
    // What is logged below has the id as well, the guard's refusals among it.
    let span = tracing::info_span!("request", request_id = id);
    let mut response = answer(connection, request).instrument(span).await;
    line(&id, &method, uri.path(), response.status(), begin.elapsed());
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Without the query: it may hold what concerns nobody.
fn line(id: &str, method: &Method, path: &str, status: StatusCode, duration: Duration) {
    macro_rules! answered {
        ($level:ident) => {
            tracing::$level!(
                request_id = id,
                %method,
                path = %path.escape_debug(),
                status = status.as_u16(),
                duration_us = u64::try_from(duration.as_micros()).unwrap_or(u64::MAX),
                "answered"
            )
        };
    }
    // The level is part of what tracing builds for each place in the code.
    if PROBES.contains(&path) && status.is_success() {
        answered!(debug);
    } else {
        answered!(info);
    }
}

/// The balancer's id if it is one, else one of our own.
fn request_id(headers: &HeaderMap) -> String {
    let plain = |id: &&str| {
        let allowed = |c: u8| c.is_ascii_alphanumeric() || matches!(c, b'.' | b'_' | b'-');
        (1..=64).contains(&id.len()) && id.bytes().all(allowed)
    };
    let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
    match given.filter(plain) {
        Some(id) => id.to_owned(),
        None => NewId.to_string(),
    }
}

/// Unlike those of other processes, and unlike the others of this one.
struct NewId;

impl fmt::Display for NewId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        static PROCESS: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(()));
        static COUNT: AtomicU64 = AtomicU64::new(1);
        write!(f, "{:016x}-{}", *PROCESS, COUNT.fetch_add(1, Relaxed))
    }
}
