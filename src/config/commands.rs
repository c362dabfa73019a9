//! The commands and their flags: what each is called, and what it does.

use vestibule_settings::Command;

pub(super) const LOGIN: &str = "login";
pub(super) const DEVICE: &str = "device";
pub(super) const NO_BROWSER: &str = "no-browser";
pub(super) const SWITCH: &str = "switch";
pub(super) const MESSAGE: &str = "message";
pub(super) const STATUS: &str = "status";
pub(super) const JSON: &str = "json";
pub(super) const LOGOUT: &str = "logout";
pub(super) const BROWSER: &str = "browser";
pub(super) const SETUP: &str = "setup";
pub(super) const WRITE: &str = "write";
pub(super) const DOCTOR: &str = "doctor";

/// In the order of `src/setup/profile.rs`, whose files they are.
pub(super) const PROVIDERS: &[&str] = &[
    "auth0",
    "entra",
    "google",
    "okta",
    "keycloak",
    "authentik",
    "authelia",
    "zitadel",
    "kanidm",
    "dex",
    "generic",
];

pub(super) static COMMANDS: &[Command] = &[
    Command::new(
        LOGIN,
        "signs in from a terminal, in the browser, or with a phone where no browser can be opened",
    )
    .flags(&[
        (DEVICE, "signs in with a phone or another device"),
        (NO_BROWSER, "prints the address and opens nothing"),
        (SWITCH, "signs in as somebody else"),
    ]),
    Command::new(MESSAGE, "prints the protected message"),
    Command::new(STATUS, "says who is signed in, without the network").flags(&[(JSON, "as JSON")]),
    Command::new(LOGOUT, "forgets the session here and revokes it")
        .flags(&[(BROWSER, "ends the provider's session in the browser too")]),
    Command::new(
        SETUP,
        "tells what to enter at a provider and in vestibule.toml; reads no file",
    )
    .takes_word("PROVIDER", PROVIDERS)
    .writes_file()
    .flags(&[(WRITE, "writes that file, or the one that --config names")]),
    Command::new(
        DOCTOR,
        "looks for what keeps a sign-in from working, and says what to do",
    )
    .flags(&[(JSON, "as a report to share, without secrets and names")]),
];
