//! What X11 knows of the desktop and winit does not tell: the work area, and
//! how wide the frame of a window will be. Asked over a connection of its own,
//! which is closed again before the window is shown.
//!
//! Extended Window Manager Hints 1.5: `_NET_WORKAREA`, `_NET_REQUEST_FRAME_EXTENTS`.

use std::{
    thread,
    time::{Duration, Instant},
};

use x11rb::{
    connection::Connection as _,
    errors::{ReplyError, ReplyOrIdError},
    protocol::xproto::{
        Atom, AtomEnum, ClientMessageEvent, ConnectionExt as _, CreateWindowAux, EventMask, Screen,
        Window, WindowClass,
    },
    rust_connection::RustConnection,
};

use super::room::{Area, Desktop};

/// A window manager answers within a few milliseconds, or does not care.
const PATIENCE: Duration = Duration::from_millis(200);

x11rb::atom_manager! {
    Atoms: AtomsCookie {
        _NET_CURRENT_DESKTOP,
        _NET_FRAME_EXTENTS,
        _NET_REQUEST_FRAME_EXTENTS,
        _NET_SUPPORTED,
        _NET_SUPPORTING_WM_CHECK,
        _NET_WORKAREA,
    }
}

/// Asks for it; `None` when the display does not answer. Without a window
/// manager all of the screen is for windows.
pub(super) fn desktop() -> Option<Desktop> {
    let asked = Display::open().and_then(|display| display.desktop());
    asked
        .inspect_err(|error| log::info!("the work area is not known: {error}"))
        .ok()
}

struct Display {
    connection: RustConnection,
    atoms: Atoms,
    screen: usize,
}

type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

impl Display {
    /// The display that winit uses too: DISPLAY's.
    fn open() -> Result<Self> {
        let (connection, screen) = x11rb::connect(None)?;
        let atoms = Atoms::new(&connection)?.reply()?;
        Ok(Self {
            connection,
            atoms,
            screen,
        })
    }

    fn desktop(&self) -> Result<Desktop> {
        let screen = self.screen();
        let whole = Area {
            left: 0,
            top: 0,
            width: screen.width_in_pixels.into(),
            height: screen.height_in_pixels.into(),
        };
        if !self.is_managed()? {
            return Ok(Desktop {
                work_area: whole,
                frame: (0, 0),
            });
        }
        Ok(Desktop {
            work_area: self.work_area()?.unwrap_or(whole),
            frame: self.frame()?,
        })
    }

    fn screen(&self) -> &Screen {
        &self.connection.setup().roots[self.screen]
    }

    /// Whether a window manager runs. The property of one that was killed stays
    /// behind, but its window is gone.
    fn is_managed(&self) -> Result<bool> {
        let check = self.atoms._NET_SUPPORTING_WM_CHECK;
        let Some(&child) = self.numbers(self.screen().root, check)?.first() else {
            return Ok(false);
        };
        match self.numbers(child, check) {
            Ok(named) => Ok(named.first() == Some(&child)),
            Err(ReplyError::X11Error(_)) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    /// Left, top, width and height of the desktop that is shown, out of those of all.
    fn work_area(&self) -> Result<Option<Area>> {
        let root = self.screen().root;
        let areas = self.numbers(root, self.atoms._NET_WORKAREA)?;
        let shown = self.numbers(root, self.atoms._NET_CURRENT_DESKTOP)?;
        let shown = shown.first().copied().unwrap_or_default();
        let mut areas = areas.chunks_exact(4);
        let first = areas.next();
        let area = match usize::try_from(shown)?.checked_sub(1) {
            None => first,
            Some(later) => areas.nth(later).or(first),
        };
        // Places are signed, sent as unsigned numbers.
        Ok(area.map(|area| Area {
            left: area[0].cast_signed(),
            top: area[1].cast_signed(),
            width: area[2],
            height: area[3],
        }))
    }

    /// What a frame would add to a window's width and height. Asked for a window
    /// that is never shown; nothing if there is no answer.
    fn frame(&self) -> Result<(u32, u32)> {
        let supported = self.numbers(self.screen().root, self.atoms._NET_SUPPORTED)?;
        if !supported.contains(&self.atoms._NET_REQUEST_FRAME_EXTENTS) {
            return Ok((0, 0));
        }
        let window = self.ask_for_frame()?;
        let until = Instant::now() + PATIENCE;
        while Instant::now() < until {
            let sides = self.numbers(window, self.atoms._NET_FRAME_EXTENTS)?;
            if let [left, right, top, bottom] = sides[..] {
                return Ok((left.saturating_add(right), top.saturating_add(bottom)));
            }
            thread::sleep(Duration::from_millis(1));
        }
        Ok((0, 0))
    }

    fn ask_for_frame(&self) -> std::result::Result<Window, ReplyOrIdError> {
        let root = self.screen().root;
        let window = self.connection.generate_id()?;
        let plain = CreateWindowAux::new();
        let (depth, visual) = (x11rb::COPY_DEPTH_FROM_PARENT, x11rb::COPY_FROM_PARENT);
        let class = WindowClass::INPUT_OUTPUT;
        self.connection
            .create_window(depth, window, root, 0, 0, 1, 1, 0, class, visual, &plain)?;
        let question = self.atoms._NET_REQUEST_FRAME_EXTENTS;
        let message = ClientMessageEvent::new(32, window, question, [0; 5]);
        let managers = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, root, managers, message)?;
        self.connection.flush()?;
        Ok(window)
    }

    /// A property that is a list of numbers, atoms or windows; empty if it is not there.
    fn numbers(&self, window: Window, property: Atom) -> std::result::Result<Vec<u32>, ReplyError> {
        let (any, most) = (AtomEnum::ANY, 1024);
        let asked = self
            .connection
            .get_property(false, window, property, any, 0, most)?;
        let reply = asked.reply()?;
        Ok(reply.value32().into_iter().flatten().collect())
    }
}
