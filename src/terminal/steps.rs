//! What a person is told while a sign-in runs.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use url::Url;

use super::{
    Terminal, code,
    forwarding::ssh,
    output::{count_down, end_countdown},
    say,
    tty::Tty,
    words::worded,
};
use crate::{
    auth::{DeviceAuthorization, Progress, Step, Way},
    language::tr,
};

/// What was told so far.
#[derive(Default)]
struct Told {
    code: Option<DeviceAuthorization>,
    device_offered: bool,
    unreachable: bool,
}

impl Terminal {
    pub(super) fn progress(&self, way: Way) -> Progress {
        let host = self.client.issuer().host().to_owned();
        let (told, cancel) = (Mutex::new(Told::default()), self.cancel.clone());
        Arc::new(move |step| {
            // `run` has the last word then.
            if cancel.is_cancelled() {
                return;
            }
            let mut told = told.lock().unwrap_or_else(PoisonError::into_inner);
            match step {
                Step::Browser {
                    url,
                    opens,
                    device_offered,
                    ..
                } => {
                    told.device_offered = device_offered;
                    say(&address(&host, &url, way, opens));
                }
                Step::BrowserFailed if told.device_offered => say(tr(
                    "No browser could be opened: open the address above, or sign in with a phone: \
                     vestibule login --device",
                )),
                Step::BrowserFailed => {
                    say(tr("No browser could be opened: open the address above."));
                }
                Step::Device(code) => told.code(code, &host, way),
                Step::DeviceUnreachable => told.unreachable(&host),
                Step::Finishing => {
                    end_countdown();
                    say(tr("Signing you in…"));
                }
                // Nobody asks for another way here, and who is signed in is said at the end.
                _ => {}
            }
        })
    }
}

impl Told {
    /// A new code, or the old one once more because the provider answers again.
    fn code(&mut self, code: DeviceAuthorization, host: &str, way: Way) {
        if self.code.as_ref() == Some(&code) {
            if std::mem::take(&mut self.unreachable) {
                say(&worded("{host} answers again.", &[("host", host)]));
            }
            return;
        }
        self.unreachable = false;
        end_countdown();
        if self.code.is_some() {
            say(tr("That code has ended. A new code:"));
        } else if way == Way::Found {
            say(tr(
                "No browser can be opened here: sign in on another device.",
            ));
        }
        let tty = Tty::of_stderr();
        say(&code::told(&code, host, tty));
        if tty.is_some() {
            count_down(code.expires_at);
        }
        self.code = Some(code);
    }

    fn unreachable(&mut self, host: &str) {
        if !std::mem::replace(&mut self.unreachable, true) {
            let end = self.code.as_ref().map(|code| code.expires_at);
            say(&lost(host, end, Instant::now()));
        }
    }
}

/// `host` cannot be reached, and the code that is shown ends at `end`.
fn lost(host: &str, end: Option<Instant>, now: Instant) -> String {
    let words = match end {
        Some(end) if now < end => {
            "{host} cannot be reached now; it is asked again, and the code stays good."
        }
        _ => "{host} cannot be reached now; it is asked again for a new code.",
    };
    worded(words, &[("host", host)])
}

/// How the address of the authorization request is told.
fn address(host: &str, address: &str, way: Way, opens: bool) -> String {
    let ssh = forwarded(address);
    let words = match (opens, way, &ssh) {
        (true, ..) => {
            "Your browser opens to sign in to {host}. If it does not, open this address on this \
             machine:"
        }
        (_, Way::Found, Some(_)) => {
            "No browser can be opened here, and {host} offers no sign-in with a phone: forward \
             the port for the way back from a computer with a browser ({ssh} and the name of this \
             machine), then open this address there:"
        }
        (_, _, Some(_)) => {
            "To sign in to {host}, open this address on this machine, or on another from which its \
             port is forwarded ({ssh} and the name of this machine):"
        }
        (_, _, None) => "To sign in to {host}, open this address on this machine:",
    };
    let values = [("host", host), ("ssh", ssh.as_deref().unwrap_or_default())];
    format!("{}\n{address}", worded(words, &values))
}

/// The way back leads to a port of this machine (RFC 8252 §7.3), and so may the address.
fn forwarded(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    let mut query = address.query_pairs();
    let (_, back) = query.find(|(name, _)| name == "redirect_uri")?;
    ssh(&[&Url::parse(&back).ok()?, &address])
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const ADDRESS: &str = "https://sso.example.org/authorize?client_id=vestibule\
        &redirect_uri=http%3A%2F%2F127.0.0.1%3A8765%2Fcallback&state=s";

    #[test]
    fn where_nothing_can_be_opened_the_port_of_the_way_back_is_named() {
        for way in [Way::Found, Way::Address] {
            let told = address("sso.example.org", ADDRESS, way, false);
            assert!(told.contains("(ssh -L 8765:127.0.0.1:8765 and "), "{told}");
            assert_eq!(told.lines().nth(1), Some(ADDRESS), "{told}");
            assert_eq!(told.contains("offers no"), way == Way::Found, "{told}");
        }
    }

    #[test]
    fn where_a_browser_opens_nothing_is_said_of_ports() {
        let told = address("sso.example.org", ADDRESS, Way::Found, true);
        assert!(!told.contains("ssh"), "{told}");
        assert_eq!(told.lines().nth(1), Some(ADDRESS), "{told}");
    }

    #[test]
    fn a_code_that_has_ended_is_not_called_good_where_the_provider_is_lost() {
        let end = Instant::now() + Duration::from_secs(60);
        let before = lost("sso.example.org", Some(end), Instant::now());
        assert!(before.ends_with("the code stays good."), "{before}");
        let after = lost("sso.example.org", Some(end), end);
        assert!(after.ends_with("for a new code."), "{after}");
    }
}
