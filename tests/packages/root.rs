//! A Debian 12 with nothing in it but what every Debian has, apt and systemd.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output};

/// It goes when this is dropped.
pub struct Root(PathBuf);

impl Root {
    /// Unpacked by mmdebstrap from Debian's mirror.
    pub fn unpack(name: &str) -> Self {
        let root = Self(Path::new(env!("CARGO_TARGET_TMPDIR")).join(name));
        let _ = fs::remove_dir_all(&root.0);
        let mut debian = Command::new("mmdebstrap");
        debian.args(["--quiet", "--mode=root", "--variant=minbase"]);
        debian.args(["--components=main", "--include=systemd"]);
        debian.args(["--aptopt=Acquire::Languages \"none\"", "--skip=cleanup/apt"]);
        // A mirror may lag behind in the lists of security updates, which nothing here needs.
        debian.arg("--setup-hook=sed -i \"/-security/d\" \"$1/etc/apt/sources.list\"");
        debian.arg("bookworm").arg(&root.0);
        run(&mut debian);
        for file in ["etc/resolv.conf", "etc/hosts"] {
            let _ = fs::remove_file(root.path(file));
            fs::copy(Path::new("/").join(file), root.path(file)).unwrap();
        }
        root
    }

    /// A file or folder in it.
    pub fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        let path = path.as_ref();
        self.0.join(path.strip_prefix("/").unwrap_or(path))
    }

    /// A command that runs in it. What it mounts goes with it.
    fn command(&self, words: &[&str]) -> Command {
        let enter = "mount -t proc proc \"$0/proc\" && mount --rbind /dev \"$0/dev\" && \
                     exec chroot \"$0\" \"$@\"";
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", enter]);
        command.arg(&self.0).args(words).env_clear();
        command.env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        command.envs([("HOME", "/root"), ("LC_ALL", "C.UTF-8")]);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        command
    }

    /// Runs a command to its good end, and gives what it printed.
    #[track_caller]
    pub fn run(&self, words: &[&str]) -> String {
        run(&mut self.command(words))
    }

    /// Runs a command to any end.
    pub fn ended(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Starts a program, with a display or without.
    pub fn start(&self, words: &[&str], display: Option<&str>) -> Started {
        let mut command = self.command(words);
        if let Some(display) = display {
            command.env("DISPLAY", display);
        }
        Started(command.spawn().unwrap())
    }

    /// Installs a package file after all that it depends on, from Debian's mirror, and gives
    /// the files that were there between.
    pub fn install(&self, package: &Path) -> BTreeSet<String> {
        let field = Command::new("dpkg-deb")
            .arg("--field")
            .arg(package)
            .arg("Depends")
            .output();
        let needed = String::from_utf8(field.unwrap().stdout).unwrap();
        let quiet = ["-qq", "--no-install-recommends"];
        let apt = |what, of| self.run(&[&["apt-get", what], &quiet[..], &[of]].concat());
        apt("satisfy", needed.trim_end());
        let before = self.files();
        let file = format!("/tmp/{}", package.file_name().unwrap().display());
        fs::copy(package, self.path(&file)).unwrap();
        apt("install", &file);
        fs::remove_file(self.path(&file)).unwrap();
        before
    }

    /// All files but those of people, and the books of dpkg and apt.
    pub fn files(&self) -> BTreeSet<String> {
        let mut find = Command::new("find");
        find.current_dir(&self.0).args(["usr", "etc", "var/lib"]);
        for books in ["var/lib/dpkg", "var/lib/apt"] {
            find.args(["-path", books, "-prune", "-o"]);
        }
        let found = run(find.arg("-print"));
        found.lines().map(str::to_owned).collect()
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A program that runs; killed when this is dropped.
pub struct Started(pub Child);

impl Drop for Started {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Runs a command to its good end, and gives what it printed.
#[track_caller]
pub fn run(command: &mut Command) -> String {
    let output = command.output().unwrap_or_else(|error| {
        panic!("{:?}: {error}: run tests/setup", command.get_program());
    });
    let [out, err] = [&output.stdout, &output.stderr].map(|o| String::from_utf8_lossy(o));
    assert!(output.status.success(), "{command:?}: {out}{err}");
    out.into_owned()
}
