//! The window of a program as X and the window manager see it: keys, size, close
//! button, picture. What is inside it is [`at_spi`](crate::at_spi)'s.

use std::path::Path;

use crate::desktop::{Desktop, run};
use crate::wait_for;

/// A rectangle of the screen, in its pixels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub left: i32,
    pub top: i32,
    pub width: u32,
    pub height: u32,
}

/// A window without its frame.
pub struct Window<'desktop> {
    pub desktop: &'desktop Desktop,
    id: String,
}

impl<'desktop> Window<'desktop> {
    /// Waits for the window of a process.
    pub fn of(desktop: &'desktop Desktop, pid: u32) -> Self {
        let pid = pid.to_string();
        let id = wait_for(
            || {
                let mut search = desktop.command("xdotool");
                search.args(["search", "--onlyvisible", "--pid", &pid]);
                let found = String::from_utf8(search.output().unwrap().stdout).unwrap();
                found.lines().next().map(str::to_owned)
            },
            || format!("process {pid} has no window"),
        );
        Self { desktop, id }
    }

    /// All of the screen, for programs whose window is not X's own.
    pub fn root(desktop: &'desktop Desktop) -> Self {
        let id = "root".to_owned();
        Self { desktop, id }
    }

    /// Presses keys, as X names them: `Escape`, `ctrl+q`.
    pub fn press_keys(&self, keys: &[&str]) {
        self.xdotool(&["windowactivate", "--sync", &self.id]);
        let mut arguments = vec!["key", "--clearmodifiers", "--delay", "30"];
        arguments.extend(keys);
        self.xdotool(&arguments);
    }

    /// Clicks at a point of it, with the mouse.
    pub fn click(&self, x: i32, y: i32) {
        let (x, y) = (x.to_string(), y.to_string());
        self.xdotool(&["mousemove", "--window", &self.id, &x, &y]);
        self.xdotool(&["click", "1"]);
    }

    /// Asks the window manager to close it, as the close button of its frame does.
    /// Not by its key: the first one on a new display can miss openbox's grab, and
    /// then the window gets it instead.
    pub fn close(&self) {
        run(self.desktop.command("wmctrl").args(["-i", "-c", &self.id]));
    }

    /// Gives it a size and waits until it has it.
    pub fn resize(&self, width: u32, height: u32) {
        let (w, h) = (width.to_string(), height.to_string());
        self.xdotool(&["windowsize", &self.id, &w, &h]);
        // Not xdotool's own --sync: it waits for a change, and there may be none.
        wait_for(
            || {
                let geometry = self.xdotool(&["getwindowgeometry", "--shell", &self.id]);
                let size = format!("WIDTH={w}\nHEIGHT={h}\n");
                geometry.contains(&size).then_some(())
            },
            || format!("the window does not take the size {w}×{h}"),
        );
    }

    /// Where it is on the screen, without its frame.
    pub fn place(&self) -> Place {
        let output = run(self.desktop.command("xwininfo").args(["-id", &self.id]));
        let told = String::from_utf8(output.stdout).unwrap();
        let figure = |key: &str| {
            let row = told.lines().find_map(|row| row.trim().strip_prefix(key));
            let row = row.unwrap_or_else(|| panic!("no {key} in {told}"));
            row.trim().parse::<i32>().unwrap()
        };
        Place {
            left: figure("Absolute upper-left X:"),
            top: figure("Absolute upper-left Y:"),
            width: figure("Width:").cast_unsigned(),
            height: figure("Height:").cast_unsigned(),
        }
    }

    /// What its frame adds to it: left, right, top, bottom.
    pub fn frame(&self) -> [u32; 4] {
        let told = self.property("_NET_FRAME_EXTENTS");
        let sides = told
            .split(", ")
            .map(str::parse)
            .collect::<Result<Vec<_>, _>>();
        sides
            .ok()
            .and_then(|sides| sides.try_into().ok())
            .unwrap_or_default()
    }

    /// A property as xprop shows its value; empty if there is none.
    pub fn property(&self, name: &str) -> String {
        let output = run(self.desktop.command("xprop").args(["-id", &self.id, name]));
        let told = String::from_utf8(output.stdout).unwrap();
        let value = told.split_once(" = ").map(|(_, value)| value.trim());
        value.unwrap_or_default().to_owned()
    }

    /// Takes a picture of it.
    pub fn screenshot(&self, png: &Path) {
        let mut import = self.desktop.command("import");
        run(import.args(["-window", &self.id]).arg(png));
    }

    /// How many of its points have exactly this colour (red, green, blue).
    pub fn points_of(&self, colour: [u8; 3]) -> usize {
        let png = self.desktop.folder().join("window.png");
        self.screenshot(&png);
        let picture = image::open(&png).unwrap().into_rgb8();
        picture.pixels().filter(|point| point.0 == colour).count()
    }

    fn xdotool(&self, arguments: &[&str]) -> String {
        let output = run(self.desktop.command("xdotool").args(arguments));
        String::from_utf8(output.stdout).unwrap()
    }
}
