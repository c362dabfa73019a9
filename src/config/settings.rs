//! Everything that can be set. A setting is a line of the table, a field of [`Settings`]
//! and a line of [`read`], all of them here.

use std::{
    env::consts::OS,
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use url::Url;
use vestibule_settings::{ConfigError, Kind, Lookup, Setting, Values, seconds, switch};

use super::{
    folders::{Purpose, folder},
    language, values,
};
use crate::{
    auth::{ClientSecret, Issuer, RedirectHost, platform::Proxies, ports::StoreKind},
    identity::{CREDENTIAL, PROGRAM},
    language::Language,
};

/// It has no window but the kiosk's.
const IS_KIOSK_BUILD: bool = cfg!(all(feature = "kiosk", not(feature = "gui")));
/// Where nobody's session is to be kept, nobody's is to be left open either.
const KIOSK_IDLE: Duration = Duration::from_secs(120);
const LONGEST_IDLE: u64 = 24 * 60 * 60;

vestibule_settings::settings! {
    pub(super) static SETTINGS;
    pub(super) ISSUER = Setting::new("issuer", Kind::Address, "https://sso.example.org/",
        "address of the provider, exactly as it names itself").required();
    pub(super) CLIENT_ID = Setting::new("client_id", Kind::Text, PROGRAM,
        "what the provider calls this app").required();
    pub(super) CLIENT_SECRET_FILE = Setting::new("client_secret_file", Kind::FileName,
        "/etc/vestibule/client-secret",
        "only for providers that demand a secret of native apps; default: none")
        .without_option();
    AUDIENCE = Setting::new("audience", Kind::Text, "https://my-resource-server",
        "the API to be let into, sent as `audience`; default: none");
    RESOURCE = Setting::new("resource", Kind::Address, "https://api.example.org/",
        "the API to be let into, sent as `resource` (RFC 8707); default: none");
    SCOPES = Setting::new("scopes", Kind::Words, "openid profile email offline_access",
        "what to ask for").default("openid profile email offline_access");
    PROMPT = Setting::new("prompt", Kind::Text, "consent",
        "consent, login or select_account, for providers that need it; default: none")
        .without_option();
    API_URL = Setting::new("api_url", Kind::Address, "https://api.example.org/private",
        "where the message is").default("http://127.0.0.1:3000/private");
    REDIRECT_PORTS = Setting::new("redirect_ports", Kind::Numbers, "8765,8766",
        "ports for the way back from the browser, tried in order, 0 for any").default("0");
    REDIRECT_HOST = Setting::new("redirect_host", Kind::Text, "localhost",
        "127.0.0.1, localhost or [::1]").default("127.0.0.1").without_option();
    STORE = Setting::new("store", Kind::Text, "file",
        "keychain, file or memory, for the session; default: keychain, in a kiosk memory")
        .one_of(&["keychain", "file", "memory"]);
    pub(super) CA_FILE = Setting::new("ca_file", Kind::FileName, "/etc/ssl/certs/company.pem",
        "certificates (PEM) to trust instead of the system's; default: the system's");
    THEME = Setting::new("theme", Kind::Text, "dark",
        "system, light or dark").default("system").one_of(&["system", "light", "dark"]);
    LANGUAGE = Setting::new("language", Kind::Text, "de",
        "system, or en, de, fr, es, ja or ar").default("system")
        .one_of(&["system", "en", "de", "fr", "es", "ja", "ar"]);
    KIOSK = Setting::new("kiosk", Kind::Switch, "true",
        "true on a screen that many share: by phone alone, full screen")
        .default(if IS_KIOSK_BUILD { "true" } else { "false" });
    IDLE_SIGN_OUT = Setting::new("idle_sign_out", Kind::Number, "120",
        "seconds idle until a sign-out; default: 0 (never), in a kiosk with memory 120")
        .without_option();
    ROTATION = Setting::new("rotation", Kind::Number, "90",
        "degrees by which a kiosk turns its picture: 0, 90, 180 or 270")
        .default("0").without_option();
    LOG = Setting::new("log", Kind::Text, "info",
        "off, error, warn, info, debug or trace, to stderr").default("warn")
        .one_of(&["off", "error", "warn", "info", "debug", "trace"]);
}

/// Everything that can be set, checked.
#[derive(Debug)]
pub struct Settings {
    /// The address of the protected message.
    pub api_url: Url,
    /// Sent as `audience`.
    pub audience: Option<String>,
    /// Certificates that replace the system's.
    pub ca_file: Option<PathBuf>,
    /// What the provider calls this app.
    pub client_id: String,
    /// From `client_secret_file`.
    pub client_secret: Option<ClientSecret>,
    /// The key for the file store, if the system handed one over.
    pub credential: Option<PathBuf>,
    /// Whoever is signed in is signed out after so long without touch or key; zero: never.
    pub idle_sign_out: Duration,
    /// The provider.
    pub issuer: Issuer,
    /// The screen is shared by many people.
    pub kiosk: bool,
    /// What window and terminal speak.
    pub language: Language,
    /// What goes to stderr.
    pub log: log::LevelFilter,
    /// Sent as `prompt`.
    pub prompt: Option<String>,
    /// From the variables of curl(1), which have no option and no key.
    pub proxies: Proxies,
    /// The host of the redirect URI.
    pub redirect_host: RedirectHost,
    /// Ports to try in order; 0 is any free one. Never empty.
    pub redirect_ports: Vec<u16>,
    /// Sent as `resource` (RFC 8707).
    pub resource: Option<String>,
    /// Degrees by which the picture is turned where there is no desktop.
    pub rotation: u16,
    /// Sent as `scope`.
    pub scopes: Vec<String>,
    /// Folder for the session file and locks; may not exist yet.
    pub state_dir: PathBuf,
    /// Where the session is kept.
    pub store: StoreKind,
    /// Light or dark.
    pub theme: Theme,
    /// What works and should not stay so, a sentence each.
    pub warnings: Vec<String>,
}

/// Colours of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// Dark.
    Dark,
    /// Light.
    Light,
    /// As the system says.
    #[default]
    System,
}

