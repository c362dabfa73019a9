//! Everything on one machine: development provider, API and window in one
//! process, with nothing to install or register. `cargo demo` runs it;
//! `cargo demo -- --terminal` does the same without a window.

use std::{
    env,
    error::Error,
    net::TcpListener,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
    thread,
    time::Duration,
};

use url::Url;
use vestibule::{
    app,
    auth::{
        Cancel, Client, Way,
        platform::{Credential, FileStore, Keychain, KeychainLimits, Proxies, prove},
        ports::TokenStore,
    },
    config::Command,
    identity::{CREDENTIAL, ID, PROGRAM},
    terminal::{self, say},
};
use vestibule_server::{dev_idp, guard::AccessTokenVerifier};

#[path = "demo/ports.rs"]
mod ports;

use ports::{instead, listen, state_of};

const AUDIENCE: &str = "https://my-resource-server";
/// By which the development provider knows the app.
const CLIENT_ID: &str = PROGRAM;

fn main() -> ExitCode {
    match demo() {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say(&format!("demo: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn demo() -> Result<u8, Box<dyn Error>> {
    let in_terminal = match env::args().nth(1).as_deref() {
        None => false,
        Some("--terminal") => true,
        Some(other) => return Err(format!("unknown option {other}; there is --terminal").into()),
    };
    let folder = folder()?;
    // The same port each time where possible: a session belongs to its issuer.
    let (provider, foreign) = listen(4400)?;
    let port = provider.local_addr()?.port();
    let issuer = format!("http://127.0.0.1:{port}");
    if let Some(error) = foreign {
        say(&instead("development provider", 4400, port, &error));
        say(&format!(
            "ada / ada signs in at {issuer} alone. A session belongs to the address of its \
             provider: one of port 4400 is there again once that port is free."
        ));
    }
    let (api, foreign) = listen(3000)?;
    if let Some(error) = foreign {
        let port = api.local_addr()?.port();
        say(&instead("protected message", 3000, port, &error));
    }
    let api_url = Url::parse(&format!("http://{}/private", api.local_addr()?))?;
    say(&format!(
        "Development provider  {issuer}\nProtected message     {api_url}\nSign in as            ada / \
         ada   (or grace / grace)\nState                 {}",
        folder.display()
    ));
    serve(provider, api, &issuer, folder.join(state_of(port)))?;
    let client = Arc::new(client(&issuer, &folder)?);
    if in_terminal {
        return Ok(run_terminal(&client, &api_url));
    }
    run_window(client, api_url)
}

#[cfg(feature = "window")]
fn run_window(client: Arc<Client>, api_url: Url) -> Result<u8, Box<dyn Error>> {
    use vestibule::ui::Look;
    let look = Look {
        host: client.issuer().host().to_owned(),
        ..Look::default()
    };
    match app::run_window(client.clone(), api_url.clone(), &look) {
        Ok(()) => Ok(0),
        Err(error) => {
            say(&format!(
                "There is no window here ({error}): the terminal does the same."
            ));
            Ok(run_terminal(&client, &api_url))
        }
    }
}

#[cfg(not(feature = "window"))]
fn run_window(client: Arc<Client>, api_url: Url) -> Result<u8, Box<dyn Error>> {
    say("Built without the window: the terminal does the same.");
    Ok(run_terminal(&client, &api_url))
}

/// Signs in, prints the message, and stays up until Ctrl-C.
fn run_terminal(client: &Arc<Client>, api_url: &Url) -> u8 {
    let cancel = Cancel::default();
    let on_signal = cancel.clone();
    if let Err(error) = ctrlc::set_handler(move || {
        on_signal.cancel();
    }) {
        say(&format!("Ctrl-C is not handled: {error}"));
    }
    let is_container = ["/.dockerenv", "/run/.containerenv"]
        .iter()
        .any(|mark| Path::new(mark).exists());
    if is_container && !client.ports().browser.is_there() {
        say(
            "In a container, 127.0.0.1 is the container's own: start it with the host's network \
             (docker run --network host) to open its addresses from outside.",
        );
    }
    let login = Command::Login {
        way: Way::Found,
        switch: false,
    };
    for command in [login, Command::Message] {
        let code = terminal::run(command, client, api_url.clone(), &cancel);
        if code != 0 {
            return code;
        }
    }
    say("Provider and API stay up until Ctrl-C.");
    while !cancel.wait(Duration::from_secs(3600)) {}
    0
}

/// Provider and API on a runtime of their own: the client knows no tokio.
fn serve(
    provider: TcpListener,
    api: TcpListener,
    issuer: &str,
    state: PathBuf,
) -> Result<(), Box<dyn Error>> {
    let options = dev_idp::Options {
        state: Some(state),
        ..dev_idp::Options::default()
    };
    let verifier = AccessTokenVerifier::builder(issuer, AUDIENCE).build()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()?;
    thread::spawn(move || {
        let never = std::future::pending::<()>;
        let served = runtime.block_on(async {
            tokio::spawn(verifier.keep_fresh());
            tokio::spawn(dev_idp::serve(provider, options, never()));
            vestibule_server::serve(api, vestibule_server::app(verifier, None), never()).await
        });
        if let Err(error) = served {
            say(&format!("API: {error}"));
        }
    });
    Ok(())
}

fn client(issuer: &str, folder: &Path) -> Result<Client, Box<dyn Error>> {
    let client = app::named(issuer, CLIENT_ID)
        .audience(AUDIENCE)
        .proxies(Proxies::default())
        .state_folder(folder)
        .store(store(folder))
        .build()?;
    Ok(client)
}

/// The keychain if it works, else a file, said aloud.
fn store(folder: &Path) -> Arc<dyn TokenStore> {
    let keychain = Keychain::new(ID, KeychainLimits::WINDOW);
    match prove(&keychain) {
        Ok(()) => Arc::new(keychain),
        Err(error) => {
            let file = folder.join("session.json");
            say(&format!(
                "Session               in {} ({error})",
                file.display()
            ));
            Arc::new(FileStore::new(file, Credential::absent(CREDENTIAL)))
        }
    }
}

/// `$XDG_DATA_HOME/vestibule-demo`, so that a second start signs in silently.
fn folder() -> Result<PathBuf, Box<dyn Error>> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty());
    let own = if cfg!(windows) {
        set("LOCALAPPDATA").map(PathBuf::from)
    } else {
        set("HOME").map(|home| Path::new(&home).join(".local/share"))
    };
    let data = set("XDG_DATA_HOME").map(PathBuf::from).or(own);
    let data = data.ok_or("there is no folder for its state; set XDG_DATA_HOME to one")?;
    let folder = data.join(concat!(env!("CARGO_PKG_NAME"), "-demo"));
    let mut builder = std::fs::DirBuilder::new();
    // The store refuses a folder in which others can write.
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(&folder)?;
    Ok(folder)
}
