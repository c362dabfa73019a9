//! The window's first size: 1000×600 (`ui/app-window.slint`), but never more
//! than the screen has room for. It is decided before the window is shown, so
//! that nothing jumps; from then on the size is the person's affair.
//!
//! Which of several screens the window opens on is the window manager's
//! decision and not known before: the smallest counts.

use i_slint_backend_winit::winit::{event_loop::ActiveEventLoop, monitor::MonitorHandle};

use super::{
    AppWindow,
    room::{Area, Desktop, room},
};

/// Keeps the window within the screens. To be called when the event loop runs, which makes
/// the window after that.
pub(super) fn limit(window: &AppWindow, event_loop: &ActiveEventLoop) {
    #[cfg(all(target_os = "linux", feature = "wayland"))]
    if super::wayland::is_used(event_loop) {
        return super::wayland::limit(window, event_loop);
    }
    let monitors: Vec<Area> = event_loop.available_monitors().map(area).collect();
    if let Some((width, height)) = room(&monitors, desktop()) {
        // No screen is so large.
        window.set_room_width(i32::try_from(width).unwrap_or(i32::MAX));
        window.set_room_height(i32::try_from(height).unwrap_or(i32::MAX));
    }
}

fn area(monitor: MonitorHandle) -> Area {
    let (at, size) = (monitor.position(), monitor.size());
    Area {
        left: at.x,
        top: at.y,
        width: size.width,
        height: size.height,
    }
}

#[cfg(target_os = "linux")]
fn desktop() -> Option<Desktop> {
    super::x11::desktop()
}

/// winit tells no more than the screens there.
#[cfg(not(target_os = "linux"))]
fn desktop() -> Option<Desktop> {
    None
}
