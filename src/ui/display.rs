//! The display: connected to with the names of the window, and a sentence instead of
//! a panic where no font is installed.
//!
//! Two backends can be linked, whatever SLINT_BACKEND asks for: winit for desktops (feature
//! `gui`), linuxkms for the bare screen (`kiosk`). Where both are, winit comes first, and
//! the bare screen where it finds no desktop.

#[cfg(all(feature = "kiosk", target_os = "linux"))]
mod kms;
#[cfg(feature = "gui")]
mod winit;

use std::{
    cell::OnceCell,
    panic::{AssertUnwindSafe, PanicHookInfo, catch_unwind, resume_unwind, set_hook, take_hook},
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use slint::{PlatformError, platform::Platform};

use super::{AppWindow, NoWindow};

#[cfg(all(feature = "kiosk", target_os = "linux"))]
pub use kms::rotate;

#[cfg(not(any(feature = "gui", all(feature = "kiosk", target_os = "linux"))))]
compile_error!("a window needs the feature gui, or kiosk on Linux");

/// The window that is opened on the display: put in once it is made, before the event loop runs.
#[derive(Clone, Default)]
pub(super) struct Opened(Rc<OnceCell<slint::Weak<AppWindow>>>);

impl Opened {
    /// Puts the window in.
    pub(super) fn put(&self, window: slint::Weak<AppWindow>) {
        // It was empty: nobody else has it.
        let _ = self.0.set(window);
    }
}

/// Connects to the display. `active` is called whenever a person touches the screen, moves
/// the pointer or presses a key, before Slint hears of it.
pub(super) fn connect(opened: Opened, active: impl Fn() + 'static) -> Result<(), NoWindow> {
    #[cfg(all(feature = "gui", target_os = "linux"))]
    let _until_winit_is_connected = super::requirements::check()?;
    start(platform(opened, Rc::new(active))?)
}

#[cfg(all(feature = "gui", feature = "kiosk", target_os = "linux"))]
fn platform(opened: Opened, active: Rc<dyn Fn()>) -> Result<Box<dyn Platform>, PlatformError> {
    winit::platform(opened, active.clone()).or_else(|_| kms::platform(active))
}

#[cfg(all(feature = "gui", not(all(feature = "kiosk", target_os = "linux"))))]
use winit::platform;

/// The window has the whole screen, first and last.
#[cfg(all(feature = "kiosk", not(feature = "gui"), target_os = "linux"))]
fn platform(_: Opened, active: Rc<dyn Fn()>) -> Result<Box<dyn Platform>, PlatformError> {
    kms::platform(active)
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
        let message = error.to_string();
        #[cfg(all(feature = "kiosk", target_os = "linux"))]
        if let Some(cause) = kms::cause(&message) {
            return Self::NoDisplay(cause);
        }
        Self::NoDisplay(cause(&message))
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
