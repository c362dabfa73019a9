//! What a screen may know: states going out of the worker, commands coming in.
//!
//! No type in here holds a token, code, verifier or nonce, so none of them can
//! reach the window's thread, its accessibility tree or a screenshot. The one
//! exception is the address of the authorization request, which a button
//! copies; it is never painted.

use std::{sync::Arc, time::Instant};

pub use crate::auth::DeviceAuthorization;
use crate::{
    auth::text::initial,
    notice::{Failure, Notice},
};

/// Everything the window can be in. Whole states are published, never deltas.
#[derive(Clone, Debug)]
pub enum State {
    /// S0: the stored session is being restored.
    Starting,
    /// S1 and S5a: nobody is signed in.
    SignedOut {
        /// Why a session ended here, or what went wrong beside a sign-out.
        notice: Option<Notice>,
        /// "Also sign out in the browser" is offered: a sign-out just
        /// happened and the provider has an end-session endpoint.
        browser_session: bool,
        /// No browser can be opened here: the phone is the only way.
        device_only: bool,
    },
    /// S2: the browser was asked to open `url`; the callback has not come yet.
    AwaitingBrowser {
        /// The authorization request, for "Copy link".
        url: String,
        /// The opener reported a failure. The wait goes on: the person can
        /// still copy the link.
        not_opened: bool,
        /// When the attempt ends by itself.
        deadline: Instant,
        /// The provider offers the way by phone too.
        device_offered: bool,
        /// Why the way by phone, which was asked for, could not be begun.
        other_failed: Option<Failure>,
    },
    /// S3: the person enters a code on a phone.
    AwaitingDevice {
        /// The code and where to enter it. When it ends, another one follows by itself.
        authorization: DeviceAuthorization,
        /// The provider could not be reached when it was last asked; it is asked again.
        unreachable: bool,
        /// A browser can be opened here.
        browser_offered: bool,
        /// Why the way through the browser, which was asked for, could not be begun.
        other_failed: Option<Failure>,
    },
    /// S3, "Still there?": nobody entered any of the codes, and none is asked for any more.
    /// In a kiosk nobody is signed in then.
    UserCodesExpired {
        /// A browser can be opened here.
        browser_offered: bool,
    },
    /// S4: the callback came, tokens are being fetched and checked.
    Finishing,
    /// S5: somebody is signed in.
    SignedIn {
        /// Who.
        user: User,
        /// Something to know beside that, such as a session that is not stored.
        notice: Option<Notice>,
        /// The calls of the API, in the order of their list.
        calls: Vec<CallState>,
        /// Scopes that were asked for and not granted; shown under "Details".
        missing_scopes: Vec<String>,
    },
    /// S6: a sign-in ended without a session. An earlier session is untouched.
    Failed {
        /// What happened, for the person and for the engineer.
        failure: Failure,
        /// The way that was not taken, if it may help.
        other_way: Option<OtherWay>,
    },
    /// S7: a session is stored, but the provider could not be reached or has a problem.
    Offline {
        /// What is told, if it is more than that nobody could be reached.
        failure: Option<Failure>,
        /// Whose it is, when that is known.
        user: Option<User>,
        /// When the window asks again by itself.
        retry_at: Instant,
    },
    /// S8: the provider, or another window, ended the session.
    SessionEnded {
        /// Who was signed in.
        user: User,
        /// Why.
        failure: Failure,
    },
    /// The session is being forgotten here and revoked.
    SigningOut,
}

impl State {
    /// Whether a call of the API is under way.
    pub fn is_fetching(&self) -> bool {
        let Self::SignedIn { calls, .. } = self else {
            return false;
        };
        calls.iter().any(|call| call.answer == Answer::Fetching)
    }
}

/// A way to sign in that is offered instead of the one that failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OtherWay {
    /// Through the browser.
    Browser,
    /// By phone.
    Device,
}

