//! A QR code in half blocks: each character is two modules, one above the other, which
//! makes a module about as high as it is wide.

use crate::qr::Qr;

/// Black on white, whatever the theme of the terminal: the first sixteen colours are the
/// theme's, these two are not.
const BLACK_ON_WHITE: &str = "\u{1b}[38;5;16;48;5;231m";
const AS_BEFORE: &str = "\u{1b}[0m";

/// Rows of a terminal that it takes.
pub(super) fn rows(qr: &Qr) -> usize {
    columns(qr).div_ceil(2)
}

/// Columns of a terminal that it takes.
pub(super) fn columns(qr: &Qr) -> usize {
    usize::try_from(qr.side()).unwrap_or(usize::MAX)
}

/// `qr` in lines. Without colours the light modules are drawn: so the code is right on the
/// dark ground that most terminals have, and on a light one inverted, which most phones can
/// read.
pub(super) fn drawn(qr: &Qr, colours: bool) -> String {
    let (before, after) = match colours {
        true => (BLACK_ON_WHITE, AS_BEFORE),
        false => ("", ""),
    };
    let mut text = String::new();
    for y in (0..qr.side()).step_by(2) {
        text += before;
        for x in 0..qr.side() {
            let is_drawn = |y| qr.is_dark(x, y) == colours;
            text.push(match (is_drawn(y), is_drawn(y + 1)) {
                (false, false) => ' ',
                (true, false) => '▀',
                (false, true) => '▄',
                (true, true) => '█',
            });
        }
        text += after;
        text.push('\n');
    }
    text
}
