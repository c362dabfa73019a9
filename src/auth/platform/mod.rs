//! What production puts behind the ports: the network, the system's browser,
//! keychain, files and clock.

pub mod clock;
pub mod http;
mod public;

pub use clock::SystemClock;
pub use http::HttpClient;
