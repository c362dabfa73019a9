//! The signals that end a server: the first lets it finish what runs, a second Ctrl-C or
//! SIGTERM ends it at once.

use std::{future::Future, io};

/// Resolves at the first of SIGTERM, SIGINT (Ctrl-C) and SIGHUP; they are caught from
/// now on. After it, SIGINT and SIGTERM end the process with 128 and their number as the
/// exit code, 130 and 143. Another SIGHUP does not: a terminal that closes may send two,
/// and systemd may send one beside SIGTERM.
#[cfg(unix)]
pub fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    use tokio::signal::unix::{SignalKind, signal};

    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = match hangup_is_ignored() {
        true => None,
        false => Some(signal(SignalKind::hangup())?),
    };
    Ok(async move {
        let hung_up = async {
            match &mut hangup {
                Some(hangup) => hangup.recv().await,
                None => std::future::pending().await,
            }
        };
        let name = tokio::select! {
            _ = terminate.recv() => "SIGTERM",
            _ = interrupt.recv() => "SIGINT",
            _ = hung_up => "SIGHUP",
        };
        tracing::info!("{name}: finishing what runs");
        tokio::spawn(async move {
            let number = tokio::select! {
                _ = terminate.recv() => 15,
                _ = interrupt.recv() => 2,
            };
            std::process::exit(128 + number);
        });
    })
}

/// `nohup` has it ignored, so that a program stays when its terminal closes.
#[cfg(unix)]
fn hangup_is_ignored() -> bool {
    // Only Linux tells this in a file; elsewhere the system is taken to be as usual.
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    // SIGHUP is the first signal.
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .is_some_and(|mask| mask & 1 == 1)
}

/// Resolves at the first Ctrl-C; the second ends the process with 130.
#[cfg(not(unix))]
pub fn stop() -> io::Result<impl Future<Output = ()> + Send + 'static> {
    let mut interrupt = tokio::signal::windows::ctrl_c()?;
    Ok(async move {
        interrupt.recv().await;
        tokio::spawn(async move {
            interrupt.recv().await;
            std::process::exit(130);
        });
    })
}
