//! Where a system wants state and configuration to be.

use std::{ffi::OsString, path::PathBuf};

use super::Lookup;

/// What the folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    Configuration,
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
    /// FOLDERID_RoamingAppData by their variables.
    fn rules(self, system: &str) -> Rules {
        let xdg = match self {
            Self::Configuration => "XDG_CONFIG_HOME",
            Self::State => "XDG_STATE_HOME",
        };
        let (own, home, in_home): (_, _, &[_]) = match (system, self) {
            ("windows", Self::Configuration) => ("APPDATA", "USERPROFILE", &["AppData", "Roaming"]),
            ("windows", Self::State) => ("LOCALAPPDATA", "USERPROFILE", &["AppData", "Local"]),
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

    /// The two variables of which at least one has to be set.
    pub(super) fn variables(self, system: &str) -> [&'static str; 2] {
        let rules = self.rules(system);
        [rules.home, rules.own]
    }
}

/// This app's folder for `purpose`. A relative variable does not count (XDG
/// Base Directory Specification).
pub(super) fn folder(system: &str, env: Lookup<'_>, purpose: Purpose) -> Option<PathBuf> {
    let rules = purpose.rules(system);
    let absolute = |name: &str| env(name).filter(|path| is_absolute(system, path));
    let given = absolute(rules.xdg).or_else(|| absolute(rules.own));
    let folder = given.or_else(|| Some(join(system, absolute(rules.home)?, rules.in_home)))?;
    Some(join(system, folder, &["vestibule"]).into())
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
    const STATE: &str = r"C:\Users\ada\AppData\Local\vestibule";
    const CONFIGURATION: &str = r"C:\Users\ada\AppData\Roaming\vestibule";
    const HOME: &[(&str, &str)] = &[
        ("HOME", "/home/ada"),
        ("LOCALAPPDATA", r"C:\Users\ada\AppData\Local"),
    ];
    const IN_HOME: (Option<&str>, Option<&str>) = (
        Some("/home/ada/.local/state/vestibule"),
        Some("/home/ada/.config/vestibule"),
    );
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
            ("macos", HOME, IN_HOME.0, IN_HOME.1),
            ("linux", XDG, Some("/s/vestibule"), Some("/c/vestibule")),
            ("macos", XDG, Some("/s/vestibule"), Some("/c/vestibule")),
            ("linux", RELATIVE, None, None),
            (
                "linux",
                WINDOWS,
                Some("/c/Users/ada/.local/state/vestibule"),
                Some("/c/Users/ada/.config/vestibule"),
            ),
            ("windows", WINDOWS, Some(STATE), Some(CONFIGURATION)),
            ("windows", &WINDOWS[..2], Some(STATE), Some(CONFIGURATION)),
            ("windows", &WINDOWS[..1], None, None),
            (
                "windows",
                slashes,
                Some(r"D:\ada\AppData\Local\vestibule"),
                Some(r"D:\ada\AppData\Roaming\vestibule"),
            ),
            (
                "windows",
                share,
                Some(r"\\host\ada\vestibule"),
                Some(r"C:\r\vestibule"),
            ),
            ("windows", moved, Some(r"E:\s\vestibule"), None),
            ("windows", posix, Some(r"C:\l\vestibule"), None),
            ("windows", RELATIVE, None, None),
        ];
        for (system, variables, state, configuration) in rows {
            let env = |name: &str| {
                let found = variables.iter().find(|(n, _)| *n == name);
                found.map(|(_, value)| OsString::from(value))
            };
            let found = |purpose| folder(system, &env, purpose);
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
        let found = folder("linux", &env, Purpose::State).unwrap();
        assert_eq!(
            found.as_os_str().as_bytes(),
            b"/h\xff/.local/state/vestibule"
        );
    }
}
