//! What the window costs while nobody does anything: the release build, held to its
//! budget. Files are in MB of 10^6 bytes, memory is in MiB of
//! 2^20: the kB of /proc are 1024 bytes.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use vestibule_server::dev_idp::Options;

use crate::at_spi::Role::Label;
use crate::desktop::Desktop;
use crate::program::Program;
use crate::scene::Scene;

/// Most bytes of the file.
const FILE: u64 = 16_500_000;
/// Most kB of its proportional set size.
const PSS_KB: u64 = 18 << 10;
/// Most kB that are written and shared with nobody.
const PRIVATE_DIRTY_KB: u64 = 5 << 10;

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup; builds the release"]
fn the_signed_in_window_keeps_to_its_budget() {
    let program = release_build();
    let size = std::fs::metadata(&program).unwrap().len();

    let desktop = Desktop::start();
    let scene = Scene::set(&desktop, Duration::from_secs(300)).with_program(&program);
    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    assert_eq!(login.finish().code, Some(0));
    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    // From here on nobody asks it anything. Threads that wait for more work
    // before they end are given the time to.
    drop(window);
    std::thread::sleep(Duration::from_secs(15));

    println!("file {size} B");
    assert!(size <= FILE, "the file has {size} B");
    let idle = idle_for_ten_seconds("signed in", &program);
    let cause = crate::pins::cause_of_waking();
    assert!(idle.switches <= 2, "{idle:?}; {cause:?}");
    assert!(idle.cpu <= Duration::from_millis(1), "{idle:?}");
    scene.close_window(program);
}

/// It wakes once a second, for the time left: that is painted and told to the screen
/// reader, which takes several context switches. The provider is asked once a minute.
#[test]
#[ignore = "needs a display and a Secret Service: tests/setup; builds the release"]
fn the_window_that_waits_for_a_phone_keeps_to_its_budget() {
    let desktop = Desktop::start();
    let provider = Options {
        device_interval: Duration::from_secs(60),
        ..Options::default()
    };
    let scene = Scene::with_provider(&desktop, provider).with_program(&release_build());
    for presses in [
        &["Sign in with a phone"][..],
        &["Sign in", "Use a phone instead"][..],
    ] {
        let (program, window) = scene.open_window();
        for button in presses {
            window.press(button);
        }
        window.wait_for(Label, "Sign in with your phone");
        drop(window);
        std::thread::sleep(Duration::from_secs(15));
        let idle = idle_for_ten_seconds(&presses.join(", "), &program);
        // Eleven ticks, each of which may last from one moment into the third.
        assert!(idle.busy <= 33, "{idle:?}");
        scene.close_window(program);
    }
}

/// What a program did in ten seconds.
#[derive(Debug)]
struct Idle {
    switches: u64,
    cpu: Duration,
    /// In how many moments of [`MOMENT`] it ran.
    busy: u32,
}

/// What it does in ten seconds, told and within the budget of memory.
fn idle_for_ten_seconds(what: &str, program: &Program) -> Idle {
    let before = program.activity();
    let busy = busy_moments(program, Duration::from_secs(10));
    let after = program.activity();
    let memory = program.memory();
    let idle = Idle {
        switches: after.switches - before.switches,
        cpu: after.cpu - before.cpu,
        busy,
    };
    println!(
        "{what}: PSS {} kB, private dirty {} kB, {} threads; \
         in 10 s {busy} busy moments, {} context switches, {:?} of a processor",
        memory.pss_kb, memory.private_dirty_kb, after.threads, idle.switches, idle.cpu
    );
    assert!(memory.pss_kb <= PSS_KB, "{memory:?}");
    assert!(memory.private_dirty_kb <= PRIVATE_DIRTY_KB, "{memory:?}");
    assert_eq!(program.descendants(), [0; 0], "more than one process");
    idle
}

/// In how many moments of this length it runs at all.
const MOMENT: Duration = Duration::from_millis(50);

fn busy_moments(program: &Program, time: Duration) -> u32 {
    let until = Instant::now() + time;
    let (mut busy, mut before) = (0, program.activity().switches);
    while Instant::now() < until {
        std::thread::sleep(MOMENT);
        let now = program.activity().switches;
        busy += u32::from(now != before);
        before = now;
    }
    busy
}

/// Builds what is released, unless that is done already, and says where it is.
fn release_build() -> String {
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".into());
    let built = Command::new(cargo)
        .args(["build", "--release", "--locked", "--bin", "vestibule"])
        .arg("--message-format=json-render-diagnostics")
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .stderr(Stdio::inherit())
        .output()
        .unwrap();
    assert!(built.status.success(), "the release does not build");
    let messages = String::from_utf8(built.stdout).unwrap();
    let mut programs = messages.lines().filter_map(|line| {
        let message: serde_json::Value = serde_json::from_str(line).ok()?;
        Some(message["executable"].as_str()?.to_owned())
    });
    let program = programs.next().expect("no program was built");
    // Pages of a file that was just written count as private and dirty until
    // they are on the disk.
    std::fs::File::open(&program).unwrap().sync_all().unwrap();
    program
}
