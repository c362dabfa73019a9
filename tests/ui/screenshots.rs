//! Pictures of every state, at five sizes, light and dark. They are kept
//! only when VESTIBULE_SCREENSHOTS names a folder; those in `docs/screens`
//! come from
//! `VESTIBULE_SCREENSHOTS=docs/screens cargo test --features ui-tests --test ui`.
//! One picture a state at 1000×600, one sheet for each of the small sizes; of a kiosk sheets only
//! (reduced to 128 colours there: `mogrify -dither None -colors 128 PNG8:*.png`).

mod kiosk;

use std::{
    collections::HashSet,
    path::{Path, PathBuf},
    time::Duration,
};

use image::{GenericImage, ImageEncoder, RgbImage, codecs::png};
use slint::ComponentHandle;
use vestibule::{
    notice::{Failure, Notice, NoticeKind, StoreTrouble},
    state::{Answer, OtherWay, State},
    ui::Theme,
};

use crate::{
    ways::{
        awaiting, awaiting_code, awaiting_device, either_way, failed_with_other_way,
        other_way_failed, signed_out_without_browser, unreachable,
    },
    world::{
        HOST, World, ada, busy, failed, failure, message, offline, portrait, signed_in, signed_out,
    },
};

type Snapshot = slint::SharedPixelBuffer<slint::Rgba8Pixel>;

const SMALL: [(u32, u32); 4] = [(320, 240), (480, 320), (480, 800), (800, 480)];

fn states() -> Vec<(&'static str, State)> {
    let received = Answer::Received("Only authenticated users can read this message.".into());
    let mut pictured = ada();
    pictured.picture = Some(portrait());
    let not_kept = State::SignedIn {
        user: pictured,
        notice: Some(Notice::of_store(
            NoticeKind::NotStored,
            StoreTrouble::Locked,
        )),
        calls: message(Answer::Fetching),
        missing_scopes: Vec::new(),
    };
    let mut not_granted = signed_in(None, Answer::Absent);
    if let State::SignedIn { missing_scopes, .. } = &mut not_granted {
        missing_scopes.push("read:message".into());
    }
    let no_message = Answer::Failed(failure(NoticeKind::ApiUnreachable));
    let in_words = State::Failed {
        failure: Failure {
            details: "authorization response: the provider refused: access_denied".into(),
            said: Some("Please verify your email address before you sign in.".into()),
            ..failure(NoticeKind::ProviderDenied)
        },
        other_way: None,
    };
    let ended = State::SessionEnded {
        user: ada(),
        failure: failure(NoticeKind::SessionGone),
    };
    let no_browser = other_way_failed(
        either_way(awaiting_device()),
        failure(NoticeKind::RedirectPortDisturbed),
    );
    vec![
        ("starting", State::Starting),
        ("signed-out", signed_out(None)),
        (
            "signed-out-just-now",
            signed_out(Some(NoticeKind::SignedOut.into())),
        ),
        ("signed-out-without-browser", signed_out_without_browser()),
        ("awaiting-browser", either_way(awaiting(false))),
        ("awaiting-browser-not-opened", awaiting(true)),
        ("awaiting-device", awaiting_device()),
        ("awaiting-device-either-way", either_way(awaiting_device())),
        ("awaiting-device-long", long_code()),
        (
            "awaiting-device-unreachable",
            unreachable(awaiting_device()),
        ),
        ("awaiting-device-no-browser", no_browser),
        (
            "codes-expired",
            either_way(State::UserCodesExpired {
                browser_offered: false,
            }),
        ),
        ("finishing", State::Finishing),
        ("signed-in", signed_in(None, received)),
        ("signed-in-not-kept", not_kept),
        ("signed-in-not-granted", not_granted),
        ("signed-in-message-failed", signed_in(None, no_message)),
        ("failed", failed(NoticeKind::AccessDenied)),
        (
            "failed-took-too-long",
            failed_with_other_way(OtherWay::Device),
        ),
        ("failed-in-words", in_words),
        ("offline", offline(Some(ada()))),
        ("provider-busy", busy(3600)),
        ("session-ended", ended),
        ("about", signed_out(None)),
    ]
}

