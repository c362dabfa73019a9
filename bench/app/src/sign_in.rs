//! Signs in as Ada at the repository's development provider, so that the window finds a
//! session in the keychain. The person in the browser is a robot that fills in forms.

use std::{
    collections::HashMap,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context, Result, bail, ensure};
use ureq::Agent;
use url::{Url, form_urlencoded::Serializer};

use crate::desktop::Desktop;

/// The running provider. It ends when this is dropped.
pub struct Provider {
    child: Child,
    issuer: String,
}

impl Provider {
    /// Starts `dev-idp` on a free port.
    pub fn start(program: &Path) -> Result<Self> {
        let mut command = Command::new("setpriv");
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command.args(["--listen", "127.0.0.1:0"]);
        command.stdin(Stdio::null()).stderr(Stdio::null());
        let mut child = command.stdout(Stdio::piped()).spawn()?;
        let output = child.stdout.take().context("a piped output")?;
        let mut line = String::new();
        BufReader::new(output).read_line(&mut line)?;
        let issuer = line.split_whitespace().next_back();
        let issuer = issuer.context("the provider does not say where it is")?;
        let issuer = issuer.to_owned();
        Ok(Self { child, issuer })
    }

    /// Tells a program where it is.
    pub fn equip(&self, command: &mut Command) {
        command.env("VESTIBULE_ISSUER", &self.issuer);
    }

    /// Runs `vestibule login` and does in the browser what it asks for.
    pub fn sign_in(&self, desktop: &Desktop, program: &Path) -> Result<()> {
        let mut command = desktop.command(program)?;
        command.args(["login", "--no-browser"]);
        command.env("VESTIBULE_CLIENT_ID", "vestibule");
        self.equip(&mut command);
        let mut login = command
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()?;
        let said = login.stderr.take().context("a piped output")?;
        let mut lines = BufReader::new(said).lines();
        let address = lines.by_ref().find_map(|line| {
            let line = line.ok()?;
            let word = line
                .split_whitespace()
                .find(|word| word.contains("client_id="));
            word.map(str::to_owned)
        });
        let address = address.context("the app tells no address")?;
        if let Err(error) = Robot::default().sign_in(&address) {
            // It would wait for the browser beside what is measured next.
            login.kill()?;
            login.wait()?;
            return Err(error);
        }
        let said: Vec<_> = lines.map_while(Result::ok).collect();
        let status = login.wait()?;
        ensure!(status.success(), "the sign-in failed: {}", said.join(" "));
        Ok(())
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser that knows the provider's two forms.
#[derive(Default)]
struct Robot(HashMap<String, String>);

impl Robot {
    fn sign_in(&mut self, address: &str) -> Result<()> {
        let mut at = Url::parse(address)?;
        let mut form = None;
        for _ in 0..20 {
            let (next, page) = self.load(&at, form.take())?;
            if let Some(next) = next {
                at = at.join(&next)?;
            } else if let Some(action) = value(&page, "action=\"") {
                form = Some(filled(&page, action)?);
                at = at.join(action)?;
            } else {
                return Ok(());
            }
        }
        bail!("the provider leads in a circle")
    }

    /// One request: where it leads, and its page.
    fn load(&mut self, at: &Url, form: Option<String>) -> Result<(Option<String>, String)> {
        let agent: Agent = Agent::config_builder()
            .max_redirects(0)
            .max_redirects_will_error(false)
            .proxy(None)
            .timeout_global(Some(Duration::from_secs(30)))
            .build()
            .into();
        let cookies: Vec<_> = self.0.iter().map(|(k, v)| format!("{k}={v}")).collect();
        let cookies = cookies.join("; ");
        let answer = match form {
            None => agent.get(at.as_str()).header("cookie", cookies).call(),
            Some(form) => agent
                .post(at.as_str())
                .header("cookie", cookies)
                .header("content-type", "application/x-www-form-urlencoded")
                .send(form),
        };
        let mut answer = answer.with_context(|| at.path().to_owned())?;
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str()?.split(';').next().unwrap_or_default();
            if let Some((name, value)) = pair.split_once('=') {
                self.0.insert(name.to_owned(), value.to_owned());
            }
        }
        let next = answer.headers().get("location");
        let next = next.map(|next| next.to_str().map(str::to_owned));
        Ok((next.transpose()?, answer.body_mut().read_to_string()?))
    }
}

fn filled(page: &str, action: &str) -> Result<String> {
    let mut form = Serializer::new(String::new());
    for name in ["request", "csrf"] {
        let field = format!("type=\"hidden\" name=\"{name}\" value=\"");
        if let Some(hidden) = value(page, &field) {
            form.append_pair(name, hidden);
        }
    }
    match action {
        "/login" => form
            .append_pair("username", "ada")
            .append_pair("password", "ada"),
        "/consent" => form.append_pair("answer", "allow"),
        other => bail!("a form for {other}, which the robot does not know"),
    };
    Ok(form.finish())
}

/// What stands between `start` and the next quotation mark.
fn value<'page>(page: &'page str, start: &str) -> Option<&'page str> {
    let (_, rest) = page.split_once(start)?;
    rest.split_once('"').map(|(value, _)| value)
}
