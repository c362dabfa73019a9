//! The person's picture: fetched without a token, from public addresses only,
//! decoded and masked round off the window's thread.

use std::io::Cursor;

use image::{DynamicImage, ImageReader, imageops::FilterType};
use url::Url;

use crate::{
    auth::{client::Client, ports::Limits, provider::is_https_or_loopback},
    state::Picture,
};

/// Most bytes of a picture file.
const FILE_LIMIT: u64 = 1024 * 1024;
/// Largest width and height that is decoded, in pixels.
const SIDE_LIMIT: u32 = 4096;
/// Most memory that decoding may take, in bytes.
const DECODE_LIMIT: u64 = 64 * 1024 * 1024;
/// Side of the shown picture in pixels: 112 on screen, twice that for HiDPI.
const SIDE: u32 = 224;

/// Fetches and prepares the picture at `address`; `None` stands for initials.
pub fn fetch(client: &Client, address: &str) -> Option<Picture> {
    let url = Url::parse(address).ok().filter(is_https_or_loopback)?;
    let request = http::Request::get(url.as_str())
        .header("accept", "image/png, image/jpeg")
        .body(Vec::new())
        .ok()?;
    let limits = Limits {
        body: FILE_LIMIT,
        // A provider on the Internet has no business pointing this device at
        // its own network (SSRF); a local one may.
        public_only: !client.issuer().is_private(),
    };
    let response = client.ports().http.send(request, limits);
    let response = response
        .map_err(|error| log::info!("picture: {error}"))
        .ok()?;
    if response.status() != 200 {
        log::info!("picture: status {}", response.status());
        return None;
    }
    decode(response.body())
}

/// Decodes a PNG or JPEG, crops it to a square and masks it round.
pub fn decode(file: &[u8]) -> Option<Picture> {
    let mut reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .ok()?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(SIDE_LIMIT);
    limits.max_image_height = Some(SIDE_LIMIT);
    limits.max_alloc = Some(DECODE_LIMIT);
    reader.limits(limits);
    let image = reader.decode().ok()?;
    let image = image.resize_to_fill(SIDE, SIDE, FilterType::CatmullRom);
    Some(round(&image))
}

/// The software renderer does not clip round: alpha does it, its edge
/// smoothed over one pixel.
fn round(image: &DynamicImage) -> Picture {
    let mut rgba = image.to_rgba8();
    let radius = SIDE as f32 / 2.0;
    for (x, y, pixel) in rgba.enumerate_pixels_mut() {
        let (dx, dy) = (x as f32 + 0.5 - radius, y as f32 + 0.5 - radius);
        let inside = (radius - dx.hypot(dy) + 0.5).clamp(0.0, 1.0);
        pixel.0[3] = (f32::from(pixel.0[3]) * inside) as u8;
    }
    Picture {
        size: SIDE,
        rgba: rgba.into_raw().into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::{ImageFormat, RgbaImage};

    fn png(width: u32, height: u32) -> Vec<u8> {
        let image = RgbaImage::from_pixel(width, height, image::Rgba([200, 10, 10, 255]));
        let mut file = Cursor::new(Vec::new());
        image.write_to(&mut file, ImageFormat::Png).unwrap();
        file.into_inner()
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
}
