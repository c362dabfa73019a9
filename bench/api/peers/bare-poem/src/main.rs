//! Bare poem: `GET /private` for everybody. What the framework itself costs.

use poem::{Route, Server, get, handler, listener::TcpListener};

#[handler]
fn private() -> &'static str {
    "Only authenticated users can read this message."
}

fn main() -> std::io::Result<()> {
    let listen = std::env::var("LISTEN").map_err(std::io::Error::other)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let server = Server::new(TcpListener::bind(listen));
    runtime.block_on(server.run(Route::new().at("/private", get(private))))
}
