//! A desktop for one start: a display with a window manager, a session bus with
//! accessibility and an unlocked keychain, a home folder. Each start has a new one, so
//! that no program finds warm what another has left.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail};
use nix::{
    sys::signal::{Signal, kill},
    unistd::Pid,
};

/// How long anything may take before the run is given up.
const LIMIT: Duration = Duration::from_secs(60);

/// Each window is put into the same place, without a frame: its picture is that corner
/// of the screen.
const WINDOW_MANAGER: &str = r#"<openbox_config xmlns="http://openbox.org/3.4/rc">
  <applications>
    <application class="*">
      <decor>no</decor>
      <position force="yes"><x>0</x><y>0</y></position>
    </application>
  </applications>
</openbox_config>
"#;

/// What it starts is ended when it is dropped, the display last.
pub struct Desktop {
    helpers: Vec<Helper>,
    environment: Vec<(&'static str, String)>,
    // Last, since fields are dropped in this order: nobody writes into it any more.
    folder: Folder,
}

impl Desktop {
    pub fn start() -> Result<Self> {
        let folder = Folder::new()?;
        let mut desktop = Self {
            helpers: Vec::new(),
            environment: environment(&folder.0)?,
            folder,
        };
        let display = desktop.helper(
            "Xvfb",
            &[
                "-displayfd",
                "1",
                "-screen",
                "0",
                "1280x1024x24",
                "-nolisten",
                "tcp",
                "-noreset",
            ],
        )?;
        desktop.environment.push(("DISPLAY", format!(":{display}")));
        let address = format!("unix:path={}", desktop.folder().join("bus").display());
        let bus = desktop.start_bus(&address)?;
        desktop.environment.push(("DBUS_SESSION_BUS_ADDRESS", bus));
        desktop.start_window_manager()?;
        desktop.start_keychain()?;
        Ok(desktop)
    }

    pub fn folder(&self) -> &Path {
        &self.folder.0
    }

    pub fn display(&self) -> &str {
        let named = self.environment.iter().find(|(name, _)| *name == "DISPLAY");
        named.map(|(_, value)| value.as_str()).unwrap_or_default()
    }

    /// `program` on this desktop, with nothing else in its environment, its errors in a file.
    pub fn command(&self, program: impl AsRef<Path>) -> Result<Command> {
        let program = program.as_ref();
        let mut command = Command::new(program);
        let name = program.file_name().unwrap_or_default();
        let log = self.folder().join(name).with_extension("log");
        let log = File::create(&log).with_context(|| log.display().to_string())?;
        let environment = self.environment.iter().map(|(name, value)| (name, value));
        command
            .env_clear()
            .envs(environment)
            .stdout(log.try_clone()?)
            .stderr(log);
        Ok(command)
    }

    /// Starts a helper; the first line it says is what it is found by.
    fn helper(&mut self, program: &str, arguments: &[&str]) -> Result<String> {
        let mut command = self.lasting(program)?;
        command.args(arguments).stdout(Stdio::piped());
        let mut child = spawn(&mut command)?;
        let output = child.stdout.take().context("a piped output")?;
        self.helpers.push(Helper(child));
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        match line.trim() {
            "" => bail!("{program} ended at once: {}", self.errors("setpriv")),
            line => Ok(line.to_owned()),
        }
    }

    /// A command that the kernel ends with this process, should it be killed.
    fn lasting(&self, program: &str) -> Result<Command> {
        let mut command = self.command("setpriv")?;
        command.args(["--pdeathsig", "KILL", "--", program]);
        command.stdin(Stdio::null());
        Ok(command)
    }

    fn start_bus(&mut self, address: &str) -> Result<String> {
        let services = self.folder().join("services");
        fs::create_dir(&services)?;
        // Of the system's services this one alone: a keychain and a portal that are
        // started when they are asked for would be part of whoever comes first.
        let service = "org.a11y.Bus.service";
        fs::copy(
            Path::new("/usr/share/dbus-1/services").join(service),
            services.join(service),
        )
        .context("the accessibility bus is not installed")?;
        let config = format!(
            "<busconfig><type>session</type><listen>{address}</listen>\
             <servicedir>{}</servicedir><policy context=\"default\">\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/>\
             <allow own=\"*\"/></policy></busconfig>",
            services.display()
        );
        let path = self.folder().join("bus.conf");
        fs::write(&path, config)?;
        let config = format!("--config-file={}", path.display());
        self.helper(
            "dbus-daemon",
            &["--nofork", "--nopidfile", "--print-address=1", &config],
        )
    }

