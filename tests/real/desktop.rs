//! A private desktop for one test: a home folder, an X display with a window
//! manager, a session bus with its accessibility bus. Nothing of the desktop on
//! which the tests run is inherited, and nothing of this one is left behind.
//!
//! Order of use: [`Desktop::start`], then a [`Keychain`](crate::keychain::Keychain)
//! where the test wants one, then [`Desktop::command`] for each program.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::bus::{Bus, object};
use crate::helper::Helper;
use crate::wait_for;

/// The private desktop. Dropping it ends what it started and removes its folder.
pub struct Desktop {
    helpers: Vec<Helper>,
    environment: BTreeMap<&'static str, String>,
    accessibility_bus: String,
    // Last, since fields are dropped in this order: nobody writes into it any more.
    folder: Folder,
}

/// Who manages the windows, and what of the screen is kept from them.
#[derive(Debug, Clone, Copy)]
pub enum Manager {
    /// Nobody, as in a kiosk.
    Nobody,
    /// openbox, with panels that take so much of the top and of the left.
    Openbox { top: u32, left: u32 },
}

impl Desktop {
    /// A display of 1280×1024 with a window manager, and a session bus without a keychain.
    pub fn start() -> Self {
        Self::with_screen((1280, 1024), Manager::Openbox { top: 0, left: 0 })
    }

    /// The same with another screen.
    pub fn with_screen((width, height): (u32, u32), manager: Manager) -> Self {
        let screen = format!("{width}x{height}x24");
        Self::with_display(&["-screen", "0", &screen, "-nolisten", "tcp"], manager)
    }

    /// The same with a display of any kind: arguments of Xvfb.
    pub fn with_display(arguments: &[&str], manager: Manager) -> Self {
        let folder = Folder::new();
        let mut desktop = Self {
            helpers: Vec::new(),
            environment: environment(&folder.0),
            accessibility_bus: String::new(),
            folder,
        };
        desktop.start_display(arguments);
        desktop.start_session_bus();
        if let Manager::Openbox { top, left } = manager {
            desktop.start_window_manager(top, left);
        }
        desktop
    }

    /// The folder that everything of this desktop lies in.
    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    /// `program`, to be run on this desktop with nothing else in its environment.
    pub fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        self.enter(&mut command);
        command
    }

    /// Puts the environment of this desktop, and nothing else, into `command`.
    pub fn enter(&self, command: &mut Command) {
        command
            .env_clear()
            .envs(&self.environment)
            .stdin(Stdio::null());
    }

    /// Writes a program of one shell command.
    pub fn script(&self, name: &str, command: &str) -> PathBuf {
        let path = self.folder().join(name);
        fs::write(&path, format!("#!/bin/sh\n{command}\n")).unwrap();
        restrict(&path);
        path
    }

    /// The name of its display: `:` and a number.
    pub fn display(&self) -> &str {
        &self.environment["DISPLAY"]
    }

    /// The address of its session bus.
    pub fn session_bus(&self) -> &str {
        &self.environment["DBUS_SESSION_BUS_ADDRESS"]
    }

    /// The address of its accessibility bus.
    pub fn accessibility_bus(&self) -> &str {
        &self.accessibility_bus
    }

    fn start_display(&mut self, arguments: &[&str]) {
        let mut xvfb = self.helper("Xvfb", |command| {
            // A free display, chosen by the server and told on its output.
            command.args(["-displayfd", "1", "-noreset"]);
            command.args(arguments);
            command.stdout(Stdio::piped());
        });
        let number = xvfb.announcement(|line| line.parse::<u32>().ok());
        self.environment.insert("DISPLAY", format!(":{number}"));
        self.helpers.push(xvfb);
    }

    fn start_session_bus(&mut self) {
        let config = self.folder().join("session-bus.conf");
        fs::write(&config, session_bus_config(self.folder())).unwrap();
        let mut bus = self.helper("dbus-daemon", |command| {
            command.args(["--nofork", "--nopidfile", "--print-address=1"]);
            command.arg(format!("--config-file={}", config.display()));
            command.stdout(Stdio::piped());
        });
        let address = bus.announcement(|line| Some(line.to_owned()));
        self.helpers.push(bus);

        let bus = Bus::connect(&address);
        let accessibility = object("org.a11y.Bus", "/org/a11y/bus");
        self.accessibility_bus = bus
            .call(&accessibility, "org.a11y.Bus", "GetAddress", &())
            .expect("the accessibility bus");
        // AccessKit publishes its tree only while this is on.
        bus.set_property(&accessibility, "org.a11y.Status", "IsEnabled", true.into())
            .expect("the accessibility status");
        self.environment.insert("DBUS_SESSION_BUS_ADDRESS", address);
    }

    fn start_window_manager(&mut self, top: u32, left: u32) {
        let config = self.folder().join("openbox.xml");
        let margins = format!(
            r#"<openbox_config xmlns="http://openbox.org/3.4/rc">
  <margins><top>{top}</top><left>{left}</left><right>0</right><bottom>0</bottom></margins>
</openbox_config>
"#
        );
        fs::write(&config, margins).unwrap();
        let openbox = self.helper("openbox", |command| {
            command.arg("--sm-disable").stdout(Stdio::null());
            command.arg("--config-file").arg(&config);
        });
        wait_for(
            || {
                let mut ask = self.command("xprop");
                ask.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
                let answer = String::from_utf8(run(&mut ask).stdout).unwrap();
                answer.contains("window id").then_some(())
            },
            || format!("no window manager: {}", openbox.errors()),
        );
        self.helpers.push(openbox);
    }

    /// Starts a helper on this desktop.
    pub fn helper(&self, program: &str, prepare: impl FnOnce(&mut Command)) -> Helper {
        Helper::start(program, self.folder(), |command| {
            self.enter(command);
            prepare(command);
        })
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        // The display last: the others are its clients.
        while let Some(helper) = self.helpers.pop() {
            drop(helper);
        }
    }
}

