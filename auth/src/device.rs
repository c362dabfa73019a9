//! The way over another device, as far as it is a matter of times: when a code is asked
//! for, when the provider is asked about it, and what follows from what it answers (RFC
//! 8628 §3.3–3.5). No I/O; times are arguments. `attempt` sends what is asked for here.

mod heard;

use std::time::{Duration, Instant};

use super::{
    error::{DeviceError, Error, TokenError},
    progress::DeviceAuthorization,
    secret::DeviceCode,
    token::device::DeviceCodes,
};
use heard::{Heard, heard};

/// How many codes follow one that expired, before nobody is believed to be there.
const RENEWALS: u32 = 3;
/// RFC 8628 §3.5: by how much each `slow_down` lengthens the interval.
const SLOWER: Duration = Duration::from_secs(5);
/// Longest pause that doubling comes to.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// What the pauses before a code begin with, where no interval is known.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The codes of one attempt, one after another.
pub(super) struct Codes {
    standing: Standing,
    /// Of the last request. What answers another one comes too late.
    number: u64,
    /// When the request under way was sent.
    asking_since: Option<Instant>,
    /// None was given yet.
    is_first: bool,
    renewals: u32,
    /// How long a code that follows another is asked for without an answer.
    patience: Duration,
    shown: bool,
    trouble: Option<Trouble>,
}

enum Standing {
    /// There is no code; one is asked for at this time.
    Wanted(Instant),
    Given(Code),
}

struct Code {
    secret: DeviceCode,
    shown: DeviceAuthorization,
    interval: Duration,
    poll_at: Instant,
}

/// The provider was not reached since.
struct Trouble {
    since: Instant,
    times: u32,
}

/// What is to be sent now.
pub(super) enum Request {
    Codes,
    Poll(DeviceCode),
}

/// What follows for the person.
#[derive(Debug)]
pub(super) enum Turn {
    /// Nothing.
    Wait,
    /// The code is to be shown; it is a new one, or its provider answers again.
    Show,
    /// The provider cannot be reached.
    Unreachable,
    /// The code has come to an end that nobody looks at.
    Closed,
    /// The attempt ends so.
    Over(Error),
}

impl Codes {
    /// None was asked for or shown yet. A renewal that brings no answer ends after
    /// `patience`.
    pub fn new(now: Instant, patience: Duration) -> Self {
        Self {
            standing: Standing::Wanted(now),
            number: 0,
            asking_since: None,
            is_first: true,
            renewals: 0,
            patience,
            shown: false,
            trouble: None,
        }
    }

    /// Whether the person sees the codes from now on: only then is one renewed.
    pub fn show(&mut self, shown: bool) {
        self.shown = shown;
    }

    /// The code that can be entered.
    pub fn open(&self, now: Instant) -> Option<&DeviceAuthorization> {
        match &self.standing {
            Standing::Given(code) if now < code.shown.expires_at => Some(&code.shown),
            _ => None,
        }
    }

    /// Whether the provider was not reached last time.
    pub fn is_unreachable(&self) -> bool {
        self.trouble.is_some()
    }

    /// When there is something to do, if no answer comes before.
    pub fn due_at(&self) -> Option<Instant> {
        if self.asking_since.is_some() {
            return None;
        }
        Some(match &self.standing {
            Standing::Wanted(at) => *at,
            Standing::Given(code) => code.poll_at.min(code.shown.expires_at),
        })
    }

    /// What time has brought.
    pub fn pass(&mut self, now: Instant) -> Turn {
        // The answer to a poll under way may still be the tokens.
        match &self.standing {
            Standing::Given(code)
                if self.asking_since.is_none() && now >= code.shown.expires_at =>
            {
                self.expire(now)
            }
            _ => Turn::Wait,
        }
    }

    /// What is to be sent now, and its number.
    pub fn request(&mut self, now: Instant) -> Option<(u64, Request)> {
        if self.due_at().is_none_or(|at| now < at) {
            return None;
        }
        let request = match &self.standing {
            Standing::Wanted(_) => Request::Codes,
            Standing::Given(code) => Request::Poll(code.secret.clone()),
        };
        self.asking_since = Some(now);
        self.number += 1;
        Some((self.number, request))
    }

    /// Whether this answers the request under way, which it ends.
    fn answers(&mut self, number: u64) -> Option<Instant> {
        self.asking_since.take_if(|_| self.number == number)
    }

    /// Whether a poll of this number is the one under way: its tokens are used.
    pub fn is_current(&self, number: u64) -> bool {
        self.asking_since.is_some() && self.number == number
    }

