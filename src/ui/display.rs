//! Choosing the backend, and sentences instead of panics where it is missing.

use std::{
    panic::{AssertUnwindSafe, catch_unwind, set_hook, take_hook},
    sync::{Arc, Mutex, PoisonError},
};

use super::NoWindow;

/// The software renderer, unless SLINT_BACKEND asks for another backend.
pub(super) fn select() -> Result<(), slint::PlatformError> {
    if std::env::var_os("SLINT_BACKEND").is_some_and(|name| !name.is_empty()) {
        return Ok(());
    }
    slint::BackendSelector::new()
        .backend_name("winit".into())
        .renderer_name("software".into())
        .select()
}

/// Runs `window_work`; an error means no display. Slint's font layer panics
/// where a system has no font at all: that one panic becomes a value, every
/// other goes on.
pub(super) fn guarded<T>(
    window_work: impl FnOnce() -> Result<T, slint::PlatformError>,
) -> Result<T, NoWindow> {
    let this = std::thread::current().id();
    let font = Arc::new(Mutex::new(None));
    let seen = font.clone();
    let before: Arc<dyn Fn(&std::panic::PanicHookInfo<'_>) + Send + Sync> = take_hook().into();
    let other = before.clone();
    set_hook(Box::new(move |panic| {
        match font_trouble(panic).filter(|_| std::thread::current().id() == this) {
            Some(cause) => *seen.lock().unwrap_or_else(PoisonError::into_inner) = Some(cause),
            None => other(panic),
        }
    }));
    let outcome = catch_unwind(AssertUnwindSafe(window_work));
    set_hook(Box::new(move |panic| before(panic)));
    let cause = font.lock().unwrap_or_else(PoisonError::into_inner).take();
    match (outcome, cause) {
        (Ok(outcome), _) => outcome.map_err(|error| NoWindow::NoDisplay(error.to_string())),
        (Err(_), Some(cause)) => Err(NoWindow::NoFont(cause)),
        (Err(panic), None) => std::panic::resume_unwind(panic),
    }
}

/// What the panic says, when it comes from looking for fonts.
fn font_trouble(panic: &std::panic::PanicHookInfo<'_>) -> Option<String> {
    let file = panic.location()?.file();
    ["fontique", "sharedfontique", "parley"]
        .iter()
        .any(|part| file.contains(part))
        .then(|| "this system has none".to_owned())
}
