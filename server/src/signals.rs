//! The signals that end a server: the first lets it finish what runs, Ctrl-C after that
//! ends it at once.

use std::{future::Future, io, time::Duration};

/// What the last lines of the log are given where the process ends at once.
const LAST: Duration = Duration::from_millis(100);

/// Resolves at the first of SIGTERM, SIGINT (Ctrl-C) and SIGHUP; they are caught from
/// now on. After it SIGINT ends the process with 130. The others do not: supervisors, and
/// parents that hand signals on, may send SIGTERM twice, a terminal that closes SIGHUP,
/// and systemd one beside the other.
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
            interrupt.recv().await;
            end_at_once();
        });
    })
}

fn end_at_once() -> ! {
    tracing::warn!("SIGINT again: ending at once, whatever runs");
    crate::stderr::flush(LAST);
    std::process::exit(130)
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
            end_at_once();
        });
    })
}
