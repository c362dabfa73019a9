//! What the window costs while nobody does anything: the release build beside minimal
//! Slint in the same run, since absolute figures hold for one machine alone. Memory is
//! in kB of 1024 bytes, as /proc has it.

pub mod builds;

use std::time::{Duration, Instant};

use vestibule_server::dev_idp::Options;

use crate::at_spi::Role::{Button, Label};
use crate::desktop::Desktop;
use crate::program::{Memory, Program};
use crate::scene::Scene;
use crate::window::Window;

// What today's window keeps to; docs/performance.md has the goals, some of which are lower.

/// Most bytes of the file, in those of minimal Slint's.
const FILE: f64 = 1.25;
/// Nobody is signed in: nothing was asked of the network.
const SIGNED_OUT: Limit = Limit {
    pss: 1.4,
    private_dirty: 1.25,
};
/// Somebody was signed in or is about to be: TLS, keys and pictures were used.
const IN_USE: Limit = Limit {
    pss: 1.5,
    private_dirty: 1.7,
};

/// The most memory, in that of minimal Slint.
struct Limit {
    pss: f64,
    private_dirty: f64,
}

#[test]
#[ignore = "needs a display, Chromium and a Secret Service: tests/setup; builds the release"]
fn the_window_keeps_to_its_budget() {
    let (program, minimal) = (builds::release(), builds::minimal_slint());
    let size = |program: &str| std::fs::metadata(program).unwrap().len();
    let file = size(&program) as f64 / size(&minimal) as f64;
    println!("file {} B, {file:.2} × minimal Slint's", size(&program));
    assert!(file <= FILE, "the file is {file:.2} × minimal Slint's");

    let desktop = Desktop::start();
    let minimal = minimal_slint(&desktop, &minimal);
    let scene = Scene::set(&desktop, Duration::from_secs(300)).with_program(&program);
    let (program, window) = scene.open_window();
    window.wait_for(Button, "Sign in");
    drop(window);
    come_to_rest();
    sleeps("signed out", &program);
    SIGNED_OUT.holds("signed out", &program, &minimal);
    scene.close_window(program);

    let login = scene.start(&["login"]);
    scene.ada_signs_in();
    assert_eq!(login.finish().code, Some(0));
    let (program, window) = scene.open_window();
    window.wait_for(Label, "Welcome, Ada Lovelace");
    drop(window);
    come_to_rest();
    sleeps("signed in", &program);
    IN_USE.holds("signed in", &program, &minimal);
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
    let minimal = minimal_slint(&desktop, &builds::minimal_slint());
    let scene = Scene::with_provider(&desktop, provider).with_program(&builds::release());
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
        come_to_rest();
        let what = presses.join(", ");
        let idle = idle_for_ten_seconds(&what, &program);
        // Eleven ticks, each of which may last from one moment into the third.
        assert!(idle.busy <= 33, "{idle:?}");
        IN_USE.holds(&what, &program, &minimal);
        scene.close_window(program);
    }
}

/// What minimal Slint takes at rest on this desktop.
fn minimal_slint(desktop: &Desktop, program: &str) -> Memory {
    let program = Program::start(desktop, desktop.command(program));
    Window::of(desktop, program.pid());
    come_to_rest();
    let memory = program.memory();
    println!("minimal Slint: {memory:?}");
    memory
}

/// From here on nobody asks anything of the program. Threads that wait for more work
/// before they end are given the time to.
fn come_to_rest() {
    std::thread::sleep(Duration::from_secs(15));
}

impl Limit {
    fn holds(&self, what: &str, program: &Program, minimal: &Memory) {
        let memory = program.memory();
        let pss = memory.pss_kb as f64 / minimal.pss_kb as f64;
        let dirty = memory.private_dirty_kb as f64 / minimal.private_dirty_kb as f64;
        println!("{what}: {memory:?}, {pss:.2} and {dirty:.2} × minimal Slint's");
        assert!(pss <= self.pss, "PSS is {pss:.2} × minimal Slint's");
        let most = self.private_dirty;
        assert!(
            dirty <= most,
            "private dirty is {dirty:.2} × minimal Slint's"
        );
        assert_eq!(program.descendants(), [0; 0], "more than one process");
    }
}

/// It does nothing at all.
fn sleeps(what: &str, program: &Program) {
    let idle = idle_for_ten_seconds(what, program);
    let cause = crate::pins::cause_of_waking();
    assert_eq!(idle.switches, 0, "{idle:?}; {cause:?}");
    assert_eq!(idle.cpu, Duration::ZERO, "{idle:?}");
}

/// What a program did in ten seconds.
#[derive(Debug)]
struct Idle {
    switches: u64,
    cpu: Duration,
    /// In how many moments of [`MOMENT`] it ran.
    busy: u32,
}

/// What it does in ten seconds, told.
fn idle_for_ten_seconds(what: &str, program: &Program) -> Idle {
    let before = program.activity();
    let busy = busy_moments(program, Duration::from_secs(10));
    let after = program.activity();
    let idle = Idle {
        switches: after.switches - before.switches,
        cpu: after.cpu - before.cpu,
        busy,
    };
    println!(
        "{what}: {} threads; in 10 s {busy} busy moments, {} context switches, \
         {:?} of a processor",
        after.threads, idle.switches, idle.cpu
    );
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
