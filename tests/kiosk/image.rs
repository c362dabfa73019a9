//! What the virtual machine boots: Debian's kernel, and a root of udev, libinput's and the
//! keyboard's data, seatd, the kiosk, and the libraries that these load. It has no fonts and
//! no fontconfig.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::desktop::{Desktop, run};

/// Kernel and root, as QEMU wants them.
pub struct Image {
    pub kernel: PathBuf,
    pub initrd: PathBuf,
    /// What else QEMU is told.
    pub arguments: Vec<String>,
}

/// The drivers of what any board of ours has, in the names of the kernel; those of the screen
/// are apart, and only loaded when a test connects it.
pub const DRIVERS: [&str; 4] = ["virtio_pci", "virtio_net", "virtio_input", "evdev"];
pub const SCREEN: &str = "virtio_gpu";
/// The shell that the test speaks with.
pub const ASKED: &str = include_str!("asked.sh");

/// Whoever runs the kiosk is nobody in particular, and may use screen and input by seatd alone.
const PASSWD: &str = "root:x:0:0:root:/root:/bin/sh\nkiosk:x:1000:1000::/var/lib/kiosk:/bin/sh\n";
const GROUP: &str = "root:x:0:\ntty:x:5:\ndisk:x:6:\nlp:x:7:\ndialout:x:20:\ncdrom:x:24:\n\
    audio:x:29:\nkmem:x:15:\nvideo:x:44:kiosk\ninput:x:105:\nrender:x:106:\nkvm:x:107:\nsgx:x:108:\n\
    kiosk:x:1000:\n";

/// Makes the image. `files` come into the root besides, by their paths.
pub fn image(desktop: &Desktop, program: &Path, files: &[(&str, &str)]) -> Image {
    let root = desktop.folder().join("root");
    let unpacked = unpacked();
    for folder in ["bin", "dev", "etc", "lib/udev", "proc", "sys", "usr/bin"] {
        fs::create_dir_all(root.join(folder)).unwrap();
    }
    let udevadm = unpacked.join("bin/udevadm");
    install(&root, program, "usr/bin/vestibule");
    install(&root, Path::new("/usr/sbin/seatd"), "usr/bin/seatd");
    install(&root, &udevadm, "usr/bin/udevadm");
    symlink("udevadm", root.join("usr/bin/systemd-udevd")).unwrap();
    install(&root, Path::new("/bin/busybox"), "bin/busybox");
    let drivers = drivers(&unpacked, &DRIVERS);
    copy_drivers(&root.join("drivers"), &drivers);
    let mut screen = self::drivers(&unpacked, &[SCREEN]);
    screen.retain(|driver| !drivers.contains(driver));
    copy_drivers(&root.join("screen"), &screen);
    copy_folder(
        &unpacked.join("lib/udev/rules.d"),
        &root.join("lib/udev/rules.d"),
    );
    for data in ["usr/share/X11/xkb", "usr/share/libinput"] {
        copy_folder(&Path::new("/").join(data), &root.join(data));
    }
    let own = [
        ("init", include_str!("init.sh")),
        ("asked.sh", ASKED),
        ("etc/passwd", PASSWD),
        ("etc/group", GROUP),
    ];
    write(&root, &own);
    write(&root, files);
    // It ends if the kernel panics.
    pack(desktop, &root, vec!["-no-reboot".to_owned()])
}

/// Writes files into a root.
pub fn write(root: &Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let path = root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

/// Where what the tests download is kept.
pub fn cache() -> PathBuf {
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from);
    let cache =
        cache.unwrap_or_else(|| Path::new(&std::env::var_os("HOME").unwrap()).join(".cache"));
    cache.join("vestibule-tests")
}

/// Where tests/setup has unpacked kernel and udev.
pub fn unpacked() -> PathBuf {
    let unpacked = cache().join("machine");
    assert!(
        unpacked.is_dir(),
        "no {}: run tests/setup",
        unpacked.display()
    );
    unpacked
}

/// Copies a program and the libraries that it loads.
pub fn install(root: &Path, program: &Path, to: &str) {
    fs::copy(program, root.join(to)).unwrap_or_else(|e| panic!("{}: {e}", program.display()));
    // It fails for a program that loads none.
    let listed = Command::new("ldd").arg(program).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    for library in listed
        .split_whitespace()
        .filter(|word| word.starts_with('/'))
    {
        let to = root.join(library.trim_start_matches('/'));
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(library, to).unwrap();
    }
}

/// The files of these drivers and of those that they need, in the order in which they load.
pub fn drivers(unpacked: &Path, names: &[&str]) -> Vec<PathBuf> {
    let versions = fs::read_dir(unpacked.join("lib/modules")).unwrap();
    let version = versions.last().unwrap().unwrap().file_name();
    let mut files = Vec::new();
    for name in names {
        let mut modprobe = Command::new("/sbin/modprobe");
        modprobe.arg("-d").arg(unpacked).arg("-S").arg(&version);
        let said = run(modprobe.args(["--show-depends", name])).stdout;
        let said = String::from_utf8(said).unwrap();
        let found = said.lines().filter_map(|line| line.strip_prefix("insmod "));
        for file in found.map(|file| PathBuf::from(file.trim())) {
            if !files.contains(&file) {
                files.push(file);
            }
        }
    }
    files
}

/// Copies drivers so that the order of their names is that in which they load.
pub fn copy_drivers(folder: &Path, files: &[PathBuf]) {
    fs::create_dir_all(folder).unwrap();
    for (number, file) in files.iter().enumerate() {
        fs::copy(file, folder.join(format!("{number:02}.ko"))).unwrap();
    }
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to.parent().unwrap()).unwrap();
    run(Command::new("cp").args(["-rL"]).arg(from).arg(to));
}

/// Packs a root as the kernel unpacks it. Its first program is `init`.
pub fn pack(desktop: &Desktop, root: &Path, arguments: Vec<String>) -> Image {
    fs::set_permissions(root.join("init"), fs::Permissions::from_mode(0o755)).unwrap();
    let initrd = desktop.folder().join("initrd.gz");
    let pack = format!(
        "find . | cpio --quiet -R 0:0 -H newc -o | gzip -1 >'{}'",
        initrd.display()
    );
    run(Command::new("sh").args(["-c", &pack]).current_dir(root));
    let boot = fs::read_dir(unpacked().join("boot")).unwrap();
    let mut boot = boot.map(|entry| entry.unwrap().path());
    let is_kernel = |path: &PathBuf| path.to_str().unwrap().contains("/boot/vmlinuz");
    Image {
        kernel: boot.find(is_kernel).unwrap(),
        initrd,
        arguments,
    }
}
