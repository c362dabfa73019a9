//! The bodies of requests and answers, as far as the server has a word in them.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};

use super::{connection::Connection, phase::Slot};

/// What a request brings along.
pub(super) enum Brought {
    Nothing,
    /// Within the limit, if it has announced its length
    Body(poem::Body),
    TooMuch,
}

pub(super) fn admit(body: Incoming, limit: u64, slot: &Arc<Slot>) -> Brought {
    match body.size_hint().exact() {
        Some(0) => Brought::Nothing,
        Some(size) if size > limit => Brought::TooMuch,
        _ => Brought::Body(
            BoxBody::new(Coming {
                body,
                left: limit,
                slot: Arc::clone(slot),
            })
            .into(),
        ),
    }
}

/// The body of a request, cut off at the limit: of one that was announced hyper hands
/// out no more than that. It notes in the slot whether it is waited for.
struct Coming {
    body: Incoming,
    left: u64,
    slot: Arc<Slot>,
}

impl Drop for Coming {
    fn drop(&mut self) {
        self.slot.awaits_body(false);
    }
}

impl Body for Coming {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        let polled = Pin::new(&mut self.body).poll_frame(context);
        self.slot.awaits_body(polled.is_pending());
        let frame = ready!(polled);
        if frame.is_none() || self.body.is_end_stream() {
            self.slot.body_read();
        }
        let frame = frame.map(|frame| frame.map_err(io::Error::other));
        if let Some(Ok(frame)) = &frame {
            let size = frame.data_ref().map_or(0, Bytes::len);
            match self.left.checked_sub(size as u64) {
                Some(left) => self.left = left,
                None => {
                    self.slot.overflow();
                    let cause = "the body is longer than this server takes";
                    return Poll::Ready(Some(Err(io::Error::other(cause))));
                }
            }
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// The body of an answer. hyper drops it when it has taken over the last of it.
pub(super) struct Answer<E> {
    pub(super) body: BoxBody<Bytes, io::Error>,
    pub(super) connection: Arc<Connection<E>>,
}

impl<E> Drop for Answer<E> {
    fn drop(&mut self) {
        self.connection.slot.answer_completed();
    }
}

impl<E> Body for Answer<E> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
