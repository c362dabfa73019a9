//! Standard error without waiting for it.
//!
//! Whoever reads it may stand still, and then a full pipe holds up who writes to it. So
//! lines go into memory, and a thread of its own writes them. What finds no room there is
//! dropped and counted, and one line says how many as soon as the reader goes on.
//!
//! `tracing-appender` would do most of this. But it counts the lines that wait, not their
//! bytes, writes no word of what it has dropped, and in the very case of a full pipe
//! prints its own complaint to standard output at the end.

use std::{
    backtrace::{Backtrace, BacktraceStatus},
    io::{self, ErrorKind, Write},
    mem,
    sync::{
        Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    thread,
    time::Duration,
};

use tracing_subscriber::fmt::MakeWriter;

/// Bytes that may wait, some three thousand lines; as many more may be about to be
/// written, which makes 2 MiB.
const ROOM: usize = 1024 * 1024;

/// How long the end of the process waits for the last lines.
const LAST: Duration = Duration::from_secs(1);

/// Between two attempts where standard error is set not to block and takes nothing.
const PAUSE: Duration = Duration::from_millis(10);

static QUEUE: Queue = Queue {
    lines: Mutex::new(Lines {
        waiting: Vec::new(),
        writing: false,
        untold: 0,
    }),
    filled: Condvar::new(),
    emptied: Condvar::new(),
    dropped: AtomicU64::new(0),
};

/// The lock is held to copy a line, never to write one.
struct Queue {
    lines: Mutex<Lines>,
    filled: Condvar,
    emptied: Condvar,
    dropped: AtomicU64,
}

struct Lines {
    waiting: Vec<u8>,
    writing: bool,
    /// Dropped since it was last told
    untold: u64,
}

impl Queue {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn add(&self, line: &[u8]) {
        let mut lines = self.lines();
        if lines.waiting.len() + line.len() > ROOM {
            lines.untold += 1;
            self.dropped.fetch_add(1, Relaxed);
            return;
        }
        let sleeps = lines.waiting.is_empty() && !lines.writing;
        make_room(&mut lines.waiting, line.len());
        lines.waiting.extend_from_slice(line);
        drop(lines);
        if sleeps {
            self.filled.notify_one();
        }
    }

    /// Takes what waits, and how many lines after it were dropped.
    fn take(&self) -> (Vec<u8>, u64) {
        let mut lines = self.lines();
        lines.writing = false;
        if lines.waiting.is_empty() {
            self.emptied.notify_all();
        }
        let empty = |lines: &mut Lines| lines.waiting.is_empty();
        let waited = self.filled.wait_while(lines, empty);
        let mut lines = waited.unwrap_or_else(PoisonError::into_inner);
        lines.writing = true;
        let batch = mem::take(&mut lines.waiting);
        (batch, mem::take(&mut lines.untold))
    }

    fn write_on(&self) -> ! {
        loop {
            let (batch, dropped) = self.take();
            if dropped > 0 {
                // First into the empty queue: where the dropped ones would have been. Told
                // at each level that has lines to lose.
                tracing::error!(
                    dropped,
                    in_all = self.dropped.load(Relaxed),
                    "log lines were dropped: nobody read standard error for a while"
                );
            }
            // One by one, so that those of several processes do not mix in one pipe.
            for line in batch.split_inclusive(|byte| *byte == b'\n') {
                if write(line).is_err() {
                    self.dropped.fetch_add(1, Relaxed);
                }
            }
        }
    }
}

/// Doubles, as a vector does by itself, but to no more than the lines may have.
fn make_room(waiting: &mut Vec<u8>, more: usize) {
    let needed = waiting.len() + more;
    if needed > waiting.capacity() {
        let room = needed.next_power_of_two().min(ROOM);
        waiting.reserve_exact(room - waiting.len());
    }
}

fn write(mut line: &[u8]) -> io::Result<()> {
    while !line.is_empty() {
        match io::stderr().write(line) {
            Ok(0) => return Err(ErrorKind::WriteZero.into()),
            Ok(size) => line = &line[size..],
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            // Another process that shares it has set it so.
            Err(error) if error.kind() == ErrorKind::WouldBlock => thread::sleep(PAUSE),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Begins to write. When the guard goes, so does the process: the last lines are given a
/// second.
///
/// # Errors
/// No thread can be had.
pub fn start() -> io::Result<Guard> {
    let thread = thread::Builder::new().name("stderr".into());
    thread.stack_size(128 * 1024).spawn(|| QUEUE.write_on())?;
    Ok(Guard)
}

/// See [`start`].
pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        flush(LAST);
    }
}

/// Waits until all is written, but no longer than this.
pub fn flush(limit: Duration) {
    let unwritten = |lines: &mut Lines| lines.writing || !lines.waiting.is_empty();
    let _ = QUEUE
        .emptied
        .wait_timeout_while(QUEUE.lines(), limit, unwritten);
}

/// A line that is no part of the log.
pub fn say(line: &str) {
    QUEUE.add(format!("{line}\n").as_bytes());
}

/// Lines that were lost so far.
#[allow(dead_code, reason = "the development provider has no metrics")]
pub fn dropped() -> u64 {
    QUEUE.dropped.load(Relaxed)
}

/// Has panics told in the log: the usual hook would wait for standard error.
pub fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let backtrace = Backtrace::capture();
        let captured = backtrace.status() == BacktraceStatus::Captured;
        tracing::error!(
            thread = thread::current().name(),
            location = panic.location().map(tracing::field::display),
            backtrace = captured.then(|| backtrace.to_string()),
            "panicked: {}",
            panic.payload_as_str().unwrap_or("without a text")
        );
    }));
}

/// What the log is written with: each call is one whole line.
#[derive(Clone, Copy)]
pub struct Queued;

impl Write for Queued {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        QUEUE.add(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for Queued {
    type Writer = Self;

    fn make_writer(&self) -> Self {
        *self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_that_wait_have_their_room_and_no_more_and_it_is_given_back() {
        let queue = Queue {
            lines: Mutex::new(Lines {
                waiting: Vec::new(),
                writing: false,
                untold: 0,
            }),
            filled: Condvar::new(),
            emptied: Condvar::new(),
            dropped: AtomicU64::new(0),
        };
        let line = [b'x'; 1000];
        let fitting = ROOM / line.len();
        for _ in 0..fitting + 3 {
            queue.add(&line);
            assert!(queue.lines().waiting.capacity() <= ROOM);
        }
        let (batch, dropped) = queue.take();
        assert_eq!((batch.len(), dropped), (fitting * line.len(), 3));
        assert_eq!(queue.lines().waiting.capacity(), 0);
        queue.add(&line);
        assert!(queue.lines().waiting.capacity() < 2 * line.len() + 100);
    }
}
