//! 64 MB for the window. Pages of a file count for whom they were first read for, so the
//! program is copied by the limited process itself.

use std::fs;
use std::path::{Path, PathBuf};

use crate::at_spi::{Accessible, Role::Label};
use crate::budget::builds::release;
use crate::desktop::Desktop;
use crate::phone::robot::{Answer, Phone};
use crate::phone::{code_in, qr_in};
use crate::program::Program;
use crate::scene::{MESSAGE, Scene};
use crate::wait_for;
use crate::window::Window;

use super::patient;

const LIMIT: u64 = 64 << 20;

#[test]
#[ignore = "needs a display, Chromium, zbar, a Secret Service and root's control groups: \
            tests/setup; builds the release"]
fn with_64_megabytes_ada_signs_in_with_a_phone_and_reads_the_message() {
    let desktop = Desktop::start();
    let scene = Scene::with_provider(&desktop, patient());
    let group = ControlGroup::new();
    let line = r#"echo $$ >"$1"; cp "$2" "$3"; exec "$3""#;
    let mut command = desktop.command("sh");
    scene.equip(&mut command);
    command.args(["-euc", line, "sh"]).arg(group.members());
    let copy = desktop.folder().join("copied");
    command.arg(release()).arg(&copy);
    let program = Program::start(&desktop, command);

    let accessible = Accessible::of(&desktop, program.pid());
    accessible.press("Sign in with a phone");
    let scanned = qr_in(&Window::of(&desktop, program.pid()));
    let phone = Phone::start(&desktop);
    phone.answer(&scanned, &code_in(&accessible), "ada", Answer::Allow);
    accessible.wait_for(Label, "Welcome, Ada Lovelace");
    accessible.press("Fetch message");
    accessible.wait_for(Label, MESSAGE);
    scene.close_window(program);
    let most = group.most();
    println!("at most {} MiB of 64", most >> 20);
    let file = fs::metadata(copy).unwrap().len();
    assert!(most > file, "{most} B: the program was not in the group");
}

/// A control group with the limit. It is removed when it is dropped.
struct ControlGroup {
    folder: PathBuf,
    /// What it used at most: version 2 and 1 call it differently.
    most: &'static str,
}

impl ControlGroup {
    fn new() -> Self {
        let version_1 = Path::new("/sys/fs/cgroup/memory");
        let (parent, limit, most) = match version_1.exists() {
            true => (
                version_1,
                "memory.limit_in_bytes",
                "memory.max_usage_in_bytes",
            ),
            false => (Path::new("/sys/fs/cgroup"), "memory.max", "memory.peak"),
        };
        let folder = parent.join(format!("vestibule-{}", std::process::id()));
        fs::create_dir(&folder).expect("root, and control groups that can be made");
        let group = Self { folder, most };
        fs::write(group.folder.join(limit), LIMIT.to_string()).unwrap();
        group
    }

    fn members(&self) -> PathBuf {
        self.folder.join("cgroup.procs")
    }

    fn most(&self) -> u64 {
        let most = fs::read_to_string(self.folder.join(self.most)).unwrap();
        most.trim().parse().unwrap()
    }
}

impl Drop for ControlGroup {
    fn drop(&mut self) {
        // While a process is still in it the kernel refuses.
        wait_for(
            || fs::remove_dir(&self.folder).ok(),
            || format!("{} is in use", self.folder.display()),
        );
    }
}