/// As long as RFC 8628 lets one expect: 40 characters of address, 15 of code.
fn long_code() -> State {
    either_way(awaiting_code(
        "https://identity.department.example.org/activate",
        "WDJBM-HTGRK-XQZ",
    ))
}

#[test]
fn every_state_is_painted_at_five_sizes_in_light() {
    paint(Theme::Light, "light");
}

#[test]
fn every_state_is_painted_at_five_sizes_in_dark() {
    paint(Theme::Dark, "dark");
}

fn paint(theme: Theme, scheme: &str) {
    let folder = std::env::var_os("VESTIBULE_SCREENSHOTS").map(PathBuf::from);
    let world = World::looking(theme, HOST);
    let mut sheets = SMALL.map(|_| Vec::new());
    for i in 0..states().len() {
        // Made when shown: some of them count down from now.
        let (name, state) = states().swap_remove(i);
        world.show(&state);
        // Past the 300 ms without words.
        world.pass(Duration::from_millis(400));
        match name {
            "about" => world.press_button("About"),
            // Where one of the two is in view.
            "awaiting-device-either-way" => {
                world.resize(320.0, 240.0);
                world.press_button("Show code");
            }
            "failed-in-words" => world.press_button("Details"),
            _ => {}
        }
        let wide = snapshot(&world, (1000, 600), name);
        if let Some(folder) = &folder {
            write(&folder.join(format!("{name}-{scheme}.png")), &rgb(&wide));
        }
        for (sheet, size) in sheets.iter_mut().zip(SMALL) {
            sheet.push(snapshot(&world, size, name));
        }
    }
    for (sheet, size) in sheets.iter().zip(SMALL) {
        write_sheet(sheet, "all", size, scheme);
    }
}

/// Keeps a sheet of pictures of one size, if any is kept.
fn write_sheet(sheet: &[Snapshot], what: &str, (width, height): (u32, u32), scheme: &str) {
    if let Some(folder) = std::env::var_os("VESTIBULE_SCREENSHOTS") {
        let name = format!("{what}-{width}x{height}-{scheme}.png");
        write(&Path::new(&folder).join(name), &contact_sheet(sheet));
    }
}

fn snapshot(world: &World, (width, height): (u32, u32), name: &str) -> Snapshot {
    world.resize(width as f32, height as f32);
    let picture = world.window.window().take_snapshot().expect("a picture");
    assert_eq!((picture.width(), picture.height()), (width, height));
    // Ground, panel, wall, door, text: a blank picture has one colour.
    let some = picture.as_slice().iter().step_by(7);
    let colours: HashSet<_> = some.map(|p| (p.r, p.g, p.b)).collect();
    assert!(colours.len() > 5, "{name} is blank at {width}x{height}");
    picture
}

fn rgb(picture: &Snapshot) -> RgbImage {
    let bytes = picture
        .as_slice()
        .iter()
        .flat_map(|p| [p.r, p.g, p.b])
        .collect();
    RgbImage::from_raw(picture.width(), picture.height(), bytes).expect("as many bytes as pixels")
}

fn contact_sheet(pictures: &[Snapshot]) -> RgbImage {
    const COLUMNS: u32 = 5;
    const GAP: u32 = 8;
    let (width, height) = (pictures[0].width() + GAP, pictures[0].height() + GAP);
    let count = u32::try_from(pictures.len()).expect("a few");
    let mut sheet = RgbImage::from_pixel(
        COLUMNS * width + GAP,
        count.div_ceil(COLUMNS) * height + GAP,
        image::Rgb([0x88; 3]),
    );
    for (i, picture) in (0..count).zip(pictures) {
        let (x, y) = (i % COLUMNS * width + GAP, i / COLUMNS * height + GAP);
        sheet
            .copy_from(&rgb(picture), x, y)
            .expect("inside the sheet");
    }
    sheet
}

fn write(path: &Path, picture: &RgbImage) {
    let file = std::fs::File::create(path).expect("the folder exists");
    png::PngEncoder::new_with_quality(file, png::CompressionType::Best, png::FilterType::NoFilter)
        .write_image(
            picture.as_raw(),
            picture.width(),
            picture.height(),
            image::ExtendedColorType::Rgb8,
        )
        .expect("written");
}
