//! The QR code that leads a phone to a page: which squares of it are dark.

use qrcodegen::{QrCode, QrCodeEcc};

/// Light modules on each side, without which a reader may not find the code (ISO/IEC 18004
/// §6.3.8).
const QUIET_ZONE: i32 = 4;

/// A QR code with its quiet zone.
pub struct Qr(QrCode);

impl Qr {
    /// The smallest code for `text`, with as much error correction as fits its size; `None`
    /// if no code is large enough.
    pub fn of(text: &str) -> Option<Self> {
        QrCode::encode_text(text, QrCodeEcc::Low).ok().map(Self)
    }

    /// Modules on a side, the quiet zone included.
    pub fn side(&self) -> i32 {
        self.0.size() + 2 * QUIET_ZONE
    }

    /// Whether the module is dark; `x` to the right and `y` down, from 0. Light beyond the
    /// code.
    pub fn is_dark(&self, x: i32, y: i32) -> bool {
        self.0.get_module(x - QUIET_ZONE, y - QUIET_ZONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_three_finders_and_a_quiet_zone_of_four_modules() {
        let qr = Qr::of("https://sso.example.org/device?user_code=WDJB-MJHT").unwrap();
        let side = qr.side();
        let last = side - 1;
        for at in 0..side {
            for deep in 0..QUIET_ZONE {
                for (x, y) in [(at, deep), (deep, at), (at, last - deep), (last - deep, at)] {
                    assert!(!qr.is_dark(x, y), "{x}, {y}");
                }
            }
        }
        // A finder is seven modules wide, dark at its corner (§6.3.3).
        for (x, y) in [
            (4, 4),
            (last - 4, 4),
            (4, last - 4),
            (last - 10, 10),
            (10, last - 10),
        ] {
            assert!(qr.is_dark(x, y), "{x}, {y}");
        }
    }

    #[test]
    fn what_fits_no_code_has_none() {
        assert!(Qr::of(&"x".repeat(2953)).is_some());
        assert!(Qr::of(&"x".repeat(2954)).is_none());
    }
}
