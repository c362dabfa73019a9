//! The camera and the robot of `tests/real`.

#[path = "../real/phone/qr.rs"]
pub mod qr;
#[path = "../real/phone/robot.rs"]
#[allow(dead_code)]
pub mod robot;
#[path = "../real/phone/user_code.rs"]
mod user_code;

pub use user_code::user_code;
