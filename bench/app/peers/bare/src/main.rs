//! The screen painted with X's own core drawing, in the server's one font: the least
//! that a window can cost.

use std::error::Error;

use x11rb::{
    COPY_DEPTH_FROM_PARENT, COPY_FROM_PARENT,
    connection::Connection,
    protocol::{
        Event,
        xproto::{
            Arc, AtomEnum, ChangeGCAux, ConnectionExt as _, CreateGCAux, CreateWindowAux,
            EventMask, Gcontext, PropMode, Rectangle, Window, WindowClass,
        },
    },
    rust_connection::RustConnection,
    wrapper::ConnectionExt as _,
};

type Outcome = Result<(), Box<dyn Error>>;

const GROUND: u32 = 0xF7_F5_F0;
const PANEL: u32 = 0xE4_EB_E6;
const WALL: u32 = 0xC9_D8_D0;
const DOOR: u32 = 0x0E_6B_5E;
const LIGHT: u32 = 0xFF_F1_C9;
const TEXT: u32 = 0x16_20_1D;
const QUIET: u32 = 0x4C_58_53;
const ACCENT: u32 = 0x0B_63_57;
const EDGE: u32 = 0x72_7F_79;
const WHITE: u32 = 0xFF_FF_FF;

fn main() -> Outcome {
    let (connection, screen) = RustConnection::connect(None)?;
    let (window, gc) = create(&connection, screen)?;
    connection.map_window(window)?;
    connection.flush()?;
    let canvas = Canvas {
        connection,
        window,
        gc,
    };
    loop {
        if let Event::Expose(expose) = canvas.connection.wait_for_event()?
            && expose.count == 0
        {
            canvas.paint()?;
        }
    }
}

fn create(
    connection: &RustConnection,
    screen: usize,
) -> Result<(Window, Gcontext), Box<dyn Error>> {
    let (window, gc, font) = (
        connection.generate_id()?,
        connection.generate_id()?,
        connection.generate_id()?,
    );
    let root = connection.setup().roots[screen].root;
    let look = CreateWindowAux::new()
        .background_pixel(GROUND)
        .event_mask(EventMask::EXPOSURE);
    connection.create_window(
        COPY_DEPTH_FROM_PARENT,
        window,
        root,
        0,
        0,
        1000,
        600,
        0,
        WindowClass::INPUT_OUTPUT,
        COPY_FROM_PARENT,
        &look,
    )?;
    connection.change_property8(
        PropMode::REPLACE,
        window,
        AtomEnum::WM_NAME,
        AtomEnum::STRING,
        b"peer",
    )?;
    connection.open_font(font, b"fixed")?;
    connection.create_gc(gc, window, &CreateGCAux::new().font(font))?;
    Ok((window, gc))
}

struct Canvas {
    connection: RustConnection,
    window: Window,
    gc: Gcontext,
}

impl Canvas {
    fn paint(&self) -> Outcome {
        self.fill(PANEL, 0, 0, 360, 600)?;
        self.arch(WALL, 60, 170, 240, 430)?;
        self.arch(DOOR, 79, 204, 202, 396)?;
        self.fill(LIGHT, 267, 434, 6, 18)?;
        self.text(TEXT, GROUND, 424, 260, b"Sign in to 127.0.0.1:4400")?;
        let sentence = b"Your browser will open. No password is typed in this app.";
        self.text(QUIET, GROUND, 424, 300, sentence)?;
        self.fill(ACCENT, 424, 320, 92, 40)?;
        self.text(WHITE, ACCENT, 449, 344, b"Sign in")?;
        self.fill(EDGE, 524, 320, 182, 40)?;
        self.fill(GROUND, 525, 321, 180, 38)?;
        self.text(TEXT, GROUND, 555, 344, b"Sign in with a phone")?;
        Ok(self.connection.flush()?)
    }

    fn ink(&self, foreground: u32, background: u32) -> Outcome {
        let ink = ChangeGCAux::new()
            .foreground(foreground)
            .background(background);
        self.connection.change_gc(self.gc, &ink)?;
        Ok(())
    }

    fn fill(&self, colour: u32, x: i16, y: i16, width: u16, height: u16) -> Outcome {
        self.ink(colour, colour)?;
        let area = Rectangle {
            x,
            y,
            width,
            height,
        };
        self.connection
            .poly_fill_rectangle(self.window, self.gc, &[area])?;
        Ok(())
    }

    /// A half circle as wide as what stands below it.
    fn arch(&self, colour: u32, x: i16, y: i16, width: u16, height: u16) -> Outcome {
        let top = Arc {
            x,
            y,
            width,
            height: width,
            angle1: 0,
            // In 64ths of a degree.
            angle2: 180 * 64,
        };
        self.ink(colour, colour)?;
        self.connection
            .poly_fill_arc(self.window, self.gc, &[top])?;
        let half = width / 2;
        self.fill(colour, x, y + i16::try_from(half)?, width, height - half)
    }

    fn text(&self, ink: u32, ground: u32, x: i16, y: i16, words: &[u8]) -> Outcome {
        self.ink(ink, ground)?;
        self.connection
            .image_text8(self.window, self.gc, x, y, words)?;
        Ok(())
    }
}
