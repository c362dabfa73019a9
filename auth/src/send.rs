//! Calling an API with a session: the one place that knows how an access token is
//! presented.

use http::{
    HeaderValue,
    header::{AUTHORIZATION, InvalidHeaderValue},
};
use url::Url;

use super::{
    address::is_https_or_loopback,
    cancel::Cancel,
    client::Client,
    error::SendError,
    ports::{Limits, Request, Response},
    secret::AccessToken,
    session::Session,
};

impl Client {
    /// Sends `request` with the session's access token, which is refreshed first where
    /// it is due, and reads the whole answer, whatever its status.
    ///
    /// After a 401 it is sent once more with another token (RFC 6750 §3.1); not
    /// without a refresh token, for then there is no other. A second 401 is given as the
    /// answer. A redirect is given as well and not followed, since the token would go
    /// there too (RFC 9700 §4.12). The address must be https, or http on loopback. An
    /// `authorization` header of the request's own is replaced.
    ///
    /// Each of the two attempts ends within 15 s; `cancel` ends the wait for another
    /// process's refresh, not a request that is under way.
    ///
    /// # Errors
    /// The address is not allowed, no access token could be had, no answer came, or it was
    /// larger than
    /// [`ClientBuilder::response_limit`](crate::ClientBuilder::response_limit).
    pub fn send(
        &self,
        session: &Session,
        request: Request,
        cancel: &Cancel,
    ) -> Result<Response, SendError> {
        let url = Url::parse(&request.uri().to_string());
        if !url.is_ok_and(|url| is_https_or_loopback(&url)) {
            return Err(SendError::NotHttps);
        }
        let token = self.access_token(session, cancel)?;
        // Without a refresh token there is no other access token to try.
        if !session.can_refresh() {
            return self.send_with(&token, request);
        }
        let answer = self.send_with(&token, request.clone())?;
        if answer.status() != 401 {
            return Ok(answer);
        }
        let token = self.another_access_token(session, &token, cancel)?;
        self.send_with(&token, request)
    }

    fn send_with(&self, token: &AccessToken, mut request: Request) -> Result<Response, SendError> {
        let bearer = bearer(token).map_err(|_| SendError::Unsendable)?;
        request.headers_mut().insert(AUTHORIZATION, bearer);
        let limits = Limits::body(self.settings.response_limit);
        let answer = self.ports.http.send(request, limits);
        answer.map_err(SendError::Transport)
    }
}

/// RFC 6750 §2.1: in the header only. What came from the token endpoint fits one.
pub(super) fn bearer(token: &AccessToken) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::try_from(format!("Bearer {}", token.secret()))?;
    value.set_sensitive(true);
    Ok(value)
}
