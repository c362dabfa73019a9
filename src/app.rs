//! The composition: what production supplies and tests replace.

use std::env::consts::{ARCH, OS};
#[cfg(feature = "window")]
use std::sync::Arc;

use crate::{
    api,
    auth::{
        Client, ClientBuilder,
        error::SettingFault,
        platform::{Credential, KeychainLimits},
        ports::StoreKind,
    },
    config::{ConfigError, Settings},
    identity::{CREDENTIAL, ID, NAME, PROGRAM},
};

/// Makes the client that the settings describe. No network, no keychain yet.
///
/// # Errors
/// A sentence when a setting cannot be used.
pub fn client(settings: &Settings, limits: KeychainLimits) -> Result<Client, String> {
    let client = builder(settings).keychain_limits(limits).build();
    client.map_err(|error| match error.fault {
        SettingFault::CaFile(_) => {
            let words = format!("{error}; example: ca_file = \"/etc/ssl/certs/our-authority.pem\"");
            ConfigError::new(&words).to_string()
        }
        _ => error.to_string(),
    })
}

/// A client builder with the names of this app. The system is among them, so that a provider
/// can name the device where a person confirms its code (RFC 8628 §5.4).
pub fn named(issuer: &str, client_id: &str) -> ClientBuilder {
    Client::builder(issuer, client_id)
        .app_name(NAME)
        .keychain_service(ID)
        .user_agent(format!(
            "{PROGRAM}/{} ({OS}; {ARCH})",
            env!("CARGO_PKG_VERSION")
        ))
}

fn builder(settings: &Settings) -> ClientBuilder {
    let credential = match &settings.credential {
        Some(file) => Credential::at(file),
        None => Credential::absent(CREDENTIAL),
    };
    let mut builder = named(settings.issuer.as_str(), &settings.client_id)
        .credential(credential)
        .proxies(settings.proxies.clone())
        .redirect_host(settings.redirect_host)
        .redirect_ports(settings.redirect_ports.iter().copied())
        .response_limit(api::ANSWER_LIMIT)
        .scopes(api::scopes(
            settings.scopes.clone(),
            &api::calls(&settings.api_url),
        ))
        .state_folder(&settings.state_dir)
        .store_kind(settings.store);
    if settings.store == StoreKind::Keychain {
        // Where every version so far has it; the session file's lock is beside that.
        builder = builder.lock_folder(&settings.state_dir);
    }
    if let Some(audience) = &settings.audience {
        builder = builder.audience(audience);
    }
    if let Some(file) = &settings.ca_file {
        builder = builder.ca_file(file);
    }
    if let Some(secret) = &settings.client_secret {
        builder = builder.client_secret(secret.secret());
    }
    if let Some(prompt) = &settings.prompt {
        builder = builder.prompt(prompt);
    }
    if let Some(resource) = &settings.resource {
        builder = builder.resource(resource);
    }
    builder
}

/// Opens the window, which looks like `look`, and stays until it is closed.
///
/// # Errors
/// When there is no display or no font.
#[cfg(feature = "window")]
pub fn run_window(
    client: Arc<Client>,
    api_url: url::Url,
    look: &crate::ui::Look,
) -> Result<(), crate::ui::NoWindow> {
    use crate::{exit, ui, worker};
    let window = ui::Window::new(look)?;
    let calls = api::calls(&api_url);
    let worker = worker::start(client, calls, look.kiosk, window.publisher());
    let send = worker.clone();
    // Ctrl-C ends the window as closing it does.
    let on_signal = worker.clone();
    let handled = ctrlc::set_handler(move || {
        on_signal.quit();
        crate::terminal::complain(crate::language::tr("interrupted"));
        std::process::exit(i32::from(exit::INTERRUPTED));
    });
    if let Err(error) = handled {
        log::warn!("Ctrl-C is not handled: {error}");
    }
    let closed = window.run(move |command| send.send(command));
    worker.quit();
    closed
}
