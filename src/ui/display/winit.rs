//! A window on a desktop.

use std::rc::Rc;

use i_slint_backend_winit::{
    Backend, CustomApplicationHandler, EventResult,
    winit::{
        event::WindowEvent,
        event_loop::ActiveEventLoop,
        window::{Icon, Window, WindowId},
    },
};
use slint::{PlatformError, platform::Platform};

use super::Opened;
use crate::{environment::without_compose_file, ui::first_size};

/// Connects to the desktop.
pub(super) fn platform(
    opened: Opened,
    active: Rc<dyn Fn()>,
) -> Result<Box<dyn Platform>, PlatformError> {
    let handler = Handler { opened, active };
    let winit = Backend::builder().with_custom_application_handler(Box::new(handler));
    let winit = winit.with_window_attributes_hook(|attributes| {
        let attributes = attributes.with_window_icon(icon());
        // Wayland takes the class as its app id. Slint's own way to set it
        // leaves the instance empty.
        #[cfg(target_os = "linux")]
        let attributes = {
            use crate::identity::{ID, PROGRAM};
            use i_slint_backend_winit::winit::platform::x11::WindowAttributesExtX11 as _;
            attributes.with_name(ID, PROGRAM)
        };
        // Windows has another one for the task bar.
        #[cfg(windows)]
        let attributes = {
            use i_slint_backend_winit::winit::platform::windows::WindowAttributesExtWindows as _;
            attributes.with_taskbar_icon(icon())
        };
        attributes
    });
    // It reads the Compose file while it is built, or never.
    Ok(Box::new(without_compose_file(|| winit.build())?))
}

/// Decoded here: named in `.slint`, it would bring Slint's decoders of every format into the
/// program, SVG among them, which is most of a megabyte.
fn icon() -> Option<Icon> {
    let file = include_bytes!("../../../assets/icon-64.png");
    let icon = image::load_from_memory_with_format(file, image::ImageFormat::Png).ok()?;
    let (width, height) = (icon.width(), icon.height());
    Icon::from_rgba(icon.into_rgba8().into_raw(), width, height).ok()
}

/// Is told first what the event loop is told.
struct Handler {
    opened: Opened,
    active: Rc<dyn Fn()>,
}

impl CustomApplicationHandler for Handler {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) -> EventResult {
        if let Some(window) = self.opened.0.get().and_then(slint::Weak::upgrade) {
            first_size::limit(&window, event_loop);
        }
        EventResult::Propagate
    }

    fn window_event(
        &mut self,
        _: &ActiveEventLoop,
        _: WindowId,
        _: Option<&Window>,
        _: Option<&slint::Window>,
        event: &WindowEvent,
    ) -> EventResult {
        if is_a_persons(event) {
            (self.active)();
        }
        EventResult::Propagate
    }
}

/// Whether somebody is at the window. It also hears of its size, its focus and the theme.
fn is_a_persons(event: &WindowEvent) -> bool {
    matches!(
        event,
        // winit makes key events up where a window that gets the focus finds a key held.
        WindowEvent::KeyboardInput {
            is_synthetic: false,
            ..
        } | WindowEvent::Ime(_)
            | WindowEvent::CursorMoved { .. }
            | WindowEvent::MouseInput { .. }
            | WindowEvent::MouseWheel { .. }
            | WindowEvent::Touch(_)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use i_slint_backend_winit::winit::{
        dpi::PhysicalSize,
        event::{DeviceId, ElementState, MouseButton},
    };

    #[test]
    fn a_press_is_a_persons_and_another_size_is_not() {
        assert!(is_a_persons(&WindowEvent::MouseInput {
            device_id: DeviceId::dummy(),
            state: ElementState::Pressed,
            button: MouseButton::Left,
        }));
        assert!(!is_a_persons(&WindowEvent::Resized(PhysicalSize::new(
            1, 1
        ))));
        assert!(!is_a_persons(&WindowEvent::Focused(true)));
    }
}
