//! The kiosk on its board, with provider and API on this machine and a phone at hand.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::Duration;

use url::Url;
use vestibule_server::dev_idp::Options;

use crate::debian::debian;
use crate::desktop::{Desktop, run};
use crate::eyes::Sight;
use crate::image::{Image, image};
use crate::machine::{Machine, turned};
use crate::phone::qr;
use crate::services::{AUDIENCE, Services};
use crate::wait_for;

/// A board with the kiosk on it.
pub struct Kiosk<'desktop> {
    pub machine: Machine<'desktop>,
    /// Provider and API.
    pub services: Services,
    /// Whether the screen is looked at from its left side, which is above then.
    head_turned: bool,
    /// What shows what the kiosk wrote.
    log: &'static str,
}

impl<'desktop> Kiosk<'desktop> {
    /// Boots a board with a screen of this size. Nothing is started there yet; `settings` are
    /// lines of the settings file, besides where provider and API are.
    pub fn board(desktop: &'desktop Desktop, size: (u32, u32), settings: &str) -> Self {
        let services = services();
        let Services {
            issuer, api_url, ..
        } = &services;
        let file = format!(
            "issuer = \"{issuer}\"\nclient_id = \"vestibule\"\naudience = \"{AUDIENCE}\"\n\
             api_url = \"{api_url}\"\n{settings}\n"
        );
        let [provider, api] = ports(&services);
        let ports = format!("{provider} {api}\n");
        let files = [
            ("etc/vestibule/kiosk.toml", file.as_str()),
            ("etc/kiosk/ports", &ports),
        ];
        let image = image(desktop, program(), &files);
        Self::boot(desktop, &image, size, services, "cat /tmp/kiosk")
    }

    /// Boots a board with Debian and a screen of this size, and with a folder of program,
    /// unit and settings that nobody has installed yet.
    pub fn debian(desktop: &'desktop Desktop, size: (u32, u32), box_of_packages: &str) -> Self {
        let services = services();
        let deploy = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy");
        let brought = [
            program().to_owned(),
            deploy.join("vestibule-kiosk.service"),
            deploy.join("kiosk.toml"),
        ];
        let image = debian(desktop, &brought, box_of_packages, ports(&services));
        let log = "journalctl --unit vestibule-kiosk --no-pager";
        Self::boot(desktop, &image, size, services, log)
    }

    fn boot(
        desktop: &'desktop Desktop,
        image: &Image,
        size: (u32, u32),
        services: Services,
        log: &'static str,
    ) -> Self {
        Self {
            machine: Machine::boot(desktop, image, size),
            services,
            head_turned: false,
            log,
        }
    }

    /// Connects the screen.
    pub fn connect_screen(&self) {
        self.machine
            .run("for driver in /screen/*.ko; do insmod $driver; done; udevadm settle");
    }

    /// Starts what gives out screen and input.
    pub fn start_seatd(&self) {
        self.machine.run("seatd -g video >/tmp/seatd 2>&1 &");
        self.machine
            .run("while ! [ -S /run/seatd.sock ]; do usleep 100000; done");
    }

    /// Starts the kiosk for the user who may do nothing else.
    pub fn start(&self) {
        self.machine.run(&format!("{PROGRAM} >/tmp/kiosk 2>&1 &"));
    }

    /// Whoever looks at the screen turns the head to the right.
    pub fn turn_head(&mut self) {
        self.head_turned = true;
    }

    /// What is on the screen.
    fn picture(&self) -> PathBuf {
        let picture = self.machine.picture();
        match self.head_turned {
            true => turned(self.machine.desktop, &picture),
            false => picture,
        }
    }

    /// Waits until these words can be read; where they are.
    #[track_caller]
    pub fn wait_for(&self, words: &str) -> (u32, u32) {
        let sight = || Sight::of(self.machine.desktop, &self.picture());
        wait_for(
            || sight().find(words),
            || format!("no {words:?} in {:?}; {}", sight().text(), self.said()),
        )
    }

