//! The log on stderr: text for people at a terminal, one JSON object a line for all
//! else.

use std::io::{self, IsTerminal};

use tracing_subscriber::{
    Layer,
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

use crate::stderr;

/// The level is for our own words: libraries stay at `warn`, since their deeper
/// levels would write out what they send and receive.
pub fn to_stderr(level: LevelFilter) {
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("vestibule_server", level);
    // Whoever reads the log may go away; the service must not go with them.
    let layer = fmt::layer()
        .with_writer(stderr::Queued)
        .log_internal_errors(false);
    let layer = if io::stderr().is_terminal() {
        layer.boxed()
    } else {
        // A request's id stands beside the rest, in the object of its span.
        let json = layer.json().flatten_event(true);
        json.with_current_span(true).with_span_list(false).boxed()
    };
    tracing_subscriber::registry()
        .with(layer)
        .with(filter)
        .init();
    stderr::log_panics();
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use std::{
        io::Write,
        panic::catch_unwind,
        sync::{Arc, Mutex},
    };

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_is_one_line_of_the_log_with_its_text_and_place() {
        let kept = Kept::default();
        let writer = kept.clone();
        let layer = fmt::layer().json().with_writer(move || writer.clone());
        let subscriber = tracing_subscriber::registry().with(layer);
        let hook = std::panic::take_hook();
        stderr::log_panics();
        tracing::subscriber::with_default(subscriber, || {
            catch_unwind(|| panic!("on {}", "purpose")).unwrap_err();
        });
        std::panic::set_hook(hook);
        let text = String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
        assert_eq!(text.lines().count(), 1, "{text}");
        for part in ["panicked: on purpose", "ERROR", "logs.rs:"] {
            assert!(text.contains(part), "{text}");
        }
    }
}
