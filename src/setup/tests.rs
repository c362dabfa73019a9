//! Each profile, and what is made of what people give.

#![allow(clippy::unwrap_used)]

use super::*;

mod filled;
mod issuers;
mod profiles;

fn profile<'a>(profiles: &'a [Profile], word: &str) -> &'a Profile {
    profile::find(profiles, Some(word)).unwrap()
}
