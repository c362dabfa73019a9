//! The common beginning of an app: the session of last time, or a sign-in.

use super::{
    client::Client,
    error::Error,
    ports::Cancel,
    session::Session,
    sign_in::{Progress, SignIn},
};

impl Client {
    /// The stored session, refreshed so that it is known to be good; where there is
    /// none, or it has ended, a sign-in through the browser.
    ///
    /// With a stored session that is good, no browser opens and `progress` hears
    /// nothing.
    ///
    /// # Errors
    /// Those of [`Self::access_token`] but [`Error::Ended`], and those of
    /// [`Self::sign_in`]. A network that fails or a store that does not serve is an error
    /// and no reason to sign in: what is stored stays, and the same call later finds it.
    pub fn restore_or_sign_in(
        &self,
        progress: &Progress,
        cancel: &Cancel,
    ) -> Result<Session, Error> {
        if let Some(session) = self.stored_session()? {
            match self.access_token(&session, cancel) {
                Ok(_) => return Ok(session),
                Err(Error::Ended(how)) => log::info!("signing in anew, since {how}"),
                Err(error) => return Err(error),
            }
        }
        self.sign_in(&SignIn::default(), progress, cancel)
    }
}
