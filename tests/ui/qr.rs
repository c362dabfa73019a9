//! The QR code as a camera sees it: read back from the window's pixels.

use i_slint_backend_testing::ElementHandle;
use slint::ComponentHandle;
use vestibule::{qr::Qr, state::State, ui::Theme};

use crate::{
    ways::{PAGE, awaiting_code, awaiting_device},
    world::{HOST, World},
};

const SIZES: [(f32, f32); 7] = [
    (1000.0, 600.0),
    (480.0, 320.0),
    (480.0, 800.0),
    (320.0, 240.0),
    (240.0, 320.0),
    (800.0, 480.0),
    (377.0, 653.0),
];

fn qr_of(state: &State) -> Qr {
    let State::AwaitingDevice { authorization, .. } = state else {
        panic!("no code: {state:?}");
    };
    Qr::of(authorization.link()).expect("a QR code")
}

fn box_of(world: &World) -> Option<ElementHandle> {
    let elements = world.elements().into_iter();
    let mut boxes = elements.filter(|e| {
        let label = e.accessible_label();
        label.is_some_and(|label| label.starts_with("QR code for "))
    });
    let found = boxes.next();
    assert!(boxes.next().is_none(), "two QR codes");
    found
}

/// Where the box begins, in pixels of the screen, and how many are on a side.
fn place(world: &World, scale: f32, what: &str) -> (u32, u32, u32) {
    let found = box_of(world).unwrap_or_else(|| panic!("no QR code: {what}"));
    let (at, size) = (found.absolute_position(), found.size());
    let whole = |length: f32| {
        let pixels = length * scale;
        let off = (pixels - pixels.round()).abs();
        assert!(off < 0.02, "{pixels} is not whole: {what}");
        pixels.round() as u32
    };
    assert!((size.width - size.height).abs() < 0.01, "{what}");
    (whole(at.x), whole(at.y), whole(size.width))
}

/// Every pixel of the box belongs to a module of the QR code and is as dark as it.
fn check(world: &World, qr: &Qr, scale: f32, what: &str) {
    let (left, top, side) = place(world, scale, what);
    let modules = u32::try_from(qr.side()).expect("a few");
    assert_eq!(
        side % modules,
        0,
        "{side} pixels, {modules} modules: {what}"
    );
    let times = side / modules;
    assert!(times >= 3, "{times} pixels a module: {what}");
    let picture = world.window.window().take_snapshot().expect("a picture");
    // The box has round corners, far from the code.
    let round = (8.0 * scale).ceil() as u32;
    let corner = |at: u32| at < round || at >= side - round;
    for (x, y) in (0..side).flat_map(|y| (0..side).map(move |x| (x, y))) {
        if corner(x) && corner(y) {
            continue;
        }
        let index = (top + y) * picture.width() + left + x;
        let pixel = picture.as_slice()[index as usize];
        let (column, row) = (x / times, y / times);
        let dark = qr.is_dark(column.cast_signed(), row.cast_signed());
        let expected = if dark { [0; 3] } else { [255; 3] };
        let found = [pixel.r, pixel.g, pixel.b];
        assert_eq!(found, expected, "pixel {x}, {y}: {what}");
    }
}

fn check_all(theme: Theme) {
    let world = World::looking(theme, HOST);
    let state = awaiting_device();
    world.show(&state);
    let qr = qr_of(&state);
    for scale in [1.0, 1.25, 1.5, 2.0] {
        world.scale(scale);
        for (width, height) in SIZES {
            world.resize(width, height);
            let what = format!("{width}x{height} at {scale}, {theme:?}");
            check(&world, &qr, scale, &what);
        }
    }
}

#[test]
fn every_module_is_of_whole_pixels_black_on_white_in_light() {
    check_all(Theme::Light);
}

#[test]
fn every_module_is_of_whole_pixels_black_on_white_in_dark() {
    check_all(Theme::Dark);
}

#[test]
fn another_code_is_another_picture() {
    let world = World::new();
    for code in [
        "WDJB-MJHT",
        "BCDF-GHJK",
        "a-much-longer-code-than-those-before",
    ] {
        let state = awaiting_code(&format!("https://{PAGE}"), code);
        world.show(&state);
        check(&world, &qr_of(&state), 1.0, code);
    }
}

#[test]
fn what_fits_no_qr_code_leaves_address_and_code() {
    let world = World::new();
    let page = format!("https://{PAGE}/{}", "x".repeat(3000));
    for (width, height) in [(1000.0, 600.0), (320.0, 240.0)] {
        world.resize(width, height);
        world.show(&awaiting_device());
        assert!(box_of(&world).is_some());
        world.show(&awaiting_code(&page, "WDJB-MJHT"));
        assert!(box_of(&world).is_none());
        assert!(
            world.says("Go to") && !world.says("Scan"),
            "{:?}",
            world.labels()
        );
        assert!(world.says("Sign in with your phone"));
        assert!(world.button("Show code").is_none());
    }
}

#[test]
fn the_door_comes_back_when_the_qr_code_goes() {
    let world = World::new();
    let colour_in_the_panel = || {
        let picture = world.window.window().take_snapshot().expect("a picture");
        // In the middle of the door's leaf, below the box.
        let pixel = picture.as_slice()[590 * 1000 + 100];
        [pixel.r, pixel.g, pixel.b]
    };
    world.show(&State::Finishing);
    let door = colour_in_the_panel();
    world.show(&awaiting_device());
    assert_ne!(colour_in_the_panel(), door);
    world.show(&State::Finishing);
    assert_eq!(colour_in_the_panel(), door);
    assert!(box_of(&world).is_none());
}
