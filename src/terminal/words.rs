//! What a terminal says of a notice: the sentence in its row, with what is named in it.

use crate::{
    language::tr,
    notice::{Notice, StoreTrouble},
};

/// Who is spoken of.
#[derive(Clone, Copy, Debug)]
pub struct Hosts<'a> {
    /// The provider's host.
    pub provider: &'a str,
    /// The API's host.
    pub api: &'a str,
}

/// The sentence for a notice.
pub fn sentence(notice: &Notice, hosts: Hosts<'_>) -> String {
    let value = |name: &str| match name {
        "provider" => Some(hosts.provider),
        "api" => Some(hosts.api),
        "detail" => Some(notice.detail.as_str()),
        "device_time" => Some(notice.device_time.as_str()),
        "server_time" => Some(notice.server_time.as_str()),
        "cause" => notice.trouble.map(cause),
        "remedy" => notice.trouble.map(remedy),
        "cause_and_remedy" => notice.trouble.map(cause_and_remedy),
        _ => None,
    };
    fill(tr(notice.kind.row().sentence), value)
}

/// `english` in the language that is spoken, with `values` in the place of their names.
pub fn worded(english: &'static str, values: &[(&str, &str)]) -> String {
    fill(tr(english), |name| {
        let mut values = values.iter();
        values
            .find(|(known, _)| *known == name)
            .map(|(_, value)| *value)
    })
}

/// Puts values in the place of names like `{provider}`, in one pass: what is put in is
/// never searched for names. A name without a value stays as it is, for a test to find.
fn fill<'a>(sentence: &'a str, value: impl Fn(&str) -> Option<&'a str>) -> String {
    let mut parts = sentence.split('{');
    let mut text = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let named = part.split_once('}');
        match named.and_then(|(name, rest)| Some((value(name)?, rest))) {
            Some((value, rest)) => text.extend([value, rest]),
            None => text.extend(["{", part]),
        }
    }
    text
}

fn cause(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::NoKeychain => tr("there is no keychain on this machine"),
        StoreTrouble::Locked => tr("the keychain is locked"),
        StoreTrouble::NoAnswer => tr("the keychain does not answer"),
        StoreTrouble::Failed => tr("the keychain or file refused"),
    }
}

fn remedy(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::NoKeychain => {
            tr("start one, or use --store file if the session is kept in a file")
        }
        StoreTrouble::Locked => tr("unlock it and try again"),
        StoreTrouble::NoAnswer => tr("try again"),
        StoreTrouble::Failed => tr("mend that and try again"),
    }
}

/// Where another place for the session would help.
fn cause_and_remedy(trouble: StoreTrouble) -> &'static str {
    match trouble {
        StoreTrouble::NoKeychain => {
            tr("there is no keychain on this machine; use --store file to keep it in a file")
        }
        StoreTrouble::Locked => tr(
            "the keychain is locked; unlock it and try again, or use --store file to keep it in a \
             file",
        ),
        StoreTrouble::NoAnswer => {
            tr("the keychain does not answer; use --store file to keep it in a file")
        }
        StoreTrouble::Failed => {
            tr("the keychain or file refused it; mend that, or use another --store")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notice::NoticeKind;

    const HOSTS: Hosts<'static> = Hosts {
        provider: "sso.example.org",
        api: "api.example.org",
    };

    /// A notice that names all there is.
    fn full(kind: NoticeKind) -> Notice {
        Notice {
            detail: "DETAIL".to_owned(),
            trouble: Some(StoreTrouble::Locked),
            device_time: "2026-11-24 19:40".to_owned(),
            server_time: "2026-11-24 21:00".to_owned(),
            ..Notice::new(kind)
        }
    }

    #[test]
    fn every_notice_has_a_sentence_without_a_name_that_nobody_knows() {
        for kind in NoticeKind::ALL {
            let text = sentence(&full(*kind), HOSTS);
            assert!(text.len() > 20, "{kind:?}: {text}");
            assert!(!text.contains(['{', '}']), "{kind:?}: {text}");
            // `terminal` ends it with a full stop or with the cause in brackets.
            assert!(!text.ends_with('.') && !text.contains("  "), "{text}");
        }
    }

    #[test]
    fn what_is_named_is_put_in_as_it_is() {
        let notice = Notice::naming(NoticeKind::ApiRedirect, "https://{provider}/{x}");
        assert_eq!(
            sentence(&notice, HOSTS),
            "api.example.org redirects to https://{provider}/{x}: set api_url to that, if it is the \
             API you mean"
        );
    }
}
