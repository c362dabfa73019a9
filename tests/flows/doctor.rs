//! `vestibule doctor`, the built program, against real servers: where all is well, and where
//! somebody made one of the common mistakes. What it says of each is a row of `docs/doctor.md`.
//! Three of the twenty need a machine that is set up for them: `tests/real/doctor.rs`.

mod api;
mod here;
mod library;
mod provider;
mod report;
pub mod table;
mod way;

use std::process::Command;

use crate::{
    double::{Double, Reply, serve},
    program::{Ended, Program, VESTIBULE},
    store::Folder,
    world::World,
};

/// A person's machine, whose environment has a home and no more.
pub fn doctor(folder: &Folder, issuer: &str, api: &str, more: &[&str]) -> Command {
    let mut command = Command::new(VESTIBULE);
    command.args(["doctor", "--client-id", "vestibule", "--store", "file"]);
    command
        .args(["--issuer", issuer, "--api-url", api])
        .args(more);
    command.env_clear().current_dir(&folder.0);
    command.env("HOME", &folder.0).env("PATH", "/usr/bin:/bin");
    command
}

pub fn run(command: Command) -> Ended {
    Program::start(command).finish()
}

/// What `double` is called in the table, and its API.
pub fn names(double: &Double) -> Vec<(String, &'static str)> {
    vec![
        (format!("{}/api", double.url), "https://api.example.org"),
        (double.url.clone(), "https://sso.example.org"),
        (host(&double.url).to_owned(), "sso.example.org"),
    ]
}

pub fn names_of(world: &World) -> Vec<(String, &'static str)> {
    let api = world.api.as_str().strip_suffix("/private").unwrap();
    vec![
        (world.issuer.clone(), "https://sso.example.org"),
        (host(&world.issuer).to_owned(), "sso.example.org"),
        (host(api).to_owned(), "api.example.org"),
    ]
}

pub fn host(url: &str) -> &str {
    url.split_once("://").unwrap().1
}

/// How a provider is asked in vain.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    /// It knows the client, and whatever it returns to.
    Good,
    /// The redirect URI is not registered: a page of its own.
    Unregistered,
    /// It redirects to an error page of its own.
    OwnPage,
    /// It comes back with this error code.
    Refuses(&'static str),
    /// It wants a secret.
    Confidential,
    /// Its clock is so many seconds ahead.
    Ahead(i64),
}

/// A double that does what a provider does before anybody signs in.
pub fn provider(manner: Manner) -> Double {
    Double::over(|mut answer| {
        serve(move |url, asked| {
            let is_made_up = asked.form.get("code").is_some_and(|code| code != "good");
            match asked.path.as_str() {
                "/authorize" => authorized(manner, url, &asked.query),
                "/token" if manner == Manner::Confidential => {
                    refusal("401 Unauthorized", "invalid_client")
                }
                "/token" if is_made_up => refusal("400 Bad Request", "invalid_grant"),
                _ => dated(manner, answer(url, asked)),
            }
        })
    })
}

fn authorized(manner: Manner, url: &str, query: &str) -> Reply {
    let asked = url::form_urlencoded::parse(query.as_bytes()).into_owned();
    let asked: std::collections::HashMap<String, String> = asked.collect();
    assert_eq!(asked["prompt"], "none");
    assert_eq!(asked["code_challenge_method"], "S256");
    let code = match manner {
        Manner::Unregistered => {
            let page = "<h1>redirect_uri is not registered</h1>";
            return Reply::new("400 Bad Request", "Content-Type: text/html\r\n", page);
        }
        Manner::OwnPage => return Reply::redirect(&format!("{url}/error?code=redirect_uri")),
        Manner::Refuses(code) => code,
        _ => "login_required",
    };
    let back = format!(
        "{}?error={code}&state={}",
        asked["redirect_uri"], asked["state"]
    );
    Reply::redirect(&back)
}

fn refusal(status: &'static str, code: &str) -> Reply {
    let json = "Content-Type: application/json\r\n";
    Reply::new(status, json, &format!("{{\"error\": \"{code}\"}}"))
}

fn dated(manner: Manner, mut reply: Reply) -> Reply {
    if let Manner::Ahead(seconds) = manner {
        let span = std::time::Duration::from_secs(seconds.unsigned_abs());
        let now = std::time::SystemTime::now();
        let then = if seconds < 0 { now - span } else { now + span };
        reply.headers += &format!("Date: {}\r\n", httpdate::fmt_http_date(then));
    }
    reply
}
