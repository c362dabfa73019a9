//! `vestibule-server`: settings in, an API behind a guard out.

mod config;

use std::{
    io::{self, Write},
    net::TcpListener,
    process::ExitCode,
    sync::Arc,
};

use tracing_subscriber::{
    filter::{LevelFilter, Targets},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};
use vestibule_server::{
    app,
    guard::{AccessTokenVerifier, Clock, JwksCache, SystemClock},
    serve,
};

use config::{Invocation, Settings};

fn main() -> ExitCode {
    let outcome = match Settings::from_process() {
        Ok(Invocation::Help) => say(&config::help()),
        Ok(Invocation::Version) => say(concat!(
            "vestibule-server ",
            env!("CARGO_PKG_VERSION"),
            "\n"
        )),
        Ok(Invocation::Serve(settings)) => run(settings),
        Err(error) => return fail(2, &error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => fail(1, &error),
    }
}

fn run(settings: Settings) -> Result<(), String> {
    log_to_stderr(settings.log);
    let listener = TcpListener::bind(settings.listen).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "{} is in use by another program: stop that one, or choose another address with --listen",
            settings.listen
        ),
        _ => format!("cannot listen on {}: {error}", settings.listen),
    })?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| format!("the runtime cannot be started: {error}"))?;
    let served = runtime.block_on(serve_until_signalled(listener, settings));
    // A fetch under way is nobody's concern any more.
    runtime.shutdown_background();
    served.map_err(|error| format!("the server failed: {error}"))
}

async fn serve_until_signalled(listener: TcpListener, settings: Settings) -> io::Result<()> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::default());
    let keys = JwksCache::new(settings.keys, settings.anchors, Arc::clone(&clock));
    let verifier = Arc::new(AccessTokenVerifier::new(settings.rules, keys, clock));
    tokio::spawn(verifier.keep_fresh());
    let app = app(verifier, settings.public_url.as_ref());
    // Installed before the line that others wait for.
    let shutdown = stop_signal()?;
    let address = listener.local_addr()?;
    // Whoever closed stdout does not want the line.
    let _ = say(&format!("vestibule-server listens on http://{address}\n"));
    serve(listener, app, shutdown).await
}

#[cfg(unix)]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

#[cfg(not(unix))]
fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    Ok(async {
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// The level is for our own words: libraries stay at `warn`, since their deeper
/// levels would write out what they send and receive.
fn log_to_stderr(level: LevelFilter) {
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target("vestibule_server", level);
    let ansi = io::IsTerminal::is_terminal(&io::stderr());
    let layer = fmt::layer().with_writer(io::stderr).with_ansi(ansi);
    tracing_subscriber::registry()
        .with(layer)
        .with(filter)
        .init();
}

fn say(text: &str) -> Result<(), String> {
    let mut stdout = io::stdout();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    written.map_err(|error| format!("cannot write to stdout: {error}"))
}

fn fail(code: u8, sentence: &str) -> ExitCode {
    let _ = writeln!(io::stderr(), "vestibule-server: {sentence}");
    ExitCode::from(code)
}
