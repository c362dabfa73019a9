//! The only place that prints. On a terminal the last line may be the time that a code has
//! left: it is taken away before anything else is written, and comes back below that.

use std::{
    fmt::Display,
    io::{self, Write},
    sync::{Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use super::{Done, Stop, words::worded};
use crate::{exit, identity::PROGRAM};

/// When the code ends whose time left is the last line.
static COUNTDOWN: Mutex<Option<Instant>> = Mutex::new(None);

/// To the beginning of the line, and all of it erased (ECMA-48 §8.3.41).
const ERASE_LINE: &str = "\r\u{1b}[K";

/// A result, on stdout. A closed pipe is a failure here, not a panic.
pub(super) fn print(line: &str) -> Done {
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    written.map_err(|e| Stop(format!("stdout: {e}"), exit::FAILED_HERE))
}

/// Prints a text such as the help; gives the exit code.
pub fn show(text: &str) -> u8 {
    match print(text.trim_end()) {
        Ok(()) => exit::DONE,
        Err(Stop(_, code)) => code,
    }
}

/// Everything else, on stderr.
pub fn say(line: &str) {
    let countdown = countdown();
    match *countdown {
        None => write(&format!("{line}\n")),
        Some(end) => write(&format!("{ERASE_LINE}{line}\n{}", time_left(end))),
    }
}

/// A diagnostic: what [`say`] says, with the program's name before it.
pub fn complain(text: impl Display) {
    say(&format!("{PROGRAM}: {text}"));
}

/// Shows from now on how long it is until `end`, a terminal's last line. Wakes once a
/// second, and no more once that line is another.
pub(super) fn count_down(end: Instant) {
    *countdown() = Some(end);
    let counting = move || {
        while tick(end) {
            thread::sleep(until_next_second(end));
        }
    };
    // Without a thread the time stands still; the code is as good.
    let _ = thread::Builder::new()
        .name("countdown".to_owned())
        .spawn(counting);
}

/// Takes the time left away.
pub(super) fn end_countdown() {
    let mut countdown = countdown();
    if countdown.take().is_some() {
        write(ERASE_LINE);
    }
}

/// Writes the time left; false if there is no more to write.
fn tick(end: Instant) -> bool {
    let countdown = countdown();
    if *countdown != Some(end) {
        return false;
    }
    write(&format!("{ERASE_LINE}{}", time_left(end)));
    end > Instant::now()
}

fn time_left(end: Instant) -> String {
    let left = seconds(end.saturating_duration_since(Instant::now()));
    let left = format!("{}:{:02}", left / 60, left % 60);
    worded("The code is good for {time}", &[("time", &left)])
}

/// All at once, so that nothing of others comes between.
fn write(text: &str) {
    // Nowhere to report a stderr that is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Whole seconds, one that has begun included.
pub(super) fn seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

fn until_next_second(end: Instant) -> Duration {
    let left = end.saturating_duration_since(Instant::now());
    match left.subsec_nanos() {
        0 => Duration::from_secs(1),
        nanos => Duration::from_nanos(nanos.into()),
    }
}

fn countdown() -> MutexGuard<'static, Option<Instant>> {
    COUNTDOWN.lock().unwrap_or_else(PoisonError::into_inner)
}
