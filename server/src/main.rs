//! `vestibule-server`: settings in, an API behind a guard out.

mod config;
mod descriptors;
mod logs;
mod metrics;
mod signals;
mod stderr;

use std::{
    io::{self, Write},
    net::{SocketAddr, TcpListener},
    process::ExitCode,
    sync::Arc,
    thread,
};

use tokio::runtime::{self, Runtime};
use vestibule_server::{
    app,
    serve::{Limits, Server},
};

use config::{Invocation, Settings};

fn main() -> ExitCode {
    // From here on nothing is written to standard error but by its thread.
    let _flushed = match stderr::start() {
        Ok(guard) => guard,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vestibule-server: no thread: {error}");
            return ExitCode::from(1);
        }
    };
    let outcome = match config::from_process() {
        Ok(Invocation::Help) => say(&config::help()),
        Ok(Invocation::Version) => say(concat!(
            "vestibule-server ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Invocation::Serve(settings)) => run(settings),
        Err(error) => {
            // A misspelt name may be all that is wrong.
            let warnings = config::warnings();
            warnings
                .iter()
                .for_each(|warning| stderr::say(&format!("vestibule-server: {warning}")));
            return fail(2, &error.to_string());
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
    }
}

fn run(settings: Settings) -> Result<(), String> {
    logs::to_stderr(settings.log);
    for warning in config::warnings() {
        tracing::warn!("{warning}");
    }
    let listener = listen(settings.listen, "--listen")?;
    let metrics = settings.metrics_listen;
    let metrics = metrics.map(|address| listen(address, "--metrics-listen"));
    let metrics = metrics.transpose()?;
    let runtime = start_runtime(settings.workers)
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    let served = runtime.block_on(async {
        // As a task of its own it runs where the connections do.
        let served = tokio::spawn(serve_until_signalled(listener, metrics, settings));
        served.await.unwrap_or_else(|error| Err(error.into()))
    });
    // A fetch under way is nobody's concern any more.
    runtime.shutdown_background();
    served.map_err(|error| format!("the server failed: {error}"))
}

fn listen(address: SocketAddr, option: &str) -> Result<TcpListener, String> {
    TcpListener::bind(address).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{address} is in use by another program: stop that one, or choose another address with {option}"
        ),
        _ => format!(
            "cannot listen on {address}: {error}; choose another address with {option}"
        ),
    })
}

fn start_runtime(workers: usize) -> io::Result<Runtime> {
    let mut builder = match workers {
        // Nobody to share tasks with, no waking of another thread.
        1 => runtime::Builder::new_current_thread(),
        _ => runtime::Builder::new_multi_thread(),
    };
    if workers > 1 {
        builder.worker_threads(workers);
    }
    builder.enable_all().build()
}

async fn serve_until_signalled(
    listener: TcpListener,
    metrics: Option<TcpListener>,
    settings: Settings,
) -> io::Result<()> {
    let verifier = settings.verifier;
    tokio::spawn(verifier.keep_fresh());
    let limits = Limits {
        max_connections: descriptors::room_for(settings.max_connections),
        idle: settings.idle_timeout,
        ..Limits::default()
    };
    let mut server = Server::new(limits.clone());
    if let Some(listener) = metrics {
        server = metrics::export(server, Arc::clone(&verifier), listener, limits)?;
    }
    let app = app(verifier, settings.public_url.as_ref());
    // Installed before the line that others wait for.
    let shutdown = signals::stop()?;
    let address = listener.local_addr()?;
    let line = format!("vestibule-server listens on http://{address}\n");
    // Whoever closed stdout does not want the line; who stands still gets it later.
    let _ = thread::Builder::new().spawn(move || say(&line));
    server.serve(listener, app, shutdown).await
}

fn say(text: &str) -> Result<(), String> {
    let mut stdout = io::stdout();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|error| format!("cannot write to stdout: {error}"))
}

fn fail(code: u8, sentence: &str) -> ExitCode {
    stderr::say(&format!("vestibule-server: {sentence}"));
    ExitCode::from(code)
}
