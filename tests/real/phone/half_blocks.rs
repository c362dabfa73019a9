//! What a terminal shows of a picture in half blocks, as a picture: each character is two
//! squares, one above the other. The terminal's own ground is dark.

use std::path::Path;

use image::{GrayImage, Luma};

/// Pixels on a side of a square.
const SQUARE: u32 = 8;
/// Squares of the terminal's ground around the picture.
const MARGIN: u32 = 4;
/// The smallest QR code has 21 modules a side, and 4 light ones on each.
const FEWEST: usize = 29;

const BLACK: u8 = 0;
const WHITE: u8 = 255;

/// Foreground and background.
type Colours = [u8; 2];
const OF_THE_TERMINAL: Colours = [WHITE, BLACK];

/// Writes the picture in a terminal's output to a file; false if there is none.
pub fn paint(output: &str, png: &Path) -> bool {
    let rows: Vec<_> = output.lines().flat_map(squares).collect();
    let Some(width) = rows.first().map(Vec::len) else {
        return false;
    };
    let size = |squares: usize| (u32::try_from(squares).unwrap() + 2 * MARGIN) * SQUARE;
    let picture = GrayImage::from_fn(size(width), size(rows.len()), |x, y| {
        let at = |pixel: u32| usize::try_from((pixel / SQUARE).checked_sub(MARGIN)?).ok();
        let square = at(y).and_then(|y| rows.get(y)?.get(at(x)?));
        Luma([square.copied().unwrap_or(OF_THE_TERMINAL[1])])
    });
    picture.save(png).unwrap();
    true
}

/// The two rows of squares in a line of output; none if the line is no part of a picture.
fn squares(line: &str) -> Vec<Vec<u8>> {
    let (mut upper, mut lower) = (Vec::new(), Vec::new());
    let mut colours = OF_THE_TERMINAL;
    let mut left = line.trim_end_matches('\r').chars();
    while let Some(character) = left.next() {
        let [foreground, background] = colours;
        let (above, below) = match character {
            '\u{1b}' => {
                let sequence: String = left.by_ref().take_while(|&c| c != 'm').collect();
                colours = coloured(&sequence);
                continue;
            }
            ' ' => (background, background),
            '▀' => (foreground, background),
            '▄' => (background, foreground),
            '█' => (foreground, foreground),
            _ => return Vec::new(),
        };
        upper.push(above);
        lower.push(below);
    }
    if upper.len() < FEWEST {
        return Vec::new();
    }
    vec![upper, lower]
}

/// The colours that an escape sequence sets (ECMA-48 §8.3.117).
fn coloured(sequence: &str) -> Colours {
    match sequence {
        "[38;5;16;48;5;231" => [BLACK, WHITE],
        _ => OF_THE_TERMINAL,
    }
}
