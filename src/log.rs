//! The log: lines on stderr, our own alone. HTTP libraries log headers, and so
//! tokens, at their lowest levels; they are not let through at any level.

use ::log::{LevelFilter, Log, Metadata, Record};

use crate::{auth::text::one_line, identity::PROGRAM, terminal::say};

/// Most characters of a line.
const LONGEST: usize = 2000;

struct Stderr;

/// Starts the log. A second call only changes the level.
pub fn start(level: LevelFilter) {
    // An error means that a log runs already.
    let _ = ::log::set_logger(&Stderr);
    ::log::set_max_level(level);
}

impl Log for Stderr {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        is_ours(metadata.target())
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            say(&line(record));
        }
    }

    fn flush(&self) {}
}

fn is_ours(target: &str) -> bool {
    let name = target.split("::").next().unwrap_or(target);
    [env!("CARGO_CRATE_NAME"), "vestibule_auth", "vestibule_net"].contains(&name)
}

fn line(record: &Record<'_>) -> String {
    let level = record.level().as_str().to_lowercase();
    // One line each, whatever text from outside is in it.
    let text = one_line(&record.args().to_string(), LONGEST);
    format!("{PROGRAM}: {level}: {text}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_other_crates_are_not_ours() {
        for ours in [
            env!("CARGO_CRATE_NAME"),
            "vestibule::ui",
            "vestibule_auth::store_lock",
        ] {
            assert!(is_ours(ours));
        }
        for other in [
            "ureq::run",
            "rustls",
            "webbrowser",
            "vestibule_server::jwks",
        ] {
            assert!(!is_ours(other));
        }
    }

    #[test]
    fn a_record_is_one_line() {
        let record = Record::builder()
            .level(::log::Level::Warn)
            .args(format_args!("two\r\nlines\u{1b}[31m \u{202e}about"))
            .build();
        assert_eq!(line(&record), "vestibule: warn: two lines[31m about");
    }
}
