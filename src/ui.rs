//! The window: paints states with Slint and turns what a person does into
//! commands. This file and those in `ui/` are the only ones that name Slint.
//!
//! Order of use: [`Window::new`], hand [`Window::publisher`] to the worker,
//! then [`Window::run`] on the main thread until the window is closed.

mod code;
mod display;
#[cfg(feature = "gui")]
mod first_size;
mod fonts;
mod idle;
mod notice;
mod picture;
mod render;
#[cfg(all(target_os = "linux", feature = "gui"))]
mod requirements;
#[cfg(feature = "gui")]
mod room;
#[cfg(all(target_os = "linux", feature = "wayland"))]
mod wayland;
#[cfg(all(target_os = "linux", feature = "gui"))]
mod x11;

use std::{
    rc::Rc,
    time::{Duration, Instant},
};

use slint::{ComponentHandle, Global};

use crate::{
    identity,
    language::Language,
    state::{Command, State},
};
use display::Opened;

#[cfg(all(feature = "kiosk", target_os = "linux"))]
pub use display::rotate;
pub use generated::{AppWindow, SessionAdapter};
pub use idle::Watch;
pub use render::render;

#[allow(
    missing_docs,
    unsafe_code,
    clippy::all,
    clippy::expect_used,
    clippy::pedantic,
    clippy::todo,
    clippy::unwrap_used
)]
mod generated {
    slint::include_modules!();
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Follows the system, also while the window is open.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// What the window shows for as long as it lives.
#[derive(Clone, Debug, Default)]
pub struct Look {
    /// The provider as people know it; with the port where that is unusual.
    pub host: String,
    /// Whoever is signed in is signed out after so long without touch or key; zero: never.
    pub idle_sign_out: Duration,
    /// Many people share the screen, which is all the window's.
    pub kiosk: bool,
    /// What it speaks.
    pub language: Language,
    /// Light or dark.
    pub theme: Theme,
}

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum NoWindow {
    /// No X11 or Wayland display, no screen of its own, or it refused.
    #[error("no display: {0}")]
    NoDisplay(String),
    /// The X display has too few to paint the window in.
    #[error(
        "too few colours: this display has {0} bits for a point, and 24 are needed; give the X \
         server a depth of 24, or its extension Composite"
    )]
    FewColours(u8),
    /// The X display lacks an extension, or hides it from programs that it does not trust.
    #[error(
        "no extension {0}: this display lacks it, or does not trust this program; over SSH use \
         ssh -Y instead of -X"
    )]
    NoExtension(&'static str),
    /// None is installed, as Slint's font layer needs.
    #[error(
        "no font: none is installed on this system; install one, for example the package \
         fonts-dejavu-core"
    )]
    NoFont,
}

/// The window, not yet shown. It belongs to the thread that made it.
pub struct Window {
    window: AppWindow,
    watch: Rc<Watch>,
}

impl Window {
    /// Connects to the display and builds the window.
    ///
    /// # Errors
    /// [`NoWindow`] when there is no display or no font.
    pub fn new(look: &Look) -> Result<Self, NoWindow> {
        let watch = Watch::new(look.idle_sign_out, Instant::now);
        let opened = Opened::default();
        let told = watch.clone();
        display::connect(opened.clone(), move || told.active())?;
        let window = create(&Look {
            language: fonts::or_english(look.language),
            ..look.clone()
        })?;
        window.window().set_fullscreen(look.kiosk);
        opened.put(window.as_weak());
        Ok(Self { window, watch })
    }

    /// A closure for any thread: shows the state soon after. Once the window
    /// is gone it does nothing.
    pub fn publisher(&self) -> impl Fn(State) + Send + Sync + 'static {
        let window = self.window.as_weak();
        move |state| {
            // The only error is that the event loop has ended.
            let _ = window.upgrade_in_event_loop(move |window| render(&window, &state));
        }
    }

    /// Shows the window and waits until it is closed. `send` gets what the
    /// person asks for.
    ///
    /// # Errors
    /// [`NoWindow::NoDisplay`] when the display goes away.
    pub fn run(self, send: impl Fn(Command) + 'static) -> Result<(), NoWindow> {
        let send = Rc::new(send);
        let of_the_watch = send.clone();
        self.watch
            .start(&self.window, move |command| of_the_watch(command));
        bind(&self.window, move |command| send(command));
        Ok(self.window.run()?)
    }
}

/// Builds the component; needs a platform, but no event loop.
///
/// # Errors
/// What Slint says when the platform has no window to give.
pub fn create(look: &Look) -> Result<AppWindow, slint::PlatformError> {
    let window = AppWindow::new()?;
    // Also of English: by itself Slint takes the system's language.
    if let Err(error) = slint::select_bundled_translation(look.language.code()) {
        log::warn!("the window speaks the system's language: {error}");
    }
    let adapter = SessionAdapter::get(&window);
    adapter.set_app_name(identity::NAME.into());
    adapter.set_right_to_left(look.language.is_right_to_left());
    adapter.set_elides(look.language != Language::Japanese);
    adapter.set_host(look.host.as_str().into());
    adapter.set_kiosk(look.kiosk);
    adapter.set_version(env!("CARGO_PKG_VERSION").into());
    let start = Instant::now();
    adapter.on_clock(move || render::milliseconds(start.elapsed()));
    adapter.on_qr(|link, side| code::qr(&link, side));
    adapter.on_resampled(|picture, side| picture::resampled(&picture, side));
    match look.theme {
        Theme::System => {}
        Theme::Light => window.invoke_force_theme(false),
        Theme::Dark => window.invoke_force_theme(true),
    }
    render(&window, &State::Starting);
    Ok(window)
}

/// Connects what a person does with `send`.
pub fn bind(window: &AppWindow, send: impl Fn(Command) + 'static) {
    let send = std::rc::Rc::new(send);
    let command = |command: Command| {
        let send = send.clone();
        move || send(command)
    };
    let adapter = SessionAdapter::get(window);
    let fetch = send.clone();
    adapter.on_fetch(move |row| {
        if let Ok(place) = usize::try_from(row) {
            fetch(Command::Fetch(place));
        }
    });
    adapter.on_cancel(command(Command::Cancel));
    adapter.on_new_code(command(Command::NewCode));
    adapter.on_open_browser_again(command(Command::OpenBrowserAgain));
    adapter.on_resume(command(Command::Resume));
    adapter.on_sign_in(command(Command::SignIn));
    adapter.on_sign_in_as_somebody_else(command(Command::SignInAsSomebodyElse));
    adapter.on_sign_out(command(Command::SignOut));
    adapter.on_sign_out_in_browser(command(Command::SignOutInBrowser));
    adapter.on_use_browser(command(Command::UseBrowser));
    adapter.on_use_device(command(Command::UseDevice));
    // A strong handle in here would keep the window alive for ever.
    let window = window.as_weak();
    adapter.on_quit(move || {
        if let Some(window) = window.upgrade() {
            // Fails only when the platform is already gone.
            let _ = window.hide();
        }
    });
}
