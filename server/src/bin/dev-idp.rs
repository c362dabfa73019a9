//! `dev-idp`: the development identity provider as a program of its own.
//!
//! Exit codes: 0 ended by a signal, 1 it could not serve, 2 wrong use, 130 ended at once
//! by a second Ctrl-C.

#[path = "../signals.rs"]
mod signals;
#[path = "../stderr.rs"]
mod stderr;

use std::{
    ffi::OsString,
    fmt::Display,
    io::{self, IsTerminal, Write},
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    str::FromStr,
    thread,
    time::Duration,
};

use lexopt::Arg::{Long, Short};
use tracing_subscriber::EnvFilter;
use vestibule_server::dev_idp::{Fault, InvalidEntry, Options, Provider, Store};
use vestibule_settings::escaped;

const LISTEN: &str = "127.0.0.1:4400";

/// What the command line asks for.
enum Call {
    Serve(SocketAddr, Options),
    Say(String),
}

fn main() -> ExitCode {
    let _flushed = match stderr::start() {
        Ok(guard) => guard,
        Err(error) => {
            let _ = writeln!(io::stderr(), "dev-idp: no thread: {error}");
            return ExitCode::from(1);
        }
    };
    match parse(std::env::args_os()) {
        Ok(Call::Say(text)) => {
            // Nobody is left to be told that standard output is closed.
            let _ = write!(io::stdout(), "{text}");
            ExitCode::SUCCESS
        }
        Ok(Call::Serve(listen, options)) => match run(listen, options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => fail(&error.to_string(), 1),
        },
        Err(error) => fail(&format!("{error}; see dev-idp --help"), 2),
    }
}

fn fail(sentence: &str, code: u8) -> ExitCode {
    stderr::say(&format!("dev-idp: {}", escaped(sentence)));
    ExitCode::from(code)
}

fn parse(args: impl IntoIterator<Item = OsString>) -> Result<Call, lexopt::Error> {
    let mut parser = lexopt::Parser::from_iter(args);
    let mut options = Options::default();
    let mut listen = LISTEN.to_owned();
    // What is given takes the place of the default.
    let (mut clients, mut audiences, mut users) = (Vec::new(), Vec::new(), Vec::new());
    while let Some(arg) = parser.next()? {
        match arg {
            Long("listen") => listen = value("--listen", &mut parser)?,
            Long("client") => clients.push(entry("--client", &mut parser)?),
            Long("audience") => audiences.push(entry("--audience", &mut parser)?),
            Long("scope") => options.scopes.push(entry("--scope", &mut parser)?),
            Long("user") => users.push(entry("--user", &mut parser)?),
            Long("state") => {
                let folder = os_value("--state", &mut parser)?;
                if folder.is_empty() {
                    return Err("--state needs a folder, for example --state ./dev-idp".into());
                }
                options.state = Some(folder.into());
            }
            Long("access-ttl") => options.access_ttl = seconds("--access-ttl", &mut parser)?,
            Long("refresh-ttl") => options.refresh_ttl = seconds("--refresh-ttl", &mut parser)?,
            Long("fault") => options.faults.set(fault(&value("--fault", &mut parser)?)?),
            Long("help") | Short('h') => return Ok(Call::Say(help())),
            Long("version") | Short('V') => {
                let version = env!("CARGO_PKG_VERSION");
                return Ok(Call::Say(format!("dev-idp {version}\n")));
            }
            other => return Err(other.unexpected()),
        }
    }
    replace(&mut options.clients, clients);
    replace(&mut options.audiences, audiences);
    replace(&mut options.users, users);
    options.check().map_err(|error| error.to_string())?;
    Ok(Call::Serve(loopback(&listen)?, options))
}

fn replace<T>(defaults: &mut Vec<T>, given: Vec<T>) {
    if !given.is_empty() {
        *defaults = given;
    }
}

fn entry<T: FromStr<Err = InvalidEntry>>(
    option: &str,
    parser: &mut lexopt::Parser,
) -> Result<T, lexopt::Error> {
    let parsed = value(option, parser)?.parse();
    parsed.map_err(|error: InvalidEntry| format!("{option}: {error}").into())
}

fn value(option: &str, parser: &mut lexopt::Parser) -> Result<String, lexopt::Error> {
    let value = os_value(option, parser)?;
    value.into_string().map_err(lexopt::Error::NonUnicodeValue)
}

/// What stands behind `=`, whatever it is, or the next argument. An option that follows is
/// not taken for the value that was forgotten.
fn os_value(option: &str, parser: &mut lexopt::Parser) -> Result<OsString, lexopt::Error> {
    if let Some(value) = parser.optional_value() {
        return Ok(value);
    }
    let value = parser.value()?;
    if value.as_encoded_bytes().starts_with(b"--") {
        let next = value.to_string_lossy();
        return Err(format!("{option} has no value, but {next} after it").into());
    }
    Ok(value)
}

