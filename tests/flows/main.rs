//! The auth module and the worker against the development provider and the
//! real API, in process: real sockets on loopback, no window, no keychain.

#![allow(clippy::unwrap_used, clippy::expect_used)]

mod api;
mod attempt;
mod attempt_late;
mod behind;
mod browser;
#[cfg(target_os = "linux")]
mod busy;
mod calls;
mod clock;
mod device;
mod device_library;
mod device_refusals;
mod discovery;
mod doctor;
mod double;
#[path = "../../net/tests/doubles/mod.rs"]
mod doubles;
mod example;
mod flawed;
#[cfg(target_os = "linux")]
mod flood;
mod garbled;
mod hostile_provider;
mod hostile_tokens;
mod http;
mod kept;
mod keys_ahead;
mod known;
mod languages;
mod last_token;
mod left_alive;
mod library;
mod moved;
mod name_first;
mod nonce;
#[cfg(unix)]
mod own_names;
#[cfg(unix)]
mod people;
#[cfg(feature = "window")]
mod picture;
mod program;
mod providers;
mod proxies;
mod proxies_program;
#[cfg(target_os = "linux")]
mod pty;
mod raw;
mod refusals;
mod remembered;
#[cfg(unix)]
mod remembered_file;
mod responses;
mod resume;
mod retry_after;
mod road;
mod round_trips;
mod scopes;
mod sentences;
mod setup;
mod sign_in;
mod sign_out;
mod states;
mod store;
mod superseded;
#[cfg(target_os = "linux")]
mod terminal;
mod tls;
mod two_processes;
mod under_way;
#[path = "../../auth/src/loopback/tests/wire.rs"]
mod wire;
mod worker;
mod worker_cancel;
mod worker_device;
mod worker_ends;
mod worker_kiosk;
mod worker_late;
mod worker_left;
mod worker_ways;
mod world;
