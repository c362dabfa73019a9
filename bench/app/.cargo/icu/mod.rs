// The data that each crate of ICU comes with, all of it.
include!(concat!(core::env!("CARGO_MANIFEST_DIR"), "/data/mod.rs"));
