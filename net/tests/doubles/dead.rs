//! An address whose host is gone.

use std::net::SocketAddr;

use socket2::{Domain, Socket, Type};

/// An address that answers to nothing: its queue is full, so that the system drops
/// whoever knocks, as a dead route does.
pub fn dead() -> (SocketAddr, Vec<Socket>) {
    let listener = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
    listener
        .bind(&SocketAddr::from(([127, 0, 0, 1], 0)).into())
        .unwrap();
    listener.listen(0).unwrap();
    let address = listener.local_addr().unwrap().as_socket().unwrap();
    let mut kept = vec![listener];
    for _ in 0..4 {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).unwrap();
        socket.set_nonblocking(true).unwrap();
        let _ = socket.connect(&address.into());
        kept.push(socket);
    }
    (address, kept)
}
