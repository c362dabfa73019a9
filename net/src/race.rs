//! The addresses of a name are tried side by side, each with a head start on the
//! next (RFC 8305 §5), so that one which is dead costs a moment and not the limit.

use std::{
    io,
    net::SocketAddr,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// RFC 8305 §8: the recommended Connection Attempt Delay.
const HEAD_START: Duration = Duration::from_millis(250);

/// What the first of the attempts that succeeds gives; `None` when none does in
/// time. An attempt is told how long it may take; those that are not needed any
/// more end by themselves.
pub fn race<T, E>(
    addresses: &[SocketAddr],
    limit: Duration,
    attempt: impl Fn(SocketAddr, Duration) -> Result<T, E> + Clone + Send + 'static,
) -> Option<Result<T, E>>
where
    T: Send + 'static,
    E: From<io::Error> + Send + 'static,
{
    if let [only] = addresses {
        return Some(attempt(*only, limit));
    }
    let deadline = Instant::now() + limit;
    let (sender, ended) = mpsc::channel();
    let mut waiting = alternating(addresses).into_iter();
    let mut under_way = 0_usize;
    let mut last = E::from(io::ErrorKind::AddrNotAvailable.into());
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return None;
        }
        if let Some(address) = waiting.next() {
            let (sender, attempt) = (sender.clone(), attempt.clone());
            // Nobody listens any more if another one was first.
            let run = move || drop(sender.send(attempt(address, left)));
            match thread::Builder::new().spawn(run) {
                Ok(_) => under_way += 1,
                Err(error) => last = error.into(),
            }
        } else if under_way == 0 {
            return Some(Err(last));
        }
        let more = waiting.len() > 0;
        match ended.recv_timeout(if more { HEAD_START.min(left) } else { left }) {
            Ok(Ok(connection)) => return Some(Ok(connection)),
            // The next one need not wait for its turn then.
            Ok(Err(error)) => {
                under_way -= 1;
                last = error;
            }
            Err(_) => {}
        }
    }
}

/// RFC 8305 §4: the families in turns, beginning with that of the first address,
/// which the system's resolver prefers (RFC 6724).
fn alternating(addresses: &[SocketAddr]) -> Vec<SocketAddr> {
    let first = addresses.first().is_some_and(SocketAddr::is_ipv6);
    let (one, other): (Vec<SocketAddr>, Vec<SocketAddr>) =
        addresses.iter().partition(|a| a.is_ipv6() == first);
    let (mut one, mut other) = (one.into_iter(), other.into_iter());
    let mut order = Vec::with_capacity(addresses.len());
    while order.len() < addresses.len() {
        order.extend(one.next());
        order.extend(other.next());
    }
    order
}

#[cfg(test)]
#[path = "race_tests.rs"]
mod tests;
