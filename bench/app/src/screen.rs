//! The screen as its server knows it: when a window is mapped, when something is
//! painted, and what is seen then.

use std::{
    os::fd::AsFd as _,
    time::{Duration, Instant},
};

use anyhow::{Context, Result};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use x11rb::{
    connection::Connection as _,
    protocol::{
        Event,
        damage::{ConnectionExt as _, ReportLevel},
        xproto::{ChangeWindowAttributesAux, ConnectionExt as _, EventMask, ImageFormat, Window},
    },
    rust_connection::RustConnection,
};

pub const WIDTH: u16 = 1000;
pub const HEIGHT: u16 = 600;

pub struct Screen {
    connection: RustConnection,
    root: Window,
    damage: u32,
}

/// What happened on the screen.
pub enum Change {
    /// A window as wide as ours is to be was mapped.
    Mapped,
    /// Something was painted.
    Painted,
}

impl Screen {
    pub fn connect(display: &str) -> Result<Self> {
        let (connection, number) = RustConnection::connect(Some(display))?;
        let root = connection.setup().roots[number].root;
        let watched = EventMask::SUBSTRUCTURE_NOTIFY;
        let watch = ChangeWindowAttributesAux::new().event_mask(watched);
        connection.change_window_attributes(root, &watch)?.check()?;
        connection.damage_query_version(1, 1)?.reply()?;
        let damage = connection.generate_id()?;
        // That of the root window is that of all windows in it.
        connection
            .damage_create(damage, root, ReportLevel::NON_EMPTY)?
            .check()?;
        Ok(Self {
            connection,
            root,
            damage,
        })
    }

    /// The next change and when it was heard of, unless there is none until then.
    pub fn next(&self, until: Instant) -> Result<Option<(Change, Instant)>> {
        loop {
            if let Some(event) = self.connection.poll_for_event()? {
                let now = Instant::now();
                if let Some(change) = self.change(&event)? {
                    return Ok(Some((change, now)));
                }
                continue;
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            let left = left.min(Duration::from_secs(60)).as_millis() + 1;
            let stream = self.connection.stream().as_fd();
            let mut ready = [PollFd::new(stream, PollFlags::POLLIN)];
            poll(&mut ready, PollTimeout::try_from(left)?)?;
        }
    }

    fn change(&self, event: &Event) -> Result<Option<Change>> {
        match event {
            Event::MapNotify(mapped) => {
                // Toolkits have small windows of their own; one may be gone already.
                let size = self.connection.get_geometry(mapped.window)?.reply();
                let is_ours = size.is_ok_and(|size| size.width >= WIDTH - 100);
                Ok(is_ours.then_some(Change::Mapped))
            }
            Event::DamageNotify(_) => {
                // First, so that what is painted from here on is told anew.
                self.connection
                    .damage_subtract(self.damage, x11rb::NONE, x11rb::NONE)?;
                Ok(Some(Change::Painted))
            }
            _ => Ok(None),
        }
    }

    /// What is seen where the window is: four octets a pixel, blue first.
    pub fn picture(&self) -> Result<Vec<u8>> {
        let (root, all) = (self.root, u32::MAX);
        let picture =
            self.connection
                .get_image(ImageFormat::Z_PIXMAP, root, 0, 0, WIDTH, HEIGHT, all)?;
        Ok(picture.reply().context("no picture of the screen")?.data)
    }
}