pub(super) fn read(given: &Values, env: Lookup<'_>, cwd: &Path) -> Result<Settings, ConfigError> {
    let kiosk = given.get(&KIOSK, switch)?;
    let store = given
        .optional(&STORE, values::store)?
        .unwrap_or(match kiosk {
            true => StoreKind::Memory,
            false => StoreKind::Keychain,
        });
    let idle = given.optional(&IDLE_SIGN_OUT, seconds(0..=LONGEST_IDLE))?;
    let is_private = kiosk && store == StoreKind::Memory;
    let rotation = given.get(&ROTATION, values::rotation)?;
    let secret_file = given.path(&CLIENT_SECRET_FILE, cwd)?;
    let secret = |_: &str| secret_file.as_deref().map(values::secret).transpose();
    Ok(Settings {
        api_url: given.get(&API_URL, values::url)?,
        audience: given.optional(&AUDIENCE, values::text)?,
        ca_file: given.path(&CA_FILE, cwd)?,
        client_id: given.get(&CLIENT_ID, values::text)?,
        client_secret: given.optional(&CLIENT_SECRET_FILE, secret)?.flatten(),
        credential: credential(env),
        idle_sign_out: idle.unwrap_or(if is_private {
            KIOSK_IDLE
        } else {
            Duration::ZERO
        }),
        issuer: given.get(&ISSUER, values::issuer)?,
        kiosk,
        language: given.get(&LANGUAGE, |text| language::read(text, env))?,
        log: given.get(&LOG, values::log)?,
        prompt: given.optional(&PROMPT, values::prompt)?,
        proxies: Proxies::from_environment(env),
        redirect_host: given.get(&REDIRECT_HOST, values::redirect_host)?,
        redirect_ports: given.get(&REDIRECT_PORTS, values::ports)?,
        resource: given.optional(&RESOURCE, values::resource)?,
        rotation,
        scopes: given.get(&SCOPES, values::scopes)?,
        state_dir: state_folder(env)?,
        store,
        theme: given.get(&THEME, values::theme)?,
        warnings: secret_file
            .as_deref()
            .and_then(values::readable_by_all)
            .into_iter()
            .chain(not_turned(rotation))
            .collect(),
    })
}

/// A warning, if this program has a window and cannot turn it: on a desktop, the desktop does.
fn not_turned(rotation: u16) -> Option<String> {
    let is_of_a_desktop = cfg!(all(feature = "window", not(feature = "kiosk")));
    (rotation != 0 && is_of_a_desktop).then(|| {
        "rotation changes nothing in this build: turn the screen in the desktop's settings".into()
    })
}

fn state_folder(env: Lookup<'_>) -> Result<PathBuf, ConfigError> {
    folder(OS, env, Purpose::State).ok_or_else(|| {
        let [home, state] = Purpose::State.variables(OS);
        let example = if cfg!(windows) {
            r"C:\State"
        } else {
            "/var/lib/app"
        };
        ConfigError::new(&format!(
            "{home} and {state} are not set, so there is no folder for state; example: \
             {state}={example}"
        ))
    })
}

/// systemd.exec(5), "Credentials".
fn credential(env: Lookup<'_>) -> Option<PathBuf> {
    let folder = env("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty())?;
    let file = Path::new(&folder).join(CREDENTIAL);
    fs::exists(&file).unwrap_or(true).then_some(file)
}
