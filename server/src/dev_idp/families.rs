//! Families: everything that grew out of one code, so that it can end at once.
//!
//! A code that is redeemed starts a family, be it a browser's or a device's; its
//! refresh token rotates at each use; a used one that comes back ends the family,
//! access tokens included. There is no retry window: single use is strict.
//! Specs: RFC 6749 §6, RFC 9700 §4.14.2, RFC 7009 §2.1.

use std::collections::VecDeque;

use super::{
    keys::{hash, random},
    request::Asked,
    store::{Family, Session, Stored, now},
};

/// Used tokens that are remembered. An older one is refused like any unknown
/// one; it does not end the family.
const REMEMBERED: usize = 256;

/// What became of a refresh token.
pub(super) enum Presented {
    /// Good: the family's identifier and what it was given.
    Current(String, Box<Family>),
    /// Used before: the family has been ended.
    Reused,
    Unknown,
}

/// Looks a refresh token up; a used one ends its family.
pub(super) fn present(stored: &mut Stored, token: &str) -> Presented {
    let hash = hash(token);
    let Some(id) = find(stored, &hash) else {
        return Presented::Unknown;
    };
    let family = &stored.families[&id];
    if family.current.as_ref() == Some(&hash) {
        return Presented::Current(id.clone(), Box::new(family.clone()));
    }
    // RFC 9700 §4.14.2: it cannot be told who is the thief; both lose.
    tracing::warn!(sub = family.sub, "a used refresh token came back");
    stored.families.remove(&id);
    Presented::Reused
}

/// The family of a refresh token, current or used.
pub(super) fn find(stored: &Stored, hash: &String) -> Option<String> {
    let mut families = stored.families.iter();
    let found = families
        .find(|(_, family)| family.current.as_ref() == Some(hash) || family.used.contains(hash));
    found.map(|(id, _)| id.clone())
}

impl Family {
    /// What a person in this session has allowed, with no refresh token yet.
    pub(super) fn new(asked: &Asked, session: &Session, lifetime: u64) -> Self {
        Self {
            client_id: asked.client_id.clone(),
            sub: session.sub.clone(),
            sid: session.sid.clone(),
            scope: asked.scope.clone(),
            audience: asked.audience.clone(),
            auth_time: session.auth_time,
            expires_at: now() + lifetime,
            current: None,
            used: VecDeque::new(),
            revoked: Vec::new(),
        }
    }

    /// A new refresh token; the one before it is used up.
    pub(super) fn rotate(&mut self, lifetime: u64) -> String {
        let token = random();
        let before = self.current.replace(hash(&token));
        self.used.extend(before);
        if self.used.len() > REMEMBERED {
            self.used.pop_front();
        }
        self.expires_at = self.expires_at.max(now() + lifetime);
        token
    }
}
