//! Reading a QR code from a picture, as the camera of a phone does.

use std::path::Path;

use crate::desktop::Desktop;
use crate::wait_for;
use crate::window::Window;

/// What the QR code in this picture says, if there is one.
pub fn read(desktop: &Desktop, png: &Path) -> Option<String> {
    let mut zbarimg = desktop.command("zbarimg");
    zbarimg.args([
        "--quiet",
        "--raw",
        "--nodbus",
        "-Sdisable",
        "-Sqrcode.enable",
    ]);
    let read = zbarimg.arg(png).output();
    let read = read.unwrap_or_else(|error| panic!("zbarimg: {error}: run tests/setup"));
    let said = String::from_utf8(read.stdout).unwrap();
    let mut codes = said.lines();
    let code = codes.next().map(str::to_owned);
    assert_eq!(
        codes.next(),
        None,
        "more than one code in {}",
        png.display()
    );
    code
}

/// Waits until a window shows a QR code, and reads it from a picture of the window.
pub fn read_from(window: &Window) -> String {
    let png = window.desktop.folder().join("qr.png");
    wait_for(
        || {
            window.screenshot(&png);
            read(window.desktop, &png)
        },
        || "no QR code can be read from the window".into(),
    )
}
