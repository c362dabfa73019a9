//! The servers, how each is built, and how it is started.

use std::{
    io::{Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::{
    machine::Cores,
    process::Process,
    provider::{AUDIENCE, Provider},
    workload::Workload,
};

/// What a server is built from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// `vestibule-server` of this repository
    Ours,
    /// A package of this workspace
    Rust,
    /// A folder with an `index.js`
    Node,
}

pub struct Server {
    pub name: &'static str,
    pub kind: Kind,
    pub what: &'static str,
    /// Whether it looks at tokens at all
    pub guarded: bool,
    /// Other statuses than the right one that it is known for: reported, no failure
    pub known: &'static [(Workload, u16)],
}

const fn rust(name: &'static str, what: &'static str, guarded: bool) -> Server {
    Server {
        name,
        kind: Kind::Rust,
        what,
        guarded,
        known: &[],
    }
}

pub const OURS: &str = "vestibule-server";
pub const BARE: &str = "bare-poem";
pub const FLOOR: &str = "floor-poem";
pub const TUTORIAL: &str = "tutorial";

pub const SERVERS: [Server; 8] = [
    Server {
        name: OURS,
        kind: Kind::Ours,
        what: "this repository's",
        guarded: true,
        known: &[],
    },
    rust(BARE, "poem without a check", false),
    rust(
        FLOOR,
        "bare poem and one RS256 verification of a constant",
        false,
    ),
    rust("bare-hyper", "hyper without a check", false),
    rust("poem-naive", "poem, jsonwebtoken's decode", true),
    rust(
        "axum-tower-oauth2",
        "axum, tower-oauth2-resource-server",
        true,
    ),
    rust(
        "actix-httpauth",
        "actix-web, actix-web-httpauth, jsonwebtoken",
        true,
    ),
    Server {
        name: TUTORIAL,
        kind: Kind::Node,
        what: "Express, express-jwt, jwks-rsa",
        guarded: true,
        // express-jwt hands on that jwks-rsa has reached its limit of five a minute.
        known: &[(Workload::Unknown, 500)],
    },
];

/// A server that is not ready by then never will be.
const START_LIMIT: Duration = Duration::from_secs(20);

/// What servers are started with.
pub struct World<'a> {
    pub cores: Cores,
    pub provider: &'a Provider,
    /// Where the program of ours is
    pub ours: PathBuf,
    /// Further options for ours
    pub options: Vec<String>,
    /// An empty folder to start in
    pub folder: PathBuf,
}

impl World<'_> {
    fn command(&self, server: &Server, address: SocketAddr) -> Result<Command> {
        let mut command = match server.kind {
            Kind::Ours => Command::new(&self.ours),
            Kind::Rust => Command::new(peer(server.name)?),
            Kind::Node => Command::new("node"),
        };
        let issuer = self.provider.issuer.as_str();
        let ca_file = self.provider.ca_file.as_path();
        let listen = address.to_string();
        command.env_clear().current_dir(&self.folder);
        match server.kind {
            Kind::Ours => command
                .args(["--issuer", issuer, "--audience", AUDIENCE])
                .args(["--listen", &listen, "--ca-file"])
                .arg(ca_file)
                .args(&self.options),
            Kind::Rust | Kind::Node => command
                .env("ISSUER", issuer)
                .env("AUDIENCE", AUDIENCE)
                .env("LISTEN", listen)
                .env("CA_FILE", ca_file),
        };
        if server.kind == Kind::Node {
            // Express writes the stack of each refusal to stderr.
            command
                .arg(folder(server.name).join("index.js"))
                .env("NODE_ENV", "production")
                .env("NODE_EXTRA_CA_CERTS", ca_file)
                .stderr(Stdio::null());
        }
        command.stdin(Stdio::null()).stdout(Stdio::null());
        Ok(command)
    }

    /// Starts it on its core. It is not yet ready when this returns.
    pub fn start(&self, server: &Server) -> Result<Running> {
        let address = free_address()?;
        let mut command = self.command(server, address)?;
        let start = || (Instant::now(), command.spawn());
        let (begun, child) = self.cores.on_server_core(start)?;
        Ok(Running {
            child: child.with_context(|| format!("{} cannot be started", server.name))?,
            begun,
            address,
        })
    }
}

/// A started server; ended with this value.
pub struct Running {
    child: Child,
    /// Just before it was made
    begun: Instant,
    pub address: SocketAddr,
}

impl Running {
    pub fn process(&self) -> Process {
        Process(self.child.id())
    }

    /// One request on a connection of its own: the status of the answer.
    pub fn ask(&self, request: &[u8]) -> Result<u16> {
        let mut stream = TcpStream::connect(self.address)?;
        stream.set_read_timeout(Some(START_LIMIT))?;
        stream.write_all(request)?;
        let mut head = [0; 12];
        stream.read_exact(&mut head)?;
        let status = std::str::from_utf8(&head)?.get(9..12);
        Ok(status.context("no status")?.parse()?)
    }

    /// Asks until the answer is 200: how long that took from the start on. The
    /// steps of 0.1 ms leave the provider, on the same core, its time.
    pub fn first_answer(&mut self, request: &[u8]) -> Result<Duration> {
        loop {
            let status = self.ask(request);
            let elapsed = self.begun.elapsed();
            if status.as_ref().is_ok_and(|status| *status == 200) {
                return Ok(elapsed);
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the server has ended with {status}");
            }
            ensure!(
                elapsed < START_LIMIT,
                "no 200 in {START_LIMIT:?}: {status:?}"
            );
            std::thread::sleep(Duration::from_micros(100));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Below the ports that the kernel gives to clients: one of those, asked for in a
/// loop before the server listens, would sooner or later be connected with itself.
fn free_address() -> Result<SocketAddr> {
    let first = 20_000 + (std::process::id() % 8_000) as u16;
    for port in first..first + 2_000 {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        if TcpListener::bind(address).is_ok() {
            return Ok(address);
        }
    }
    bail!("no port is free")
}

/// Peers are built beside this program.
fn peer(name: &str) -> Result<PathBuf> {
    Ok(std::env::current_exe()?.with_file_name(name))
}

pub fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("peers")
        .join(name)
}
