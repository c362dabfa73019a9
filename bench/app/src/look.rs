//! Whether a picture is that of the screen which every program is to paint.

use anyhow::{Result, ensure};

use crate::screen::{HEIGHT, WIDTH};

/// What is to be seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Panel with a closed door, heading, sentence, two buttons
    SignedOut,
    /// The door open, and somebody's picture in it
    SignedIn,
}

/// A colour, and the least and most of the window in percent that may have it.
type Share = ([u8; 3], f64, f64);

const PANEL: [u8; 3] = [0xE4, 0xEB, 0xE6];
const WALL: [u8; 3] = [0xC9, 0xD8, 0xD0];
const DOOR: [u8; 3] = [0x0E, 0x6B, 0x5E];
const LIGHT: [u8; 3] = [0xFF, 0xF1, 0xC9];
const GROUND: [u8; 3] = [0xF7, 0xF5, 0xF0];
const TEXT: [u8; 3] = [0x16, 0x20, 0x1D];
/// Of the picture that the development provider has of Ada; nothing else has it.
const HER_DRESS: [u8; 3] = [108, 59, 92];

impl Look {
    /// Panel and door are 360 and 240 pixels wide in every toolkit; letters and corners
    /// differ, and some toolkits have a colour of their own for the first button.
    fn shares(self) -> &'static [Share] {
        match self {
            Self::SignedOut => &[
                (PANEL, 18.5, 21.0),
                (WALL, 3.0, 4.2),
                (DOOR, 12.0, 13.2),
                (GROUND, 60.0, 64.0),
                (TEXT, 0.03, 1.0),
            ],
            Self::SignedIn => &[
                (GROUND, 50.0, 64.0),
                (LIGHT, 2.0, 12.0),
                (TEXT, 0.03, 1.0),
                (HER_DRESS, 0.02, 2.0),
            ],
        }
    }

    /// An error that names the first colour of which there is too little or too much.
    pub fn check(self, picture: &[u8]) -> Result<()> {
        let pixels = usize::from(WIDTH) * usize::from(HEIGHT);
        ensure!(picture.len() == pixels * 4, "a picture of another size");
        for (colour, least, most) in self.shares() {
            let alike = picture.chunks_exact(4).filter(|pixel| {
                let [red, green, blue] = *colour;
                pixel[2].abs_diff(red) <= 2
                    && pixel[1].abs_diff(green) <= 2
                    && pixel[0].abs_diff(blue) <= 2
            });
            let share = alike.count() as f64 / pixels as f64 * 100.0;
            ensure!(
                (*least..=*most).contains(&share),
                "{share:.2} % are {colour:?}, not {least} to {most} %"
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A picture in which each of these colours has its share, in percent.
    fn picture(shares: &[([u8; 3], f64)]) -> Vec<u8> {
        let pixels = usize::from(WIDTH) * usize::from(HEIGHT);
        let mut picture = Vec::with_capacity(pixels * 4);
        for ([red, green, blue], share) in shares {
            for _ in 0..(share * pixels as f64 / 100.0) as usize {
                picture.extend([*blue, *green, *red, 0]);
            }
        }
        picture.resize(pixels * 4, 0);
        picture
    }

    const SCREEN: [([u8; 3], f64); 5] = [
        (PANEL, 19.8),
        (WALL, 3.6),
        (DOOR, 12.6),
        (GROUND, 62.0),
        (TEXT, 0.2),
    ];

    #[test]
    fn the_screen_is_known_by_its_colours() {
        assert!(Look::SignedOut.check(&picture(&SCREEN)).is_ok());
    }

    #[test]
    fn a_screen_without_its_heading_is_another() {
        let refused = Look::SignedOut.check(&picture(&SCREEN[..4]));
        assert!(refused.unwrap_err().to_string().contains("[22, 32, 29]"));
    }

    #[test]
    fn an_empty_window_and_a_smaller_one_are_refused() {
        assert!(Look::SignedOut.check(&picture(&[(GROUND, 100.0)])).is_err());
        assert!(Look::SignedOut.check(&[0; 4]).is_err());
        assert!(Look::SignedIn.check(&picture(&SCREEN)).is_err());
    }
}
