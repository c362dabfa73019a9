//! What a person is told: [`NoticeKind`] has a row for each notice, [`Notice`] adds what
//! is named in its words, and one mapping makes them from errors.
//!
//! The terminal's words are in the rows, the window's in `ui/words.slint`; neither looks
//! at an error itself.

mod mapping;
mod table;

#[cfg(feature = "window")]
pub(crate) use table::with_notice_kinds;
pub use table::{NoticeKind, Row};

/// Why something ended or needs attention. Data in it is for display only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Which one.
    pub kind: NoticeKind,
    /// What is named in the words, as the row says: a host, an address, a member; bounded.
    pub detail: String,
    /// What is wrong with the keychain or file, if the notice is about that.
    pub trouble: Option<StoreTrouble>,
    /// This device's time: UTC, to the minute, like `2026-11-24 19:40`.
    pub device_time: String,
    /// The provider's time, written in the same way.
    pub server_time: String,
}

impl Notice {
    /// A notice that names nothing.
    pub const fn new(kind: NoticeKind) -> Self {
        Self {
            kind,
            detail: String::new(),
            trouble: None,
            device_time: String::new(),
            server_time: String::new(),
        }
    }

    /// A notice that names `detail`.
    pub fn naming(kind: NoticeKind, detail: impl Into<String>) -> Self {
        let detail = detail.into();
        Self {
            detail,
            ..Self::new(kind)
        }
    }

    /// A notice about the keychain or file.
    pub const fn of_store(kind: NoticeKind, trouble: StoreTrouble) -> Self {
        let mut notice = Self::new(kind);
        notice.trouble = Some(trouble);
        notice
    }
}

impl From<NoticeKind> for Notice {
    fn from(kind: NoticeKind) -> Self {
        Self::new(kind)
    }
}

/// How much a notice asks of a person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Nothing: all is as asked.
    Good,
    /// To know it.
    Note,
    /// To mend something, or to try again.
    Failure,
}

/// What is wrong with the keychain or file that stores the session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreTrouble {
    /// There is no keychain on this machine.
    NoKeychain,
    /// The keychain is locked and nobody could be asked, or it was refused.
    Locked,
    /// The keychain does not answer.
    NoAnswer,
    /// The keychain or file refused for another reason.
    Failed,
}

/// A notice with its cause for an engineer: a chain of error texts without
/// tokens, codes or addresses with a query. Shown under "Details" only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What the person reads.
    pub notice: Notice,
    /// What the engineer reads; one line, bounded.
    pub details: String,
    /// What the provider says of it, in its own words; one line, bounded.
    pub said: Option<String>,
}
