//! A form posted to the provider by this client, and what is heard of it: the one place
//! where the client authenticates itself (RFC 6749 §2.3.1, §3.2.1) and where a refusal is
//! read (§5.2).

use base64::{Engine, engine::general_purpose::STANDARD};
use url::{Url, form_urlencoded};

use super::TokenEndpoint;
use crate::{
    address::told,
    error::{Error, ProviderWords, TokenError, error_code},
    members::Members,
    ports::{Limits, Request, Response},
    response::{is_gateways, is_page, redirect_target, retry_after},
    secret::ClientSecret,
};

/// Most bytes of an answer.
const ANSWER_LIMIT: u64 = 256 * 1024;

/// What is posted.
pub(super) struct Form<'a> {
    /// What the answer is, for the log.
    pub what: &'static str,
    /// Where to.
    pub to: &'a Url,
    /// What is asked, without who asks.
    pub parameters: &'a [(&'a str, &'a str)],
    /// Which of their values no word to a person may repeat.
    pub secrets: &'a [&'a str],
}

/// An answer with a success.
pub(super) struct Heard {
    pub response: Response,
    /// `None` if it is no JSON.
    pub members: Option<Members>,
    /// Some providers refuse with a success.
    pub refusal: Option<TokenError>,
}

impl TokenEndpoint<'_> {
    /// Posts a form as this client.
    ///
    /// # Errors
    /// Transport, a refusal, or any status but a success.
    pub(super) fn post(&self, form: &Form<'_>) -> Result<Heard, Error> {
        let request = self.request(form).ok_or(TokenError::Unsendable)?;
        let response = self.http.send(request, Limits::body(ANSWER_LIMIT))?;
        let members = Members::parse(form.what, response.body());
        let refusal = |members| self.refusal(members, &response, form.secrets);
        let refusal = members.as_ref().and_then(refusal);
        if !response.status().is_success() {
            let failure = || self.failure(form.to, &response);
            return Err(refusal.unwrap_or_else(failure).into());
        }
        Ok(Heard {
            response,
            members,
            refusal,
        })
    }

    fn request(&self, form: &Form<'_>) -> Option<Request> {
        let mut request = http::Request::post(form.to.as_str())
            .header("accept", "application/json")
            .header("content-type", "application/x-www-form-urlencoded");
        let mut pairs = form_urlencoded::Serializer::new(String::new());
        pairs.extend_pairs(form.parameters);
        match self.basic() {
            Some(basic) => request = request.header("authorization", format!("Basic {basic}")),
            None => {
                pairs.append_pair("client_id", &self.client.id);
                let secret = self.client.secret.as_ref();
                pairs.extend_pairs(secret.map(|secret| ("client_secret", secret.secret())));
            }
        }
        request.body(pairs.finish().into_bytes()).ok()
    }

    /// The credentials of a client that authenticates itself by Basic, as RFC 6749 §2.3.1
    /// has it: both parts form-encoded first.
    pub(super) fn basic(&self) -> Option<String> {
        let secret = self.client.secret.as_ref()?;
        let encode =
            |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
        let pair = format!("{}:{}", encode(&self.client.id), encode(secret.secret()));
        (!self.provider.secret_in_body).then(|| STANDARD.encode(pair))
    }

    /// The OAuth error in an answer (RFC 6749 §5.2), of whatever status.
    fn refusal(
        &self,
        members: &Members,
        response: &Response,
        secrets: &[&str],
    ) -> Option<TokenError> {
        let code = error_code(members.optional_text("error")?);
        // Those of the request and of the client, and what came beside the refusal.
        let own = self.client.secret.as_ref().map(ClientSecret::secret);
        let basic = self.basic();
        let brought = ["access_token", "id_token", "refresh_token"];
        let brought = brought.map(|name| members.optional_text(name));
        let secrets = secrets.iter().copied().map(Some);
        let secrets = secrets.chain([own, basic.as_deref()]).chain(brought);
        let secrets: Vec<_> = secrets.flatten().collect();
        let said = members.optional_text("error_description");
        let said = said.and_then(|said| ProviderWords::new(said, &secrets));
        ProviderWords::log(said.as_ref());
        Some(TokenError::Refused {
            status: response.status().as_u16(),
            code,
            said,
            retry_after: retry_after(response, self.clock.now()),
        })
    }

    /// An answer that says nothing but its status.
    fn failure(&self, asked: &Url, response: &Response) -> TokenError {
        if let Some(to) = redirect_target(response, asked) {
            return TokenError::Redirect { to: told(&to) };
        }
        if is_gateways(response) {
            return TokenError::NotJson;
        }
        // Not even 404 in a page is what a token endpoint says.
        if matches!(response.status().as_u16(), 404 | 410) && is_page(response) {
            return TokenError::NotThere;
        }
        TokenError::Status {
            status: response.status().as_u16(),
            retry_after: retry_after(response, self.clock.now()),
        }
    }
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
