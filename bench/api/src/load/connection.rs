//! One connection: a request out, an answer in.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpStream as StdStream},
    time::Instant,
};

use anyhow::{Context, Result, bail, ensure};
use mio::net::TcpStream;

pub struct Connection {
    pub stream: TcpStream,
    address: SocketAddr,
    /// The stream it belongs to
    pub owner: usize,
    pub request: Vec<u8>,
    /// The status that is right
    pub expected: u16,
    since: Option<Instant>,
    /// The beginning of an answer that has not come whole
    partial: Vec<u8>,
}

pub enum Received {
    Nothing,
    Answer { status: u16, close: bool },
    End,
}

impl Connection {
    pub fn open(address: SocketAddr, owner: usize) -> Result<Self> {
        Ok(Self {
            stream: connect(address)?,
            address,
            owner,
            request: Vec::with_capacity(2048),
            expected: 0,
            since: None,
            partial: Vec::new(),
        })
    }

    pub fn reopen(&mut self) -> Result<()> {
        self.stream = connect(self.address)?;
        self.partial.clear();
        Ok(())
    }

    /// Sends the request that stands in the buffer.
    pub fn send(&mut self, expected: u16, since: Instant) -> Result<()> {
        self.expected = expected;
        self.since = Some(since);
        match self.stream.write(&self.request) {
            // An empty socket takes a request whole.
            Ok(sent) => ensure!(sent == self.request.len(), "a request was cut"),
            // Closed in the meantime: found and counted by the next event.
            Err(error) if is_end(&error) => {}
            Err(error) => return Err(error).context("a request could not be sent"),
        }
        Ok(())
    }

    pub fn waits(&self) -> bool {
        self.since.is_some()
    }

    /// Since when the answer that is there now was waited for.
    pub fn done(&mut self) -> Instant {
        self.since.take().unwrap_or_else(Instant::now)
    }

    /// `buffer` is only a place to read into: made anew for each answer it would cost
    /// as much as the rest.
    pub fn receive(&mut self, buffer: &mut [u8]) -> Result<Received> {
        let count = match self.stream.read(buffer) {
            Ok(0) => return Ok(Received::End),
            Ok(count) => count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                return Ok(Received::Nothing);
            }
            Err(error) if is_end(&error) => return Ok(Received::End),
            Err(error) => return Err(error).context("an answer could not be read"),
        };
        // Nearly always the whole answer, and nothing else, is there at once.
        if self.partial.is_empty() {
            let answer = parse(&buffer[..count])?;
            if answer.is_none() {
                self.partial.extend_from_slice(&buffer[..count]);
            }
            return Ok(answer.unwrap_or(Received::Nothing));
        }
        self.partial.extend_from_slice(&buffer[..count]);
        let answer = parse(&self.partial)?;
        if answer.is_some() {
            self.partial.clear();
        }
        Ok(answer.unwrap_or(Received::Nothing))
    }
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let stream = StdStream::connect(address).context("the server takes no connection")?;
    stream.set_nodelay(true)?;
    stream.set_nonblocking(true)?;
    Ok(TcpStream::from_std(stream))
}

fn is_end(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe
    )
}

/// None if the answer is not whole.
fn parse(bytes: &[u8]) -> Result<Option<Received>> {
    let mut headers = [httparse::EMPTY_HEADER; 32];
    let mut response = httparse::Response::new(&mut headers);
    let httparse::Status::Complete(head) = response.parse(bytes)? else {
        return Ok(None);
    };
    let (mut length, mut close) = (None, false);
    for header in response.headers.iter() {
        if header.name.eq_ignore_ascii_case("content-length") {
            length = Some(std::str::from_utf8(header.value)?.trim().parse::<usize>()?);
        } else if header.name.eq_ignore_ascii_case("connection") {
            close = header.value.eq_ignore_ascii_case(b"close");
        }
    }
    let Some(length) = length else {
        bail!("an answer without Content-Length is not understood");
    };
    if bytes.len() < head + length {
        return Ok(None);
    }
    ensure!(
        bytes.len() == head + length,
        "an answer that nobody asked for"
    );
    let status = response.code.unwrap_or_default();
    Ok(Some(Received::Answer { status, close }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_once_it_is_whole() {
        let whole =
            b"HTTP/1.1 401 Unauthorized\r\ncontent-length: 2\r\nConnection: close\r\n\r\nno";
        for end in 0..whole.len() {
            assert!(parse(&whole[..end]).unwrap().is_none(), "{end}");
        }
        let answer = parse(whole).unwrap();
        assert!(matches!(
            answer,
            Some(Received::Answer {
                status: 401,
                close: true
            })
        ));
        assert!(parse(&[&whole[..], b"x"].concat()).is_err());
    }
}
