//! What an attempt waits for, and what becomes of it where nobody does any more.

use std::sync::Arc;

use super::{
    Attempt,
    aside::{Panic, aside},
};
use crate::{
    authorization::Callback,
    client::Provider,
    error::Error,
    loopback::Answering,
    session::Session,
    shared::InHand,
    sign_in::Way,
    token::{TokenAnswer, device::DeviceCodes},
};

/// What a poll brought.
pub(super) struct Brought {
    pub answer: TokenAnswer,
    /// From when it came: whoever ends the program waits until it is stored or revoked.
    pub in_hand: InHand,
}

/// Something that an attempt waits for.
pub(super) enum Event {
    /// The browser brought the callback, or the wait for it has ended.
    CameBack(Result<(Callback, Answering), Error>),
    /// The request for codes of this number was answered.
    Codes(u64, Result<DeviceCodes, Error>),
    /// The provider is known, and the way to begin with.
    Discovered(Result<(Arc<Provider>, Way), Error>),
    /// What has come first was made a session of, or could not be.
    Finished(Result<Session, Error>),
    /// The person wants another code.
    NewCode,
    /// A thread panicked, with this.
    Panicked(Panic),
    /// The poll of this number was answered.
    Polled(u64, Result<Brought, Error>),
    /// The person wants this way.
    Take(Way),
}

impl Attempt {
    /// What came after another way had come first, or after the end: no tokens live on of
    /// it, and no browser waits for a page.
    pub(super) fn late(&self, event: Event) {
        let client = self.client.clone();
        match event {
            Event::CameBack(Ok((_, answering))) => aside("result page", move || drop(answering)),
            Event::Polled(_, Ok(brought)) => aside("revocation", move || {
                client.revoke_answer(brought.answer);
                drop(brought.in_hand);
            }),
            _ => {}
        }
    }
}
