//! A default browser that opens nothing and notes the address it was given: a
//! program opens an address, the test takes it and goes there with Chromium, or
//! knows that none was opened.

use std::fs;
use std::path::PathBuf;
use std::process::Command;

use crate::desktop::Desktop;
use crate::wait_for;

/// The stand-in for the default browser.
pub struct AddressTaker {
    script: PathBuf,
    taken: PathBuf,
}

impl AddressTaker {
    pub fn new(desktop: &Desktop) -> Self {
        let taken = desktop.folder().join("address");
        let noted = taken.display();
        // Moved into place, so that nobody reads half an address.
        let note = format!("printf %s \"$1\" >'{noted}.new' && mv '{noted}.new' '{noted}'");
        let script = desktop.script("browser", &note);
        Self { script, taken }
    }

    /// Makes it the default browser of a program.
    pub fn serve(&self, command: &mut Command) {
        command.env("BROWSER", &self.script);
    }

    /// Waits for an address and takes it away.
    pub fn take(&self) -> String {
        wait_for(|| self.try_take(), || "no browser was opened".into())
    }

    /// The address that was opened since the last time, if any.
    pub fn try_take(&self) -> Option<String> {
        let address = fs::read_to_string(&self.taken).ok()?;
        fs::remove_file(&self.taken).unwrap();
        Some(address)
    }
}
