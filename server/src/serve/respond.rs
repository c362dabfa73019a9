//! One request: from hyper to the endpoint and back.

use std::{
    convert::Infallible,
    future::{Future, poll_fn},
    panic::{AssertUnwindSafe, catch_unwind},
    pin::pin,
    sync::Arc,
    task::Poll,
};

use hyper::body::{Body as _, Incoming};
use poem::{
    Body, Endpoint, Request, RequestParts, Response,
    http::{self, HeaderValue, StatusCode, header, uri::Scheme},
};

use super::{
    body::{Answer, Brought, admit},
    connection::Connection,
    host, log,
    refusals::Reason,
};

pub(super) fn respond<E: Endpoint>(
    connection: Arc<Connection<E>>,
    request: http::Request<Incoming>,
) -> impl Future<Output = Result<http::Response<Answer<E>>, Infallible>> {
    connection
        .slot
        .head_completed(!request.body().is_end_stream());
    async move {
        let mut response = if log::wanted() || connection.shared.on_answer.is_some() {
            // Boxed, so that it costs nothing when it is not wanted.
            Box::pin(log::observed(&connection, request)).await
        } else {
            answer(&connection, request).await
        };
        if connection.slot.pulse.is_draining() {
            close_after(&mut response);
        }
        let response = http::Response::from(response);
        Ok(response.map(|body| Answer { body, connection }))
    }
}

/// The endpoint's answer, or the refusal of a body that is too long.
pub(super) async fn answer<E: Endpoint>(
    connection: &Connection<E>,
    request: http::Request<Incoming>,
) -> Response {
    let (version, target, headers) = (request.version(), request.uri(), request.headers());
    if let Err(cause) = host::check(version, target, headers) {
        connection.refuse(Reason::Host, |told| told.cause = Some(cause));
        return bad_request(cause, "3.2");
    }
    if let Err(cause) = host::check_coding(headers) {
        connection.refuse(Reason::Malformed, |told| told.cause = Some(cause));
        return bad_request(cause, "6.1");
    }
    let (parts, body) = request.into_parts();
    let announced = body.size_hint().exact();
    let limit = connection.shared.limits.body_size;
    let body = match admit(body, limit, &connection.slot) {
        Brought::Nothing => Body::empty(),
        Brought::Body(body) => body,
        Brought::TooMuch => {
            connection.slot.overflow();
            return too_large(connection, announced);
        }
    };
    let local = connection.shared.local.clone();
    let parts = RequestParts::from((parts, local, connection.remote.clone(), Scheme::HTTP));
    let request = Request::from_parts(parts, body);
    // Pinned where it is made: handed on by value it would lie in this future twice,
    // 7 KB of each connection.
    let mut response = pin!(connection.shared.endpoint.get_response(request));
    let response = poll_fn(|context| caught(|| response.as_mut().poll(context))).await;
    if connection.slot.has_overflowed() {
        return too_large(connection, announced);
    }
    response
}

/// A panic of the endpoint concerns its own request only.
fn caught(poll: impl FnOnce() -> Poll<Response>) -> Poll<Response> {
    catch_unwind(AssertUnwindSafe(poll)).unwrap_or_else(|_| {
        tracing::error!("the endpoint panicked");
        Poll::Ready(StatusCode::INTERNAL_SERVER_ERROR.into())
    })
}

/// A `section` of RFC 9112. Closed, since a client that errs there may be wrong about where
/// its next request begins.
fn bad_request(cause: &str, section: &str) -> Response {
    let mut response = Response::builder()
        .status(StatusCode::BAD_REQUEST)
        .content_type("text/plain; charset=utf-8")
        .body(format!(
            "This is no request of HTTP/1.1: {cause} (RFC 9112 section {section})."
        ));
    close_after(&mut response);
    response
}

/// RFC 9110 §15.5.14: the connection may be closed, and is, so as not to read on.
/// The size is known where it was `announced`.
fn too_large<E>(connection: &Connection<E>, announced: Option<u64>) -> Response {
    connection.refuse(Reason::BodyTooLong, |told| {
        told.size = announced;
        told.limit = Some(connection.shared.limits.body_size);
    });
    let mut response = Response::from(StatusCode::PAYLOAD_TOO_LARGE);
    close_after(&mut response);
    response
}

fn close_after(response: &mut Response) {
    let close = HeaderValue::from_static("close");
    response.headers_mut().insert(header::CONNECTION, close);
}
