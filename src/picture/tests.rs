//! Files as cameras, drawing programs and attackers make them.

use image::{
    Delay, Frame, ImageEncoder, ImageFormat, Rgba, RgbaImage,
    codecs::{gif::GifEncoder, jpeg::JpegEncoder, png::PngEncoder},
};

use super::*;

const RED: [u8; 3] = [220, 20, 20];
const GREEN: [u8; 3] = [20, 220, 20];
const BLUE: [u8; 3] = [20, 20, 220];
const WHITE: [u8; 3] = [230, 230, 230];
/// Of the picture as it should be seen, row by row.
const QUARTERS: [[u8; 3]; 4] = [RED, GREEN, BLUE, WHITE];
const WIDTH: u32 = 64;

fn plain(width: u32, height: u32) -> RgbaImage {
    RgbaImage::from_pixel(width, height, Rgba([200, 10, 10, 255]))
}

fn file(image: &RgbaImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    image.write_to(&mut file, format).unwrap();
    file.into_inner()
}

fn png(width: u32, height: u32) -> Vec<u8> {
    file(&plain(width, height), ImageFormat::Png)
}

/// The colours of the four quarters that are seen.
#[track_caller]
fn quarters(picture: &Picture) -> [[u8; 3]; 4] {
    let at = |x: u32, y: u32| {
        let start = ((y * SIDE + x) * 4) as usize;
        let seen = &picture.rgba[start..start + 3];
        let near = |c: &&[u8; 3]| c.iter().zip(seen).all(|(a, b)| a.abs_diff(*b) < 40);
        **QUARTERS.iter().find(near).as_ref().unwrap()
    };
    let (near, far) = (SIDE / 4, SIDE - SIDE / 4);
    [at(near, near), at(far, near), at(near, far), at(far, far)]
}

/// How a camera stores the upright picture for each value of EXIF's
/// orientation (tag 0x0112): what its row 0 and its column 0 are.
fn stored(orientation: u8) -> RgbaImage {
    let far = WIDTH - 1;
    RgbaImage::from_fn(WIDTH, WIDTH, |column, row| {
        let (x, y) = match orientation {
            2 => (far - column, row),
            3 => (far - column, far - row),
            4 => (column, far - row),
            5 => (row, column),
            6 => (far - row, column),
            7 => (far - row, far - column),
            8 => (row, far - column),
            _ => (column, row),
        };
        let quarter = 2 * (y * 2 / WIDTH) + x * 2 / WIDTH;
        let [r, g, b] = QUARTERS[quarter as usize];
        Rgba([r, g, b, 255])
    })
}

/// EXIF with nothing but the orientation, in either order of bytes.
fn exif(orientation: u8, big: bool) -> Vec<u8> {
    if big {
        let head = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0";
        [head.as_slice(), &[orientation, 0, 0, 0, 0, 0, 0]].concat()
    } else {
        let head = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
        [head.as_slice(), &[orientation, 0, 0, 0, 0, 0, 0, 0]].concat()
    }
}

#[test]
fn a_photograph_is_upright_however_the_camera_was_held() {
    // 0 and 9 are no orientation.
    for orientation in 0..=9 {
        for big in [false, true] {
            let exif = exif(orientation, big);
            let image = stored(orientation);
            let rgb = DynamicImage::from(image.clone()).into_rgb8();
            let mut jpeg = Vec::new();
            let mut encoder = JpegEncoder::new_with_quality(&mut jpeg, 95);
            encoder.set_exif_metadata(exif.clone()).unwrap();
            let kind = image::ExtendedColorType::Rgb8;
            encoder.write_image(&rgb, WIDTH, WIDTH, kind).unwrap();
            let mut png = Vec::new();
            let mut encoder = PngEncoder::new(&mut png);
            encoder.set_exif_metadata(exif).unwrap();
            let kind = image::ExtendedColorType::Rgba8;
            encoder.write_image(&image, WIDTH, WIDTH, kind).unwrap();
            for file in [jpeg, png] {
                let seen = quarters(&decode(&file).unwrap());
                assert_eq!(seen, QUARTERS, "{orientation} {big}");
            }
        }
    }
}

