//! A terminal program that signs in and calls an API. At the development provider:
//!
//! ```text
//! ISSUER=http://127.0.0.1:4400 CLIENT_ID=vestibule AUDIENCE=https://my-resource-server \
//!     API=http://127.0.0.1:3000/private cargo run -p vestibule-auth --example terminal
//! ```
//!
//! With `STORE=file` the session is in a file, for a machine without a keychain.
#![allow(clippy::print_stdout, clippy::print_stderr, missing_docs)]

use std::{env, error::Error, sync::Arc};

use vestibule_auth::{Cancel, Client, Progress, Step, http, ports::StoreKind};

pub fn main() -> Result<(), Box<dyn Error>> {
    let set = |name| env::var(name).map_err(|_| format!("set {name}"));
    let client = Client::builder(set("ISSUER")?, set("CLIENT_ID")?)
        .app_name("My Notes")
        .audience(set("AUDIENCE")?)
        .store_kind(store())
        .build()?;
    let session = client.restore_or_sign_in(&progress(), &Cancel::default())?;
    let request = http::Request::get(set("API")?).body(Vec::new())?;
    let answer = client.send(&session, request, &Cancel::default())?;
    let text = String::from_utf8_lossy(answer.body());
    println!("{} {}: {text}", session.display_name(), answer.status());
    client.catch_up();
    Ok(())
}

fn store() -> StoreKind {
    match env::var("STORE").as_deref() {
        Ok("file") => StoreKind::File,
        _ => StoreKind::Keychain,
    }
}

/// No opener tells whether a page came up, so the address is shown in any case.
fn progress() -> Progress {
    Arc::new(|step| match step {
        Step::Browser { url, .. } => {
            eprintln!("Your browser opens to sign in. If it does not, open this address:\n{url}");
        }
        // No browser can be opened here.
        Step::Device(code) => eprintln!(
            "To sign in, open {} on your phone and enter {}. \
             Check that your phone shows the same code.",
            code.verification_uri, code.user_code
        ),
        _ => {}
    })
}
