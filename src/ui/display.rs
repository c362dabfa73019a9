//! The display: connected to with the names of the window, and a sentence instead of
//! a panic where no font is installed.
//!
//! winit is the only backend that is linked, whatever SLINT_BACKEND asks for.

use std::{
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use i_slint_backend_winit::{Backend, CustomApplicationHandler};
use slint::{PlatformError, platform::Platform};

use super::NoWindow;
use crate::config::without_compose_file;

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
    // It reads the Compose file while it is built, or never.
    let winit = without_compose_file(|| winit.build())?;
    start(Box::new(winit))
}

/// Gives Slint its platform. With it Slint reads the list of fonts, once for all, and
/// fontique 0.11 panics there if fontconfig knows none. To ask fontconfig before would
/// read the list twice, so the panic of this one call is caught and kept silent.
fn start(platform: Box<dyn Platform>) -> Result<(), NoWindow> {
    let started = fonts_or_none(|| slint::platform::set_platform(platform))?;
    Ok(started.map_err(PlatformError::SetPlatformError)?)
}

/// Runs `work`; a panic of fontique in it becomes an error, every other one, and those of
/// other threads meanwhile, go their way.
fn fonts_or_none<T>(work: impl FnOnce() -> T) -> Result<T, NoWindow> {
    let here = thread::current().id();
    let is_fontless = Arc::new(AtomicBool::new(false));
    let seen = is_fontless.clone();
    let hook: Arc<dyn Fn(&PanicHookInfo<'_>) + Send + Sync> = take_hook().into();
    let of_others = hook.clone();
    set_hook(Box::new(move |panic| {
        if is_of_fontique(panic) && thread::current().id() == here {
            seen.store(true, Ordering::Relaxed);
        } else {
            of_others(panic);
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(work));
    set_hook(Box::new(move |panic| hook(panic)));
    outcome.or_else(|panic| match is_fontless.load(Ordering::Relaxed) {
        true => Err(NoWindow::NoFont),
        false => resume_unwind(panic),
    })
}

/// It unwraps an answer without fonts, so the panic's text says nothing; its place does.
fn is_of_fontique(panic: &PanicHookInfo<'_>) -> bool {
    let place = panic.location();
    place.is_some_and(|place| place.file().contains("fontique"))
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

    #[test]
    #[should_panic(expected = "something else")]
    fn another_panic_goes_on() {
        let _ = fonts_or_none(|| panic!("something else"));
    }
}