#[test]
fn exif_that_is_damaged_costs_no_picture() {
    for exif in [
        b"".as_slice(),
        b"MM\0\x2a\xff\xff\xff\xff",
        b"II\x2a\0\x08\0\0\0\xff\xff",
    ] {
        let mut png = Vec::new();
        let mut encoder = PngEncoder::new(&mut png);
        encoder.set_exif_metadata(exif.to_vec()).unwrap();
        let kind = image::ExtendedColorType::Rgba8;
        encoder.write_image(&stored(1), WIDTH, WIDTH, kind).unwrap();
        assert_eq!(quarters(&decode(&png).unwrap()), QUARTERS);
    }
}

/// A GIF of these frames, and where the second of them begins.
fn gif(frames: impl IntoIterator<Item = RgbaImage>) -> (Vec<u8>, Option<usize>) {
    let mut file = Vec::new();
    let mut encoder = GifEncoder::new(&mut file);
    for frame in frames {
        let delay = Delay::from_numer_denom_ms(100, 1);
        let frame = Frame::from_parts(frame, 0, 0, delay);
        encoder.encode_frame(frame).unwrap();
    }
    drop(encoder);
    // Each begins with a graphic control extension.
    let starts = file.windows(3).enumerate();
    let mut starts = starts.filter(|(_, window)| *window == [0x21, 0xf9, 4]);
    let second = starts.nth(1).map(|(at, _)| at);
    (file, second)
}

#[test]
fn of_a_gif_the_first_frame_is_shown_and_no_more_is_read() {
    let (one, _) = gif([stored(1)]);
    assert_eq!(quarters(&decode(&one).unwrap()), QUARTERS);
    let many = std::iter::once(stored(1)).chain((0..500).map(|_| plain(WIDTH, WIDTH)));
    let (many, second) = gif(many);
    let second = second.unwrap();
    assert_eq!(quarters(&decode(&many).unwrap()), QUARTERS);
    // It breaks off in the second frame, or there is no GIF any more.
    assert_eq!(quarters(&decode(&many[..second + 3]).unwrap()), QUARTERS);
    let odd = [&many[..second], b"what is this?".repeat(9).as_slice()].concat();
    assert_eq!(quarters(&decode(&odd).unwrap()), QUARTERS);
    assert!(decode(&many[..second / 2]).is_none());
}

#[test]
fn a_gif_that_wants_more_than_a_picture_may_is_none() {
    let (file, _) = gif([plain(2, 2)]);
    let side = |at: usize, side: u16| {
        let mut file = file.clone();
        file[at..at + 2].copy_from_slice(&side.to_le_bytes());
        file
    };
    // Width and height of the screen, then of the frame on it.
    let frame = file.iter().position(|byte| *byte == b',').unwrap();
    for at in [6, 8, frame + 5, frame + 7] {
        assert!(decode(&side(at, 60_000)).is_none(), "{at}");
    }
    assert!(decode(&side(6, 0)).is_none());
}

#[test]
fn a_picture_becomes_square_and_round() {
    let picture = decode(&png(300, 100)).unwrap();
    assert_eq!(picture.size, SIDE);
    let alpha = |x: u32, y: u32| picture.rgba[((y * SIDE + x) * 4 + 3) as usize];
    assert_eq!(alpha(0, 0), 0);
    assert_eq!(alpha(SIDE - 1, SIDE - 1), 0);
    assert_eq!(alpha(SIDE / 2, SIDE / 2), 255);
    assert_eq!(alpha(SIDE / 2, 2), 255);
}

#[test]
fn what_is_no_picture_or_an_enormous_one_is_none() {
    let mut enormous = png(2, 2);
    // Width of the IHDR chunk.
    enormous[16..20].copy_from_slice(&60_000_u32.to_be_bytes());
    let whole = png(50, 50);
    for file in [
        b"<svg/>".as_slice(),
        b"GIF89a",
        &enormous,
        &whole[..whole.len() / 2],
    ] {
        assert!(decode(file).is_none());
    }
}

/// To scale first would make four thousand times as much of it.
#[test]
fn a_strip_is_cut_before_it_is_scaled() {
    for (width, height) in [(4096, 1), (1, 4096)] {
        assert_eq!(decode(&png(width, height)).unwrap().size, SIDE);
    }
}
