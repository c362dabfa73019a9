//! The display: connected to with the names of the window, and a sentence instead of
//! a panic where no font is installed.
//!
//! winit is the only backend that is linked, whatever SLINT_BACKEND asks for.

use std::panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook};

use i_slint_backend_winit::{Backend, CustomApplicationHandler};
use slint::{PlatformError, platform::Platform};

use super::NoWindow;

/// Connects to the display; `handler` is told first what the event loop is told.
pub(super) fn connect(handler: impl CustomApplicationHandler + 'static) -> Result<(), NoWindow> {
    let winit = Backend::builder().with_custom_application_handler(Box::new(handler));
    #[cfg(target_os = "linux")]
    let winit = winit.with_window_attributes_hook(|attributes| {
        // Wayland takes the class as its app id. Slint's own way to set it
        // leaves the instance empty.
        use i_slint_backend_winit::winit::platform::x11::WindowAttributesExtX11 as _;
        attributes.with_name(super::APP_ID, super::INSTANCE)
    });
    start(Box::new(winit.build()?))
}

/// Gives Slint its platform. With it Slint reads the list of fonts, once for all, and
/// fontique 0.11 panics there if fontconfig knows none. To ask fontconfig before would
/// read the list twice, so the panic of this one call is caught and kept silent.
fn start(platform: Box<dyn Platform>) -> Result<(), NoWindow> {
    let hook = take_hook();
    set_hook(Box::new(|_| {}));
    let started = catch_unwind(AssertUnwindSafe(|| slint::platform::set_platform(platform)));
    set_hook(hook);
    match started {
        Ok(started) => Ok(started.map_err(PlatformError::SetPlatformError)?),
        Err(_) => Err(NoWindow::NoFont),
    }
}

/// What the platform cannot do for want of a display.
impl From<PlatformError> for NoWindow {
    fn from(error: PlatformError) -> Self {
        Self::NoDisplay(cause(&error.to_string()))
    }
}

/// The cause in Slint's message: of its lines (one for each backend) the one
/// with a place in winit's source, from after that place; else the first.
fn cause(message: &str) -> String {
    let placed = message.lines().find_map(|line| line.rsplit_once(".rs:"));
    let cause = match placed {
        Some((_, rest)) => rest.trim_start_matches(|c: char| c.is_ascii_digit() || c == ':'),
        None => message.lines().next().unwrap_or_default(),
    };
    cause.trim().trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_in_the_source_of_winit_is_no_cause() {
        let message = "Could not initialize backend.\n\
                       Error from Winit backend: os error at /home/x/mod.rs:765: \
                       neither WAYLAND_DISPLAY nor DISPLAY is set.\n\
                       No backends configured.";
        assert_eq!(cause(message), "neither WAYLAND_DISPLAY nor DISPLAY is set");
        assert_eq!(cause("Could not connect"), "Could not connect");
    }

    #[test]
    fn an_error_of_the_platform_is_a_missing_display() {
        let error = NoWindow::from(PlatformError::from("refused."));
        assert_eq!(error.to_string(), "no display: refused");
    }
}
