//! The way over another device, as far as it is a matter of times: when a code is asked
//! for, when the provider is asked about it, and what follows from what it answers (RFC
//! 8628 §3.3–3.5). No I/O; times are arguments. `attempt` sends what is asked for here.

mod heard;
mod trouble;

use std::time::{Duration, Instant};

use super::{
    error::{DeviceError, Error, TokenError},
    progress::DeviceAuthorization,
    secret::DeviceCode,
    token::device::DeviceCodes,
};
use heard::{Heard, heard};
use trouble::Trouble;

/// How many codes follow one that expired, before nobody is believed to be there.
const RENEWALS: u32 = 3;
/// RFC 8628 §3.5: by how much each `slow_down` lengthens the interval.
const SLOWER: Duration = Duration::from_secs(5);
/// What the pauses before a code begin with, where no interval is known.
const FIRST_PAUSE: Duration = Duration::from_secs(5);

/// The codes of one attempt, one after another.
pub(super) struct Codes {
    standing: Standing,
    /// Of the request under way. What answers another one comes too late.
    number: u64,
    /// When the request under way was sent.
    asking_since: Option<Instant>,
    /// None was given yet.
    is_first: bool,
    renewals: u32,
    /// How long a code that follows another is asked for without an answer.
    patience: Duration,
    shown: bool,
    trouble: Trouble,
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
    /// The provider has said of it that the person has not answered yet.
    is_known: bool,
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
            trouble: Trouble::default(),
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
        self.trouble.is_there()
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

    /// What is to be sent now, under this `number`, which no other request of the attempt
    /// has.
    pub fn request(&mut self, now: Instant, number: u64) -> Option<Request> {
        if self.due_at().is_none_or(|at| now < at) {
            return None;
        }
        let request = match &self.standing {
            Standing::Wanted(_) => Request::Codes,
            Standing::Given(code) => Request::Poll(code.secret.clone()),
        };
        self.asking_since = Some(now);
        self.number = number;
        Some(request)
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
        self.trouble.end();
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
            is_known: false,
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
        let gives_up = self.is_first || now >= self.trouble.since(now) + self.patience;
        match heard {
            Heard::Trouble(asked) if !gives_up => {
                let turn = self.unreachable();
                let at = self.trouble.rest(now, FIRST_PAUSE, *asked);
                self.standing = Standing::Wanted(at);
                turn
            }
            _ => Turn::Over(error),
        }
    }

    fn polled(&mut self, now: Instant, heard: Heard, error: Error) -> Turn {
        let unreachable = self.unreachable();
        let Standing::Given(code) = &mut self.standing else {
            return Turn::Wait;
        };
        match heard {
            Heard::Pending | Heard::SlowDown => {
                code.is_known = true;
                if matches!(heard, Heard::SlowDown) {
                    code.interval += SLOWER;
                }
                code.poll_at = now + code.interval;
                if self.trouble.end() {
                    Turn::Show
                } else {
                    Turn::Wait
                }
            }
            Heard::Expired => {
                self.trouble.end();
                self.expire(now)
            }
            // The answer that was lost had the tokens, or the provider has forgotten the
            // code: it was started anew, or does not keep what has expired.
            Heard::Spent
                if code.is_known || self.trouble.is_there() || now >= code.shown.expires_at =>
            {
                self.trouble.end();
                self.expire(now)
            }
            Heard::Trouble(asked) => {
                code.poll_at = self.trouble.rest(now, code.interval, asked);
                unreachable
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

    /// The code has ended. Another one follows while somebody may be looking.
    fn expire(&mut self, now: Instant) -> Turn {
        if !self.shown {
            return Turn::Closed;
        }
        if self.renewals == RENEWALS {
            return Turn::Over(DeviceError::Expired.into());
        }
        self.renewals += 1;
        self.standing = match &self.standing {
            // A provider that asked to be left alone is.
            Standing::Given(code) if self.trouble.is_there() => {
                Standing::Wanted(code.poll_at.max(now))
            }
            _ => Standing::Wanted(now),
        };
        self.trouble.begin_anew(now);
        Turn::Wait
    }

    /// What follows from one more failure: only the first is told.
    fn unreachable(&self) -> Turn {
        if self.trouble.is_there() {
            Turn::Wait
        } else {
            Turn::Unreachable
        }
    }

    /// The person wants another code, now. The old one is not asked about any more.
    pub fn renew(&mut self, now: Instant) {
        self.renewals = 0;
        self.trouble.begin_anew(now);
        let is_asked_for = matches!(self.standing, Standing::Wanted(_));
        if !(is_asked_for && self.asking_since.is_some()) {
            self.asking_since = None;
            self.standing = Standing::Wanted(now);
        }
    }
}

#[cfg(test)]
mod tests;
