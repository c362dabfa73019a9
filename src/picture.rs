//! The person's picture: fetched without a token, from public addresses only,
//! decoded and masked round off the window's thread.

use std::io::Cursor;

use image::{
    DynamicImage, ImageDecoder, ImageReader, RgbaImage,
    imageops::{self, FilterType},
    metadata::Orientation,
};
use url::Url;

use crate::{
    auth::{Client, address::is_https_or_loopback, ports::Limits},
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
        // OpenID Connect Core §5.1 names these three.
        .header("accept", "image/png, image/jpeg, image/gif")
        .body(Vec::new())
        .ok()?;
    // A provider on the Internet has no business pointing this device at its own network
    // (SSRF); a local one may.
    let limits = if client.issuer().is_private() {
        Limits::body(FILE_LIMIT)
    } else {
        Limits::public(FILE_LIMIT)
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

/// Decodes a PNG, a JPEG or the first frame of a GIF, turns it upright, crops
/// it to a square and masks it round.
pub fn decode(file: &[u8]) -> Option<Picture> {
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(SIDE_LIMIT);
    limits.max_image_height = Some(SIDE_LIMIT);
    limits.max_alloc = Some(DECODE_LIMIT);
    let mut reader = ImageReader::new(Cursor::new(file))
        .with_guessed_format()
        .ok()?;
    reader.limits(limits.clone());
    let mut decoder = reader.into_decoder().ok()?;
    // A GIF may say so, and would leave a hole.
    let (width, height) = decoder.dimensions();
    if width == 0 || height == 0 {
        return None;
    }
    // What decodes it may take what the picture itself leaves.
    limits.reserve(decoder.total_bytes()).ok()?;
    decoder.set_limits(limits).ok()?;
    // A camera writes as it is held, and says in EXIF where up is.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let image = DynamicImage::from_decoder(decoder).ok()?;
    // The square first: to scale a strip would take memory beyond all limits. From the
    // middle it is the same before and after it is turned.
    let side = image.width().min(image.height());
    let (left, top) = ((image.width() - side) / 2, (image.height() - side) / 2);
    // A view, so that there is one copy of what may be large.
    let square = imageops::crop_imm(&image, left, top, side, side);
    let scaled = imageops::resize(&*square, SIDE, SIDE, FilterType::CatmullRom);
    let mut scaled = DynamicImage::ImageRgba8(scaled);
    scaled.apply_orientation(orientation);
    Some(round(scaled.into_rgba8()))
}

/// The software renderer does not clip round: alpha does it, its edge
/// smoothed over one pixel.
fn round(mut rgba: RgbaImage) -> Picture {
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
mod tests;
