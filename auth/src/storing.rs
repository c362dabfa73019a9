//! A session written to the store, unless it has ended or somebody was there first.
//!
//! The steps here are thin: look at the store, ask the session's standing
//! ([`super::session::questions`]) what to do, do it, tell the standing what came of it.

use super::{
    client::Client,
    error::{Ended, Error, StoreError},
    locks::StoreAccess,
    secret::RefreshToken,
    session::{
        Session,
        questions::{BeforeWrite, Found, Verdict},
        state::{Event, FailedWrite},
    },
    sign_out::AtLarge,
    store::StoredSession,
    store_lock::StoreLock,
};

/// A token came after its session had ended.
pub(super) struct Discarded {
    pub error: Error,
    /// That token, if it must not live on.
    pub token: Option<RefreshToken>,
}

/// What came of an attempt to write.
enum Attempt {
    Written,
    NotWritten(StoreError),
    /// What is stored could not be read: whose it would overwrite is not known.
    NotRead(StoreError),
    /// A newer session of the same person is stored.
    Newer(RefreshToken),
}

impl Client {
    /// The stored session of this issuer and client.
    pub(super) fn load_stored(&self) -> Result<Option<StoredSession>, StoreError> {
        let (store, issuer) = (&*self.ports.store, self.settings.issuer.as_str());
        StoredSession::load(store, &self.item_key(), issuer)
    }

    /// What is stored, as `session` sees it.
    pub(super) fn look_for(&self, session: &Session) -> Result<Found, StoreError> {
        Ok(match self.load_stored()? {
            None => Found::Nothing,
            Some(stored) if stored.sub != session.sub() => Found::AnotherPersons,
            Some(stored) => Found::Persons(stored.refresh_token),
        })
    }

    /// Writes `newest`, the session's own newest token or the successor of that.
    ///
    /// A store that does not take it is no error here: the session goes on in memory.
    pub(super) fn write(
        &self,
        store_access: &StoreAccess<'_>,
        session: &Session,
        newest: RefreshToken,
        store_lock: Option<&StoreLock>,
    ) -> Result<(), Discarded> {
        let is_rotated = session.refresh_token().as_ref() != Some(&newest);
        let counted = store_lock.and_then(StoreLock::generation);
        let attempt = self.attempt_write(store_access, session, &newest, counted)?;
        let may_be_written = match &attempt {
            Attempt::Written => true,
            Attempt::NotWritten(error) => *error == StoreError::NoAnswer,
            Attempt::NotRead(_) | Attempt::Newer(_) => false,
        };
        // A process that has an earlier token of this session in memory finds by the number
        // that it must not use that again.
        let is_known_elsewhere = session.state().standing.is_known_elsewhere();
        let is_change = may_be_written || is_rotated && is_known_elsewhere;
        let generation = store_lock.filter(|_| is_change);
        let generation = generation.and_then(StoreLock::advance);
        session.on(
            store_access,
            self.event(attempt, newest, generation, counted),
        );
        Ok(())
    }

    fn attempt_write(
        &self,
        store_access: &StoreAccess<'_>,
        session: &Session,
        newest: &RefreshToken,
        counted: Option<u64>,
    ) -> Result<Attempt, Discarded> {
        let discarded = |error, is_revoked: bool| Discarded {
            error,
            token: is_revoked.then(|| newest.clone()),
        };
        let before = session.state().standing.before_write();
        match before {
            BeforeWrite::Refuse { error, is_revoked } => {
                return Err(discarded(error, is_revoked));
            }
            BeforeWrite::Nothing => {}
            BeforeWrite::Look => {
                let found = match self.look_for(session) {
                    Ok(found) => found,
                    Err(error) => return Ok(Attempt::NotRead(error)),
                };
                let verdict = session.state().standing.judge(newest, &found, counted);
                match (verdict, found) {
                    (Verdict::TakeOver, Found::Persons(found)) => {
                        return Ok(Attempt::Newer(found));
                    }
                    (Verdict::Wait(cause), _) => return Ok(Attempt::NotRead(cause)),
                    (Verdict::Replaced, _) => {
                        session.on(store_access, Event::EndedElsewhere);
                        return Err(discarded(Error::Ended(Ended::Elsewhere), true));
                    }
                    _ => {}
                }
            }
        }
        let stored = StoredSession {
            refresh_token: newest.clone(),
            issuer: self.settings.issuer.as_str().to_owned(),
            sub: session.sub().to_owned(),
            profile: session.profile(),
        };
        let saved = stored.save(&*self.ports.store, &self.item_key());
        Ok(saved.map_or_else(Attempt::NotWritten, |()| Attempt::Written))
    }

    fn event(
        &self,
        attempt: Attempt,
        token: RefreshToken,
        generation: Option<u64>,
        counted: Option<u64>,
    ) -> Event {
        let was_tried = matches!(attempt, Attempt::NotWritten(_));
        match attempt {
            Attempt::Written => Event::Written { token, generation },
            // The person signed in anew elsewhere: that one goes on here too. What this
            // one brought is not revoked, since many providers end all of a person's
            // tokens then.
            Attempt::Newer(token) => {
                log::info!("a newer session of the same person is stored: going on with that");
                let generation = generation.or(counted);
                Event::Found { token, generation }
            }
            Attempt::NotWritten(error) | Attempt::NotRead(error) => {
                log::warn!("the session is not stored: {error}");
                Event::NotWritten(FailedWrite {
                    token,
                    error,
                    was_tried,
                    generation,
                    counted,
                    at: self.ports.clock.now(),
                })
            }
        }
    }

    /// Deletes what is stored, if it still is this token: a loser of a race must
    /// not wipe the winner's.
    pub(super) fn delete_if_stored(&self, _: &StoreAccess<'_>, token: &RefreshToken) {
        let is_stored = self.load_stored().is_ok_and(|stored| {
            let stored = stored.map(|stored| stored.refresh_token);
            stored.as_ref() == Some(token)
        });
        if is_stored && let Err(error) = self.ports.store.delete(&self.item_key()) {
            log::warn!("the ended session could not be deleted: {error}");
        }
    }

    /// Revokes what nobody is to hold; gives the cause.
    pub(super) fn discard(&self, discarded: Discarded) -> Error {
        let _ = self.revoke(&AtLarge {
            access_token: None,
            refresh_token: discarded.token,
        });
        discarded.error
    }
}
