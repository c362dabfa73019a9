//! The virtual machine: a board with a screen, a keyboard, and a pointer that says where it is, as
//! a touchscreen does: QEMU 7.2 has none, and libinput's touches are another path, untried here.
//! Its processor is emulated, so it is slow, and needs no right on this machine.

use std::cell::RefCell;
use std::io::{BufRead as _, BufReader, Write as _};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use serde_json::json;

use crate::desktop::{Desktop, run};
use crate::helper::Helper;
use crate::image::Image;
use crate::qmp::Qmp;
use crate::wait_for;

/// What QEMU counts a touchscreen's way from edge to edge as.
const EDGE: u32 = 0x7fff;
/// What the kernel is told. If it panics, it begins anew, or ends where QEMU is told so. It does
/// not look for faults of its timer, which it finds where a busy host lets it wait. It guards
/// no processor, which is emulated anyway. It calls the network `eth0`.
const KERNEL: &str = "console=ttyS0 quiet panic=1 no_timer_check mitigations=off net.ifnames=0";
/// By itself QEMU keeps a gigabyte of translated code. At a third boot it then spends a minute on
/// throwing away what it translated of the earlier ones.
const EMULATOR: &str = "tcg,tb-size=128";
/// What ends the answer to a line that was asked.
const ENDED: &str = "ended ";

/// A running machine. It ends with its guard.
pub struct Machine<'desktop> {
    pub desktop: &'desktop Desktop,
    /// Of the screen, as it was made.
    pub size: (u32, u32),
    qmp: RefCell<Qmp>,
    serial: RefCell<BufReader<UnixStream>>,
    _qemu: Helper,
}

impl<'desktop> Machine<'desktop> {
    /// Boots one with a screen of this size.
    pub fn boot(desktop: &'desktop Desktop, image: &Image, size: (u32, u32)) -> Self {
        let at = |name: &str| desktop.folder().join(name);
        let socket = |name: &str| format!("unix:{},server=on,wait=off", at(name).display());
        let qemu = desktop.helper("qemu-system-x86_64", |command| {
            command.stdout(Stdio::null());
            command.args(["-accel", EMULATOR, "-cpu", "max", "-m", "1024"]);
            command.args(["-display", "none", "-vga", "none", "-monitor", "none"]);
            command.arg("-kernel").arg(&image.kernel);
            command.arg("-initrd").arg(&image.initrd);
            command.args(["-append", KERNEL]).args(&image.arguments);
            let (width, height) = size;
            let screen = format!("virtio-gpu-pci,xres={width},yres={height}");
            command.args(["-device", &screen]);
            command.args([
                "-device",
                "virtio-tablet-pci",
                "-device",
                "virtio-keyboard-pci",
            ]);
            command.args(["-nic", "user,model=virtio-net-pci"]);
            command.args(["-serial", &format!("file:{}", at("console").display())]);
            command.args(["-serial", &socket("serial")]);
            command.args(["-qmp", &socket("qmp")]);
        });
        let ended = || format!("no machine: {}", qemu.errors());
        let qmp = wait_for(|| Qmp::connect(&at("qmp")), ended);
        let serial = UnixStream::connect(at("serial")).unwrap();
        serial.set_read_timeout(Some(crate::LIMIT)).unwrap();
        let machine = Self {
            desktop,
            size,
            qmp: RefCell::new(qmp),
            serial: RefCell::new(BufReader::new(serial)),
            _qemu: qemu,
        };
        machine.wait_until_ready();
        machine
    }

    /// Boots it once more, as far as the first time.
    pub fn reboot(&self) {
        writeln!(self.serial.borrow_mut().get_mut(), "reboot").unwrap();
        self.wait_until_ready();
    }

    fn wait_until_ready(&self) {
        while self.line() != "ready 0" {}
    }

    /// Runs a line of shell on the machine, as root; its exit code, and what it said.
    pub fn ask(&self, line: &str) -> (i32, String) {
        writeln!(self.serial.borrow_mut().get_mut(), "{line}").unwrap();
        let mut said = String::new();
        loop {
            let line = self.line();
            match line.strip_prefix(ENDED) {
                Some(code) => return (code.parse().unwrap(), said),
                None => said = said + &line + "\n",
            }
        }
    }

    /// The same where it has to end well.
    #[track_caller]
    pub fn run(&self, line: &str) -> String {
        let (code, said) = self.ask(line);
        assert_eq!(code, 0, "{line}: {said}");
        said
    }

    fn line(&self) -> String {
        let mut line = String::new();
        let read = self.serial.borrow_mut().read_line(&mut line);
        let read = read.unwrap_or_else(|error| panic!("{error}; {}", self.console()));
        assert!(read > 0, "the machine has ended: {}", self.console());
        line.trim_end().to_owned()
    }

    /// What the kernel and its first program had to say.
    fn console(&self) -> String {
        let said = std::fs::read(self.desktop.folder().join("console"));
        String::from_utf8_lossy(&said.unwrap_or_default()).into_owned()
    }

    /// Takes a picture of the screen.
    pub fn picture(&self) -> PathBuf {
        let png = self.desktop.folder().join("screen.png");
        let wanted = json!({ "filename": png, "format": "png" });
        self.qmp.borrow_mut().run("screendump", wanted);
        png
    }

    /// Touches the screen at this place of a picture of it.
    pub fn touch(&self, (x, y): (u32, u32)) {
        let (width, height) = self.size;
        let value = |at: u32, of: u32| (2 * at + 1) * EDGE / (2 * of);
        let axis = |name: &str, value: u32| json!({ "type": "abs", "data": { "axis": name, "value": value } });
        self.send(json!([
            axis("x", value(x, width)),
            axis("y", value(y, height))
        ]));
        for down in [true, false] {
            let finger = json!({ "down": down, "button": "left" });
            self.send(json!([{ "type": "btn", "data": finger }]));
        }
    }

    /// Presses a key, by QEMU's name for it.
    pub fn key(&self, name: &str) {
        for down in [true, false] {
            let key = json!({ "down": down, "key": { "type": "qcode", "data": name } });
            self.send(json!([{ "type": "key", "data": key }]));
        }
    }

    fn send(&self, events: serde_json::Value) {
        let events = json!({ "events": events });
        self.qmp.borrow_mut().run("input-send-event", events);
    }
}

/// A picture as it is seen with the head turned to the right: what was to the right is above.
pub fn turned(desktop: &Desktop, picture: &Path) -> PathBuf {
    let png = desktop.folder().join("turned.png");
    let mut convert = desktop.command("convert");
    run(convert.arg(picture).args(["-rotate", "270"]).arg(&png));
    png
}