/// Runs `command` to its end, which has to be a good one.
pub fn run(command: &mut Command) -> Output {
    let name = command.get_program().to_owned();
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}: run tests/setup", name.display()));
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}: {errors}", name.display());
    output
}

/// All that a program on this desktop finds in its environment, but for display and bus.
fn environment(folder: &Path) -> BTreeMap<&'static str, String> {
    let inside = |name: &str| {
        let path = folder.join(name);
        fs::create_dir_all(&path).unwrap();
        path.into_os_string().into_string().unwrap()
    };
    let runtime = inside("run");
    // XDG Base Directory Specification: the runtime folder is its owner's alone.
    restrict(Path::new(&runtime));
    BTreeMap::from([
        ("PATH", std::env::var("PATH").unwrap()),
        ("LANG", "C.UTF-8".into()),
        ("HOME", inside("home")),
        ("TMPDIR", inside("tmp")),
        ("XDG_RUNTIME_DIR", runtime),
        ("XDG_CONFIG_HOME", inside("home/.config")),
        ("XDG_CACHE_HOME", inside("home/.cache")),
        ("XDG_DATA_HOME", inside("home/.local/share")),
        ("XDG_STATE_HOME", inside("home/.local/state")),
        ("XDG_SESSION_TYPE", "x11".into()),
        ("GSETTINGS_BACKEND", "memory".into()),
    ])
}

/// A session bus that starts the accessibility bus on request and nothing else:
/// with the system's services it would start a keychain behind the test's back.
fn session_bus_config(folder: &Path) -> String {
    let services = folder.join("services");
    fs::create_dir(&services).unwrap();
    let service = "org.a11y.Bus.service";
    fs::copy(
        Path::new("/usr/share/dbus-1/services").join(service),
        services.join(service),
    )
    .expect("the accessibility bus: run tests/setup");
    let socket = folder.join("session-bus");
    format!(
        r#"<busconfig>
  <type>session</type>
  <listen>unix:path={}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>{}</servicedir>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"#,
        socket.display(),
        services.display()
    )
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("vestibule-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        restrict(&path);
        Self(path)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Makes a folder or program its owner's alone.
fn restrict(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
}
