//! What the app talks to: the development provider and the API, in this process or as
//! programs of their own, on free ports of this machine.

use std::future::pending;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, Stdio};

use tokio::runtime::Runtime;
use vestibule_server::dev_idp;
use vestibule_server::guard::AccessTokenVerifier;

use crate::desktop::Desktop;
use crate::helper::Helper;

/// The audience that the development provider knows.
pub const AUDIENCE: &str = "https://my-resource-server";

/// A running provider and a running API. They end when this is dropped.
pub struct Services {
    /// Where the provider is, as the window shows it.
    pub host: String,
    pub issuer: String,
    pub api_url: String,
    // Those in this process, or the programs.
    _runtime: Option<Runtime>,
    _programs: Vec<Helper>,
}

impl Services {
    /// Starts both; the provider behaves as `options` say.
    pub fn start(options: dev_idp::Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let (provider, host) = listen();
        let issuer = format!("http://{host}");
        runtime.spawn(async {
            let served = dev_idp::serve(provider, options, pending()).await;
            served.expect("the development provider");
        });
        Self {
            host,
            api_url: start_api(&runtime, &issuer),
            issuer,
            _runtime: Some(runtime),
            _programs: Vec::new(),
        }
    }

    /// Starts the programs `dev-idp` and `vestibule-server` of this folder.
    pub fn of_programs(folder: &Path, desktop: &Desktop) -> Self {
        let (provider, issuer) = start_program(folder, desktop, "dev-idp", &[]);
        let arguments = ["--issuer", &issuer, "--audience", AUDIENCE];
        let (api, address) = start_program(folder, desktop, "vestibule-server", &arguments);
        Self {
            host: issuer.trim_start_matches("http://").to_owned(),
            api_url: format!("{address}/private"),
            issuer,
            _runtime: None,
            _programs: vec![provider, api],
        }
    }

    /// Tells a program where they are.
    pub fn configure(&self, command: &mut Command) {
        command
            .env("VESTIBULE_ISSUER", &self.issuer)
            .env("VESTIBULE_CLIENT_ID", "vestibule")
            .env("VESTIBULE_AUDIENCE", AUDIENCE)
            .env("VESTIBULE_API_URL", &self.api_url);
    }

    /// The user name of the app's keychain item.
    pub fn keychain_user(&self) -> String {
        format!("{} vestibule", self.issuer)
    }
}

/// Starts the API for access tokens of this issuer; where it is.
pub fn start_api(runtime: &Runtime, issuer: &str) -> String {
    let (api, address) = listen();
    let verifier = AccessTokenVerifier::builder(issuer, AUDIENCE);
    let verifier = verifier.build().unwrap();
    runtime.spawn(verifier.keep_fresh());
    runtime.spawn(async {
        let app = vestibule_server::app(verifier, None);
        let served = vestibule_server::serve(api, app, pending()).await;
        served.expect("the API");
    });
    format!("http://{address}/private")
}

/// Starts a program that says where it listens.
fn start_program(
    folder: &Path,
    desktop: &Desktop,
    name: &str,
    arguments: &[&str],
) -> (Helper, String) {
    let path = folder.join(name).into_os_string().into_string().unwrap();
    let mut program = Helper::start(&path, desktop.folder(), |command| {
        desktop.enter(command);
        command.args(["--listen", "127.0.0.1:0"]).args(arguments);
        command.stdout(Stdio::piped());
    });
    let address = program.announcement(|line| Some(line.split_once(" listens on ")?.1.to_owned()));
    (program, address)
}

/// A free port of this machine, and its address.
fn listen() -> (TcpListener, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    (listener, address)
}
