//! The devices that wait, in memory; a restart ends them.
//!
//! Time is an argument, in seconds since 1970. Guessing a user code is limited
//! twice (RFC 8628 §5.1): after ten wrong entries in a minute nobody's entry is
//! looked at, and a code ends that has seen twenty-five in its life.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::{Asker, user_code};
use crate::dev_idp::{keys, request::Asked, store::Session};

/// Wrong entries in `MINUTE`, over all browsers.
const WRONG_PER_MINUTE: usize = 10;
const MINUTE: u64 = 60;
/// Wrong entries while one code is open: a guesser's chance stays below 10^-9.
const WRONG_PER_CODE: u64 = 25;
/// RFC 8628 §3.5: by how much each `slow_down` lengthens the interval.
const SLOWER: u64 = 5;
/// A code is remembered for an hour after its end, so that a poll hears of it.
const MEMORY: u64 = 3600;
/// More than anybody has; the oldest goes first.
const MOST: usize = 1000;

/// A device's request, as the person's browser carries it on.
#[derive(Clone)]
pub(in crate::dev_idp) struct DeviceRequest {
    pub(in crate::dev_idp) asked: Asked,
    pub(in crate::dev_idp) asker: Asker,
    /// As it is shown, with its dash.
    pub(in crate::dev_idp) user_code: String,
    pub(super) device_code: String,
}

/// What became of a typed user code.
pub(super) enum Entered {
    Open(Box<DeviceRequest>),
    /// Unknown, too old, or used: one answer for all.
    Wrong,
    /// Not looked at.
    TooMany,
}

/// What a poll finds.
pub(super) enum Polled {
    /// Never given, given to another client, or used.
    Unknown,
    Expired,
    TooFast,
    Pending,
    Refused,
    /// The code is used up by this.
    Allowed(Box<(Asked, Session)>),
}

enum Answer {
    None,
    Refused,
    Allowed(Session),
}

struct Device {
    asked: Asked,
    asker: Asker,
    /// Without its dash.
    user_code: String,
    since: u64,
    expires_at: u64,
    interval: u64,
    polled_at: Option<u64>,
    /// Wrong entries before this code was given.
    wrong_before: u64,
    answer: Answer,
}

#[derive(Default)]
struct Table {
    /// By device code.
    devices: HashMap<String, Device>,
    wrong: u64,
    /// When the latest wrong entries were.
    wrong_at: Vec<u64>,
}

/// The table, behind a lock.
#[derive(Default)]
pub(in crate::dev_idp) struct DeviceCodes(Mutex<Table>);

impl DeviceCodes {
    /// A new device that waits `lifetime` for its person and may poll each
    /// `interval`.
    pub(super) fn issue(
        &self,
        asked: Asked,
        asker: Asker,
        lifetime: u64,
        interval: u64,
        now: u64,
    ) -> DeviceRequest {
        let mut table = self.lock();
        table.tidy(now);
        let mut user_code = user_code::random();
        while table.devices.values().any(|d| d.user_code == user_code) {
            user_code = user_code::random();
        }
        let request = DeviceRequest {
            asked: asked.clone(),
            asker: asker.clone(),
            user_code: user_code::shown(&user_code),
            device_code: keys::random(),
        };
        let device = Device {
            asked,
            asker,
            user_code,
            since: now,
            expires_at: now + lifetime,
            interval,
            polled_at: None,
            wrong_before: table.wrong,
            answer: Answer::None,
        };
        table.devices.insert(request.device_code.clone(), device);
        request
    }

    /// Looks a typed user code up.
    pub(super) fn enter(&self, typed: &str, now: u64) -> Entered {
        let mut table = self.lock();
        table.wrong_at.retain(|at| now.saturating_sub(*at) < MINUTE);
        if table.wrong_at.len() >= WRONG_PER_MINUTE {
            return Entered::TooMany;
        }
        let typed = user_code::normalized(typed);
        let wrong = table.wrong;
        let mut open = table.devices.iter();
        let found = open.find(|(_, d)| d.user_code == typed && d.is_open(wrong, now));
        if let Some((device_code, device)) = found {
            return Entered::Open(Box::new(DeviceRequest {
                asked: device.asked.clone(),
                asker: device.asker.clone(),
                user_code: user_code::shown(&device.user_code),
                device_code: device_code.clone(),
            }));
        }
        table.wrong += 1;
        table.wrong_at.push(now);
        Entered::Wrong
    }

    /// The person's answer: a session to be used, or no. False if the code has
    /// ended or been answered meanwhile.
    pub(super) fn decide(&self, device_code: &str, by: Option<Session>, now: u64) -> bool {
        let mut table = self.lock();
        let wrong = table.wrong;
        let device = table.devices.get_mut(device_code);
        let Some(device) = device.filter(|device| device.is_open(wrong, now)) else {
            return false;
        };
        device.answer = by.map_or(Answer::Refused, Answer::Allowed);
        true
    }

    /// What the token endpoint answers this device.
    pub(super) fn poll(&self, device_code: &str, client_id: &str, now: u64) -> Polled {
        let mut table = self.lock();
        let wrong = table.wrong;
        let device = table.devices.get_mut(device_code);
        let Some(device) = device.filter(|device| device.asked.client_id == client_id) else {
            return Polled::Unknown;
        };
        if device.has_expired(wrong, now) {
            return Polled::Expired;
        }
        let before = device.polled_at.replace(now);
        if before.is_some_and(|before| now.saturating_sub(before) < device.interval) {
            // §3.5: for this and all later polls.
            device.interval += SLOWER;
            return Polled::TooFast;
        }
        match device.answer {
            Answer::None => Polled::Pending,
            Answer::Refused => Polled::Refused,
            Answer::Allowed(_) => match table.devices.remove(device_code) {
                Some(Device {
                    asked,
                    answer: Answer::Allowed(session),
                    ..
                }) => Polled::Allowed(Box::new((asked, session))),
                _ => Polled::Unknown,
            },
        }
    }

    fn lock(&self) -> MutexGuard<'_, Table> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    fn tidy(&mut self, now: u64) {
        self.devices.retain(|_, d| now < d.expires_at + MEMORY);
        if self.devices.len() >= MOST {
            let oldest = self.devices.iter().min_by_key(|(_, d)| d.since);
            let oldest = oldest.map(|(code, _)| code.clone());
            oldest.and_then(|code| self.devices.remove(&code));
        }
    }
}

impl Device {
    fn has_expired(&self, wrong: u64, now: u64) -> bool {
        let guessed = wrong - self.wrong_before >= WRONG_PER_CODE;
        // Once answered, a code cannot be guessed any more.
        now >= self.expires_at || (guessed && matches!(self.answer, Answer::None))
    }

    /// Whether a person can still answer.
    fn is_open(&self, wrong: u64, now: u64) -> bool {
        matches!(self.answer, Answer::None) && !self.has_expired(wrong, now)
    }
}

#[cfg(test)]
#[path = "codes_tests.rs"]
mod tests;
