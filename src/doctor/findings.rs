//! Which check a finding becomes.

use std::time::SystemTime;

use super::{Check, Outcome};
use crate::{
    api,
    auth::{
        Client, Error,
        address::host_and_port,
        examine::{ApiAnswer, Finding, ProtectedResource, TokenForm},
    },
    config::Settings,
    notice::{Failure, Notice, NoticeKind, Tone},
    terminal::words::{Hosts, sentence},
};

/// What was heard so far, and whose.
pub(super) struct Doctor<'a> {
    pub client: &'a Client,
    pub settings: &'a Settings,
    /// The API's host.
    pub api: String,
    /// How the API answered without an access token, if it can be asked.
    pub without_token: Option<ApiAnswer>,
    pub resource: Option<ProtectedResource>,
    /// Of whoever is signed in.
    pub token: Option<TokenForm>,
    /// How the API answered to that.
    pub with_token: Option<Result<ApiAnswer, api::Error>>,
}

impl<'a> Doctor<'a> {
    pub fn new(client: &'a Client, settings: &'a Settings) -> Self {
        Self {
            client,
            settings,
            api: host_and_port(&settings.api_url),
            without_token: None,
            resource: None,
            token: None,
            with_token: None,
        }
    }

    /// What is told of it at once.
    pub fn hear(&mut self, finding: Finding) -> Option<Check> {
        Some(match finding {
            Finding::Store(found) => self.store(found),
            Finding::Browser(is_there) => Self::browser(is_there),
            Finding::Ports(ports) => self.ports(&ports),
            Finding::Discovery(found) => self.discovery(found),
            Finding::Clock { here, there } => self.clock(here, there),
            Finding::Keys(found) => self.keys(found),
            Finding::Offline(offline) => self.offline(offline),
            Finding::Device(is_offered) => self.device(is_offered),
            Finding::Registration {
                redirect_uri,
                answer,
            } => self.registration(&redirect_uri, answer),
            Finding::Client(found) => self.admission(found),
            Finding::Api(found) => self.reached(found),
            Finding::Session(found) => self.session(found),
            Finding::Resource(resource) => {
                self.resource = Some(resource);
                return None;
            }
            Finding::ApiWithToken(answer) => {
                self.with_token = Some(answer.map_err(api::Error::from));
                return None;
            }
            // A kind that the auth crate has and nobody worded here.
            _ => return None,
        })
    }

    /// The provider's host.
    pub fn provider(&self) -> &str {
        self.client.issuer().host()
    }

    pub fn words(&self, notice: &Notice) -> String {
        let hosts = Hosts {
            provider: self.provider(),
            api: &self.api,
        };
        sentence(notice, hosts)
    }

    /// A check of an error that a sign-in would end with: what it says to an engineer, and
    /// what to a person.
    pub fn failure(&self, id: &'static str, error: &Error) -> Check {
        self.failed(id, &Failure::of_session(error, SystemTime::now()))
    }

    /// Of a call of the API.
    pub fn failed_call(&self, id: &'static str, error: &api::Error) -> Check {
        self.failed(id, &Failure::of_call(error, SystemTime::now()))
    }

    fn failed(&self, id: &'static str, failure: &Failure) -> Check {
        let row = failure.notice.kind.row();
        let outcome = match row.tone {
            Tone::Failure => Outcome::Failed(row.exit),
            Tone::Note | Tone::Good => Outcome::Warning,
        };
        let words = self.words(&failure.notice);
        let details = &failure.details;
        let details = details.strip_prefix(&format!("{id}: ")).unwrap_or(details);
        let (what, remedy) = match failure.notice.kind {
            // Its sentence leaves cause and remedy to the details.
            NoticeKind::Proxy => (&*words, details),
            _ => (details, &*words),
        };
        Check {
            outcome,
            ..Check::warning(id, what, remedy)
        }
    }
}