    /// The request of this number brought codes.
    pub fn given(&mut self, number: u64, now: Instant, codes: DeviceCodes) -> Turn {
        let Some(asked) = self.answers(number) else {
            return Turn::Wait;
        };
        self.is_first = false;
        self.trouble = None;
        self.standing = Standing::Given(Code {
            secret: codes.device_code,
            shown: DeviceAuthorization {
                user_code: codes.user_code,
                verification_uri: codes.verification_uri,
                verification_uri_complete: codes.verification_uri_complete,
                // By then the provider has begun to count, at the earliest.
                expires_at: asked + codes.life,
            },
            interval: codes.interval,
            // RFC 8628 §3.5: the interval is kept before the first poll too.
            poll_at: now + codes.interval,
        });
        Turn::Show
    }

    /// The request of this number brought no tokens or codes, but `error`.
    pub fn failed(&mut self, number: u64, now: Instant, error: Error) -> Turn {
        if self.answers(number).is_none() {
            return Turn::Wait;
        }
        let heard = heard(&error);
        match &self.standing {
            Standing::Wanted(_) => self.not_given(now, &heard, error),
            Standing::Given(_) => self.polled(now, heard, error),
        }
    }

    fn not_given(&mut self, now: Instant, heard: &Heard, error: Error) -> Turn {
        let since = self.trouble.as_ref().map_or(now, |trouble| trouble.since);
        match heard {
            Heard::Trouble(asked) if !self.is_first && now < since + self.patience => {
                let (at, turn) = self.rest(now, FIRST_PAUSE, *asked);
                self.standing = Standing::Wanted(at);
                turn
            }
            _ => Turn::Over(error),
        }
    }

    fn polled(&mut self, now: Instant, heard: Heard, error: Error) -> Turn {
        let Standing::Given(code) = &mut self.standing else {
            return Turn::Wait;
        };
        let interval = code.interval;
        match heard {
            Heard::Pending | Heard::SlowDown => {
                if matches!(heard, Heard::SlowDown) {
                    code.interval += SLOWER;
                }
                code.poll_at = now + code.interval;
                match self.trouble.take() {
                    Some(_) => Turn::Show,
                    None => Turn::Wait,
                }
            }
            Heard::Expired => {
                self.trouble = None;
                self.expire(now)
            }
            // The answer that was lost had the tokens, or a provider forgets codes that
            // have expired.
            Heard::Spent if self.trouble.is_some() || now >= code.shown.expires_at => {
                self.trouble = None;
                self.expire(now)
            }
            Heard::Trouble(asked) => {
                let (at, turn) = self.rest(now, interval, asked);
                if let Standing::Given(code) = &mut self.standing {
                    code.poll_at = at;
                }
                turn
            }
            Heard::Denied(said) => Turn::Over(DeviceError::Denied { said }.into()),
            Heard::Spent | Heard::Over => Turn::Over(match error {
                // Another way may be allowed.
                Error::Token(error @ TokenError::Refused { .. }) => {
                    DeviceError::NoTokens(error).into()
                }
                error => error,
            }),
        }
    }

    /// Until when to rest after another failure, twice as long each time (RFC 8628 §3.5)
    /// and no shorter than the provider `asked`.
    fn rest(&mut self, now: Instant, first: Duration, asked: Option<Duration>) -> (Instant, Turn) {
        let is_told = self.trouble.is_some();
        let trouble = self.trouble.get_or_insert(Trouble {
            since: now,
            times: 0,
        });
        trouble.times += 1;
        let doubled = first.saturating_mul(1 << trouble.times.min(6));
        let pause = doubled.min(LONGEST_PAUSE).max(first);
        let turn = if is_told {
            Turn::Wait
        } else {
            Turn::Unreachable
        };
        (now + pause.max(asked.unwrap_or_default()), turn)
    }

    /// The code has ended. Another one follows while somebody may be looking.
    fn expire(&mut self, now: Instant) -> Turn {
        if !self.shown {
            return Turn::Closed;
        }
        if self.renewals == RENEWALS {
            return Turn::Over(DeviceError::Expired.into());
        }
        self.renewals += 1;
        let mut at = now;
        if let (Some(trouble), Standing::Given(code)) = (&mut self.trouble, &self.standing) {
            // A provider that asked to be left alone is.
            at = at.max(code.poll_at);
            trouble.since = now;
        }
        self.standing = Standing::Wanted(at);
        Turn::Wait
    }

    /// The person wants another code, now. The old one is not asked about any more.
    pub fn renew(&mut self, now: Instant) {
        self.renewals = 0;
        if matches!(self.standing, Standing::Given(_)) {
            self.asking_since = None;
            self.standing = Standing::Wanted(now);
        }
    }
}

#[cfg(test)]
mod tests;
