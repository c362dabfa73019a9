//! actix-web with the bearer middleware of actix-web-httpauth and jsonwebtoken's
//! `decode`.

use actix_web::{App, Error, HttpMessage, HttpServer, dev::ServiceRequest, get, web::Data};
use actix_web_httpauth::{
    extractors::{AuthenticationError, bearer::BearerAuth},
    headers::www_authenticate::bearer::Bearer,
    middleware::HttpAuthentication,
};
use anyhow::{Context, Result};
use bench_keys::{Claims, Settings};
use jsonwebtoken::{decode, decode_header};

fn claims(settings: &Settings, token: &str) -> Option<Claims> {
    let kid = decode_header(token).ok()?.kid?;
    let data = decode(token, settings.keys.get(&kid)?, &settings.validation).ok()?;
    Some(data.claims)
}

async fn validator(
    request: ServiceRequest,
    credentials: BearerAuth,
) -> Result<ServiceRequest, (Error, ServiceRequest)> {
    let settings = request.app_data::<Data<Settings>>();
    match settings.and_then(|settings| claims(settings, credentials.token())) {
        Some(claims) => {
            request.extensions_mut().insert(claims);
            Ok(request)
        }
        None => Err((AuthenticationError::new(Bearer::default()).into(), request)),
    }
}

#[get("/private")]
async fn private() -> &'static str {
    "Only authenticated users can read this message."
}

fn main() -> Result<()> {
    let settings = Data::new(Settings::from_environment()?);
    let listen = settings.listen.clone();
    let app = move || {
        App::new()
            .app_data(settings.clone())
            .wrap(HttpAuthentication::bearer(validator))
            .service(private)
    };
    let server = HttpServer::new(app).workers(1).bind(listen)?;
    actix_web::rt::System::new()
        .block_on(server.run())
        .context("the server failed")
}
