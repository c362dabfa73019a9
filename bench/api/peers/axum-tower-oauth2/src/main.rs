//! axum with the layer of tower-oauth2-resource-server.

use std::{env, fs};

use anyhow::{Context, Result};
use axum::{Router, routing::get};
use reqwest::{Certificate, Client};
use serde::Deserialize;
use tower_oauth2_resource_server::{server::OAuth2ResourceServer, tenant::TenantConfiguration};

#[derive(Clone, Deserialize)]
struct Claims {
    #[expect(dead_code, reason = "what a handler would get of a token")]
    sub: String,
}

async fn private() -> &'static str {
    "Only authenticated users can read this message."
}

async fn serve() -> Result<()> {
    let variable = |name| env::var(name).context(name);
    let ca = Certificate::from_pem(&fs::read(variable("CA_FILE")?)?)?;
    let client = Client::builder().tls_certs_only([ca]).build()?;
    let tenant = TenantConfiguration::builder(variable("ISSUER")?)
        .audiences(&[variable("AUDIENCE")?])
        .http_client(client)
        .build()
        .await?;
    let guard = OAuth2ResourceServer::<Claims>::builder()
        .add_tenant(tenant)
        .build()
        .await?;
    let app = Router::new()
        .route("/private", get(private))
        .layer(guard.into_layer());
    let listener = tokio::net::TcpListener::bind(variable("LISTEN")?).await?;
    Ok(axum::serve(listener, app).await?)
}

fn main() -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(serve())
}
