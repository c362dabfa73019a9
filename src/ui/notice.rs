//! From a notice to what the window shows of it.

use super::generated;
use crate::notice::{Notice, NoticeKind, StoreTrouble, Tone, with_notice_kinds};

/// The kind and tone, and what is named in the words.
pub(super) fn data(notice: &Notice) -> generated::NoticeData {
    generated::NoticeData {
        kind: kind(notice.kind),
        tone: tone(notice.kind.row().tone),
        trouble: notice.trouble.map(trouble).unwrap_or_default(),
        detail: notice.detail.as_str().into(),
        device_time: notice.device_time.as_str().into(),
        server_time: notice.server_time.as_str().into(),
    }
}

/// The window's enum has the same names: a notice that `ui/words.slint` does not know
/// does not compile.
macro_rules! same_names {
    ($($kind:ident)*) => {
        fn kind(kind: NoticeKind) -> generated::NoticeKind {
            match kind { $(NoticeKind::$kind => generated::NoticeKind::$kind,)* }
        }
    };
}
with_notice_kinds!(same_names);

fn tone(tone: Tone) -> generated::Tone {
    match tone {
        Tone::Good => generated::Tone::Good,
        Tone::Note => generated::Tone::Note,
        Tone::Failure => generated::Tone::Failure,
    }
}

fn trouble(trouble: StoreTrouble) -> generated::StoreTrouble {
    match trouble {
        StoreTrouble::NoKeychain => generated::StoreTrouble::NoKeychain,
        StoreTrouble::Locked => generated::StoreTrouble::Locked,
        StoreTrouble::NoAnswer => generated::StoreTrouble::NoAnswer,
        StoreTrouble::Failed => generated::StoreTrouble::Failed,
    }
}
