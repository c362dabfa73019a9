//! Bare hyper: the same answer to every request. What HTTP itself costs.

use std::convert::Infallible;

use http_body_util::Full;
use hyper::{Request, Response, body::Bytes, server::conn::http1, service::service_fn};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;

async fn private<B>(_: Request<B>) -> Result<Response<Full<Bytes>>, Infallible> {
    let message = "Only authenticated users can read this message.";
    Ok(Response::new(Full::from(message)))
}

async fn serve(listen: String) -> std::io::Result<()> {
    let listener = TcpListener::bind(listen).await?;
    loop {
        let (stream, _) = listener.accept().await?;
        stream.set_nodelay(true)?;
        tokio::spawn(async {
            let served = http1::Builder::new()
                .serve_connection(TokioIo::new(stream), service_fn(private))
                .await;
            // A client that goes away is no fault of the server.
            drop(served);
        });
    }
}

fn main() -> std::io::Result<()> {
    let listen = std::env::var("LISTEN").map_err(std::io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve(listen))
}
