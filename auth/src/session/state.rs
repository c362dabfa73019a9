//! Where a session stands: whether it is stored, and what memory alone has of it.
//!
//! Pure: no I/O, no clock, no lock. Whoever reads or writes the store tells of it by an
//! [`Event`]; [`Standing::on`] says what becomes of the session.
//!
//! ```text
//! New ──Written──▶ Stored ──NotWritten (of a rotated token)──▶ Behind
//!  └──NotWritten──▶ Unstored
//! Unstored, Behind ──Written, or Found: a newer one is stored──▶ Stored
//! NoRefreshToken: there is nothing to store
//! all of them ──EndedHere, Succeeded, EndedElsewhere, InvalidGrant (not Stored)──▶ Ended, for good
//! ```

use std::time::SystemTime;

use super::{Stored, unwritten::Unwritten};
use crate::{
    authorization::Nonce,
    error::{Ended, Error, ProviderWords, StoreError},
    secret::RefreshToken,
    store_lock::StoreLock,
};

/// A refresh token, and what is known of the sign-in that it descends from.
pub(crate) struct Family {
    pub token: RefreshToken,
    /// `None` if that sign-in happened in another process: a nonce of this one says
    /// nothing of its ID tokens.
    pub nonce: Option<Nonce>,
}

impl Family {
    /// With the successor of its token.
    fn rotated(self, token: RefreshToken) -> Self {
        Self { token, ..self }
    }

    /// With a token that was found in the store: of another process, if it is another.
    fn taken_over(self, token: RefreshToken) -> Self {
        let nonce = self.nonce.filter(|_| self.token == token);
        Self { token, nonce }
    }
}

/// Where a session stands.
pub(crate) enum Standing {
    /// Signed in; the store is about to be asked.
    New(Family),
    /// The provider gave no refresh token: there is nothing to store.
    NoRefreshToken,
    /// The store has never taken it.
    Unstored(Family, Unwritten),
    /// The store has this token of it.
    Stored {
        family: Family,
        /// The change of the store that the token is from, as far as it is known: the
        /// number in the lock file.
        generation: Option<u64>,
    },
    /// Memory alone has the newest token, and the provider has replaced the one in the
    /// store: whoever used that would end the session (RFC 9700 §4.14.2). So other
    /// processes must wait.
    Behind(Family, Unwritten),
    /// Nothing is ever written of it again.
    Ended(Remains),
}

/// What remains of a session that has ended.
pub(crate) struct Remains {
    /// Its newest token, to be revoked.
    pub token: Option<RefreshToken>,
    /// What was said of its storing last.
    pub stored: Stored,
    /// Whether the store has ever had it.
    pub was_stored: bool,
    /// `None` if it was ended here: signed out, or replaced by a new sign-in.
    pub cause: Option<Ended>,
    /// Whether the same person's new sign-in replaced it here: none of its tokens is
    /// revoked then, since many providers end all of a person's tokens with one.
    pub is_succeeded: bool,
}

impl Remains {
    /// What its use is refused with.
    pub fn how_it_ended(&self) -> Ended {
        self.cause.clone().unwrap_or(Ended::Elsewhere)
    }

    /// What a write is refused with: who ended the session here cancelled that.
    pub fn why_not_written(&self) -> Error {
        let cause = self.cause.clone();
        cause.map_or(Error::Cancelled, Error::Ended)
    }
}

/// What happens to a session.
pub(crate) enum Event {
    /// The store was read and has this token of the same person, as of this generation.
    Found {
        token: RefreshToken,
        generation: Option<u64>,
    },
    /// The store took the newest token.
    Written {
        token: RefreshToken,
        generation: Option<u64>,
    },
    /// The store did not take the newest token.
    NotWritten(FailedWrite),
    /// It replaces a session that held other processes off, and goes on doing so: with
    /// the store lock of that, unless a refresh has it.
    Succeeds(Option<StoreLock>),
    /// A refresh gives back the store lock that it had.
    Holds(StoreLock),
    /// `invalid_grant`: the provider accepts no token of it any more.
    InvalidGrant(Option<ProviderWords>),
    /// Somebody else's session is stored in its place, or none any more.
    EndedElsewhere,
    /// It was signed out here, or another person's new sign-in here replaced it.
    EndedHere,
    /// A new sign-in of the same person here replaced it.
    Succeeded,
}

/// A token that the store did not take.
pub(crate) struct FailedWrite {
    pub token: RefreshToken,
    pub error: StoreError,
    /// Whether it was tried at all; else the store could not be read before.
    pub was_tried: bool,
    /// The number of this change, if it was counted.
    pub generation: Option<u64>,
    /// The number of the last change before, if the store lock was to be had.
    pub counted: Option<u64>,
    pub at: SystemTime,
}

