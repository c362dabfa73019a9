//! A board with Debian on its disk: what `docs/kiosk.md` begins with. Kernel and drivers are
//! those of the other board.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desktop::{Desktop, run};
use crate::image::{
    ASKED, DRIVERS, Image, SCREEN, cache, copy_drivers, drivers, install, pack, unpacked, write,
};

/// What the disk is mounted with. Debian's udev loads the other drivers itself.
const DISK: [&str; 3] = ["virtio_pci", "virtio_blk", "ext4"];

/// Besides what Debian's installer always installs: what it adds where logins are to be known
/// to systemd, and the certificates, whose links take an emulated processor five minutes.
const MORE: &str = "--include=dbus,libpam-systemd,ca-certificates";

/// No route leads further than to the machine that the tests run on.
const INTERFACES: &str = "auto lo\niface lo inet loopback\n\
    auto eth0\niface eth0 inet static\n    address 10.0.2.15/24\n";

/// Later than all else, so that the test begins with a board that has booted.
const ASKED_SERVICE: &str = "[Unit]\nAfter=multi-user.target\n\
    [Service]\nUser=root\nExecStart=/bin/sh /usr/local/lib/asked.sh\n\
    Environment=PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n";

/// What listens on the other machine's loopback listens on the board's.
const AHEAD_SOCKET: &str = "[Socket]\nListenStream=127.0.0.1:%i\n";
const AHEAD_SERVICE: &str = "[Service]\nExecStart=/lib/systemd/systemd-socket-proxyd 10.0.2.2:%i\n";

/// Makes the image of a board whose loopback leads to these ports of this machine. `brought`
/// are the files that lie in /home/board; `box_of_packages` is the line that will be typed
/// there, without a network beyond this machine.
pub fn debian(
    desktop: &Desktop,
    brought: &[PathBuf],
    box_of_packages: &str,
    ports: [u16; 2],
) -> Image {
    let root = desktop.folder().join("root");
    for folder in ["bin", "dev", "disk", "proc", "sys", "files/home/board"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    install(&root, Path::new("/bin/busybox"), "bin/busybox");
    copy_drivers(&root.join("drivers"), &drivers(&unpacked(), &DISK));
    let files = root.join("files");
    lay_drivers(&files.join("usr"));
    for file in brought {
        let to = files.join("home/board").join(file.file_name().unwrap());
        fs::copy(file, to).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let [provider, api] = ports;
    let wants = format!("[Unit]\nWants=asked.service ahead@{provider}.socket ahead@{api}.socket\n");
    let units = "etc/systemd/system";
    write(
        &files,
        &[
            ("etc/hostname", "board\n"),
            ("etc/network/interfaces", INTERFACES),
            ("usr/local/lib/asked.sh", ASKED),
            (&format!("{units}/asked.service"), ASKED_SERVICE),
            (&format!("{units}/ahead@.socket"), AHEAD_SOCKET),
            (&format!("{units}/ahead@.service"), AHEAD_SERVICE),
            (&format!("{units}/graphical.target.d/board.conf"), &wants),
        ],
    );
    write(&root, &[("init", include_str!("debian.sh"))]);
    // What is written to the disk lasts as long as QEMU does, over all boots of the machine.
    let disk = format!(
        "file={},format=raw,if=virtio,snapshot=on,cache=unsafe",
        disk(box_of_packages).display()
    );
    pack(desktop, &root, vec!["-drive".to_owned(), disk])
}

/// Lays the drivers where modprobe looks for them.
fn lay_drivers(usr: &Path) {
    let unpacked = unpacked();
    let lay = |file: &Path| {
        let to = usr.join(file.strip_prefix(&unpacked).unwrap());
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(file, to).unwrap();
    };
    for file in drivers(&unpacked, &[&DRIVERS[..], &[SCREEN]].concat()) {
        lay(&file);
    }
    let versions = fs::read_dir(unpacked.join("lib/modules")).unwrap();
    let version = versions.last().unwrap().unwrap().path();
    for list in [
        "modules.builtin",
        "modules.builtin.modinfo",
        "modules.order",
    ] {
        lay(&version.join(list));
    }
    let mut depmod = Command::new("/sbin/depmod");
    run(depmod.arg("-b").arg(usr).arg(version.file_name().unwrap()));
}

/// The disk, made if it is not there, or was made in another way: Debian in the release that
/// the kiosk was built on, and the packages of the box, downloaded.
fn disk(box_of_packages: &str) -> PathBuf {
    let folder = cache().join("board");
    let disk = folder.join("disk");
    let made_as = folder.join("made-as");
    let way = format!(
        "{} {box_of_packages} {}",
        release(),
        include_str!("debian.rs")
    );
    if fs::read_to_string(&made_as).is_ok_and(|text| text == way) {
        return disk;
    }
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    let root = folder.join("root");
    let mut debian = Command::new("mmdebstrap");
    debian.args(["--quiet", "--mode=root", "--components=main", MORE]);
    debian.arg("--aptopt=Acquire::Languages \"none\"");
    // A mirror may be amid writing the lists of the security updates, and then none is had.
    debian.arg("--setup-hook=sed -i /-security/d \"$1/etc/apt/sources.list\"");
    for kept_out in ["man", "locale", "doc"] {
        debian.arg(format!("--dpkgopt=path-exclude=/usr/share/{kept_out}/*"));
    }
    debian.args([
        "--skip=cleanup/apt",
        "--customize-hook=chroot \"$1\" apt-get clean",
    ]);
    let hook = format!("--customize-hook=chroot \"$1\" {box_of_packages} --download-only");
    run(debian.args([&hook, &release()]).arg(&root));
    let mut format = Command::new("/sbin/mke2fs");
    format
        .args(["-q", "-t", "ext4", "-d"])
        .arg(&root)
        .arg(&disk);
    run(format.arg("1G"));
    fs::remove_dir_all(root).unwrap();
    fs::write(made_as, way).unwrap();
    disk
}

/// This machine's Debian, by its name.
fn release() -> String {
    let system = fs::read_to_string("/etc/os-release").unwrap();
    let name = system
        .lines()
        .find_map(|line| line.strip_prefix("VERSION_CODENAME="));
    name.expect("/etc/os-release names no release of Debian")
        .to_owned()
}
