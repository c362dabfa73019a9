//! A wait that nothing ends but a reason: somebody connects, it is time, or it is stopped.

/// Ends the wait of the listener where it is dropped.
pub struct Stop {
    _open: imp::Open,
}

/// Tells of a [`Stop`] that was dropped.
pub struct Stopped(imp::Closed);

/// A stop, and who is told of it.
///
/// # Errors
/// The system has no file descriptors left.
pub fn stop() -> std::io::Result<(Stop, Stopped)> {
    let (_open, closed) = imp::pair()?;
    Ok((Stop { _open }, Stopped(closed)))
}

impl Stopped {
    /// Whether the wait is to end.
    pub fn is(&self) -> bool {
        imp::is_closed(&self.0)
    }
}

pub(super) use imp::{connects, wait};

#[cfg(unix)]
mod imp {
    use std::{
        io::{self, Read},
        net::TcpListener,
        os::{fd::AsFd, unix::net::UnixStream},
        time::{Duration, Instant},
    };

    use rustix::event::{PollFd, PollFlags, Timespec, poll};

    use super::Stopped;

    pub type Open = UnixStream;
    pub type Closed = UnixStream;

    pub fn pair() -> io::Result<(Open, Closed)> {
        let (open, closed) = UnixStream::pair()?;
        closed.set_nonblocking(true)?;
        Ok((open, closed))
    }

    pub fn is_closed(mut closed: &Closed) -> bool {
        matches!(closed.read(&mut [0]), Ok(0))
    }

    /// Whether somebody waits for his connection to be accepted.
    pub fn connects(listener: &TcpListener) -> bool {
        is_ready(&mut [PollFd::new(listener, PollFlags::IN)], Duration::ZERO)
    }

    /// Waits until somebody connects to one of `listeners`, `end` or a stop.
    pub fn wait<'a>(
        listeners: impl Iterator<Item = &'a TcpListener>,
        end: Instant,
        stopped: &'a Stopped,
    ) {
        let all = listeners.map(AsFd::as_fd).chain([stopped.0.as_fd()]);
        let ready = |fd| PollFd::from_borrowed_fd(fd, PollFlags::IN);
        let mut all: Vec<_> = all.map(ready).collect();
        is_ready(&mut all, end.saturating_duration_since(Instant::now()));
    }

    /// One that cannot be asked counts as ready: whoever looks there is told why.
    fn is_ready(all: &mut [PollFd<'_>], limit: Duration) -> bool {
        let limit = Timespec::try_from(limit).ok();
        !matches!(poll(all, limit.as_ref()), Ok(0))
    }
}

/// Without poll(2), whoever listens looks every moment.
#[cfg(not(unix))]
mod imp {
    use std::{
        io,
        net::TcpListener,
        sync::mpsc::{self, Receiver, Sender, TryRecvError},
        time::Instant,
    };

    use super::Stopped;

    pub type Open = Sender<()>;
    pub type Closed = Receiver<()>;

    pub fn pair() -> io::Result<(Open, Closed)> {
        Ok(mpsc::channel())
    }

    pub fn is_closed(closed: &Closed) -> bool {
        closed.try_recv() == Err(TryRecvError::Disconnected)
    }

    pub fn connects(_: &TcpListener) -> bool {
        true
    }

    pub fn wait<'a>(_: impl Iterator<Item = &'a TcpListener>, _: Instant, _: &Stopped) {}
}
