//! The first size on Wayland, where nobody but the compositor knows what its
//! panels leave. It may tell a new window how large to be at most (xdg-shell,
//! `configure_bounds`), which winit follows, but not every compositor does. So
//! on a small screen the window asks to be maximized: then it gets exactly what
//! there is.

use i_slint_backend_winit::winit::{
    event_loop::ActiveEventLoop, platform::wayland::ActiveEventLoopExtWayland as _,
};
use slint::ComponentHandle as _;

use super::AppWindow;

/// What panels and the window's own frame may take of a screen's width or
/// height, in logical pixels.
const MARGIN: i32 = 80;

pub(super) fn is_used(event_loop: &ActiveEventLoop) -> bool {
    event_loop.is_wayland()
}

/// Asks to be maximized if the window might not fit on each of the screens.
pub(super) fn limit(window: &AppWindow, event_loop: &ActiveEventLoop) {
    let rooms = event_loop.available_monitors().map(|monitor| {
        let size = monitor.size().to_logical::<i32>(monitor.scale_factor());
        (size.width - MARGIN, size.height - MARGIN)
    });
    // A screen that does not tell its size says nothing.
    let known = rooms.filter(|&(width, height)| width > 0 && height > 0);
    let Some((width, height)) = known.reduce(|a, b| (a.0.min(b.0), a.1.min(b.1))) else {
        return;
    };
    if width < 1000 || height < 600 {
        window.window().set_maximized(true);
        // When it is not maximized any more. Until the window is on a screen
        // its pixels are logical ones.
        window.set_room_width(width);
        window.set_room_height(height);
    }
}
