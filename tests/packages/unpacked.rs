//! A Debian with nothing in it but what every Debian has, and systemd.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desktop::run;

/// The oldest release that the packages are for.
const RELEASE: &str = "bookworm";
const OPTIONS: [&str; 6] = [
    "--variant=minbase",
    "--components=main",
    "--include=systemd-sysv",
    "--aptopt=Acquire::Languages \"none\"",
    "--aptopt=APT::Install-Recommends \"false\"",
    // A mirror may be amid writing the lists of the security updates, and then none is had.
    "--setup-hook=sed -i /-security/d \"$1/etc/apt/sources.list\"",
];

/// Unpacks it into a folder that is not there yet.
pub fn debian(into: &Path) {
    fs::create_dir(into).unwrap();
    let mut tar = Command::new("tar");
    tar.args(["--numeric-owner", "-C"]).arg(into).arg("-xf");
    run(tar.arg(packed()));
    for file in ["etc/resolv.conf", "etc/hosts"] {
        let _ = fs::remove_file(into.join(file));
        fs::copy(Path::new("/").join(file), into.join(file)).unwrap();
    }
}

/// It in a file, which is made if it is not there, or was made in another way.
fn packed() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap());
    let cache = cache.unwrap_or_else(|| home().join(".cache"));
    let folder = cache.join("vestibule-tests/packages");
    let (file, made_as) = (folder.join("debian.tar"), folder.join("made-as"));
    let way = format!("{RELEASE} {OPTIONS:?}");
    if fs::read_to_string(&made_as).is_ok_and(|text| text == way) {
        return file;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let mut debian = Command::new("mmdebstrap");
    debian.args(["--quiet", "--mode=root"]).args(OPTIONS);
    run(debian.arg(RELEASE).arg(&file));
    fs::write(made_as, way).unwrap();
    file
}
