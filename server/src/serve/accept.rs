//! Takes connections in, keeps the time, and ends all of it when told to.

use std::{
    future::Future,
    io::{self, ErrorKind},
    net::{SocketAddr, TcpListener as StdListener},
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use poem::{
    Endpoint,
    web::{LocalAddr, RemoteAddr},
};
use socket2::SockRef;
use tokio::{
    net::{TcpListener, TcpStream},
    time::{Interval, MissedTickBehavior, interval, sleep},
};

use super::{
    Limits, Server,
    connection::{self, Connection, Shared},
    eviction::Evictor,
    refusals::{Reason, Told, tell},
    registry::Registry,
};

/// Connections that wait in the kernel; it takes its own limit if that is lower.
const BACKLOG: i32 = 4096;

/// When no descriptor is left and none can be freed.
const EXHAUSTED: Duration = Duration::from_millis(50);

/// After freeing some, for their tasks to end.
const FREED: Duration = Duration::from_millis(5);

/// Of one that tells of the same.
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);

struct Acceptor<E> {
    shared: Arc<Shared<E>>,
    registry: Arc<Registry>,
    evictor: Evictor,
    tick: Interval,
    warned_of_full: Option<Instant>,
}

pub(super) async fn run<E: Endpoint + 'static>(
    server: Server,
    listener: StdListener,
    endpoint: E,
    shutdown: impl Future<Output = ()>,
) -> io::Result<()> {
    let Server {
        limits,
        registry,
        on_answer,
    } = server;
    let socket = SockRef::from(&listener);
    // Taken over by each accepted connection.
    socket.set_tcp_nodelay(true)?;
    // std asks for 128 only, and lets nobody choose.
    socket.listen(BACKLOG)?;
    listener.set_nonblocking(true)?;
    let local = LocalAddr(listener.local_addr()?.into());
    let mut acceptor = Acceptor {
        evictor: Evictor::new(limits.head),
        tick: tick(&limits),
        warned_of_full: None,
        shared: Arc::new(Shared {
            endpoint,
            http: connection::http(&limits),
            limits,
            on_answer,
            local,
        }),
        registry: Arc::clone(&registry),
    };
    // Without their keeper the connections would have no deadlines.
    let _ended = Ended(registry);
    let listener = acceptor
        .until(shutdown, TcpListener::from_std(listener)?)
        .await?;
    acceptor.drain(listener).await;
    Ok(())
}

/// Several times within the shortest deadline.
fn tick(limits: &Limits) -> Interval {
    let deadlines = [limits.head, limits.answer, limits.idle];
    let shortest = deadlines.into_iter().min().unwrap_or_default() / 8;
    let bounds = (Duration::from_millis(10), Duration::from_millis(250));
    let mut tick = interval(shortest.clamp(bounds.0, bounds.1));
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tick
}

impl<E: Endpoint + 'static> Acceptor<E> {
    /// Serves until `shutdown`, and gives the listener back.
    async fn until(
        &mut self,
        shutdown: impl Future<Output = ()>,
        listener: TcpListener,
    ) -> io::Result<StdListener> {
        let mut shutdown = pin!(shutdown);
        let mut exhausted = false;
        loop {
            let accepted = tokio::select! {
                biased;
                () = &mut shutdown => break,
                // No connections, no deadlines, no wake-ups.
                _ = self.tick.tick(), if self.registry.open() > 0 => {
                    self.registry.pulse.beat();
                    self.registry.sweep(&self.shared.limits, false);
                    continue;
                }
                accepted = listener.accept() => accepted,
            };
            match accepted {
                Ok((stream, remote)) => {
                    exhausted = false;
                    self.admit(stream, remote);
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(error) => {
                    if !exhausted {
                        tracing::warn!(%error, "cannot accept connections, closing waiting ones");
                    }
                    exhausted = true;
                    let pause = if self.free_some() { FREED } else { EXHAUSTED };
                    tokio::select! {
                        () = &mut shutdown => break,
                        () = sleep(pause) => {}
                    }
                }
            }
        }
        listener.into_std()
    }

    /// Gives the connection a task, if need be in another one's place.
    fn admit(&mut self, stream: TcpStream, remote: SocketAddr) {
        self.registry.pulse.beat();
        let full = self.registry.open() >= self.shared.limits.max_connections;
        if full {
            self.warn_of_full();
        }
        if full && !self.evictor.make_room(&self.registry) {
            self.registry.refusals.count(Reason::NoRoom);
            tell(&Told::of(Reason::NoRoom, Some(&remote)));
            return;
        }
        self.registry.enter(remote, |slot, leave| {
            let connection = Arc::new(Connection {
                shared: Arc::clone(&self.shared),
                registry: Arc::clone(&self.registry),
                slot,
                remote: RemoteAddr(remote.into()),
            });
            tokio::spawn(connection::run(stream, connection, leave)).abort_handle()
        });
    }

    /// Once a minute, however often that is: each closed connection has its own line.
    fn warn_of_full(&mut self) {
        let due = |last: Instant| last.elapsed() >= BETWEEN_WARNINGS;
        if self.warned_of_full.is_none_or(due) {
            self.warned_of_full = Some(Instant::now());
            let connections = self.shared.limits.max_connections;
            tracing::warn!(
                connections,
                "all connections are taken, closing waiting ones for new ones"
            );
        }
    }

    /// Closes a sixteenth of the connections, the next ones to go.
    fn free_some(&mut self) -> bool {
        self.registry.pulse.beat();
        let some = self.registry.open().div_ceil(16);
        (0..some)
            .filter(|_| self.evictor.make_room(&self.registry))
            .count()
            > 0
    }

    /// Finishes what runs.
    async fn drain(&mut self, listener: StdListener) {
        let begin = Instant::now();
        self.registry.pulse.drain();
        // Who is connected already, as far as the kernel is concerned, is served.
        for _ in 0..BACKLOG {
            match listener.accept() {
                Ok((stream, remote)) => {
                    let stream = stream
                        .set_nonblocking(true)
                        .map(|()| TcpStream::from_std(stream));
                    if let Ok(Ok(stream)) = stream {
                        self.admit(stream, remote);
                    }
                }
                Err(error) if is_of_one_connection(&error) => {}
                Err(_) => break,
            }
        }
        drop(listener);
        let limits = self.shared.limits.clone();
        while self.registry.open() > 0 && begin.elapsed() < limits.answer {
            tokio::select! {
                _ = self.tick.tick() => {}
                () = self.registry.emptied.notified() => {}
            }
            self.registry.pulse.beat();
            self.registry
                .sweep(&limits, begin.elapsed() >= limits.linger);
        }
    }
}

/// accept(2): the error is the connection's, the next one may be good.
fn is_of_one_connection(error: &io::Error) -> bool {
    use ErrorKind::{
        ConnectionAborted, ConnectionRefused, ConnectionReset, HostUnreachable, Interrupted,
        NetworkDown, NetworkUnreachable,
    };
    matches!(
        error.kind(),
        ConnectionAborted
            | ConnectionRefused
            | ConnectionReset
            | HostUnreachable
            | Interrupted
            | NetworkDown
            | NetworkUnreachable
    )
}

/// Closes what is still open when the server ends, also when it is dropped.
struct Ended(Arc<Registry>);

impl Drop for Ended {
    fn drop(&mut self) {
        self.0.close_all();
    }
}
