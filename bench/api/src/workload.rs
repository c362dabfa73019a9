//! The six kinds of requests that are measured.

use crate::load::{
    Source,
    requests::{Good, NoToken, Pool, Tampered, UnknownKid},
};

/// So many tokens are few: every cache has room for them.
pub const FEW: usize = 1_000;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Workload {
    One,
    Few,
    Many,
    None,
    Tampered,
    Unknown,
}

pub const WORKLOADS: [Workload; 6] = [
    Workload::One,
    Workload::Few,
    Workload::Many,
    Workload::None,
    Workload::Tampered,
    Workload::Unknown,
];

impl Workload {
    pub fn name(self) -> &'static str {
        match self {
            Self::One => "one",
            Self::Few => "few",
            Self::Many => "many",
            Self::None => "none",
            Self::Tampered => "tampered",
            Self::Unknown => "unknown",
        }
    }
}

/// Where a server is in the tokens: whatever must be new to it stays new from one
/// window to the next.
#[derive(Clone, Copy, Default)]
pub struct Position {
    many: usize,
    number: u64,
}

/// Requests of one workload for one window.
pub enum Requests<'a> {
    Good(Good<'a>),
    NoToken(NoToken),
    Tampered(Tampered<'a>),
    Unknown(UnknownKid<'a>),
}

impl<'a> Requests<'a> {
    pub fn new(workload: Workload, pool: &'a Pool, from: Position) -> Self {
        let good = |count: usize, at: usize, left: usize| {
            Self::Good(Good {
                pool,
                count: count.min(pool.len()),
                at,
                left,
            })
        };
        let number = from.number;
        match workload {
            Workload::One => good(1, 0, usize::MAX),
            Workload::Few => good(FEW, 0, usize::MAX),
            // Once round at most. What the cache kept of the last window is the end
            // of what was sent then, and comes last now.
            Workload::Many => good(pool.len(), from.many, pool.len()),
            Workload::None => Self::NoToken(NoToken),
            Workload::Tampered => Self::Tampered(Tampered { pool, number }),
            Workload::Unknown => Self::Unknown(UnknownKid {
                pool,
                number,
                left: u64::MAX,
            }),
        }
    }

    /// Where the next window goes on.
    pub fn position(&self, before: Position) -> Position {
        let (mut many, mut number) = (before.many, before.number);
        match self {
            Self::Good(good) if good.count > FEW => many = good.at,
            Self::Tampered(source) => number = source.number,
            Self::Unknown(source) => number = source.number,
            Self::Good(_) | Self::NoToken(_) => {}
        }
        Position { many, number }
    }
}

impl Source for Requests<'_> {
    fn next(&mut self, request: &mut Vec<u8>) -> Option<u16> {
        match self {
            Self::Good(source) => source.next(request),
            Self::NoToken(source) => source.next(request),
            Self::Tampered(source) => source.next(request),
            Self::Unknown(source) => source.next(request),
        }
    }
}
