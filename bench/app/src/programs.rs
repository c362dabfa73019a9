//! The programs that paint the screen.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use crate::look::Look;

/// Minimal Slint: what the goals are ratios of
pub const BASE: &str = "slint";
pub const SIGNED_OUT: &str = "vestibule";
pub const SIGNED_IN: &str = "vestibule-signed-in";

/// How one comes to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// This repository's, with its own release profile
    Ours,
    /// A package of this workspace
    Rust(&'static str),
    /// A source file, its compiler, and the library as pkg-config knows it
    Compiled(&'static str, &'static str, &'static str),
    /// A program of the system that shows a page
    Chromium,
}

pub struct Entry {
    pub name: &'static str,
    pub what: &'static str,
    pub kind: Kind,
    pub look: Look,
    environment: &'static [(&'static str, &'static str)],
}

const fn entry(name: &'static str, what: &'static str, kind: Kind) -> Entry {
    Entry {
        name,
        what,
        kind,
        look: Look::SignedOut,
        environment: &[],
    }
}

pub const ENTRIES: [Entry; 10] = [
    entry("bare", "X's own core drawing", Kind::Rust("peer-bare")),
    entry(
        BASE,
        "minimal Slint: winit on X11, software renderer, nothing else",
        Kind::Rust("peer-slint"),
    ),
    entry(
        SIGNED_OUT,
        "this repository's, nobody signed in",
        Kind::Ours,
    ),
    Entry {
        look: Look::SignedIn,
        ..entry(
            SIGNED_IN,
            "the same, started with a kept session",
            Kind::Ours,
        )
    },
    Entry {
        environment: &[("GDK_GL", "disable")],
        ..entry(
            "gtk3",
            "GTK 3, told to leave OpenGL alone",
            Kind::Compiled("gtk/screen.c", "cc", "gtk+-3.0"),
        )
    },
    entry(
        "gtk4",
        "GTK 4 as it comes, on OpenGL",
        Kind::Compiled("gtk/screen.c", "cc", "gtk4"),
    ),
    Entry {
        environment: &[("GSK_RENDERER", "cairo")],
        ..entry(
            "gtk4-cairo",
            "the same on its software renderer",
            Kind::Compiled("gtk/screen.c", "cc", "gtk4"),
        )
    },
    entry(
        "qt6",
        "Qt 6 widgets",
        Kind::Compiled("qt6/screen.cpp", "c++", "Qt6Widgets"),
    ),
    entry("egui", "egui on OpenGL", Kind::Rust("peer-egui")),
    entry("chromium", "Chromium in app mode", Kind::Chromium),
];

/// One that can be started.
pub struct Peer {
    pub name: &'static str,
    pub what: &'static str,
    pub kind: Kind,
    pub look: Look,
    pub path: PathBuf,
    environment: &'static [(&'static str, &'static str)],
}

impl Peer {
    pub fn new(entry: &Entry, path: PathBuf) -> Self {
        Self {
            name: entry.name,
            what: entry.what,
            kind: entry.kind,
            look: entry.look,
            path,
            environment: entry.environment,
        }
    }

    /// Completes the command that starts it.
    pub fn equip(&self, command: &mut Command) {
        command.envs(self.environment.iter().copied());
        match self.kind {
            Kind::Ours => {
                // Where nobody is signed in it asks no one.
                command.env("VESTIBULE_ISSUER", "http://127.0.0.1:4400");
                command.env("VESTIBULE_CLIENT_ID", "vestibule");
                command.env("VESTIBULE_THEME", "light");
            }
            Kind::Chromium => {
                let page = folder().join("chromium/screen.html");
                command.arg(format!("--app=file://{}", page.display()));
                command.args(["--no-first-run", "--window-size=1000,600"]);
                // Its sandbox refuses root, and a bar tells of that unless a test asks.
                if nix::unistd::geteuid().is_root() {
                    command.args(["--no-sandbox", "--test-type"]);
                }
            }
            Kind::Rust(_) | Kind::Compiled(..) => {}
        }
    }

    /// What it takes on the disk, in MB of 10^6 octets; of Chromium, its folder.
    pub fn file(&self) -> Result<f64> {
        let octets = match self.kind {
            Kind::Chromium => folder_size(Path::new("/usr/lib/chromium"))?,
            _ => fs::metadata(&self.path)?.len(),
        };
        Ok(octets as f64 / 1e6)
    }
}

/// Where the sources of the peers are.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("peers")
}

fn folder_size(folder: &Path) -> Result<u64> {
    let mut sum = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        // Links are not followed: what they lead to counts where it is.
        let about = entry.metadata()?;
        sum += match about.is_dir() {
            true => folder_size(&entry.path())?,
            false => about.len(),
        };
    }
    Ok(sum)
}
