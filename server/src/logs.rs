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

/// The level is for our own words: libraries stay at `warn`, since their deeper
/// levels would write out what they send and receive.
pub fn to_stderr(level: LevelFilter) {
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("vestibule_server", level);
    // Whoever reads the log may go away; the service must not go with them.
    let layer = fmt::layer()
        .with_writer(io::stderr)
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
}
