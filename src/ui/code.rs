//! The code of S3 as it is painted: its QR code, its typeface, its letters.

use fontique::{Collection, CollectionOptions, GenericFamily};
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

use crate::qr::Qr;

/// The family that `ui/app-window.slint` brings along.
const OWN_FONT: &str = "Inter";

/// Black on nothing, `side` pixels a side: as many for each module as fit, and as many for
/// one as for the other. The renderer would round each of them on its own.
pub(super) fn qr(link: &str, side: i32) -> Image {
    let Some(qr) = Qr::of(link) else {
        return Image::default();
    };
    let (modules, pixels) = (qr.side(), u32::try_from(side).unwrap_or_default());
    if side < modules {
        return Image::default();
    }
    let times = side / modules;
    let mut picture = SharedPixelBuffer::<Rgba8Pixel>::new(pixels, pixels);
    let places = (0..side).flat_map(|y| (0..side).map(move |x| (x, y)));
    for (pixel, (x, y)) in picture.make_mut_slice().iter_mut().zip(places) {
        if qr.is_dark(x / times, y / times) {
            pixel.a = u8::MAX;
        }
    }
    Image::from_rgba8(picture)
}

/// Modules on a side; 0 if no QR code holds the link.
pub(super) fn modules(link: &str) -> i32 {
    Qr::of(link).map_or(0, |qr| qr.side())
}

/// The system's family with letters of one width, which Slint knows by its name alone. Where
/// the system has no fonts, the one that the program brings along: Inter's capitals are told
/// apart as well, only their widths differ.
pub(super) fn monospaced() -> String {
    let mut fonts = Collection::new(CollectionOptions {
        shared: false,
        system_fonts: true,
    });
    let family = fonts.generic_families(GenericFamily::Monospace).next();
    let name = family.and_then(|family| fonts.family_name(family));
    name.unwrap_or(OWN_FONT).to_owned()
}

/// Letter by letter, with a pause where the code has a mark.
pub(super) fn spelled(code: &str) -> String {
    let groups = code.split(|c: char| !c.is_alphanumeric());
    let groups = groups.filter(|group| !group.is_empty());
    let letters = |group: &str| {
        let letters: Vec<String> = group.chars().map(String::from).collect();
        letters.join(" ")
    };
    groups.map(letters).collect::<Vec<_>>().join(", ")
}

/// An address as people write it.
pub(super) fn without_scheme(address: &str) -> &str {
    address.strip_prefix("https://").unwrap_or(address)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn each_module_has_the_same_number_of_pixels() {
        let link = "https://sso.example.org/device?user_code=WDJB-MJHT";
        let expected = Qr::of(link).unwrap();
        let side = 3 * modules(link);
        let picture = qr(link, side).to_rgba8().unwrap();
        for (i, pixel) in (0..).zip(picture.as_slice()) {
            let (x, y) = (i % side / 3, i / side / 3);
            let dark = Rgba8Pixel::new(0, 0, 0, u8::MAX);
            assert_eq!(*pixel == dark, expected.is_dark(x, y), "{x}, {y}");
            assert!(*pixel == dark || pixel.a == 0);
        }
    }

    #[test]
    fn without_a_pixel_for_each_module_there_is_no_picture() {
        let link = "https://sso.example.org/device";
        for side in [-1, 0, modules(link) - 1] {
            assert_eq!(qr(link, side).size().width, 0);
        }
        let long = "x".repeat(3000);
        assert_eq!(modules(&long), 0);
        assert_eq!(qr(&long, 1000).size().width, 0);
    }

    #[test]
    fn a_code_is_spelled_letter_by_letter_and_group_by_group() {
        assert_eq!(spelled("WDJB-MJHT"), "W D J B, M J H T");
        assert_eq!(spelled("123 456 789"), "1 2 3, 4 5 6, 7 8 9");
        assert_eq!(spelled("bcdf"), "b c d f");
        assert_eq!(spelled("-WD--JB-"), "W D, J B");
    }

    #[test]
    fn only_what_everybody_means_is_left_out_of_an_address() {
        assert_eq!(
            without_scheme("https://sso.example.org/device"),
            "sso.example.org/device"
        );
        assert_eq!(
            without_scheme("http://127.0.0.1:4400/device"),
            "http://127.0.0.1:4400/device"
        );
    }
}
