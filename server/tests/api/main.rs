//! Black box: the API over HTTP on a free port of loopback, against an issuer that
//! is made for the tests and shares nothing with the verifier but HTTP.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::needless_pass_by_value,
    reason = "a test ends where something is missing"
)]

mod algorithms;
mod answers;
mod binary;
mod connections;
mod connections_world;
mod dex;
#[path = "../../../net/tests/doubles/mod.rs"]
mod doubles;
mod environment;
mod grid;
mod host;
mod hostile;
mod idle_timeout;
mod issuer;
mod issuer_documents;
mod issuer_proxies;
mod issuer_slow;
mod issuer_words;
mod kept_tokens;
mod keys;
mod library;
mod limits;
mod limits_crowd;
mod limits_descriptors;
mod limits_unread;
mod logs;
mod logs_unread;
mod metrics;
mod minted;
mod mistakes;
mod outage;
mod process;
mod refusals;
mod refusals_wire;
mod refused;
mod refused_library;
mod rotation;
mod routes;
mod second_token;
mod settings;
mod settings_encoding;
mod settings_file;
mod settings_marks;
mod settings_slips;
mod shutdown;
mod signals;
mod tls;
mod token;
mod valid;
mod verdicts;
mod world;
mod wycheproof;
