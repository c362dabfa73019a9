//! A real Chromium, driven through chromedriver (W3C WebDriver). It runs on the
//! test's desktop, but without its session bus: the keychain there is the app's.

use std::fs;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use serde_json::{Value, json};

use crate::desktop::Desktop;
use crate::helper::Helper;
use crate::{LIMIT, wait_for};

/// chromedriver and its port; `None` if it ended at once.
fn start_driver(desktop: &Desktop) -> Option<(Helper, u16)> {
    let mut driver = desktop.helper("chromedriver", |command| {
        command
            .arg("--port=0")
            .env_remove("DBUS_SESSION_BUS_ADDRESS")
            .stdout(Stdio::piped());
    });
    let port = driver.try_announcement(|line| {
        let port = line.split("successfully on port ").nth(1)?;
        port.trim_end_matches('.').parse().ok()
    });
    Some((driver, port?))
}

/// A browser window. It is closed when dropped.
pub struct Browser {
    agent: ureq::Agent,
    /// The address of the session at the driver.
    session: String,
    _driver: Helper,
}

impl Browser {
    /// Opens a browser that nobody has used before.
    pub fn start(desktop: &Desktop) -> Self {
        Self::open(desktop, chromium(desktop, "chromium"))
    }

    /// The same on a phone: its size, its density, and fingers.
    pub fn on_phone(desktop: &Desktop) -> Self {
        let mut chromium = chromium(desktop, "phone");
        chromium["mobileEmulation"] = json!({
            "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 3.0 }
        });
        Self::open(desktop, chromium)
    }

    fn open(desktop: &Desktop, chromium: Value) -> Self {
        // It takes a free port of IPv4, and ends if somebody has that of IPv6.
        let (driver, port) = wait_for(|| start_driver(desktop), || "no chromedriver".into());
        // No proxy: everything here is on this machine.
        let config = ureq::Agent::config_builder()
            .proxy(None)
            .http_status_as_error(false)
            .timeout_global(Some(LIMIT * 2));
        let agent = ureq::Agent::from(config.build());

        let base = format!("http://127.0.0.1:{port}/session");
        let wanted =
            json!({ "capabilities": { "alwaysMatch": { "goog:chromeOptions": chromium } } });
        let made = request(agent.post(&base), &wanted).unwrap();
        let session = format!("{base}/{}", made["sessionId"].as_str().unwrap());
        let browser = Self {
            agent,
            session,
            _driver: driver,
        };
        // Elements are waited for: a page may still be on its way.
        let limit = u64::try_from(LIMIT.as_millis()).unwrap();
        browser.command("timeouts", &json!({ "implicit": limit }));
        browser
    }

    /// Goes to an address and waits until its page is loaded.
    pub fn go_to(&self, address: &str) {
        self.command("url", &json!({ "url": address }));
    }

    /// The address of the page, as the address bar shows it.
    pub fn address(&self) -> String {
        self.string("url")
    }

    /// Waits for the field that a CSS selector names, and types into it.
    pub fn type_into(&self, css: &str, text: &str) {
        let field = self.find("css selector", css);
        self.command(&format!("{field}/value"), &json!({ "text": text }));
    }

    /// Waits for the button with this text, and clicks it.
    pub fn click(&self, button: &str) {
        let path = format!(
            "//button[normalize-space()='{button}'] | //input[@type='submit'][@value='{button}']"
        );
        let button = self.find("xpath", &path);
        self.command(&format!("{button}/click"), &json!({}));
    }

    /// Forgets who is signed in where.
    pub fn forget_cookies(&self) {
        let forget = json!({ "cmd": "Network.clearBrowserCookies", "params": {} });
        self.command("goog/cdp/execute", &forget);
    }

    /// The text of the page as a person sees it.
    pub fn text(&self) -> String {
        let body = self.find("css selector", "body");
        self.string(&format!("{body}/text"))
    }

    /// Waits until the page shows this text.
    pub fn wait_for_text(&self, text: &str) {
        wait_for(
            // While one page gives way to the next, there may be no answer.
            || self.try_text().filter(|page| page.contains(text)),
            || format!("no {text:?} on {}: {:?}", self.address(), self.try_text()),
        );
    }

    /// Takes a picture of the page.
    pub fn screenshot(&self, png: &Path) {
        let picture = base64::engine::general_purpose::STANDARD.decode(self.string("screenshot"));
        fs::write(png, picture.unwrap()).unwrap();
    }

    fn try_text(&self) -> Option<String> {
        let body = self.try_find("css selector", "body").ok()?;
        let text = self.get(&format!("{body}/text")).ok()?;
        Some(text.as_str()?.to_owned())
    }

    fn find(&self, using: &str, value: &str) -> String {
        self.try_find(using, value)
            .unwrap_or_else(|error| panic!("{value} on {}: {error}", self.address()))
    }

    fn try_find(&self, using: &str, value: &str) -> Result<String, String> {
        let url = format!("{}/element", self.session);
        let wanted = json!({ "using": using, "value": value });
        let found = request(self.agent.post(&url), &wanted)?;
        let id = found[ELEMENT].as_str().ok_or("no element")?;
        Ok(format!("element/{id}"))
    }

    fn command(&self, path: &str, body: &Value) -> Value {
        let url = format!("{}/{path}", self.session);
        request(self.agent.post(&url), body).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    fn get(&self, path: &str) -> Result<Value, String> {
        answer(self.agent.get(format!("{}/{path}", self.session)).call())
    }

    fn string(&self, path: &str) -> String {
        let value = self.get(path).unwrap();
        value.as_str().unwrap().to_owned()
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        let end = self.agent.delete(&self.session).config();
        let _ = end
            .timeout_global(Some(Duration::from_secs(20)))
            .build()
            .call();
    }
}

/// What WebDriver calls an element in its answers (§12.1).
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

/// The Enter key in typed text (WebDriver §17.4.2).
pub const ENTER: &str = "\u{E007}";

/// A browser without a screen, a sandbox (root has none) and a word to the world outside.
/// What it remembers is in the folder with this name.
fn chromium(desktop: &Desktop, profile: &str) -> Value {
    let profile = desktop.folder().join(profile);
    let profile = format!("--user-data-dir={}", profile.display());
    // When the test run is killed, and the driver with it, the browser would stay.
    let chromium = "exec setpriv --pdeathsig KILL -- chromium \"$@\"";
    let chromium = desktop.script("chromium-that-ends", chromium);
    json!({
        "binary": chromium,
        "args": [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--disable-quic", "--no-first-run", "--disable-background-networking",
            "--disable-component-update", "--disable-sync", "--password-store=basic",
            "--no-proxy-server", profile,
        ]
    })
}

fn request(
    request: ureq::RequestBuilder<ureq::typestate::WithBody>,
    body: &Value,
) -> Result<Value, String> {
    let request = request.content_type("application/json; charset=utf-8");
    answer(request.send(body.to_string()))
}

/// The `value` of WebDriver's answer; its `message` when it is an error (§6.6).
fn answer(
    response: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
) -> Result<Value, String> {
    let response = response.map_err(|error| error.to_string())?;
    let failed = !response.status().is_success();
    // A picture is larger than what ureq reads by default.
    let body = response.into_body().into_with_config();
    let text = body.limit(64 << 20).read_to_string();
    let mut answer: Value = serde_json::from_str(&text.map_err(|e| e.to_string())?)
        .map_err(|error| error.to_string())?;
    let value = answer["value"].take();
    if failed {
        return Err(value["message"].as_str().unwrap_or("an error").to_owned());
    }
    Ok(value)
}
