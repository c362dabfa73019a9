//! Exit codes, as the README lists them. Each notice has one in its row.

/// Done.
pub const DONE: u8 = 0;
/// Failed on this machine.
pub const FAILED_HERE: u8 = 1;
/// Wrong use or configuration, or another issuer than configured.
pub const WRONG_USE: u8 = 2;
/// No display, or no font.
pub const NO_WINDOW: u8 = 3;
/// Not signed in, or no longer.
pub const NOT_SIGNED_IN: u8 = 4;
/// Refused by a person, the provider, the API or a check.
pub const REFUSED: u8 = 5;
/// Provider or API unreachable or unwell; the session is kept.
pub const UNREACHABLE: u8 = 6;
/// Ctrl-C.
pub const INTERRUPTED: u8 = 130;