impl FailedWrite {
    /// Whether the store may have the token all the same.
    pub fn is_unanswered(&self) -> bool {
        self.was_tried && self.error == StoreError::NoAnswer
    }
}

impl Standing {
    /// What becomes of it.
    pub fn on(self, event: Event) -> Self {
        match (self, event) {
            // Whatever comes of what was under way.
            (ended @ Self::Ended(_), _) => ended,
            (standing, Event::EndedHere) => standing.end(None),
            (standing, Event::Succeeded) => standing.succeeded(),
            (standing, Event::EndedElsewhere) => standing.end(Some(Ended::Elsewhere)),
            // Another process may have stored a newer one, or may do so yet.
            (stored @ Self::Stored { .. }, Event::InvalidGrant(_)) => stored,
            (standing, Event::InvalidGrant(said)) => standing.end(Some(Ended::Expired { said })),
            (Self::NoRefreshToken, _) => Self::NoRefreshToken,
            (standing, Event::Found { token, generation }) => standing.found(token, generation),
            (standing, Event::Written { token, generation }) => standing.written(token, generation),
            (standing, Event::NotWritten(failed)) => standing.not_written(failed),
            (standing, Event::Succeeds(store_lock)) => standing.succeeds(store_lock),
            (standing, Event::Holds(store_lock)) => standing.holds(store_lock),
        }
    }

    fn end(self, cause: Option<Ended>) -> Self {
        Self::Ended(Remains {
            token: self.token().cloned(),
            stored: self.stored(),
            was_stored: self.was_stored(),
            cause,
            is_succeeded: false,
        })
    }

    fn succeeded(self) -> Self {
        match self.end(None) {
            Self::Ended(remains) => Self::Ended(Remains {
                is_succeeded: true,
                ..remains
            }),
            other => other,
        }
    }

    fn found(self, token: RefreshToken, generation: Option<u64>) -> Self {
        match self {
            // An older one of its own, which is used up: memory has the newest.
            Self::Unstored(family, unwritten) if unwritten.is_used_up(&token, &family) => {
                Self::Unstored(family, unwritten)
            }
            Self::Behind(family, unwritten) if unwritten.is_used_up(&token, &family) => {
                Self::Behind(family, unwritten)
            }
            Self::New(family)
            | Self::Unstored(family, _)
            | Self::Stored { family, .. }
            | Self::Behind(family, _) => Self::Stored {
                family: family.taken_over(token),
                generation,
            },
            other => other,
        }
    }

    fn written(self, token: RefreshToken, generation: Option<u64>) -> Self {
        let earlier = self.generation();
        match self {
            Self::New(family)
            | Self::Unstored(family, _)
            | Self::Stored { family, .. }
            | Self::Behind(family, _) => Self::Stored {
                family: family.rotated(token),
                generation: generation.or(earlier),
            },
            other => other,
        }
    }

    fn not_written(self, failed: FailedWrite) -> Self {
        let token = failed.token.clone();
        match self {
            // Other causes are for the person to mend.
            Self::New(family) => {
                let is_retried = failed.error == StoreError::Locked;
                let unwritten = Unwritten::new(Vec::new(), None, is_retried, false, failed);
                Self::Unstored(family.rotated(token), unwritten)
            }
            Self::Unstored(family, unwritten) => {
                let unwritten = unwritten.again(&family, failed);
                Self::Unstored(family.rotated(token), unwritten)
            }
            Self::Stored { family, generation } => {
                let stored = vec![family.token.clone()];
                let unwritten = Unwritten::new(stored, generation, true, true, failed);
                Self::Behind(family.rotated(token), unwritten)
            }
            Self::Behind(family, unwritten) => {
                let unwritten = unwritten.again(&family, failed);
                Self::Behind(family.rotated(token), unwritten)
            }
            other => other,
        }
    }

    fn succeeds(self, store_lock: Option<StoreLock>) -> Self {
        match self {
            Self::Unstored(family, unwritten) if unwritten.is_retried => {
                let unwritten = Unwritten {
                    others_wait: true,
                    store_lock,
                    ..unwritten
                };
                Self::Unstored(family, unwritten)
            }
            other => other,
        }
    }

    fn holds(mut self, store_lock: StoreLock) -> Self {
        if let Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) = &mut self
            && unwritten.others_wait
        {
            unwritten.store_lock = Some(store_lock);
        }
        self
    }

    /// Takes the store lock out, to use it.
    pub fn take_store_lock(&mut self) -> Option<StoreLock> {
        match self {
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) => {
                unwritten.store_lock.take()
            }
            _ => None,
        }
    }
}

#[cfg(test)]
#[path = "state_tests.rs"]
mod tests;