/// A call of the API and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct CallState {
    /// The name of the call in the list, by which the window finds its words.
    pub name: &'static str,
    /// How far it is.
    pub answer: Answer,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Not asked for yet.
    Absent,
    /// On its way; an earlier text leaves the screen meanwhile.
    Fetching,
    /// The text as the API gave it, cut and made inert.
    Received(String),
    /// It did not come; the person stays signed in.
    Failed(Failure),
}

/// What a person asks for, and what timers of the window ask for in their name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Command {
    /// Leave what is going on: the wait for the browser, an error, offline.
    Cancel,
    /// Make the call with this place in the list, from 0.
    Fetch(usize),
    /// Show another code (S3), and go on after "Still there?".
    NewCode,
    /// Open the same authorization request in the browser once more.
    OpenBrowserAgain,
    /// Try to restore the stored session: "Try now", and the timer of S7.
    Resume,
    /// Start a sign-in; in S8 with the ended session's person as a hint.
    SignIn,
    /// Start a sign-in as somebody else (`prompt=login`): "Not NAME?".
    SignInAsSomebodyElse,
    /// Forget the session here and revoke it.
    SignOut,
    /// Sign out whoever went away, and leave nothing of them on the screen.
    SignOutIdle,
    /// End the provider's session too, in the browser.
    SignOutInBrowser,
    /// Lead the attempt under way through the browser, or start one that does.
    UseBrowser,
    /// Lead the attempt under way through a phone, or start one that does.
    UseDevice,
}

/// The person shown. Text is bounded and free of control characters.
#[derive(Clone, Debug, PartialEq)]
pub struct User {
    /// A name for people; never empty.
    pub name: String,
    /// The e-mail address, when the provider gave one.
    pub email: Option<String>,
    /// The picture, when one came that could be shown.
    pub picture: Option<Picture>,
}

impl User {
    /// One or two letters, capital where the script has capitals, to stand in
    /// for a missing picture; empty if the name has no letter and no digit.
    pub fn initials(&self) -> String {
        let mut words = self.name.split_whitespace().filter_map(initial);
        let first = words.next();
        first.into_iter().chain(words.next_back()).collect()
    }
}

/// A square picture whose corners outside the circle are transparent: the
/// software renderer does not clip round.
#[derive(Clone, PartialEq)]
pub struct Picture {
    /// Width and height in pixels.
    pub size: u32,
    /// `size * size` pixels of R, G, B, A; alpha not premultiplied.
    pub rgba: Arc<[u8]>,
}

impl std::fmt::Debug for Picture {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Picture({0}x{0})", self.size)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn initials(name: &str) -> String {
        let name = name.to_owned();
        User {
            name,
            email: None,
            picture: None,
        }
        .initials()
    }

    #[test]
    fn initials_are_taken_from_the_first_and_the_last_word() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("Ada King Countess of Lovelace"), "AL");
        assert_eq!(initials("ada"), "A");
        assert_eq!(initials("élodie (intern)"), "ÉI");
        assert_eq!(initials("🦊 ada 🦊"), "A");
        assert_eq!(initials("– 🦊"), "");
        assert_eq!(initials("7of9"), "7");
    }

    #[test]
    fn an_initial_is_a_whole_character_of_its_script() {
        assert_eq!(initials("e\u{301}lodie a\u{30a}se"), "E\u{301}A\u{30a}");
        assert_eq!(initials("क्षमा नेहरू"), "क्षने");
        assert_eq!(
            initials("나 \u{1100}\u{1161}\u{11a8}"),
            "나\u{1100}\u{1161}\u{11a8}"
        );
        assert_eq!(initials("น้ำผึ้ง"), "น้ำ");
        assert_eq!(initials("山田\u{3000}太郎"), "山太");
        assert_eq!(initials("ßeta ნინო"), "ßნ");
        assert_eq!(initials("ǆan"), "Ǆ");
    }
}
