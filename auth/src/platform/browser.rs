//! The system's default browser, or the one that `BROWSER` names.

use std::{sync::mpsc, thread};

use url::Url;
use webbrowser::{Browser as Which, BrowserOptions};

use super::environment;
use crate::{
    error::{BrowserError, bounded},
    ports::Browser,
};

/// Opens addresses with what the system opens web pages with.
///
/// A browser with a window is started in the background, its output thrown
/// away. A text browser gets the terminal until the person leaves it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemBrowser;

impl Browser for SystemBrowser {
    fn open(&self, url: &str) -> Result<(), BrowserError> {
        let url = openable(url)?;
        let (sender, opened) = mpsc::channel();
        // The opener leaves what it starts to its parent: this thread stays to
        // take leave of it.
        let spawned = thread::Builder::new()
            .name("opener".to_owned())
            .spawn(move || {
                let _ = sender.send(start(&url));
                reap();
            });
        spawned.map_err(|error| BrowserError::NotStarted(error.to_string()))?;
        opened
            .recv()
            .unwrap_or_else(|_| Err(BrowserError::NotStarted("the opener failed".to_owned())))
    }

    /// Openers are installed where nobody could see what they open, so a place for a
    /// browser is asked for first. Then the opener is looked for. That runs `xdg-settings`, a
    /// tenth of a second of a processor, unless the last opener of all is there, which needs
    /// nobody to be asked.
    fn is_there(&self) -> bool {
        environment::has_room_for_a_browser() && (has_last_resort() || Which::Default.exists())
    }
}

/// Debian's name for whichever browser is installed, with which webbrowser ends its search.
#[cfg(target_os = "linux")]
fn has_last_resort() -> bool {
    environment::has_program("x-www-browser")
}

/// macOS and Windows answer without running anything.
#[cfg(not(target_os = "linux"))]
fn has_last_resort() -> bool {
    false
}

fn start(url: &Url) -> Result<(), BrowserError> {
    let mut options = BrowserOptions::new();
    options.with_suppress_output(true);
    let opened = webbrowser::open_browser_with_options(Which::Default, url.as_str(), &options);
    opened.map_err(|error| BrowserError::NotStarted(bounded(&error.to_string(), 200)))
}

/// Waits for the processes that this thread started, so that none stays
/// defunct; returns once there is none.
#[cfg(target_os = "linux")]
fn reap() {
    use rustix::{
        io::Errno,
        process::{WaitOptions, waitpid},
    };
    // wait(2), `__WNOTHREAD`: children of this thread, not of others, which
    // wait for theirs themselves.
    let options = WaitOptions::from_bits_retain(0x2000_0000);
    while matches!(waitpid(None, options), Ok(_) | Err(Errno::INTR)) {}
}

/// macOS and Windows hand the address to a service and start nothing.
#[cfg(not(target_os = "linux"))]
fn reap() {}

/// Openers hand other schemes to other programs, and take what starts with a
/// dash for an option (RFC 8252 §8.1 wants a browser, nothing else).
fn openable(text: &str) -> Result<Url, BrowserError> {
    match Url::parse(text) {
        Ok(url) if matches!(url.scheme(), "http" | "https") => Ok(url),
        _ => Err(BrowserError::NotAnAddress),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_reach_an_opener() {
        for text in [
            "file:///etc/passwd",
            "javascript:alert(1)",
            "-flag",
            "--new-window https://a.example",
            "%USERPROFILE%",
            "C:\\Windows\\system32\\calc.exe",
            "ms-settings:",
            "",
        ] {
            let refused = SystemBrowser.open(text);
            assert_eq!(refused, Err(BrowserError::NotAnAddress), "{text}");
        }
        assert!(openable("https://a.example/authorize?x=1").is_ok());
        assert!(openable("http://127.0.0.1:4400/authorize").is_ok());
    }
}
