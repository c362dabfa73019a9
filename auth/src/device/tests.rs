//! Times in seconds since the attempt began.

mod answers;
mod codes;

use super::*;
use crate::error::{TokenError, TransportError, TransportErrorKind};

const PATIENCE: u64 = 300;
const LIFE: u64 = 600;
const INTERVAL: u64 = 5;

/// Codes, and the time.
struct Told {
    codes: Codes,
    /// Of the last request.
    number: u64,
    start: Instant,
}

impl Told {
    /// Nothing was asked for.
    fn new() -> Self {
        let start = Instant::now();
        let codes = Codes::new(start, Duration::from_secs(PATIENCE));
        Self {
            codes,
            number: 0,
            start,
        }
    }

    /// A code came at once, and is shown.
    fn given() -> Self {
        let mut told = Self::new();
        let (number, _) = told.sent(0);
        assert_eq!(told.codes_came(0, number), "show");
        told.codes.show(true);
        told
    }

    fn at(&self, second: u64) -> Instant {
        self.start + Duration::from_secs(second)
    }

    #[track_caller]
    fn sent(&mut self, second: u64) -> (u64, Request) {
        self.number += 1;
        let request = self.codes.request(self.at(second), self.number);
        (self.number, request.expect("nothing is sent"))
    }

    fn is_silent(&mut self, second: u64) -> bool {
        self.codes.request(self.at(second), self.number).is_none()
    }

    fn codes_came(&mut self, second: u64, number: u64) -> &'static str {
        let codes = DeviceCodes {
            device_code: DeviceCode::new(format!("secret-{number}")),
            user_code: format!("CODE-{number}"),
            verification_uri: "https://sso.example.org/device".to_owned(),
            verification_uri_complete: None,
            life: Duration::from_secs(LIFE),
            interval: Duration::from_secs(INTERVAL),
        };
        name(&self.codes.given(number, self.at(second), codes))
    }

    fn failed(&mut self, second: u64, number: u64, error: Error) -> &'static str {
        name(&self.codes.failed(number, self.at(second), error))
    }

    /// Polls, and hears this.
    #[track_caller]
    fn polled(&mut self, second: u64, error: Error) -> &'static str {
        let (number, request) = self.sent(second);
        assert!(matches!(request, Request::Poll(_)), "no poll");
        self.failed(second, number, error)
    }

    fn passes(&mut self, second: u64) -> &'static str {
        name(&self.codes.pass(self.at(second)))
    }

    fn due_at(&self) -> u64 {
        let due = self.codes.due_at().expect("nothing is due");
        (due - self.start).as_secs()
    }
}

fn name(turn: &Turn) -> &'static str {
    match turn {
        Turn::Wait => "wait",
        Turn::Show => "show",
        Turn::Unreachable => "unreachable",
        Turn::Closed => "closed",
        Turn::Over(Error::Device(DeviceError::Denied { .. })) => "denied",
        Turn::Over(Error::Device(DeviceError::Expired)) => "expired",
        Turn::Over(_) => "over",
    }
}

fn refused(status: u16, code: &str) -> Error {
    Error::Token(TokenError::Refused {
        status,
        code: code.to_owned(),
        said: None,
        retry_after: None,
    })
}

fn pending() -> Error {
    refused(400, "authorization_pending")
}

fn no_answer() -> Error {
    Error::Transport(TransportError {
        host: "sso.example.org".to_owned(),
        kind: TransportErrorKind::Unreachable("reset".to_owned()),
    })
}

fn status(status: u16, retry_after: Option<u64>) -> Error {
    Error::Token(TokenError::Status {
        status,
        retry_after: retry_after.map(Duration::from_secs),
    })
}
