//! What a session's standing says, and what it asks for: where its newest token is, and
//! whether that may be written. Pure. `counted` is the number in the lock file now.

use super::{
    Stored,
    state::{Family, Standing},
    unwritten::Unwritten,
};
use crate::{
    authorization::Nonce,
    error::{Ended, Error, StoreError},
    secret::RefreshToken,
};

/// Where a refresh finds the newest refresh token.
pub(crate) enum Newest {
    Memory(RefreshToken),
    /// Another process may have rotated it, or signed in anew.
    Store,
    /// There is none.
    Nowhere(Ended),
}

/// What comes before a token is written.
pub(crate) enum BeforeWrite {
    /// Nothing: it may replace whatever is stored.
    Nothing,
    /// To look at what is stored. The store lock that would have held off another
    /// sign-out or sign-in is waited for a moment only, a refresh may take longer.
    Look,
    /// It is not written, and revoked if nobody is to hold it.
    Refuse { error: Error, is_revoked: bool },
}

/// What the store has, as a session sees it.
pub(crate) enum Found {
    Nothing,
    AnotherPersons,
    /// The session's person's.
    Persons(RefreshToken),
}

/// What to do where that is stored.
#[derive(Debug, PartialEq)]
pub(crate) enum Verdict {
    /// Its own, or one that it may replace.
    Write,
    /// A newer session of the same person is stored.
    TakeOver,
    /// Somebody else's is stored, or nothing any more.
    Replaced,
    /// Not known while another process has the store lock; not written so far, for the
    /// reason that there was.
    Wait(StoreError),
}

