//! The window without a display: words, commands, keys, colours, pictures.
#![allow(missing_docs, clippy::expect_used, clippy::unwrap_used)]

mod calls;
mod colours;
mod countdown;
mod every_notice;
mod idle;
mod intents;
mod kiosk;
mod languages;
mod layout;
mod notices;
mod phone;
mod qr;
mod reach;
mod screenshots;
mod ways;
mod words;
mod world;