fn loopback(listen: &str) -> Result<SocketAddr, lexopt::Error> {
    let address = listen.replacen("localhost:", "127.0.0.1:", 1).parse();
    // Everybody knows the passwords: nobody else may reach it.
    address
        .ok()
        .filter(|address: &SocketAddr| address.ip().is_loopback())
        .ok_or_else(|| {
            let text = format!("--listen must be a loopback address like {LISTEN}, not {listen}");
            text.into()
        })
}

fn seconds(name: &str, parser: &mut lexopt::Parser) -> Result<Duration, lexopt::Error> {
    let text = value(name, parser)?;
    // A century, so that no sum of times can overflow.
    let limit = 100 * 365 * 24 * 3600;
    match text.parse() {
        Ok(seconds) if (1..=limit).contains(&seconds) => Ok(Duration::from_secs(seconds)),
        _ => Err(format!("{name} must be a number of seconds from 1, not {text}").into()),
    }
}

fn fault(name: &str) -> Result<Fault, lexopt::Error> {
    name.parse::<Fault>().map_err(|error| {
        let names: Vec<&str> = Fault::ALL.iter().map(|fault| fault.name()).collect();
        format!("{error}; there are: {}", names.join(", ")).into()
    })
}

/// A line for each fault.
fn faults() -> String {
    let line = |fault: &Fault| format!("  {:22}  {}\n", fault.name(), fault.effect());
    Fault::ALL.iter().map(line).collect()
}

/// Entries, as their option takes them.
fn listed<T: Display>(entries: &[T]) -> String {
    let quoted = |entry: &T| match entry.to_string() {
        text if text.contains(' ') => format!("\"{text}\""),
        text => text,
    };
    let quoted: Vec<String> = entries.iter().map(quoted).collect();
    quoted.join("\n                      and ")
}

fn help() -> String {
    let defaults = Options::default();
    format!(
        "dev-idp: an OpenID Connect provider for development, on loopback only.\n\
         \n\
         Usage: dev-idp [OPTIONS]\n\
         \n\
         Who is known; each may be given several times, and what is given takes the\n\
         place of the default:\n\
         \x20 --client ID[=NAME]  an app that may sign people in: public, PKCE with S256,\n\
         \x20                     redirect URI http://127.0.0.1:PORT/callback, any port\n\
         \x20                     (default {clients})\n\
         \x20 --audience AUD      an API that access tokens are made for\n\
         \x20                     (default {audiences})\n\
         \x20 --scope SCOPE       a scope of an API, beside openid, profile, email and\n\
         \x20                     offline_access, which are always known (default none)\n\
         \x20 --user LOGIN[:PASSWORD[:NAME[:EMAIL]]]\n\
         \x20                     a person who can sign in; a part that is empty or left\n\
         \x20                     out is the login, or LOGIN@example.org\n\
         \x20                     (default {users})\n\
         \n\
         Options:\n\
         \x20 --listen ADDRESS    loopback address and port (default {LISTEN})\n\
         \x20 --state DIR         folder for keys, grants, refresh tokens and sessions, for\n\
         \x20                     one dev-idp at a time (default: none, all in memory)\n\
         \x20 --access-ttl S      seconds that an access token is good (default 300)\n\
         \x20 --refresh-ttl S     seconds that an unused refresh token is good\n\
         \x20                     (default 2592000, 30 days)\n\
         \x20 --fault NAME        misbehave; may be given several times\n\
         \x20 --help, --version\n\
         \n\
         A renamed app and another API:\n\
         \x20 dev-idp --client \"my-notes=My Notes\" --audience https://notes.example.org \\\n\
         \x20   --scope notes:read --user \"mary:secret:Mary Shelley:mary@example.org\"\n\
         \n\
         Faults:\n\
         {faults}\
         \n\
         RUST_LOG sets what is logged to stderr (default info).\n",
        clients = listed(&defaults.clients),
        audiences = listed(&defaults.audiences),
        users = listed(&defaults.users),
        faults = faults(),
    )
}

fn run(listen: SocketAddr, options: Options) -> io::Result<()> {
    let filter = EnvFilter::try_from_default_env();
    tracing_subscriber::fmt()
        .with_env_filter(filter.unwrap_or_else(|_| EnvFilter::new("info,poem=warn")))
        .with_ansi(io::stderr().is_terminal())
        .with_writer(stderr::Queued)
        .log_internal_errors(false)
        .init();
    stderr::log_panics();
    // First, since two at one state mostly want the same port too: the state is what is told.
    let store = Store::open(options.state.as_deref())?;
    let listener = TcpListener::bind(listen).map_err(|error| {
        let text = match error.kind() {
            io::ErrorKind::AddrInUse => format!("{listen} is in use; choose another --listen"),
            _ => format!("{listen} cannot be listened on: {error}; choose another --listen"),
        };
        io::Error::new(error.kind(), text)
    })?;
    let address = listener.local_addr()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async move {
        let end = signals::stop()?;
        let provider = Provider::with_store(listener, options, store)?;
        // Connections wait in the socket's queue from here on.
        let line = format!("dev-idp listens on http://{address}\n");
        // Nobody is left to be told that standard output is closed, or stands still.
        let _ = thread::Builder::new().spawn(move || io::stdout().write_all(line.as_bytes()));
        provider.serve(end).await
    })
}
