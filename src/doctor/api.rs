//! The API, and whether the access tokens of this client are for it.

use super::{AUDIENCE, Check, Doctor};
use crate::{
    api,
    auth::{
        Error,
        error::TransportError,
        examine::{ApiAnswer, TokenForm},
    },
    exit,
    notice::NoticeKind,
};

const API: &str = "api";
/// What is kept was granted for the old settings.
const ANEW: &str = "then sign out and in again";

impl Doctor<'_> {
    /// How the API answers without an access token.
    pub(super) fn reached(&mut self, found: Result<ApiAnswer, TransportError>) -> Check {
        let answer = match found {
            Ok(answer) => answer,
            Err(error) => return self.failed_call(API, &api::Error::Transport(error)),
        };
        let host = &self.api;
        let check = match &answer {
            ApiAnswer::Unauthorized {
                asks_for_bearer: true,
            } => Check::ok(API, format!("{host} asks for an access token")),
            ApiAnswer::Unauthorized { .. } => Check::warning(
                API,
                format!("{host} answers 401, and does not say that it wants a bearer token"),
                "check that api_url is an API that takes access tokens (RFC 6750 §3)",
            ),
            ApiAnswer::Success => Check::warning(
                API,
                format!(
                    "{host} answers without an access token: what is at api_url is not protected"
                ),
                "check that api_url is what you mean; if it is, protect it there",
            ),
            // Some say 403 where 401 is meant.
            ApiAnswer::Forbidden { .. } => {
                Check::ok(API, format!("{host} refuses without an access token"))
            }
            other => match error(other) {
                Some(error) => self.failed_call(API, &error),
                None => Check::ok(API, format!("{host} answers")),
            },
        };
        self.without_token = Some(answer);
        check
    }

    /// Who is signed in, without a word about them.
    pub(super) fn session(&mut self, found: Result<Option<TokenForm>, Error>) -> Check {
        let token = match found {
            Err(error) => return self.failure("session", &error),
            Ok(None) => return Check::ok("session", "nobody is signed in here"),
            Ok(Some(token)) => token,
        };
        let check = Check::ok(
            "session",
            format!("somebody is signed in, and has {}", told(&token)),
        );
        self.token = Some(token);
        check
    }

    /// Whether the access tokens are for the API. To be asked at the end.
    pub(super) fn audience(&mut self) -> Option<Check> {
        if let Some(check) = self.for_others() {
            return Some(check);
        }
        let (Some(token), Some(answer)) = (self.token.clone(), self.with_token.take()) else {
            // Nobody is signed in, or the API cannot be asked.
            return self.without_session();
        };
        let answer = match answer {
            Ok(answer) => answer,
            // That it does not answer is told already.
            Err(api::Error::Transport(_)) if self.without_token.is_none() => return None,
            Err(error) => return Some(self.failed_call(AUDIENCE, &error)),
        };
        let error = match &answer {
            // The API is not protected, which is told already.
            ApiAnswer::Success if self.without_token == Some(ApiAnswer::Success) => return None,
            ApiAnswer::Success => {
                let what = format!("{} takes {}", self.api, told(&token));
                return Some(Check::ok(AUDIENCE, what));
            }
            ApiAnswer::Unauthorized { .. } => return Some(self.unauthorized(&token)),
            // The API answers so without a token as well.
            other if self.without_token.as_ref() == Some(other) => return None,
            other => error(other)?,
        };
        Some(self.failed_call(AUDIENCE, &error))
    }

    /// RFC 9728 §2.
    fn for_others(&self) -> Option<Check> {
        let resource = self.resource.as_ref()?;
        let (api, issuer) = (&self.api, self.client.issuer().as_str());
        if resource.is_for_others(issuer) {
            let servers = resource.authorization_servers.join(", ");
            return Some(Check::failed(
                AUDIENCE,
                exit::REFUSED,
                format!("{api} takes access tokens of {servers} alone, not of {issuer}"),
                "set issuer to the one that the API trusts, or api_url to an API that trusts yours",
            ));
        }
        let ours = self.settings.resource.as_ref();
        let other = ours.filter(|ours| **ours != resource.resource)?;
        Some(Check::warning(
            AUDIENCE,
            format!(
                "{api} calls itself {}, not {other} as resource says",
                resource.resource
            ),
            format!("set resource to {}, {ANEW}", resource.resource),
        ))
    }

    fn without_session(&self) -> Option<Check> {
        self.without_token.as_ref()?;
        let named = self
            .settings
            .audience
            .as_ref()
            .or(self.settings.resource.as_ref());
        Some(match named {
            Some(name) => Check::ok(
                AUDIENCE,
                format!(
                    "access tokens are asked for {name}; whether the API takes them shows after a sign-in"
                ),
            ),
            None => Check::warning(
                AUDIENCE,
                "no API is named in what a sign-in asks for; whether its access tokens are taken \
                 shows after a sign-in",
                "set audience to what your API is called at the provider (some want resource or a \
                 scope in place of it)",
            ),
        })
    }

    fn unauthorized(&self, token: &TokenForm) -> Check {
        let settings = self.settings;
        let name_it = settings.audience.is_none() && settings.resource.is_none();
        let remedy = match token {
            TokenForm::Opaque if name_it => format!(
                "set audience to what the API is called at the provider, which gives opaque tokens \
                 without it; else set the access tokens of this client to JWT there; {ANEW}"
            ),
            TokenForm::Opaque if settings.resource.is_none() => format!(
                "name the API with resource in place of audience, where the provider knows only \
                 that; else set the access tokens of this client, or of the API, to JWT there; \
                 {ANEW}"
            ),
            TokenForm::Opaque => format!(
                "set the access tokens of this client, or of the API, to JWT at the provider; {ANEW}"
            ),
            TokenForm::Jwt { .. } if name_it => format!(
                "set audience to what the API is called at the provider (some want resource or a \
                 scope in place of it); {ANEW}"
            ),
            TokenForm::Jwt {
                issuer: Some(issuer),
                ..
            } if issuer != self.client.issuer().as_str() => format!(
                "the issuer in it is {issuer}: let the API accept that one, or have the provider \
                 name itself as in the setting issuer; {ANEW}"
            ),
            _ => self.words(&NoticeKind::ApiRefused.into()),
        };
        let what = format!("{} refuses {} (401)", self.api, told(token));
        Check::failed(AUDIENCE, exit::REFUSED, what, remedy)
    }
}

/// As a call of the API would end.
fn error(answer: &ApiAnswer) -> Option<api::Error> {
    Some(match answer {
        ApiAnswer::Page => api::Error::Page,
        ApiAnswer::Redirect { to } => api::Error::Redirect { to: to.clone() },
        ApiAnswer::Unauthorized { .. } => api::Error::Refused,
        ApiAnswer::Forbidden { scope } => api::Error::Forbidden {
            required: scope.clone(),
        },
        ApiAnswer::Status(status) => api::Error::Status(*status),
        _ => return None,
    })
}

fn told(token: &TokenForm) -> String {
    match token {
        TokenForm::Jwt { audiences, .. } if audiences.is_empty() => {
            "an access token for nobody (no aud in it)".to_owned()
        }
        TokenForm::Jwt { audiences, .. } => {
            format!("an access token for {}", audiences.join(", "))
        }
        _ => "an access token that is opaque (no JWT)".to_owned(),
    }
}
