//! Reading a QR code from a picture, as the camera of a phone does.

use std::path::Path;

use crate::desktop::Desktop;

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
