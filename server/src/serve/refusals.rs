//! What the server ends by itself: each is counted, and told in one line at level info.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
};

/// Why the server let a request, or a connection, not come to its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    /// 431: more bytes than [`Limits::head_size`](super::Limits), or more than 100 fields
    HeadTooLong,
    /// 400: what came is no request
    Malformed,
    /// The connection is closed: HTTP/2 by prior knowledge
    Http2,
    /// 400: no host, two of them, or what is none
    Host,
    /// 413: more bytes than [`Limits::body_size`](super::Limits)
    BodyTooLong,
    /// Closed: a head that did not end in time
    HeadTimeout,
    /// Closed: a body or an answer that did not end in time
    AnswerTimeout,
    /// Closed in favour of a new connection
    Evicted,
    /// Closed as it came: all others have requests that are worked on
    NoRoom,
}

impl Reason {
    const ALL: [Self; 9] = [
        Self::HeadTooLong,
        Self::Malformed,
        Self::Http2,
        Self::Host,
        Self::BodyTooLong,
        Self::HeadTimeout,
        Self::AnswerTimeout,
        Self::Evicted,
        Self::NoRoom,
    ];

    /// As metrics and the log call it.
    fn name(self) -> &'static str {
        match self {
            Self::HeadTooLong => "head_too_long",
            Self::Malformed => "malformed",
            Self::Http2 => "http2",
            Self::Host => "host",
            Self::BodyTooLong => "body_too_long",
            Self::HeadTimeout => "head_timeout",
            Self::AnswerTimeout => "answer_timeout",
            Self::Evicted => "evicted",
            Self::NoRoom => "no_room",
        }
    }

    /// What is answered, where something is.
    fn status(self) -> Option<u16> {
        match self {
            Self::Malformed | Self::Host => Some(400),
            Self::BodyTooLong => Some(413),
            Self::HeadTooLong => Some(431),
            Self::Http2
            | Self::HeadTimeout
            | Self::AnswerTimeout
            | Self::Evicted
            | Self::NoRoom => None,
        }
    }

    fn sentence(self) -> &'static str {
        match self {
            Self::HeadTooLong => "refused a request whose head is too long",
            Self::Malformed => "refused what is no request of HTTP/1.1",
            Self::Http2 => "closed a connection that speaks HTTP/2; this server has HTTP/1.1",
            Self::Host => "refused a request without a Host that can be used",
            Self::BodyTooLong => "refused a request whose body is too long",
            Self::HeadTimeout => "closed a connection whose request did not come to its end",
            Self::AnswerTimeout => "closed a connection whose request took too long",
            Self::Evicted => "closed a connection to make room for a new one",
            Self::NoRoom => "closed a new connection: all others are being served",
        }
    }
}

/// How often each reason came up.
#[derive(Default)]
pub(super) struct Refusals([AtomicU64; Reason::ALL.len()]);

impl Refusals {
    pub(super) fn count(&self, reason: Reason) {
        self.0[reason as usize].fetch_add(1, Relaxed);
    }

    pub(super) fn snapshot(&self) -> Vec<(&'static str, u64)> {
        let count = |reason: Reason| self.0[reason as usize].load(Relaxed);
        Reason::ALL.map(|r| (r.name(), count(r))).to_vec()
    }
}

/// `size`: bytes that came, where that is what it is about; `limit`: bytes that may.
pub(super) struct Told<'a> {
    pub(super) reason: Reason,
    pub(super) remote: Option<&'a SocketAddr>,
    pub(super) size: Option<u64>,
    pub(super) limit: Option<u64>,
    pub(super) cause: Option<&'a str>,
}

impl<'a> Told<'a> {
    pub(super) fn of(reason: Reason, remote: Option<&'a SocketAddr>) -> Self {
        Self {
            reason,
            remote,
            size: None,
            limit: None,
            cause: None,
        }
    }
}

/// Nothing of what the client said is in it but the size.
pub(super) fn tell(told: &Told<'_>) {
    tracing::info!(
        reason = told.reason.name(),
        status = told.reason.status(),
        remote = told.remote.map(tracing::field::display),
        size = told.size,
        limit = told.limit,
        cause = told.cause,
        "{}",
        told.reason.sentence()
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_has_a_counter_and_a_name_of_its_own() {
        let refusals = Refusals::default();
        for reason in Reason::ALL {
            refusals.count(reason);
        }
        let snapshot = refusals.snapshot();
        assert!(snapshot.iter().all(|(_, count)| *count == 1));
        let mut names: Vec<_> = snapshot.iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        assert_eq!(names.len(), Reason::ALL.len());
    }
}
