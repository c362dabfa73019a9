//! A refresh at the token endpoint that an earlier process was told of, which the provider may
//! have given up since.

use std::sync::Arc;

use super::{
    client::{Client, Provider},
    error::{Error, TokenError, TransportErrorKind},
    response::is_transient_status,
    secret::RefreshToken,
    token::TokenAnswer,
};

impl Client {
    /// Exchanges `token` at the provider, which becomes that of now where what was remembered
    /// of it proves old. A token that may have reached the former endpoint is not sent to the
    /// new one at once: the next refresh does so, seconds later, as where an endpoint that
    /// stays does not answer.
    pub(super) fn exchange_at(
        &self,
        provider: &mut Arc<Provider>,
        token: &RefreshToken,
    ) -> Result<TokenAnswer, Error> {
        let error = match self.token_endpoint(provider).refresh(token) {
            Ok(answer) => return Ok(answer),
            Err(error) => error,
        };
        match self.moved(provider, &error) {
            Some(moved) if reached_nobody(&error) => *provider = moved,
            _ => return Err(error),
        }
        self.token_endpoint(provider).refresh(token)
    }

    /// The provider as it answers now, if `error` came of what was remembered of it and its
    /// token endpoint is another one now.
    fn moved(&self, provider: &Provider, error: &Error) -> Option<Arc<Provider>> {
        if !provider.is_remembered || !may_have_moved(error) {
            return None;
        }
        log::info!("{error}: asking where the token endpoint is now");
        let client = self.clone();
        let now = self.within_patience(move || client.discover());
        let now = now.inspect_err(|error| log::info!("{error}")).ok();
        now.filter(|now| now.metadata.token_endpoint != provider.metadata.token_endpoint)
    }
}

/// Whether a token endpoint that fails so may be one that the provider has given up. One that
/// refuses, or has trouble of its own, is there.
fn may_have_moved(error: &Error) -> bool {
    match error {
        Error::Transport(_) => true,
        Error::Token(TokenError::Status { status, .. }) => !is_transient_status(*status),
        Error::Token(error) => matches!(
            error,
            TokenError::NotJson | TokenError::NotThere | TokenError::Redirect { .. }
        ),
        _ => false,
    }
}

/// Whether a request certainly reached no token endpoint: there was no connection, or nothing
/// is at the address that takes a form (RFC 9110 §15.5.5, §15.5.6, §15.5.11).
fn reached_nobody(error: &Error) -> bool {
    match error {
        Error::Transport(error) => matches!(
            error.kind,
            TransportErrorKind::Certificate(_) | TransportErrorKind::NotConnected(_)
        ),
        Error::Token(TokenError::Status { status, .. }) => matches!(status, 404 | 405 | 410),
        Error::Token(error) => matches!(error, TokenError::NotThere),
        _ => false,
    }
}
