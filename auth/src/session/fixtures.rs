//! Standings to test with, and how they are told in a line.

use std::time::{Duration, SystemTime};

use super::{
    Stored,
    state::{Family, Remains, Standing},
    unwritten::Unwritten,
};
use crate::{
    authorization::Nonce,
    error::{Ended, StoreError},
    secret::RefreshToken,
    store_lock::StoreLock,
};

/// Each standing by the name that the tests have for it. `1` is its newest token, `0` the
/// one before.
pub const STANDINGS: [&str; 8] = [
    "new", "nothing", "unstored", "unsure", "heir", "stored", "behind", "ended",
];

pub fn token(name: &str) -> RefreshToken {
    RefreshToken::new(name)
}

pub fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

fn unwritten(cause: StoreError, generation: Option<u64>, may_have: &[&str]) -> Unwritten {
    Unwritten {
        cause,
        generation,
        counted: Some(3),
        may_have: may_have.iter().map(|name| token(name)).collect(),
        is_unanswered: false,
        tried: at(10),
        is_retried: true,
        others_wait: false,
        store_lock: None,
    }
}

pub fn standing(name: &str) -> Standing {
    let family = Family {
        token: token("1"),
        nonce: Some(Nonce::new()),
    };
    match name {
        "new" => Standing::New(family),
        "nothing" => Standing::NoRefreshToken,
        // A first sign-in at a locked keychain.
        "unstored" => Standing::Unstored(family, unwritten(StoreError::Locked, None, &["1"])),
        // One at a keychain that did not answer, refreshed since.
        "unsure" => {
            let unwritten = Unwritten {
                is_retried: false,
                is_unanswered: true,
                ..unwritten(StoreError::NoAnswer, Some(3), &["0", "1"])
            };
            Standing::Unstored(family, unwritten)
        }
        // One at a locked keychain that replaced a session which was behind; a refresh
        // has the store lock.
        "heir" => {
            let unwritten = Unwritten {
                others_wait: true,
                ..unwritten(StoreError::Locked, None, &["1"])
            };
            Standing::Unstored(family, unwritten)
        }
        "stored" => Standing::Stored {
            family,
            generation: Some(3),
        },
        "behind" => {
            let unwritten = Unwritten {
                others_wait: true,
                store_lock: Some(StoreLock::alone()),
                ..unwritten(StoreError::Locked, Some(3), &["0", "1"])
            };
            Standing::Behind(family, unwritten)
        }
        "ended" => Standing::Ended(Remains {
            token: Some(token("1")),
            stored: Stored::Yes,
            was_stored: true,
            cause: None,
            is_succeeded: false,
        }),
        other => panic!("{other}"),
    }
}

/// All that a standing is, in a line: `*` says that the nonce is known, `#` the
/// generation, `[…]` what the store may have, `@` when it was tried, `u` that a
/// write of the newest got no answer, `r` that it is retried, `w` that others wait, `l` that it holds the store lock.
pub fn told(standing: &Standing) -> String {
    match standing {
        Standing::New(family) => format!("new {}", told_family(family)),
        Standing::NoRefreshToken => "nothing".to_owned(),
        Standing::Unstored(family, unwritten) => {
            format!(
                "unstored {} {}",
                told_family(family),
                told_unwritten(unwritten)
            )
        }
        Standing::Stored { family, generation } => {
            format!("stored {} {}", told_family(family), number(*generation))
        }
        Standing::Behind(family, unwritten) => {
            format!(
                "behind {} {}",
                told_family(family),
                told_unwritten(unwritten)
            )
        }
        Standing::Ended(remains) => {
            let token = remains.token.as_ref().map_or("-", RefreshToken::secret);
            let was_stored = if remains.was_stored { "" } else { "un" };
            let said = match &remains.stored {
                Stored::Failed(_) => "Failed".to_owned(),
                said => format!("{said:?}"),
            };
            let cause = remains.cause.as_ref();
            let cause = cause.map_or("here", |cause| match cause {
                Ended::Elsewhere => "Elsewhere",
                Ended::Expired { .. } => "Expired",
                Ended::Refused { .. } => "Refused",
            });
            let succeeded = if remains.is_succeeded {
                ", succeeded"
            } else {
                ""
            };
            format!("ended {token} {was_stored}stored, {said}: {cause}{succeeded}")
        }
    }
}

fn told_family(family: &Family) -> String {
    let nonce = if family.nonce.is_some() { "*" } else { "" };
    format!("{}{nonce}", family.token.secret())
}

fn number(generation: Option<u64>) -> String {
    generation.map_or("#-".to_owned(), |number| format!("#{number}"))
}

fn told_unwritten(unwritten: &Unwritten) -> String {
    let tokens: Vec<_> = unwritten
        .may_have
        .iter()
        .map(RefreshToken::secret)
        .collect();
    let tried = unwritten
        .tried
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap();
    let mut told = format!(
        "{} [{}] {:?} @{} ",
        number(unwritten.generation),
        tokens.join(" "),
        unwritten.cause,
        tried.as_secs(),
    );
    for (word, is_so) in [
        ("u", unwritten.is_unanswered),
        ("r", unwritten.is_retried),
        ("w", unwritten.others_wait),
        ("l", unwritten.store_lock.is_some()),
    ] {
        told.push_str(if is_so { word } else { "" });
    }
    told.trim_end().to_owned()
}
