//! Requests as bytes, which no client library would send, and their answers.

use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

/// Where an answer moves the browser.
pub fn location(answer: &str) -> String {
    let line = answer.lines().find_map(|l| l.strip_prefix("Location: "));
    line.unwrap_or_else(|| panic!("{answer}")).to_owned()
}

/// Sends these bytes and reads one answer; less of it, if nothing more comes
/// within `patience`.
pub fn exchange(to: SocketAddr, bytes: &[u8], patience: Duration) -> String {
    let mut stream = TcpStream::connect(to).unwrap();
    stream.set_read_timeout(Some(patience)).unwrap();
    // Who refuses early may close before all is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let mut chunk = [0; 4096];
    while !is_whole(&answer) {
        match stream.read(&mut chunk) {
            Ok(0) | Err(_) => break,
            Ok(read) => answer.extend(&chunk[..read]),
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

fn is_whole(answer: &[u8]) -> bool {
    let answer = String::from_utf8_lossy(answer);
    let Some((head, body)) = answer.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let length = line.strip_prefix("Content-Length: ")?;
        length.parse::<usize>().ok()
    });
    length.is_some_and(|length| body.len() >= length)
}