    /// Waits for the code that was scanned.
    #[track_caller]
    pub fn wait_for_code(&self, code: &str) {
        let sight = || Sight::of(self.machine.desktop, &self.picture());
        wait_for(
            || {
                let text = sight().text();
                let mut words = text.split_whitespace();
                words.any(|word| is_code(word, code)).then_some(())
            },
            || format!("no {code:?} in {:?}; {}", sight().text(), self.said()),
        );
    }

    /// Waits for words and touches them.
    #[track_caller]
    pub fn touch(&self, words: &str) {
        let (x, y) = self.wait_for(words);
        let (width, _) = self.machine.size;
        // Where the finger is does not depend on the head.
        self.machine.touch(match self.head_turned {
            true => (width - 1 - y, x),
            false => (x, y),
        });
    }

    /// Waits for a QR code and reads it.
    pub fn scan(&self) -> String {
        let desktop = self.machine.desktop;
        wait_for(
            || qr::read(desktop, &self.picture()),
            || format!("no QR code on the screen; {}", self.said()),
        )
    }

    /// Kilobytes of the board's memory that are not available, its files among them.
    pub fn memory_in_use(&self) -> u64 {
        let sum = "/MemTotal/ { all = $2 } /MemAvailable/ { print all - $2 }";
        self.number(&format!("awk '{sum}' /proc/meminfo"))
    }

    /// Proportional set size of the kiosk, in kilobytes.
    pub fn pss(&self) -> u64 {
        self.number("awk '/^Pss:/ { print $2 }' /proc/$(pidof vestibule)/smaps_rollup")
    }

    /// Hundredths of a second for which the kiosk has had the processor.
    pub fn ticks(&self) -> u64 {
        self.number("awk '{ print $14 + $15 }' /proc/$(pidof vestibule)/stat")
    }

    /// The number that a line of shell writes.
    pub fn number(&self, line: &str) -> u64 {
        self.machine.run(line).trim().parse().unwrap()
    }

    /// What the kiosk wrote, for whoever has to find out why it is not there.
    fn said(&self) -> String {
        self.machine.ask(self.log).1
    }
}

/// Provider and API, for whoever waits at an emulated processor.
fn services() -> Services {
    Services::start(Options {
        device_interval: Duration::from_secs(1),
        ..Options::default()
    })
}

/// Where provider and API listen.
fn ports(services: &Services) -> [u16; 2] {
    let port = |address: &str| Url::parse(address).unwrap().port().unwrap();
    [port(&services.issuer), port(&services.api_url)]
}

/// The kiosk, as a user who may do nothing else. Its unit is tried in `page.rs`.
pub const PROGRAM: &str = "su kiosk -c 'cd; HOME=/var/lib/kiosk exec \
    vestibule --config /etc/vestibule/kiosk.toml'";

/// The kiosk as it is released, built if it is not.
fn program() -> &'static Path {
    static PROGRAM: OnceLock<PathBuf> = OnceLock::new();
    PROGRAM.get_or_init(|| {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
        // A folder of its own: else this program and the desktop's would take turns in one.
        let target = target.unwrap_or_else(|| root.join("target")).join("kiosk");
        let mut build = Command::new(env!("CARGO"));
        build
            .current_dir(root)
            .args(["build", "--release", "--locked", "--bin", "vestibule"]);
        build.args(["--no-default-features", "--features", "kiosk"]);
        run(build.arg("--target-dir").arg(&target));
        target.join("release/vestibule")
    })
}

/// Whether this is the code, of which one letter may be read wrongly, as two or not at all.
fn is_code(word: &str, code: &str) -> bool {
    let same = |(read, letter): &(char, char)| read == letter;
    let (read, letters) = (word.chars(), code.chars());
    let before = read.clone().zip(letters.clone()).take_while(same).count();
    let after = read.clone().rev().zip(letters.rev()).take_while(same);
    before + after.count() + 1 >= code.len().max(read.count())
}
