//! Where a system wants an app's state and configuration to be. Rules alone: whoever
//! asks says how the environment is read.

use std::{ffi::OsString, path::PathBuf};

/// How the environment is asked for a variable.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<OsString>;

/// What the folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// What the person sets.
    Configuration,
    /// What the app remembers.
    State,
}

/// The rules of a system (as `std::env::consts::OS` names it).
struct Rules {
    /// Decides everywhere, if it is set.
    xdg: &'static str,
    /// The system's own variable.
    own: &'static str,
    home: &'static str,
    in_home: &'static [&'static str],
}

impl Purpose {
    /// XDG Base Directory Specification; on Windows FOLDERID_LocalAppData and
    /// FOLDERID_RoamingAppData by their variables; on macOS Apple's File System Programming
    /// Guide, where one folder is for both.
    fn rules(self, system: &str) -> Rules {
        let xdg = match self {
            Self::Configuration => "XDG_CONFIG_HOME",
            Self::State => "XDG_STATE_HOME",
        };
        let (own, home, in_home): (_, _, &[_]) = match (system, self) {
            ("windows", Self::Configuration) => ("APPDATA", "USERPROFILE", &["AppData", "Roaming"]),
            ("windows", Self::State) => ("LOCALAPPDATA", "USERPROFILE", &["AppData", "Local"]),
            ("macos", _) => (xdg, "HOME", &["Library", "Application Support"]),
            (_, Self::Configuration) => (xdg, "HOME", &[".config"]),
            (_, Self::State) => (xdg, "HOME", &[".local", "state"]),
        };
        Rules {
            xdg,
            own,
            home,
            in_home,
        }
    }

    /// The two variables of which at least one has to be set, on a system as
    /// `std::env::consts::OS` names it.
    pub fn variables(self, system: &str) -> [&'static str; 2] {
        let rules = self.rules(system);
        [rules.home, rules.own]
    }
}

/// The folder of `app` for `purpose`, on a system as `std::env::consts::OS` names it;
/// `None` if no variable says where. A relative one does not count (XDG Base
/// Directory Specification).
pub fn folder(system: &str, env: Lookup<'_>, purpose: Purpose, app: &str) -> Option<PathBuf> {
    let rules = purpose.rules(system);
    let absolute = |name: &str| env(name).filter(|path| is_absolute(system, path));
    let given = absolute(rules.xdg).or_else(|| absolute(rules.own));
    let folder = given.or_else(|| Some(join(system, absolute(rules.home)?, rules.in_home)))?;
    Some(join(system, folder, &[app]).into())
}

/// `Path` knows only the rules of the system that it was built for.
fn is_absolute(system: &str, path: &OsString) -> bool {
    let path = path.as_encoded_bytes();
    match (system, path) {
        ("windows", [drive, b':', b'\\' | b'/', ..]) => drive.is_ascii_alphabetic(),
        ("windows", path) => path.starts_with(b"\\\\"),
        (_, path) => path.starts_with(b"/"),
    }
}

