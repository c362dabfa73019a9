//! The display: connected to with the names of the window, and sentences
//! instead of panics where there is none or no font.
//!
//! winit is the only backend that is linked, whatever SLINT_BACKEND asks for.

use std::{
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

use i_slint_backend_winit::{Backend, CustomApplicationHandler};

use super::NoWindow;

/// Connects to the display; `handler` is told first what the event loop is told.
pub(super) fn connect(
    handler: impl CustomApplicationHandler + 'static,
) -> Result<(), slint::PlatformError> {
    let winit = Backend::builder().with_custom_application_handler(Box::new(handler));
    #[cfg(target_os = "linux")]
    let winit = winit.with_window_attributes_hook(|attributes| {
        // Wayland takes the class as its app id. Slint's own way to set it
        // leaves the instance empty.
        use i_slint_backend_winit::winit::platform::x11::WindowAttributesExtX11 as _;
        attributes.with_name(super::APP_ID, super::INSTANCE)
    });
    slint::platform::set_platform(Box::new(winit.build()?))
        .map_err(slint::PlatformError::SetPlatformError)
}

/// Runs `work`; an error of the platform means no display. Slint's font layer
/// panics where a system has no font at all: that panic becomes a value and
/// stays silent, every other goes its way.
pub(super) fn guarded<T>(
    work: impl FnOnce() -> Result<T, slint::PlatformError>,
) -> Result<T, NoWindow> {
    let here = thread::current().id();
    let fontless = Arc::new(Mutex::new(None));
    let seen = fontless.clone();
    let usual: Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync> = take_hook().into();
    let others = usual.clone();
    set_hook(Box::new(move |panic| match font_trouble(panic) {
        Some(cause) if thread::current().id() == here => {
            *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause);
        }
        _ => others(panic),
    }));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    set_hook(Box::new(move |panic| usual(panic)));
    let fontless = fontless
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .take();
    match (outcome, fontless) {
        (Ok(outcome), _) => outcome.map_err(|error| NoWindow::NoDisplay(cause(&error.to_string()))),
        (Err(_), Some(cause)) => Err(NoWindow::NoFont(cause)),
        (Err(panic), None) => resume_unwind(panic),
    }
}

/// What the panic says, when it comes from the font layer.
fn font_trouble(panic: &PanicHookInfo<'_>) -> Option<String> {
    let file = panic.location()?.file();
    ["fontique", "parley"]
        .iter()
        .any(|part| file.contains(part))
        .then(|| "none is installed on this system".to_owned())
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
        let work = || Err::<(), _>(slint::PlatformError::from("refused."));
        assert_eq!(
            guarded(work).unwrap_err().to_string(),
            "no display: refused"
        );
    }

    #[test]
    #[should_panic(expected = "something else")]
    fn another_panic_goes_on() {
        let _ = guarded::<()>(|| panic!("something else"));
    }
}
