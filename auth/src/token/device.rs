//! The codes for another device, and the poll for its tokens (RFC 8628 §3.1–3.4).

use std::time::Duration;

use url::Url;

use super::{TokenAnswer, TokenEndpoint, answer::seconds, form::Form};
use crate::{
    error::{DeviceError, Error, MemberError, MemberFault, TokenError},
    members::Members,
    provider::{Endpoint, Issuer},
    secret::DeviceCode,
    text::one_line,
};

const GRANT_TYPE: &str = "urn:ietf:params:oauth:grant-type:device_code";

/// RFC 8628 §3.2: where the provider says nothing.
const USUAL_INTERVAL: Duration = Duration::from_secs(5);
/// A provider that says 0 is not to be asked without a pause.
const SHORTEST_INTERVAL: Duration = Duration::from_secs(1);
/// As long as the longest pause after trouble: with a longer one, nobody would see that
/// the person has finished.
const LONGEST_INTERVAL: Duration = Duration::from_secs(60);
/// Where the provider does not say it, as it must: shorter than any that is known.
const USUAL_LIFE: Duration = Duration::from_secs(5 * 60);
/// No known provider gives a code for longer, and whoever finds one on a screen that was
/// left may answer in the person's place.
const LONGEST_LIFE: Duration = Duration::from_secs(30 * 60);
/// Longest address, in bytes: what a QR code holds (2953) with room for its making.
const LONGEST_ADDRESS: usize = 2000;
/// Longest user code, in characters: nobody enters a longer one.
const LONGEST_CODE: usize = 32;

/// What the endpoint gives (RFC 8628 §3.2). No Debug: it holds a secret.
pub(crate) struct DeviceCodes {
    /// For the poll.
    pub device_code: DeviceCode,
    /// For the person.
    pub user_code: String,
    /// Where the person enters it.
    pub verification_uri: String,
    /// The same with the code in it.
    pub verification_uri_complete: Option<String>,
    /// How long both codes live.
    pub life: Duration,
    /// How long to wait between two polls.
    pub interval: Duration,
}

impl TokenEndpoint<'_> {
    /// Asks for the codes (RFC 8628 §3.1), for what the authorization request asks for.
    ///
    /// # Errors
    /// Not offered, transport, a refusal, or an answer that cannot be used.
    pub fn device_codes(
        &self,
        issuer: &Issuer,
        scopes: &[String],
        audience: Option<&str>,
    ) -> Result<DeviceCodes, Error> {
        let Endpoint::At(to) = &self.provider.device_authorization_endpoint else {
            return Err(DeviceError::NotOffered.into());
        };
        let scope = scopes.join(" ");
        let scope = (!scope.is_empty()).then_some(scope.as_str());
        let parameters = [
            ("scope", scope),
            ("audience", audience),
            ("resource", self.resource),
        ];
        let said = |(name, value): (&'static str, Option<_>)| Some((name, value?));
        let mut parameters: Vec<_> = parameters.into_iter().filter_map(said).collect();
        if self.basic().is_some() {
            // RFC 8628 §3.1: whoever does not know the header finds it here.
            parameters.push(("client_id", &self.client.id));
        }
        let heard = self.post(&Form {
            what: "the device authorization answer",
            to,
            parameters: &parameters,
            secrets: &[],
        });
        let heard = heard.map_err(no_code)?;
        let refusal = heard.refusal.map_or(Ok(()), Err);
        let codes = refusal.and_then(|()| {
            let members = heard.members.ok_or(TokenError::NotJson)?;
            DeviceCodes::read(&members, issuer).map_err(TokenError::Member)
        });
        codes.map_err(|error| DeviceError::NoCode(error).into())
    }

    /// Asks whether the person has finished (RFC 8628 §3.4).
    ///
    /// # Errors
    /// As [`Self::exchange`]; what those of RFC 8628 §3.5 mean, the caller judges.
    pub fn poll(&self, code: &DeviceCode) -> Result<TokenAnswer, Error> {
        let code = code.secret();
        let parameters = [("grant_type", GRANT_TYPE), ("device_code", code)];
        self.tokens(&parameters, &[code])
    }
}

fn no_code(error: Error) -> Error {
    match error {
        Error::Token(error) => DeviceError::NoCode(error).into(),
        error => error,
    }
}

impl DeviceCodes {
    fn read(members: &Members, issuer: &Issuer) -> Result<Self, MemberError> {
        let device_code = DeviceCode::new(members.text("device_code")?);
        // Google has the name of an early draft.
        let named = match members.value("verification_uri") {
            Some(_) => "verification_uri",
            None if members.value("verification_url").is_some() => "verification_url",
            None => "verification_uri",
        };
        let page = address(members.text(named)?, issuer);
        let complete = members.optional("verification_uri_complete", |value| {
            address(value.as_str()?, issuer)
        });
        let interval = members.optional("interval", seconds);
        let life = members.optional("expires_in", |value| {
            seconds(value).filter(|life| !life.is_zero())
        });
        Ok(Self {
            device_code,
            user_code: user_code(members.text("user_code")?)?,
            verification_uri: page.ok_or(unusable(named))?,
            verification_uri_complete: complete,
            life: life.unwrap_or(USUAL_LIFE).min(LONGEST_LIFE),
            interval: interval
                .unwrap_or(USUAL_INTERVAL)
                .clamp(SHORTEST_INTERVAL, LONGEST_INTERVAL),
        })
    }
}

/// An address that a person may be sent to, as a URL is written: ASCII, nothing in it that
/// could turn the text around it about.
fn address(text: &str, issuer: &Issuer) -> Option<String> {
    let url = Url::parse(text).ok().filter(|url| issuer.allows(url))?;
    (url.as_str().len() <= LONGEST_ADDRESS).then(|| url.into())
}

/// The code made inert. One that is cut is of no use.
fn user_code(text: &str) -> Result<String, MemberError> {
    let code = one_line(text, LONGEST_CODE);
    let is_whole = one_line(text, LONGEST_CODE + 1) == code;
    (is_whole && !code.is_empty())
        .then_some(code)
        .ok_or(unusable("user_code"))
}

fn unusable(name: &'static str) -> MemberError {
    let fault = MemberFault::Unusable;
    MemberError { name, fault }
}

#[cfg(test)]
#[path = "device_tests.rs"]
mod tests;