    fn start_window_manager(&mut self) -> Result<()> {
        let config = self.folder().join("openbox.xml");
        fs::write(&config, WINDOW_MANAGER)?;
        let mut command = self.lasting("openbox")?;
        command.arg("--sm-disable").arg("--config-file").arg(config);
        self.helpers.push(Helper(spawn(&mut command)?));
        self.wait_for("the window manager", || {
            let mut ask = self.command("xprop")?;
            ask.args(["-root", "_NET_SUPPORTING_WM_CHECK"]);
            let answer = ask.stdout(Stdio::piped()).output()?.stdout;
            Ok(String::from_utf8_lossy(&answer).contains("window id"))
        })
    }

    fn start_keychain(&mut self) -> Result<()> {
        let password = self.folder().join("password");
        // All of the standard input is the password; an empty one would unlock nothing.
        fs::write(&password, "\n")?;
        let mut command = self.lasting("gnome-keyring-daemon")?;
        command.args(["--unlock", "--components=secrets", "--foreground"]);
        command.stdin(File::open(&password)?);
        self.helpers.push(Helper(spawn(&mut command)?));
        self.wait_for("the keychain", || {
            let mut ask = self.command("gdbus")?;
            ask.args(["call", "--session", "--dest", "org.freedesktop.secrets"]);
            ask.args(["--object-path", "/org/freedesktop/secrets/aliases/default"]);
            ask.args(["--method", "org.freedesktop.DBus.Properties.Get"]);
            ask.args(["org.freedesktop.Secret.Collection", "Locked"]);
            let answer = ask.stdout(Stdio::piped()).output()?.stdout;
            Ok(String::from_utf8_lossy(&answer).contains("false"))
        })
    }

    fn wait_for(&self, what: &str, mut there: impl FnMut() -> Result<bool>) -> Result<()> {
        let until = Instant::now() + LIMIT;
        while !there()? {
            if Instant::now() > until {
                bail!("{what} does not come: {}", self.errors("setpriv"));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// What the last program of this name has said.
    pub fn errors(&self, name: &str) -> String {
        fs::read_to_string(self.folder().join(name).with_extension("log")).unwrap_or_default()
    }
}

impl Drop for Desktop {
    fn drop(&mut self) {
        while self.helpers.pop().is_some() {}
    }
}

fn spawn(command: &mut Command) -> Result<Child> {
    let child = command.spawn();
    child.with_context(|| format!("{:?} cannot be started", command.get_program()))
}

struct Helper(Child);

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = kill(Pid::from_raw(self.0.id() as i32), Signal::SIGTERM);
        let patience = Instant::now() + Duration::from_secs(5);
        while Instant::now() < patience && matches!(self.0.try_wait(), Ok(None)) {
            thread::sleep(Duration::from_millis(5));
        }
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// All that a program finds in its environment, but for display and bus.
fn environment(folder: &Path) -> Result<Vec<(&'static str, String)>> {
    let mut environment = vec![
        ("PATH", std::env::var("PATH")?),
        ("LANG", "C.UTF-8".to_owned()),
        ("XDG_SESSION_TYPE", "x11".to_owned()),
    ];
    for (name, path) in [
        ("HOME", "home"),
        ("TMPDIR", "tmp"),
        ("XDG_RUNTIME_DIR", "run"),
        ("XDG_CONFIG_HOME", "home/.config"),
        ("XDG_CACHE_HOME", "home/.cache"),
        ("XDG_DATA_HOME", "home/.local/share"),
        ("XDG_STATE_HOME", "home/.local/state"),
    ] {
        let path = folder.join(path);
        fs::create_dir_all(&path)?;
        // XDG Base Directory Specification: the runtime folder is its owner's alone.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o700))?;
        environment.push((name, path.display().to_string()));
    }
    Ok(environment)
}

/// A folder that is removed in the end.
struct Folder(PathBuf);

impl Folder {
    fn new() -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("bench-app-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).with_context(|| format!("{} cannot be made", path.display()))?;
        Ok(Self(path))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
