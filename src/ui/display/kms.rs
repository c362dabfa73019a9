//! The bare screen: Slint's linuxkms paints on it, libinput tells of touches and keys, and
//! libseat (seatd or logind, or nobody for root) opens both.

use std::rc::Rc;

use i_slint_backend_linuxkms::BackendBuilder;
use input::Event;
use slint::{PlatformError, platform::Platform};

use crate::{environment, ui::NoWindow};

/// Where linuxkms looks for the rotation; it has no other way to be told.
const ROTATION: &str = "SLINT_KMS_ROTATION";

/// Takes the screen and what belongs to it.
pub(super) fn platform(active: Rc<dyn Fn()>) -> Result<Box<dyn Platform>, PlatformError> {
    let kms = BackendBuilder::default()
        .with_renderer_name("software".into())
        .with_libinput_event_hook(Box::new(move |event| {
            if is_a_persons(event) {
                active();
            }
            // Slint is to have it as well.
            false
        }));
    Ok(Box::new(kms.build()?))
}

/// Whether somebody is at the screen. libinput also tells of devices that come and go,
/// and of lids.
fn is_a_persons(event: &Event) -> bool {
    !matches!(event, Event::Device(_) | Event::Switch(_))
}

/// Turns what the bare screen shows by 90, 180 or 270 degrees, clockwise. A touchscreen is not
/// turned with it: udev does that, for libinput (docs/kiosk.md). To be called before the window
/// is made.
///
/// # Errors
/// When the process has more threads than this one: one of them could read the environment,
/// through which linuxkms is told, while it is written.
pub fn rotate(degrees: u16) -> Result<(), NoWindow> {
    if environment::set(ROTATION, degrees.to_string().as_ref()) {
        return Ok(());
    }
    let cause = "the rotation comes too late, after threads were started";
    Err(NoWindow::NoDisplay(cause.into()))
}

/// Cause and remedy, for what linuxkms says where it gets no seat or finds no screen.
pub(super) fn cause(message: &str) -> Option<String> {
    let lines = || {
        message
            .lines()
            .map(|line| line.trim().trim_end_matches('.'))
    };
    if message.contains("libseat") || message.contains("activate session") {
        let line = lines().find(|line| line.contains("session"))?;
        return Some(format!(
            "no seat for this user ({line}); start seatd and put the user into the group video, \
             or give the program a login session"
        ));
    }
    let line = lines().find_map(|line| line.strip_prefix("Error using DRM dumb buffers: "))?;
    Some(format!(
        "no screen in /dev/dri ({line}); connect one, load the driver of its graphics, and see \
         that no other program holds it"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_seat_the_sentence_names_seatd() {
        let said = "Error opening session with libseat: Function not implemented";
        let sentence = NoWindow::from(PlatformError::from(said)).to_string();
        assert!(sentence.starts_with("no display: no seat"), "{sentence}");
        assert!(sentence.contains("Function not implemented"), "{sentence}");
        assert!(sentence.contains("start seatd"), "{sentence}");
    }

    #[test]
    fn without_a_screen_the_sentence_says_what_was_looked_for() {
        let said = "Could not initialize software display.\n\
                    Error using DRM dumb buffers: Could not create an egl display\n\
                    Error using legacy framebuffer: No framebuffer device found";
        let sentence = cause(said).unwrap_or_default();
        assert!(sentence.starts_with("no screen in /dev/dri"), "{sentence}");
        assert!(sentence.contains("connect one"), "{sentence}");
        assert_eq!(cause("refused"), None);
    }

    #[test]
    fn a_process_with_more_threads_is_not_turned() {
        // The tests run on threads of their own.
        assert!(rotate(90).is_err());
    }
}
