//! What winit requires of an X display: where it is missing, winit panics, or Slint shows
//! no window and waits for ever. So it is asked for before.

use x11rb::{
    connection::{Connection as _, RequestConnection as _},
    protocol::xproto::{Depth, Screen, VisualClass},
    rust_connection::RustConnection,
};

use super::NoWindow;

/// Those that winit panics without. A client that the display does not trust (OpenSSH's
/// `-X` where the system does not set ForwardX11Trusted) sees none of them.
const EXTENSIONS: [&str; 3] = ["RANDR", "XInputExtension", "XKEYBOARD"];

/// Asks the display that winit will use. Where none answers, winit says why.
///
/// The connection is to be kept until winit has its own: an X server whose last client leaves
/// begins anew, or ends, and refuses whoever comes meanwhile.
pub(super) fn check() -> Result<Option<RustConnection>, NoWindow> {
    let Ok((connection, screen)) = x11rb::connect(None) else {
        return Ok(None);
    };
    // All are asked for before the first answer is awaited: the display may be far away.
    for name in EXTENSIONS {
        let _ = connection.prefetch_extension_information(name);
    }
    for name in EXTENSIONS {
        if let Ok(None) = connection.extension_information(name) {
            return Err(NoWindow::NoExtension(name));
        }
    }
    let screen = &connection.setup().roots[screen];
    match has_colours(screen) {
        true => Ok(Some(connection)),
        false => Err(NoWindow::FewColours(screen.root_depth)),
    }
}

/// winit takes a visual of 32 bits where there is one, else the screen's own; softbuffer
/// paints eight bits each of red, green and blue, and nothing else.
fn has_colours(screen: &Screen) -> bool {
    let is_true_colour = |depth: &Depth| {
        let mut visuals = depth.visuals.iter();
        visuals.any(|visual| visual.class == VisualClass::TRUE_COLOR)
    };
    let mut depths = screen.allowed_depths.iter();
    screen.root_depth == 24 || depths.any(|depth| depth.depth == 32 && is_true_colour(depth))
}

#[cfg(test)]
mod tests {
    use x11rb::protocol::xproto::Visualtype;

    use super::*;

    fn screen(root_depth: u8, others: &[(u8, VisualClass)]) -> Screen {
        let depth = |&(depth, class): &(u8, VisualClass)| Depth {
            depth,
            visuals: vec![Visualtype {
                class,
                ..Visualtype::default()
            }],
        };
        Screen {
            root_depth,
            allowed_depths: others.iter().map(depth).collect(),
            ..Screen::default()
        }
    }

    #[test]
    fn a_screen_of_24_bits_has_the_colours_and_so_has_one_of_16_with_a_visual_of_32() {
        assert!(has_colours(&screen(24, &[])));
        assert!(has_colours(&screen(16, &[(32, VisualClass::TRUE_COLOR)])));
    }

    #[test]
    fn a_screen_of_fewer_has_not() {
        assert!(!has_colours(&screen(16, &[(16, VisualClass::TRUE_COLOR)])));
        assert!(!has_colours(&screen(8, &[(32, VisualClass::PSEUDO_COLOR)])));
        assert!(!has_colours(&screen(16, &[])));
    }
}
