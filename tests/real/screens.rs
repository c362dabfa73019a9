//! Screens of the sizes that are promised: the window opens inside, and a person
//! comes to all of it.

use std::time::Duration;

use crate::at_spi::Accessible;
use crate::at_spi::Role::{Button, Label};
use crate::desktop::{Desktop, Manager};
use crate::program::{Program, VESTIBULE};
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;
use crate::window::Window;

const SIZES: [(u32, u32); 6] = [
    (320, 240),
    (480, 320),
    (480, 800),
    (800, 480),
    (1024, 600),
    (1920, 1080),
];
const NO_PANELS: Manager = Manager::Openbox { top: 0, left: 0 };
const PANELS: Manager = Manager::Openbox { top: 30, left: 40 };

/// The window of somebody who is not signed in; nobody is there to sign in to.
fn open(desktop: &Desktop, scale: &str) -> Program {
    let mut command = desktop.command(VESTIBULE);
    command.env("VESTIBULE_ISSUER", "http://127.0.0.1:9");
    command.env("VESTIBULE_CLIENT_ID", "vestibule");
    command.env("VESTIBULE_STORE", "memory");
    command.env("SLINT_SCALE_FACTOR", scale);
    Program::start(desktop, command)
}

/// The window with its frame lies in what the panels leave, and takes of it what
/// it likes: 1000×600 at the most.
fn check_first_size(window: &Window, screen: (u32, u32), manager: Manager, scale: u32) {
    let (area_left, area_top) = match manager {
        Manager::Nobody => (0, 0),
        Manager::Openbox { top, left } => (left, top),
    };
    let (place, [left, right, top, bottom]) = (window.place(), window.frame());
    let room = (
        screen.0 - area_left - left - right,
        screen.1 - area_top - top - bottom,
    );
    let what = format!("{place:?} with {manager:?} on {screen:?} at scale {scale}");
    // To a pixel of ours.
    let close = |size: u32, most: u32| size <= most && size + scale > most;
    assert!(close(place.width, room.0.min(1000 * scale)), "{what}");
    assert!(close(place.height, room.1.min(600 * scale)), "{what}");
    let at = |place: i32, frame: u32| u32::try_from(place).ok()?.checked_sub(frame);
    let (x, y) = (at(place.left, left), at(place.top, top));
    assert!(x >= Some(area_left) && y >= Some(area_top), "{what}");
    let ends = (
        place.left.cast_unsigned() + place.width + right,
        place.top.cast_unsigned() + place.height + bottom,
    );
    assert!(ends.0 <= screen.0 && ends.1 <= screen.1, "{what}");
}

/// The button is wholly inside the window.
fn check_inside(accessible: &Accessible, window: &Window, button: &str) {
    let [left, top, width, height] = accessible.place(&accessible.wait_for(Button, button));
    let place = window.place();
    let (right, bottom) = (
        (left + width).cast_unsigned(),
        (top + height).cast_unsigned(),
    );
    assert!(
        left >= 0 && top >= 0 && right <= place.width && bottom <= place.height,
        "{button} ends at {right}, {bottom} in {place:?}"
    );
}

#[test]
#[ignore = "needs a display: tests/setup"]
fn on_every_screen_the_window_opens_inside_and_about_and_sign_in_are_in_it() {
    for screen in SIZES {
        for manager in [NO_PANELS, PANELS, Manager::Nobody] {
            let desktop = Desktop::with_screen(screen, manager);
            let program = open(&desktop, "1");
            let window = Window::of(&desktop, program.pid());
            check_first_size(&window, screen, manager, 1);
            let accessible = Accessible::of(&desktop, program.pid());
            accessible.wait_for(Label, "Sign in to 127.0.0.1:9");
            check_inside(&accessible, &window, "Sign in");
            check_inside(&accessible, &window, "About");
        }
    }
}

#[test]
#[ignore = "needs a display: tests/setup"]
fn where_pixels_count_double_the_window_opens_inside_as_well() {
    for screen in [(320, 240), (480, 320), (800, 480), (1920, 1080)] {
        for manager in [NO_PANELS, PANELS, Manager::Nobody] {
            let desktop = Desktop::with_screen(screen, manager);
            let program = open(&desktop, "2");
            let window = Window::of(&desktop, program.pid());
            check_first_size(&window, screen, manager, 2);
        }
    }
}

#[test]
#[ignore = "needs a display: tests/setup"]
fn the_window_says_whose_it_is_and_takes_any_size_afterwards() {
    let desktop = Desktop::with_screen((800, 480), NO_PANELS);
    let program = open(&desktop, "1");
    let window = Window::of(&desktop, program.pid());
    // The instance, then the class, which is the name of the desktop file.
    assert_eq!(
        window.property("WM_CLASS"),
        r#""vestibule", "dev.vestibule.Vestibule""#
    );
    let icon = window.property("_NET_WM_ICON");
    assert!(icon.starts_with("Icon (64 x 64)"), "{icon}");
    for (width, height) in [(320, 240), (1000, 600), (700, 400)] {
        window.resize(width, height);
    }
}

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup"]
fn on_the_smallest_screen_ada_reads_the_message_and_signs_out_by_keys_alone() {
    let desktop = Desktop::with_screen((320, 240), NO_PANELS);
    let scene = Scene::set(&desktop, Duration::from_secs(300));
    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    assert_eq!(login.finish().code, Some(0));

    let (program, accessible) = scene.open_window();
    accessible.wait_for(Label, "Welcome, Ada Lovelace");
    accessible.wait_for_focus("Fetch message");
    let window = Window::of(&desktop, program.pid());
    check_inside(&accessible, &window, "Sign out");
    check_inside(&accessible, &window, "About");
    window.press_keys(&["Return"]);
    let message = accessible.wait_for(Label, MESSAGE);
    window.press_keys(&["End"]);
    wait_for(
        || {
            let [_, top, _, height] = accessible.place(&message);
            let most = i32::try_from(window.place().height).unwrap();
            (top >= 0 && top + height <= most).then_some(())
        },
        || {
            format!(
                "the message is not in view: {:?}",
                accessible.place(&message)
            )
        },
    );
    window.press_keys(&["Tab"]);
    accessible.wait_for_focus("Fetch message");
    window.press_keys(&["Tab"]);
    accessible.wait_for_focus("Sign out");
    window.press_keys(&["Return"]);
    accessible.wait_for(Label, &format!("Sign in to {}", scene.services.host));
    scene.close_window(program);
}

#[test]
#[ignore = "needs a display: tests/setup"]
fn where_no_font_is_installed_it_says_what_to_install_instead_of_panicking() {
    let desktop = Desktop::with_screen((640, 480), Manager::Nobody);
    let fonts = desktop.folder().join("fonts.conf");
    std::fs::write(&fonts, "<fontconfig><dir>/nowhere</dir></fontconfig>").unwrap();
    let mut command = desktop.command(VESTIBULE);
    command.env("FONTCONFIG_FILE", &fonts);
    command.args(["--issuer", "http://127.0.0.1:9", "--client-id", "vestibule"]);
    let ended = Program::start(&desktop, command).finish();
    assert_eq!(ended.code, Some(3), "{ended:?}");
    assert_eq!(ended.stdout, "");
    let said = "vestibule: the window cannot be opened: no font: none is installed on this \
                system; install one, for example the package fonts-dejavu-core. In a terminal: \
                vestibule login, message, status, logout.\n";
    assert_eq!(ended.stderr, said);
}
