//! What the token endpoint makes of this client, asked with a code that was never given.

use oauth2::{AuthorizationCode, PkceCodeChallenge};

use super::request::parsed;
use crate::{
    authorization::{AuthorizationGrant, Nonce},
    client::{Client, Provider},
    error::{Error, ProviderWords, TokenError},
};

/// In the words of a log, should somebody look there.
const NEVER_GIVEN: &str = "examined-without-a-sign-in";

/// What a token endpoint makes of a client (RFC 6749 §5.2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Admission {
    /// The client may use the grant: only the code is refused (`invalid_grant`).
    Admitted,
    /// It does not authenticate itself as the provider wants (`invalid_client`): a secret is
    /// missing, wrong, or one too many.
    NotAuthenticated {
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// The client may not use the grant (`unauthorized_client`, `unsupported_grant_type`).
    NotAllowed {
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
    /// Refused with another code, which may be about the code that was made up.
    Unknown {
        /// The error code, or `unrecognised error`.
        code: String,
        /// What the provider says of it.
        said: Option<ProviderWords>,
    },
}

impl Client {
    pub(super) fn admission(
        &self,
        provider: &Provider,
        redirect_uri: &str,
    ) -> Result<Admission, Error> {
        let (_, verifier) = PkceCodeChallenge::new_random_sha256();
        let grant = AuthorizationGrant {
            code: AuthorizationCode::new(NEVER_GIVEN.to_owned()),
            nonce: Nonce::new(),
            redirect_uri: parsed(redirect_uri)?,
            verifier,
        };
        match self.token_endpoint(provider).exchange(&grant) {
            // Somebody who gives tokens for anything is no provider.
            Ok(_) => Err(TokenError::NoAccessToken.into()),
            Err(Error::Token(error)) if error.is_trouble() => Err(error.into()),
            Err(Error::Token(TokenError::Refused {
                status, code, said, ..
            })) => Ok(admission(status, code, said)),
            // RFC 6749 §5.2: 401 is for a client that failed to authenticate itself; some say
            // no more.
            Err(Error::Token(TokenError::Status { status: 401, .. })) => {
                Ok(Admission::NotAuthenticated { said: None })
            }
            Err(error) => Err(error),
        }
    }
}

fn admission(status: u16, code: String, said: Option<ProviderWords>) -> Admission {
    // Google's words for it come with invalid_request.
    let names_secret = |said: &ProviderWords| said.as_str().contains("client_secret");
    match code.as_str() {
        "invalid_grant" => Admission::Admitted,
        "invalid_client" => Admission::NotAuthenticated { said },
        "unauthorized_client" | "unsupported_grant_type" => Admission::NotAllowed { said },
        _ if status == 401 || said.as_ref().is_some_and(names_secret) => {
            Admission::NotAuthenticated { said }
        }
        _ => Admission::Unknown { code, said },
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_a_refusal_says_of_the_client_goes_by_its_code() {
        let words = |text: &str| ProviderWords::new(text, &[]);
        let known = |status, code: &str, said| match admission(status, code.to_owned(), said) {
            Admission::Admitted => "admitted",
            Admission::NotAllowed { .. } => "not allowed",
            Admission::NotAuthenticated { .. } => "not authenticated",
            Admission::Unknown { .. } => "unknown",
        };
        for (status, code, said, expected) in [
            (400, "invalid_grant", None, "admitted"),
            (401, "invalid_client", None, "not authenticated"),
            (400, "invalid_client", None, "not authenticated"),
            (401, "unrecognised error", None, "not authenticated"),
            (400, "unauthorized_client", None, "not allowed"),
            (401, "unauthorized_client", None, "not allowed"),
            (400, "unsupported_grant_type", None, "not allowed"),
            (
                400,
                "invalid_request",
                Some("client_secret is missing."),
                "not authenticated",
            ),
            // Dex's.
            (
                400,
                "invalid_request",
                Some("Invalid or expired code parameter."),
                "unknown",
            ),
            (400, "invalid_request", None, "unknown"),
        ] {
            let found = known(status, code, said.and_then(words));
            assert_eq!(found, expected, "{status} {code}");
        }
    }
}
