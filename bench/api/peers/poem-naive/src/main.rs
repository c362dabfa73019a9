//! poem and jsonwebtoken, as one writes it on the first day: the header for the
//! `kid`, then `decode`.

use std::sync::Arc;

use anyhow::Result;
use bench_keys::{Claims, Settings};
use jsonwebtoken::{decode, decode_header};
use poem::{
    Endpoint, IntoResponse, Request, Response, Route, Server, get, handler,
    http::{StatusCode, header},
    listener::TcpListener,
};

struct Guarded<E> {
    endpoint: E,
    settings: Arc<Settings>,
}

impl<E> Guarded<E> {
    fn claims(&self, request: &Request) -> Option<Claims> {
        let value = request.header(header::AUTHORIZATION)?;
        let token = value.strip_prefix("Bearer ")?;
        let kid = decode_header(token).ok()?.kid?;
        let key = self.settings.keys.get(&kid)?;
        let data = decode(token, key, &self.settings.validation).ok()?;
        Some(data.claims)
    }
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> poem::Result<Response> {
        let Some(claims) = self.claims(&request) else {
            return Ok(StatusCode::UNAUTHORIZED
                .with_header(header::WWW_AUTHENTICATE, "Bearer")
                .into_response());
        };
        request.extensions_mut().insert(claims);
        Ok(self.endpoint.get_response(request).await)
    }
}

#[handler]
fn private() -> &'static str {
    "Only authenticated users can read this message."
}

fn main() -> Result<()> {
    let settings = Arc::new(Settings::from_environment()?);
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let server = Server::new(TcpListener::bind(settings.listen.clone()));
    let guarded = Guarded {
        endpoint: get(private),
        settings,
    };
    Ok(runtime.block_on(server.run(Route::new().at("/private", guarded)))?)
}
