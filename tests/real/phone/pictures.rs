//! The QR code as a camera sees it: every size, both themes, every density.

use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::at_spi::Accessible;
use crate::desktop::{Desktop, Manager};
use crate::program::{Program, VESTIBULE};
use crate::scene::Scene;
use crate::wait_for;
use crate::window::Window;

use super::{code_in, qr};

const SIZES: [(u32, u32); 4] = [(1000, 600), (480, 320), (480, 800), (320, 240)];
const THEMES: [&str; 2] = ["light", "dark"];
/// In hundredths.
const SCALES: [u32; 3] = [100, 150, 200];

#[test]
#[ignore = "needs a display, zbar and a Secret Service: tests/setup"]
fn a_phone_reads_the_code_at_every_size_in_both_themes_at_every_scale() {
    // Room for the largest, and its frame.
    let screen = (2100, 1700);
    let desktop = Desktop::with_screen(screen, Manager::Openbox { top: 0, left: 0 });
    let provider = Options {
        device_interval: Duration::from_secs(60),
        ..Options::default()
    };
    let scene = Scene::with_provider(&desktop, provider);
    let mut read = 0;
    for theme in THEMES {
        for scale in SCALES {
            let program = open(&scene, theme, scale);
            let accessible = Accessible::of(&desktop, program.pid());
            accessible.press("Sign in with a phone");
            let code = code_in(&accessible);
            let address = format!("http://{}/device?user_code={code}", scene.services.host);
            let window = Window::of(&desktop, program.pid());
            for (width, height) in SIZES {
                window.resize(width * scale / 100, height * scale / 100);
                let what = format!("{width}×{height} {theme} at {scale} %");
                read_once_painted(&window, &address, &what);
                read += 1;
            }
        }
    }
    println!("{read} pictures read");
}

fn open(scene: &Scene, theme: &str, scale: u32) -> Program {
    let mut command = scene.desktop.command(VESTIBULE);
    scene.equip(&mut command);
    command.env(
        "SLINT_SCALE_FACTOR",
        format!("{}", f64::from(scale) / 100.0),
    );
    command.args(["--theme", theme]);
    Program::start(scene.desktop, command)
}

/// The window paints a new size some time after it has it.
fn read_once_painted(window: &Window, address: &str, what: &str) {
    let png = window.desktop.folder().join("qr.png");
    let read = || {
        window.screenshot(&png);
        qr::read(window.desktop, &png)
    };
    wait_for(
        || read().filter(|read| read == address),
        || format!("{what}: {:?}", read()),
    );
}
