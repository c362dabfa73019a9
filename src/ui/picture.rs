//! Pictures of people, resampled here because the software renderer takes the
//! nearest pixel: a face would come out ragged.

use image::{RgbaImage, imageops};
use slint::{Image, Rgba8Pixel, SharedPixelBuffer};

use crate::state::Picture;

/// As it came; empty where size and bytes do not fit.
pub(super) fn image(picture: &Picture) -> Image {
    let side = picture.size as usize;
    if picture.rgba.len() != side * side * 4 {
        return Image::default();
    }
    Image::from_rgba8(SharedPixelBuffer::<Rgba8Pixel>::clone_from_slice(
        &picture.rgba,
        picture.size,
        picture.size,
    ))
}

/// With `side` pixels a side, for showing pixel by pixel.
pub(super) fn resampled(picture: &Image, side: i32) -> Image {
    let side = u32::try_from(side).unwrap_or_default();
    let Some(pixels) = picture.to_rgba8_premultiplied() else {
        return Image::default();
    };
    let bytes = pixels.as_bytes().to_vec();
    let Some(source) = RgbaImage::from_raw(pixels.width(), pixels.height(), bytes) else {
        return Image::default();
    };
    if side == 0 {
        return Image::default();
    }
    let scaled = imageops::resize(&source, side, side, imageops::FilterType::Triangle);
    Image::from_rgba8_premultiplied(SharedPixelBuffer::clone_from_slice(
        scaled.as_raw(),
        side,
        side,
    ))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn checkered() -> Picture {
        let pixel = |i: u32| {
            if (i + i / 4).is_multiple_of(2) {
                [0; 4]
            } else {
                [255; 4]
            }
        };
        let rgba: Vec<u8> = (0..16).flat_map(pixel).collect();
        Picture {
            size: 4,
            rgba: rgba.into(),
        }
    }

    #[test]
    fn a_smaller_picture_mixes_its_pixels() {
        let small = resampled(&image(&checkered()), 2);
        let pixels = small.to_rgba8_premultiplied().unwrap();
        assert_eq!((pixels.width(), pixels.height()), (2, 2));
        let mixed = |value: u8| (64..192).contains(&value);
        assert!(pixels.as_slice().iter().all(|p| mixed(p.r) && mixed(p.a)));
    }

    #[test]
    fn bytes_that_do_not_fit_the_size_are_no_picture() {
        let mut picture = checkered();
        picture.size = 5;
        assert_eq!(image(&picture).size().width, 0);
        assert_eq!(resampled(&image(&picture), 8).size().width, 0);
    }

    #[test]
    fn no_side_is_no_picture() {
        assert_eq!(resampled(&image(&checkered()), 0).size().width, 0);
        assert_eq!(resampled(&image(&checkered()), -1).size().width, 0);
    }
}
