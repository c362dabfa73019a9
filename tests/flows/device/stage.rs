//! The sockets of a scripted provider: what came when, and how an answer gets out.

use std::{
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::{Duration, Instant},
};

use super::script::{Answer, Script};
use crate::double::{Asked, send};

/// A request and when it came.
#[derive(Clone, Debug)]
pub struct Came {
    pub at: Instant,
    pub asked: Asked,
}

#[derive(Default)]
pub struct Stage {
    pub url: String,
    pub came: Mutex<Vec<Came>>,
    pub script: Mutex<Script>,
    /// Nobody listens, or is about to.
    pub dead: Mutex<bool>,
}

impl Stage {
    pub fn serve(self: Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming() {
            if *self.dead.lock().unwrap() {
                return;
            }
            let (stage, stream) = (self.clone(), stream.unwrap());
            thread::spawn(move || stage.hear(stream));
        }
    }

    fn hear(&self, stream: TcpStream) {
        let Some(request) = peeked(&stream) else {
            return;
        };
        let asked = Asked::read(&request[..]);
        let at = Instant::now();
        let noted = asked.clone();
        self.came.lock().unwrap().push(Came { at, asked: noted });
        let answer = self.script.lock().unwrap().answer(&self.url, &asked);
        let reply = match answer {
            // What is not read makes a reset of the end.
            Answer::Reset => return,
            Answer::Held(passage, reply) => {
                passage.pass();
                reply
            }
            Answer::Reply(reply) => reply,
        };
        Asked::read(&stream);
        send(stream, &reply);
    }
}

/// A whole request, left in the socket; `None` if it never came.
fn peeked(stream: &TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 65536];
    let mut had = 0;
    loop {
        let read = stream.peek(&mut bytes).ok()?;
        if is_whole(&bytes[..read]) {
            bytes.truncate(read);
            return Some(bytes);
        }
        // The other side has ended, and nothing more comes.
        if read == 0 || read == bytes.len() {
            return None;
        }
        if read == had {
            thread::sleep(Duration::from_millis(2));
        }
        had = read;
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return false;
    };
    let length = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        let is_length = name.eq_ignore_ascii_case("content-length");
        is_length.then(|| value.trim().parse::<usize>().unwrap())
    });
    body.len() >= length.unwrap_or(0)
}
