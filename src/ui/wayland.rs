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
const MARGIN: f64 = 80.0;

pub(super) fn is_used(event_loop: &ActiveEventLoop) -> bool {
    event_loop.is_wayland()
}

/// Asks to be maximized if the window might not fit on every screen. The size
/// then is the one after that, so it has to fit as well.
pub(super) fn limit(window: &AppWindow, event_loop: &ActiveEventLoop) {
    for monitor in event_loop.available_monitors() {
        let size = monitor.size().to_logical::<f64>(monitor.scale_factor());
        let room = (size.width - MARGIN, size.height - MARGIN);
        if size.width > 0.0 && size.height > 0.0 && !fits(room) {
            window.window().set_maximized(true);
        }
    }
}

fn fits((width, height): (f64, f64)) -> bool {
    width >= 1000.0 && height >= 600.0
}
