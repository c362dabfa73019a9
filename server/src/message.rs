//! `GET /private`: the message of the tutorial, for whoever is signed in.

use poem::handler;

use crate::guard::AccessToken;

/// The argument is the proof that a guard stands before this handler.
#[handler]
pub(crate) fn message(_token: AccessToken) -> &'static str {
    "Only authenticated users can read this message."
}
