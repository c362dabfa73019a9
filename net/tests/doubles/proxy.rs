//! Proxies that lead everything to one place, or behave badly.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use rustls::{ServerConnection, StreamOwned};

use super::{head, join, tls};

/// How a proxy behaves.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// CONNECT, then through
    Connect,
    /// The same, but only for whoever knows `ada` and `secret`
    ConnectForAda,
    /// This status to CONNECT
    Status(u16),
    /// SOCKS5 or SOCKS4, then through
    Socks,
    /// SOCKS5, only for whoever knows `ada` and `secret` (RFC 1929)
    SocksForAda,
    /// This reply of RFC 1928 §6
    SocksReply(u8),
    /// CONNECT behind TLS, with a 200 and nothing behind it
    Tls,
    /// Never answers
    Silent,
    /// A byte of an answer every 20 ms, without an end
    Drips,
    /// Closes as soon as something was said
    Closes,
    /// Says something that is neither HTTP nor SOCKS
    Babbles,
}

pub struct Proxy {
    pub address: SocketAddr,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Proxy {
    /// Leads to `to`, whatever it is asked for.
    pub fn start(manner: Manner, to: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let noted = asked.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let noted = noted.clone();
                thread::spawn(move || serve(stream, manner, to, &noted));
            }
        });
        Self { address, asked }
    }

    /// What was asked for: `CONNECT host:port`, `5 name host:port`, `5 address …`;
    /// an empty text where a connection said nothing that was understood.
    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

type Noted = Mutex<Vec<String>>;

fn serve(mut stream: TcpStream, manner: Manner, to: SocketAddr, noted: &Noted) -> Option<()> {
    let note = |what: String| noted.lock().unwrap().push(what);
    match manner {
        Manner::Connect | Manner::ConnectForAda | Manner::Status(_) => {
            let head = head(&mut stream)?;
            note(head.split(" HTTP").next()?.to_owned());
            let known = head.contains("Proxy-Authorization: Basic YWRhOnNlY3JldA==\r\n");
            let status = match manner {
                Manner::Status(status) => status,
                Manner::ConnectForAda if !known => 407,
                _ => 200,
            };
            // As older proxies answer.
            let answer = format!("HTTP/1.0 {status} Said\r\nX-Proxy: double\r\n\r\n");
            stream.write_all(answer.as_bytes()).ok()?;
            if status == 200 {
                join(stream, TcpStream::connect(to).ok()?);
            }
        }
        Manner::Socks | Manner::SocksForAda | Manner::SocksReply(_) => {
            let reply = socks(&mut stream, manner, noted)?;
            stream.write_all(&reply).ok()?;
            if matches!(reply[..2], [5, 0] | [0, 90]) {
                join(stream, TcpStream::connect(to).ok()?);
            }
        }
        Manner::Tls => {
            let mut stream = StreamOwned::new(ServerConnection::new(tls()).ok()?, stream);
            let head = head(&mut stream)?;
            note(head.split(" HTTP").next()?.to_owned());
            stream.write_all(b"HTTP/1.1 200 Ok\r\n\r\n").ok()?;
        }
        Manner::Silent | Manner::Drips | Manner::Closes | Manner::Babbles => {
            note(String::new());
            badly(stream, manner)?;
        }
    }
    Some(())
}

fn badly(mut stream: TcpStream, manner: Manner) -> Option<()> {
    take(&mut stream, 1)?;
    match manner {
        Manner::Silent => drain(&mut stream),
        Manner::Drips => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX: ").ok()?;
            while stream.write_all(b"x").is_ok() {
                thread::sleep(Duration::from_millis(20));
            }
        }
        Manner::Babbles => {
            stream
                .write_all(
                    b"220 mail.test ESMTP

",
                )
                .ok()?;
            // To close on what is unread would take the answer back (RFC 1122 §4.2.2.13).
            drain(&mut stream);
        }
        _ => {}
    }
    Some(())
}

/// RFC 1928 and 1929, and SOCKS4(a); the reply to the request.
fn socks(stream: &mut TcpStream, manner: Manner, noted: &Noted) -> Option<Vec<u8>> {
    let note = |what: String| noted.lock().unwrap().push(what);
    let version = take(stream, 1)?[0];
    if version == 4 {
        let rest = take(stream, 7)?;
        until_zero(stream)?;
        let port = u16::from_be_bytes([rest[1], rest[2]]);
        match rest[3..] {
            [0, 0, 0, 1] => note(format!("4 name {}:{port}", until_zero(stream)?)),
            [a, b, c, d] => note(format!("4 address {a}.{b}.{c}.{d}:{port}")),
            _ => return None,
        }
        return Some(vec![0, 90, 0, 0, 0, 0, 0, 0]);
    }
    let count = take(stream, 1)?[0];
    let methods = take(stream, count.into())?;
    if manner == Manner::SocksForAda {
        if !methods.contains(&2) {
            note("5 without credentials".to_owned());
            return Some(vec![5, 0xff]);
        }
        stream.write_all(&[5, 2]).ok()?;
        let _version = take(stream, 1)?;
        let (user, password) = (sized(stream)?, sized(stream)?);
        if (&user[..], &password[..]) != (b"ada", b"secret") {
            note("5 with other credentials".to_owned());
            return Some(vec![1, 1]);
        }
        stream.write_all(&[1, 0]).ok()?;
    } else {
        stream.write_all(&[5, 0]).ok()?;
    }
    let request = take(stream, 4)?;
    let host = match request[3] {
        1 => format!("address {:?}", take(stream, 4)?),
        3 => format!("name {}", String::from_utf8(sized(stream)?).ok()?),
        _ => format!("address {:?}", take(stream, 16)?),
    };
    let port = take(stream, 2)?;
    note(format!(
        "5 {host}:{}",
        u16::from_be_bytes([port[0], port[1]])
    ));
    let code = match manner {
        Manner::SocksReply(code) => code,
        _ => 0,
    };
    Some(vec![5, code, 0, 1, 0, 0, 0, 0, 0, 0])
}

fn drain(stream: &mut TcpStream) {
    let _ = std::io::copy(stream, &mut std::io::sink());
}

fn take(stream: &mut TcpStream, length: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; length];
    stream.read_exact(&mut bytes).ok()?;
    Some(bytes)
}

fn sized(stream: &mut TcpStream) -> Option<Vec<u8>> {
    let length = take(stream, 1)?[0];
    take(stream, length.into())
}

fn until_zero(stream: &mut TcpStream) -> Option<String> {
    let mut text = String::new();
    loop {
        match take(stream, 1)?[0] {
            0 => return Some(text),
            byte => text.push(byte.into()),
        }
    }
}
