//! The composition: what production supplies and tests replace.

use std::{path::PathBuf, sync::Arc, time::Duration};

use crate::{
    auth::{
        client::{Client, ClientSettings},
        platform::{FileStore, HttpClient, Keychain, KeychainLimits, SystemBrowser, SystemClock},
        ports::{Ports, StoreKind, TokenStore},
        store::{MemoryStore, lock_file},
        token::ClientIdentity,
    },
    config::Settings,
};

/// How long a sign-in waits for the browser.
const SIGN_IN_LIMIT: Duration = Duration::from_secs(5 * 60);

/// Makes the client that the settings describe. No network, no keychain yet.
///
/// # Errors
/// A sentence when the CA file cannot be used.
pub fn client(settings: &Settings, limits: KeychainLimits) -> Result<Client, String> {
    let http = HttpClient::new(settings.ca_file.as_deref(), settings.proxies.clone());
    let http = http.map_err(|error| {
        format!("ca_file: {error}; example: ca_file = \"/etc/ssl/certs/our-authority.pem\"")
    })?;
    let store = store(settings, limits);
    let lock_file = (store.kind() != StoreKind::Memory).then(|| {
        lock_file(
            &settings.state_dir,
            settings.issuer.as_str(),
            &settings.client_id,
        )
    });
    let ports = Ports {
        browser: Arc::new(SystemBrowser),
        clock: Arc::new(SystemClock),
        http: Arc::new(http),
        store,
    };
    Ok(Client::new(client_settings(settings, lock_file), ports))
}

fn store(settings: &Settings, limits: KeychainLimits) -> Arc<dyn TokenStore> {
    match settings.store {
        StoreKind::File => Arc::new(FileStore::new(
            settings.state_dir.join("session.json"),
            settings.credential.clone(),
        )),
        StoreKind::Keychain => Arc::new(Keychain::new(limits)),
        StoreKind::Memory => Arc::new(MemoryStore::default()),
    }
}

fn client_settings(settings: &Settings, lock_file: Option<PathBuf>) -> ClientSettings {
    ClientSettings {
        audience: settings.audience.clone(),
        identity: ClientIdentity {
            id: settings.client_id.clone(),
            secret: settings.client_secret.clone(),
        },
        issuer: settings.issuer.clone(),
        lock_file,
        prompt: settings.prompt.clone(),
        redirect_host: settings.redirect_host,
        redirect_ports: settings.redirect_ports.clone(),
        resource: settings.resource.clone(),
        scopes: settings.scopes.clone(),
        sign_in_limit: SIGN_IN_LIMIT,
    }
}

/// Opens the window and stays until it is closed.
///
/// # Errors
/// When there is no display or no font.
#[cfg(feature = "gui")]
pub fn run_window(
    client: Arc<Client>,
    api_url: url::Url,
    theme: crate::ui::Theme,
) -> Result<(), crate::ui::NoWindow> {
    use crate::{terminal::exit, ui, worker};
    let look = ui::Look {
        host: client.issuer().host().to_owned(),
        theme,
    };
    let window = ui::Window::new(&look)?;
    let worker = worker::start(client, api_url, window.publisher());
    let send = worker.clone();
    // Ctrl-C ends the window as closing it does.
    let on_signal = worker.clone();
    let handled = ctrlc::set_handler(move || {
        on_signal.quit();
        crate::terminal::say("vestibule: interrupted");
        std::process::exit(i32::from(exit::INTERRUPTED));
    });
    if let Err(error) = handled {
        log::warn!("Ctrl-C is not handled: {error}");
    }
    let closed = window.run(move |command| send.send(command));
    worker.quit();
    closed
}
