//! A socket that notes in its [`Slot`] what passes through it.
//!
//! What may become the preface of HTTP/2 is handed on whole: hyper knows it as a whole only,
//! and the network cuts where it likes.
//!
//! It offers no vectored writes: hyper then puts head and body of an answer into one
//! buffer, which for the short answers of an API is half a microsecond cheaper.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
};

use super::phase::Slot;

/// RFC 9113 §3.4
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

pub(super) struct Watched {
    pub(super) stream: TcpStream,
    slot: Arc<Slot>,
    /// The last bytes that came in are the end of a head, or the end of nothing:
    /// else the beginning of a next head may have come with a request.
    ends_head: bool,
    /// Bytes that came since the last answer
    pub(super) came: u64,
    /// How many bytes of the preface have come and are kept back; `None` once something
    /// else came
    preface: Option<usize>,
}

impl Watched {
    pub(super) fn new(stream: TcpStream, slot: Arc<Slot>) -> Self {
        Self {
            stream,
            slot,
            ends_head: true,
            came: 0,
            preface: Some(0),
        }
    }

    /// Bytes have come that are handed on.
    fn read(&mut self, bytes: &[u8]) {
        if !bytes.is_empty() {
            self.came += bytes.len() as u64;
            // RFC 9112 §2.2: a lone LF may end a line.
            self.ends_head = bytes.ends_with(b"\n\r\n") || bytes.ends_with(b"\n\n");
            self.slot.bytes_came();
        }
    }

    /// Waits for the rest of a preface of which `kept` bytes have come, or for something
    /// else; hands on all of it.
    fn poll_rest(
        &mut self,
        mut kept: usize,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let mut scratch = PREFACE.to_owned();
        while kept < PREFACE.len() {
            self.preface = Some(kept);
            let mut rest = ReadBuf::new(&mut scratch[kept..]);
            ready!(Pin::new(&mut self.stream).poll_read(context, &mut rest))?;
            let size = rest.filled().len();
            kept += size;
            if size == 0 || scratch[..kept] != PREFACE[..kept] {
                break;
            }
        }
        self.preface = None;
        buffer.put_slice(&scratch[..kept]);
        self.read(&scratch[..kept]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncRead for Watched {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some(kept @ 1..) = self.preface {
            return self.poll_rest(kept, context, buffer);
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        let bytes = &buffer.filled()[before..];
        if self.preface.is_some() && !bytes.is_empty() {
            let size = bytes.len();
            if size < PREFACE.len() && PREFACE.starts_with(bytes) {
                // Its time as a head runs from here on.
                self.slot.bytes_came();
                buffer.set_filled(before);
                return self.poll_rest(size, context, buffer);
            }
            self.preface = None;
        }
        self.read(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Watched {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    /// hyper flushes whenever it has nothing left to write.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        ready!(Pin::new(&mut self.stream).poll_flush(context))?;
        if self.slot.flushed(self.ends_head) {
            self.came = 0;
        }
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