impl Standing {
    /// What others may know.
    pub fn stored(&self) -> Stored {
        match self {
            Self::New(_) => Stored::NotYet,
            Self::NoRefreshToken => Stored::NoRefreshToken,
            Self::Stored { .. } => Stored::Yes,
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) => {
                Stored::Failed(unwritten.cause.clone())
            }
            Self::Ended(remains) => remains.stored.clone(),
        }
    }

    /// Whether the store has had it, and so may have an older refresh token of it.
    pub fn was_stored(&self) -> bool {
        match self {
            Self::Stored { .. } | Self::Behind(..) => true,
            Self::Ended(remains) => remains.was_stored,
            Self::New(_) | Self::NoRefreshToken | Self::Unstored(..) => false,
        }
    }

    fn family(&self) -> Option<&Family> {
        match self {
            Self::New(family)
            | Self::Unstored(family, _)
            | Self::Stored { family, .. }
            | Self::Behind(family, _) => Some(family),
            Self::NoRefreshToken | Self::Ended(_) => None,
        }
    }

    /// Its newest refresh token, as far as this process knows.
    pub fn token(&self) -> Option<&RefreshToken> {
        match self {
            Self::Ended(remains) => remains.token.as_ref(),
            other => other.family().map(|family| &family.token),
        }
    }

    /// The nonce of the sign-in that it descends from, if that happened here.
    pub fn nonce(&self) -> Option<&Nonce> {
        self.family()?.nonce.as_ref()
    }

    pub fn generation(&self) -> Option<u64> {
        match self {
            Self::Stored { generation, .. } => *generation,
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) => unwritten.generation,
            Self::New(_) | Self::NoRefreshToken | Self::Ended(_) => None,
        }
    }

    /// What the store did not take, if it is tried again before the next refresh.
    pub fn waiting(&self) -> Option<&Unwritten> {
        match self {
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) if unwritten.is_retried => {
                Some(unwritten)
            }
            _ => None,
        }
    }

    /// Where the newest token is.
    pub fn newest(&self, counted: Option<u64>) -> Newest {
        match self {
            Self::Stored { .. } => Newest::Store,
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten)
                if unwritten.may_be_overtaken(counted) =>
            {
                Newest::Store
            }
            Self::New(family) | Self::Unstored(family, _) | Self::Behind(family, _) => {
                Newest::Memory(family.token.clone())
            }
            Self::NoRefreshToken => Newest::Nowhere(Ended::Expired { said: None }),
            Self::Ended(remains) => Newest::Nowhere(remains.how_it_ended()),
        }
    }

    /// How it ended, if it has: no token of it is used any more.
    pub fn ended(&self) -> Option<Ended> {
        match self {
            Self::Ended(remains) => Some(remains.how_it_ended()),
            _ => None,
        }
    }

    /// The newest token where the store has none of this person's, or could not be read.
    pub fn newest_without_store(
        &self,
        error: Option<StoreError>,
        counted: Option<u64>,
    ) -> Result<RefreshToken, Error> {
        // Whether another process may have used the token in memory since: used again,
        // it would end the session for both (RFC 9700 §4.14.2).
        let may_be_used_up = match self {
            Self::Stored { generation, .. } => counted.is_some() && counted != *generation,
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) => {
                unwritten.may_be_overtaken(counted) && unwritten.cause == StoreError::NoAnswer
            }
            _ => false,
        };
        match (error, self.family()) {
            (Some(error), _) if may_be_used_up => Err(error.into()),
            (Some(_), Some(family)) => Ok(family.token.clone()),
            // Signed out elsewhere.
            (None, Some(_)) if matches!(self, Self::Stored { .. }) => {
                Err(Error::Ended(Ended::Elsewhere))
            }
            (None, Some(family)) => Ok(family.token.clone()),
            (_, None) => Err(Error::Ended(Ended::Elsewhere)),
        }
    }

    /// Whether nothing is to be done with `newest`, the successor of `used`: it is stored,
    /// or another process's token has taken the place of `used` meanwhile.
    pub fn is_settled(&self, used: &RefreshToken, newest: &RefreshToken) -> bool {
        let is_taken_over = self.family().is_some_and(|family| family.token != *used);
        is_taken_over || matches!(self, Self::Stored { .. }) && newest == used
    }

    /// What comes before its newest token is written.
    pub fn before_write(&self) -> BeforeWrite {
        match self {
            Self::Stored { .. } | Self::Behind(..) | Self::Unstored(..) => BeforeWrite::Look,
            Self::New(_) => BeforeWrite::Nothing,
            Self::NoRefreshToken => BeforeWrite::Refuse {
                error: Error::NoRefreshToken,
                is_revoked: true,
            },
            Self::Ended(remains) => BeforeWrite::Refuse {
                error: remains.why_not_written(),
                is_revoked: !remains.is_succeeded,
            },
        }
    }

    /// What to do with `newest` where the store has `found`.
    pub fn judge(&self, newest: &RefreshToken, found: &Found, counted: Option<u64>) -> Verdict {
        match (found, self) {
            (Found::Nothing, _) if self.was_stored() => Verdict::Replaced,
            // What the store has never had is not missed there.
            (Found::Nothing, _) => Verdict::Write,
            (Found::Persons(token), _) if token == newest || self.is_own(token) => Verdict::Write,
            // A sign-in replaces what was stored then, and nothing later.
            (_, Self::Unstored(_, unwritten)) if unwritten.is_unchanged(counted) => Verdict::Write,
            (_, Self::Unstored(_, unwritten)) if counted.is_none() => {
                Verdict::Wait(unwritten.cause.clone())
            }
            (Found::Persons(_), _) => Verdict::TakeOver,
            (Found::AnotherPersons, _) => Verdict::Replaced,
        }
    }

    fn is_own(&self, token: &RefreshToken) -> bool {
        match self {
            Self::Stored { family, .. } => *token == family.token,
            Self::Unstored(_, unwritten) | Self::Behind(_, unwritten) => {
                unwritten.may_have.contains(token)
            }
            _ => false,
        }
    }

    /// Whether other processes may have a token of it in memory.
    pub fn is_known_elsewhere(&self) -> bool {
        self.was_stored() || self.generation().is_some()
    }
}

#[cfg(test)]
#[path = "questions_tests.rs"]
mod tests;
