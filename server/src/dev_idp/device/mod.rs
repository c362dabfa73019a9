//! Sign-in on a device without a browser of its own (RFC 8628).
//!
//! The device asks `authorize` for two codes and polls the token endpoint
//! (`poll`) with the long one. The person carries the short one to `page`, in a
//! browser anywhere, compares it, and goes through login and consent, which `decide`s.

mod asker;
mod authorization;
mod codes;
mod decision;
mod page;
mod polling;
mod user_code;

pub(super) use self::{
    asker::Asker,
    authorization::authorize,
    codes::{DeviceCodes, DeviceRequest},
    decision::{allowed, decide, refused},
    page::{answer, page},
    polling::{GRANT_TYPE, poll},
};
