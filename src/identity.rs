//! What identifies this app, in one place. What people read of its commands ("run vestibule
//! login", `--help`) are whole sentences and stand where they are said; `tools/rename` gives
//! a clone another identity, those included.

/// What people call it: the window's title, the page in the browser.
pub const NAME: &str = "Vestibule";

/// Among all apps of a system, as reverse DNS: the keychain's service, the name of the desktop
/// file, the window's class on X11 and its app id on Wayland.
pub const ID: &str = "dev.vestibule.Vestibule";

/// At a terminal: before each line on stderr, the names of the folders, and the window's
/// instance on X11, by which a person's resources and rules mean it (ICCCM §4.1.2.5).
pub const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// What the names of its variables begin with.
pub const PREFIX: &str = "VESTIBULE_";

/// The file with its settings.
pub const FILE: &str = concat!(env!("CARGO_PKG_NAME"), ".toml");

/// The systemd credential with the key for the session file.
pub const CREDENTIAL: &str = concat!(env!("CARGO_PKG_NAME"), "-key");

/// With its version.
pub const VERSION: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));
