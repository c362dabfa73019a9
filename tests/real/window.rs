//! The window of a program as X and the window manager see it: keys, size, close
//! button, picture. What is inside it is [`at_spi`](crate::at_spi)'s.

use std::path::Path;

use crate::desktop::{Desktop, run};
use crate::wait_for;

/// A window without its frame.
pub struct Window<'desktop> {
    desktop: &'desktop Desktop,
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

    /// Presses keys, as X names them: `Escape`, `ctrl+q`.
    pub fn press_keys(&self, keys: &[&str]) {
        self.xdotool(&["windowactivate", "--sync", &self.id]);
        let mut arguments = vec!["key", "--clearmodifiers", "--delay", "30"];
        arguments.extend(keys);
        self.xdotool(&arguments);
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