fn join(system: &str, mut path: OsString, names: &[&str]) -> OsString {
    let slash = if system == "windows" { "\\" } else { "/" };
    if let Some(text) = path.to_str().filter(|_| system == "windows") {
        path = text.replace('/', slash).into();
    }
    for name in names {
        if !path.as_encoded_bytes().ends_with(slash.as_bytes()) {
            path.push(slash);
        }
        path.push(name);
    }
    path
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// Variables, then the folders for state and configuration.
    type Row = (
        &'static str,
        &'static [(&'static str, &'static str)],
        Option<&'static str>,
        Option<&'static str>,
    );

    const WINDOWS: &[(&str, &str)] = &[
        ("HOME", "/c/Users/ada"),
        ("USERPROFILE", r"C:\Users\ada"),
        ("APPDATA", r"C:\Users\ada\AppData\Roaming"),
        ("LOCALAPPDATA", r"C:\Users\ada\AppData\Local"),
    ];
    const STATE: &str = r"C:\Users\ada\AppData\Local\my-notes";
    const CONFIGURATION: &str = r"C:\Users\ada\AppData\Roaming\my-notes";
    const HOME: &[(&str, &str)] = &[
        ("HOME", "/home/ada"),
        ("LOCALAPPDATA", r"C:\Users\ada\AppData\Local"),
    ];
    const IN_HOME: (Option<&str>, Option<&str>) = (
        Some("/home/ada/.local/state/my-notes"),
        Some("/home/ada/.config/my-notes"),
    );
    const IN_LIBRARY: Option<&str> = Some("/home/ada/Library/Application Support/my-notes");
    const XDG: &[(&str, &str)] = &[("XDG_STATE_HOME", "/s/"), ("XDG_CONFIG_HOME", "/c")];
    const RELATIVE: &[(&str, &str)] = &[
        ("XDG_STATE_HOME", "s"),
        ("XDG_CONFIG_HOME", ""),
        ("HOME", "home"),
    ];

    #[test]
    fn each_system_has_its_folders_and_one_kind_of_slash() {
        let slashes = &[("USERPROFILE", "D:/ada/")];
        let share = &[("LOCALAPPDATA", r"\\host\ada"), ("APPDATA", r"C:\r")];
        let moved = &[("XDG_STATE_HOME", r"E:\s"), ("LOCALAPPDATA", r"C:\l")];
        let posix = &[("XDG_STATE_HOME", "/e/s"), ("LOCALAPPDATA", r"C:\l")];
        let rows: &[Row] = &[
            ("linux", HOME, IN_HOME.0, IN_HOME.1),
            ("macos", HOME, IN_LIBRARY, IN_LIBRARY),
            ("linux", XDG, Some("/s/my-notes"), Some("/c/my-notes")),
            ("macos", XDG, Some("/s/my-notes"), Some("/c/my-notes")),
            ("linux", RELATIVE, None, None),
            (
                "linux",
                WINDOWS,
                Some("/c/Users/ada/.local/state/my-notes"),
                Some("/c/Users/ada/.config/my-notes"),
            ),
            ("windows", WINDOWS, Some(STATE), Some(CONFIGURATION)),
            ("windows", &WINDOWS[..2], Some(STATE), Some(CONFIGURATION)),
            ("windows", &WINDOWS[..1], None, None),
            (
                "windows",
                slashes,
                Some(r"D:\ada\AppData\Local\my-notes"),
                Some(r"D:\ada\AppData\Roaming\my-notes"),
            ),
            (
                "windows",
                share,
                Some(r"\\host\ada\my-notes"),
                Some(r"C:\r\my-notes"),
            ),
            ("windows", moved, Some(r"E:\s\my-notes"), None),
            ("windows", posix, Some(r"C:\l\my-notes"), None),
            ("windows", RELATIVE, None, None),
        ];
        for (system, variables, state, configuration) in rows {
            let env = |name: &str| {
                let found = variables.iter().find(|(n, _)| *n == name);
                found.map(|(_, value)| OsString::from(value))
            };
            let found = |purpose| folder(system, &env, purpose, "my-notes");
            let expected = |path: &Option<&str>| path.map(PathBuf::from);
            assert_eq!(
                found(Purpose::State),
                expected(state),
                "{system} {variables:?}"
            );
            let there = found(Purpose::Configuration);
            assert_eq!(there, expected(configuration), "{system} {variables:?}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_home_folder_need_not_be_utf_8() {
        use std::os::unix::ffi::{OsStrExt, OsStringExt};

        let env = |name: &str| (name == "HOME").then(|| OsString::from_vec(b"/h\xff".to_vec()));
        let found = folder("linux", &env, Purpose::State, "my-notes").unwrap();
        assert_eq!(
            found.as_os_str().as_bytes(),
            b"/h\xff/.local/state/my-notes"
        );
    }
}
