//! The device that asked, as far as a person can be told: RFC 8628 §5.4 has them
//! shown what may tell a stranger's device from their own.

use poem::Request;

/// A program's name for itself may be as long as it likes; this much is shown.
const LONGEST_NAME: usize = 80;

/// Who sent a device authorization request, and when.
#[derive(Clone)]
pub(in crate::dev_idp) struct Asker {
    /// Its User-Agent, which it may have made up. Printable ASCII.
    name: Option<String>,
    address: Option<String>,
    at: u64,
}

impl Asker {
    /// `now` is in seconds since 1970.
    pub(super) fn of(request: &Request, now: u64) -> Self {
        let address = request.remote_addr().as_socket_addr();
        Self {
            // RFC 9110 §5.5: other bytes than ASCII have no meaning, and are no text here.
            name: request.header("user-agent").and_then(shortened),
            address: address.map(|address| address.ip().to_string()),
            at: now,
        }
    }

    /// What it calls itself.
    pub(in crate::dev_idp) fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// From where it asked and how long before `now`: "at 127.0.0.1, 20 seconds ago".
    pub(in crate::dev_idp) fn place_and_time(&self, now: u64) -> String {
        let ago = ago(now.saturating_sub(self.at));
        match &self.address {
            Some(address) => format!("at {address}, {ago}"),
            None => ago,
        }
    }
}

fn shortened(name: &str) -> Option<String> {
    let name = name.trim();
    match name.char_indices().nth(LONGEST_NAME) {
        Some((end, _)) => Some(format!("{}…", &name[..end])),
        None => (!name.is_empty()).then(|| name.to_owned()),
    }
}

fn ago(seconds: u64) -> String {
    let (count, unit) = match seconds {
        0 => return "just now".to_owned(),
        1..60 => (seconds, "second"),
        _ => (seconds / 60, "minute"),
    };
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {unit}{plural} ago")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Option<String> {
        let request = Request::builder().header("User-Agent", name).finish();
        Asker::of(&request, 0).name().map(str::to_owned)
    }

    #[test]
    fn a_device_has_the_name_that_it_gives_itself_cut_where_it_is_too_long() {
        let name = "vestibule/0.1.0 (linux; x86_64)";
        assert_eq!(named(name).as_deref(), Some(name));
        let longest = "x".repeat(LONGEST_NAME);
        assert_eq!(named(&longest), Some(longest.clone()));
        assert_eq!(named(&"x".repeat(5000)), Some(format!("{longest}…")));
    }

    #[test]
    fn a_name_that_is_empty_or_no_ascii_is_none() {
        for name in ["", "  ", "täuschung", "\u{202E}elubitsev"] {
            assert_eq!(named(name), None, "{name:?}");
        }
    }

    #[test]
    fn the_time_is_told_in_seconds_and_then_in_minutes() {
        let asker = |address: Option<&str>| Asker {
            name: None,
            address: address.map(str::to_owned),
            at: 1000,
        };
        for (now, words) in [
            (999, "at ::1, just now"),
            (1000, "at ::1, just now"),
            (1001, "at ::1, 1 second ago"),
            (1059, "at ::1, 59 seconds ago"),
            (1119, "at ::1, 1 minute ago"),
            (1600, "at ::1, 10 minutes ago"),
        ] {
            assert_eq!(asker(Some("::1")).place_and_time(now), words);
        }
        assert_eq!(asker(None).place_and_time(1020), "20 seconds ago");
    }
}
