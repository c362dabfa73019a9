//! y
#[cfg(feature = "dev-idp")]
pub mod dev_idp;
