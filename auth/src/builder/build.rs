//! From settings that were checked to a client, with production's ports where none are
//! given.

use std::{fmt, path::PathBuf, sync::Arc};

use crate::secret::ClientSecret;

use super::{ClientBuilder, Store, checks};
use crate::{
    client::{Client, ClientSettings},
    error::{BuildError, SettingFault},
    platform::{FileStore, HttpClient, Keychain, SystemBrowser, SystemClock, environment},
    ports::{Http, Ports, StoreKind, TokenStore},
    store::{MemoryStore, provider_file},
    token::ClientIdentity,
};

/// Whose client it is to be; nothing secret.
impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .field("app_name", &self.app_name)
            .finish_non_exhaustive()
    }
}

impl ClientBuilder {
    /// Checks every setting and makes the client. No network, no keychain, no browser
    /// yet; nothing is written.
    ///
    /// # Errors
    /// The first setting that cannot be used, by name.
    pub fn build(self) -> Result<Client, BuildError> {
        let checked = checks::check(&self)?;
        let store = self.own_or_made_store(&checked.slug)?;
        let ports = Ports {
            browser: match self.browser.clone() {
                Some(browser) => browser,
                None => Arc::new(SystemBrowser),
            },
            clock: match self.clock.clone() {
                Some(clock) => clock,
                None => Arc::new(SystemClock),
            },
            http: self.own_or_made_http(&checked.slug)?,
            store,
        };
        let lock_file = self.lock_over_processes(&checked.slug)?;
        let settings = ClientSettings {
            provider_file: lock_file.as_deref().map(provider_file),
            lock_file,
            app_name: checked.app_name,
            audience: self.audience,
            identity: ClientIdentity {
                id: self.client_id,
                secret: self.client_secret.map(ClientSecret::new),
            },
            issuer: checked.issuer,
            prompt: self.prompt,
            redirect_host: self.redirect_host,
            redirect_ports: self.redirect_ports,
            resource: self.resource,
            response_limit: self.response_limit,
            scopes: self.scopes,
            sign_in_limit: self.sign_in_limit,
        };
        Ok(Client::new(settings, ports))
    }

    fn own_or_made_store(&self, slug: &str) -> Result<Arc<dyn TokenStore>, BuildError> {
        let kind = match &self.store {
            Store::Own(store) => return Ok(store.clone()),
            Store::Kind(kind) => kind,
        };
        Ok(match kind {
            StoreKind::File => {
                let credential = self.credential.clone();
                let credential =
                    credential.unwrap_or_else(|| environment::credential(format!("{slug}-key")));
                Arc::new(FileStore::new(self.session_file(slug)?, credential))
            }
            StoreKind::Keychain => {
                let service = self.keychain_service.as_deref().unwrap_or(slug);
                Arc::new(Keychain::new(service, self.keychain_limits))
            }
            StoreKind::Memory => Arc::new(MemoryStore::default()),
        })
    }

    fn own_or_made_http(&self, slug: &str) -> Result<Arc<dyn Http>, BuildError> {
        if let Some(http) = &self.http {
            return Ok(http.clone());
        }
        let ca_file = self.ca_file.as_deref();
        let proxies = self.proxies.clone().unwrap_or_else(environment::proxies);
        let agent = self.user_agent.clone();
        let agent = agent.unwrap_or_else(|| checks::user_agent_of(slug));
        Ok(Arc::new(HttpClient::new(&agent, ca_file, proxies)?))
    }

    pub(super) fn folder_of_state(&self, slug: &str) -> Result<PathBuf, BuildError> {
        match &self.state_folder {
            Some(folder) => Ok(folder.clone()),
            None => environment::state_folder(slug).map_err(|variables| {
                let fault = SettingFault::NoFolder { variables };
                checks::wrong("state_folder", fault)
            }),
        }
    }
}
