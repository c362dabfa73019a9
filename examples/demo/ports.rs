//! The demo's ports: what happens when another program has one of them.

use std::{
    io,
    net::{Ipv4Addr, TcpListener},
};

/// Listens on `preferred`, else on the first free one of the nine behind it, so
/// that the next start finds the same, else on any. With it goes why not on
/// `preferred`.
pub fn listen(preferred: u16) -> io::Result<(TcpListener, Option<io::Error>)> {
    let bind = |port| TcpListener::bind((Ipv4Addr::LOCALHOST, port));
    match bind(preferred) {
        Ok(listener) => Ok((listener, None)),
        Err(error) => {
            let others = preferred + 1..preferred + 10;
            let other = others.chain([0]).find_map(|port| bind(port).ok());
            // Without a single port, the first error says why.
            match other {
                Some(listener) => Ok((listener, Some(error))),
                None => Err(error),
            }
        }
    }
}

/// What is said when a port was not to be had.
pub fn instead(role: &str, wanted: u16, port: u16, error: &io::Error) -> String {
    let why = if error.kind() == io::ErrorKind::AddrInUse {
        "belongs to another program (another demo?)".to_owned()
    } else {
        format!("cannot be had ({error})")
    };
    format!("Port {wanted} {why}: the {role} is at port {port} this time.")
}

/// The provider's folder: one for each port, since two demos that run at once
/// would write over each other's.
pub fn state_of(port: u16) -> String {
    match port {
        4400 => "provider".to_owned(),
        other => format!("provider-{other}"),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test fails")]
mod tests {
    use super::*;

    /// A port below which nine more exist, that nobody has at this moment.
    fn taken() -> TcpListener {
        loop {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            if listener.local_addr().unwrap().port() < u16::MAX - 10 {
                return listener;
            }
        }
    }

    #[test]
    fn a_port_of_another_program_is_left_alone_and_the_next_one_taken() {
        let foreign = taken();
        let wanted = foreign.local_addr().unwrap().port();
        let (instead_of, error) = listen(wanted).unwrap();
        let port = instead_of.local_addr().unwrap().port();
        assert_ne!(port, wanted);
        let error = error.unwrap();
        assert_eq!(
            instead("development provider", wanted, port, &error),
            format!(
                "Port {wanted} belongs to another program (another demo?): the development \
                 provider is at port {port} this time."
            )
        );
        // The next start finds the same again.
        drop(instead_of);
        let (again, _) = listen(wanted).unwrap();
        assert!((wanted + 1..wanted + 10).contains(&again.local_addr().unwrap().port()));
    }

    #[test]
    fn a_port_that_cannot_be_had_for_another_reason_is_told_with_it() {
        let error = io::Error::from(io::ErrorKind::PermissionDenied);
        let said = instead("protected message", 3000, 3001, &error);
        assert!(
            said.starts_with("Port 3000 cannot be had (permission denied): "),
            "{said}"
        );
    }

    #[test]
    fn two_providers_at_once_do_not_share_their_state() {
        assert_eq!(state_of(4400), "provider");
        assert_ne!(state_of(4401), state_of(4402));
    }
}
