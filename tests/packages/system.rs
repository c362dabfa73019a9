//! A booted Debian 12, and what is done on it.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::desktop::{Desktop, run};
use crate::helper::Helper;
use crate::unpacked::debian;
use crate::wait_for;

/// A system that runs. It ends when this is dropped.
pub struct System<'desktop> {
    desktop: &'desktop Desktop,
    /// Its files, as this machine sees them, and its first process.
    root: PathBuf,
    init: String,
    unshare: Option<Helper>,
    group: PathBuf,
}

/// Where apt, dpkg, systemd and whoever changes users keep their own accounts.
const BOOKS: [&str; 11] = [
    "/etc/group-",
    "/etc/gshadow-",
    "/etc/passwd-",
    "/etc/shadow-",
    "/etc/subgid-",
    "/etc/subuid-",
    "/var/cache/",
    "/var/lib/apt/",
    "/var/lib/dpkg/",
    "/var/lib/systemd/",
    "/var/log/",
];

impl<'desktop> System<'desktop> {
    /// Boots it, with a package that lies in its folder /srv.
    pub fn boot(desktop: &'desktop Desktop, package: &Path) -> Self {
        let root = desktop.folder().join("debian");
        debian(&root);
        let group = group(desktop);
        let script = include_str!("boot.sh");
        let unshare = Helper::start("sh", desktop.folder(), |command| {
            command.args(["-euc", script, "sh"]).arg(&root);
            command.arg(package.parent().unwrap()).arg(&group);
            command.stdin(Stdio::null()).stdout(Stdio::null());
        });
        let mut system = Self {
            desktop,
            root,
            init: String::new(),
            unshare: Some(unshare),
            group,
        };
        system.init = wait_for(
            || first_process(&system.group),
            || {
                format!(
                    "no system boots: {:?}",
                    system.unshare.as_ref().map(Helper::errors)
                )
            },
        );
        wait_for(
            || (system.ask("systemctl is-system-running").1 == "running\n").then_some(()),
            || system.ask("systemctl --failed; journalctl -p warning").1,
        );
        system.run("apt-get update -qq");
        system
    }

    /// A command of the shell, to be run there as root, with a display where this has one.
    pub fn command(&self, line: &str) -> Command {
        let mut command = self.desktop.command("nsenter");
        command.args(["--target", &self.init, "--mount", "--pid", "--cgroup"]);
        command.args(["--uts", "--ipc", "env", "-i", "LC_ALL=C.UTF-8"]);
        command.args(["HOME=/tmp", "DEBIAN_FRONTEND=noninteractive"]);
        command.arg("PATH=/usr/sbin:/usr/bin:/sbin:/bin");
        command.arg(format!("DISPLAY={}", self.desktop.display()));
        command.args(["sh", "-euc", line]);
        command
    }

    /// Runs a command to its good end, and gives what it printed.
    #[track_caller]
    pub fn run(&self, line: &str) -> String {
        let (code, said) = self.ask(line);
        assert_eq!(code, Some(0), "{line}: {said}");
        said
    }

    /// Runs a command to any end; its exit code, and all that it said.
    pub fn ask(&self, line: &str) -> (Option<i32>, String) {
        let output = self.command(&format!("exec 2>&1; {line}")).output();
        let output = output.unwrap();
        (
            output.status.code(),
            String::from_utf8_lossy(&output.stdout).into_owned(),
        )
    }

    /// Installs the package after what it depends on, both from Debian's mirror; the files that
    /// were there in between.
    pub fn install(&self, package: &Path) -> BTreeSet<String> {
        let file = format!("/srv/{}", package.file_name().unwrap().display());
        let needed = self.run(&format!("dpkg-deb --field {file} Depends"));
        self.run(&format!("apt-get satisfy -qq '{}'", needed.trim()));
        let before = self.files();
        self.run(&format!("apt-get install -qq {file}"));
        before
    }

    /// Removes a package with its settings; the files are those from before then.
    #[track_caller]
    pub fn purge(&self, name: &str, before: &BTreeSet<String>) {
        let brought = self.files().difference(before).count();
        assert!(brought > 5, "{brought} files");
        self.run(&format!("apt-get purge -qq {name}"));
        let now = self.files();
        let different: Vec<_> = now.symmetric_difference(before).collect();
        assert_eq!(different, [""; 0]);
    }

    /// Every file and folder, but for those that were mounted and other people's accounts.
    fn files(&self) -> BTreeSet<String> {
        let mut find = Command::new("find");
        find.arg(&self.root).args(["-xdev", "-printf", "/%P\n"]);
        let found = String::from_utf8(run(&mut find).stdout).unwrap();
        let is_theirs = |path: &&str| BOOKS.iter().any(|book| path.starts_with(book));
        let files = found.lines().filter(|path| !is_theirs(path));
        files.map(str::to_owned).collect()
    }

    /// A file of it.
    pub fn path(&self, path: &str) -> PathBuf {
        self.root.join(path.trim_start_matches('/'))
    }
}

impl Drop for System<'_> {
    fn drop(&mut self) {
        // unshare is deaf to any other; with it goes the first process, and so all of them.
        if let Some(unshare) = self.unshare.take() {
            unshare.signal("KILL");
        }
        let mut remove = Command::new("find");
        remove.arg(&self.group).args(["-depth", "-type", "d"]);
        remove
            .args(["-exec", "rmdir", "{}", "+"])
            .stderr(Stdio::null());
        wait_for(
            || (remove.status().is_ok() && !self.group.exists()).then_some(()),
            || format!("{} is in use", self.group.display()),
        );
    }
}

/// A control group that is not there yet: systemd makes its own below it.
fn group(desktop: &Desktop) -> PathBuf {
    let hybrid = Path::new("/sys/fs/cgroup/unified");
    let parent = match hybrid.exists() {
        true => hybrid,
        false => Path::new("/sys/fs/cgroup"),
    };
    parent.join(desktop.folder().file_name().unwrap())
}

/// systemd puts itself into this group below the one that it began in.
fn first_process(group: &Path) -> Option<String> {
    let scope = fs::read_to_string(group.join("init.scope/cgroup.procs")).ok()?;
    Some(scope.lines().next()?.to_owned())
}
