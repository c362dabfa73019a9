//! What the process's environment says where the app gave nothing. The only reader of
//! it in this crate.

#[cfg(target_os = "linux")]
use std::ffi::OsStr;
use std::{
    env::{self, consts::OS},
    path::{Path, PathBuf},
};

use super::{
    Credential, Proxies,
    folders::{Lookup, Purpose, folder},
};

/// The folder for the state of `app`.
///
/// # Errors
/// The variables of which none is set.
pub(crate) fn state_folder(app: &str) -> Result<PathBuf, [&'static str; 2]> {
    let found = folder(OS, &|name| env::var_os(name), Purpose::State, app);
    found.ok_or_else(|| Purpose::State.variables(OS))
}

/// What the variables of curl(1) say.
pub(crate) fn proxies() -> Proxies {
    Proxies::from_environment(|name| env::var_os(name))
}

/// The credential `name`, if the system hands it over (systemd.exec(5),
/// "Credentials").
pub(crate) fn credential(name: String) -> Credential {
    let folder = env::var_os("CREDENTIALS_DIRECTORY").filter(|folder| !folder.is_empty());
    match folder.map(|folder| Path::new(&folder).join(&name)) {
        // One that cannot be looked at is not passed over.
        Some(file) if file.try_exists().unwrap_or(true) => Credential::at(file),
        _ => Credential::absent(name),
    }
}

/// Whether a browser that is started here could come up before the person.
pub(crate) fn has_room_for_a_browser() -> bool {
    has_room(OS, &|name| env::var_os(name))
}

/// Whether a program of this name can be started.
#[cfg(target_os = "linux")]
pub(crate) fn has_program(name: &str) -> bool {
    env::var_os("PATH").is_some_and(|path| program_in(&path, name))
}

#[cfg(target_os = "linux")]
fn program_in(path: &OsStr, name: &str) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    env::split_paths(path).any(|folder| {
        // Of what a link leads to.
        let found = folder.join(name).metadata();
        found.is_ok_and(|file| file.is_file() && file.permissions().mode() & 0o111 != 0)
    })
}

/// On a `system` as [`OS`] names it. A terminal over ssh, a container and a server have no
/// display, and no other sign of a desktop.
fn has_room(system: &str, lookup: Lookup<'_>) -> bool {
    let is_set = |name: &&str| lookup(name).is_some_and(|value| !value.is_empty());
    if is_set(&"BROWSER") {
        return true;
    }
    match system {
        // There a session over ssh is told by its variables alone (ssh(1), "ENVIRONMENT").
        "macos" | "windows" => !["SSH_CONNECTION", "SSH_TTY"].iter().any(is_set),
        // The last two are WSL's, where Windows opens what is opened.
        _ => {
            let desktops = [
                "DISPLAY",
                "WAYLAND_DISPLAY",
                "WSL_DISTRO_NAME",
                "WSL_INTEROP",
            ];
            desktops.iter().any(is_set)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_has_room_where_a_desktop_is_or_the_person_names_one() {
        for (system, variables, expected) in [
            ("linux", &[][..], false),
            ("linux", &[("TERM", "xterm")], false),
            ("linux", &[("DISPLAY", "")], false),
            ("linux", &[("DISPLAY", ":0")], true),
            ("linux", &[("WAYLAND_DISPLAY", "wayland-0")], true),
            ("linux", &[("WSL_DISTRO_NAME", "Ubuntu")], true),
            ("linux", &[("WSL_INTEROP", "/run/WSL/1_interop")], true),
            ("linux", &[("BROWSER", "w3m")], true),
            ("linux", &[("BROWSER", "")], false),
            ("linux", &[("SSH_CONNECTION", "a 1 b 22")], false),
            // With X forwarding.
            (
                "linux",
                &[
                    ("SSH_CONNECTION", "a 1 b 22"),
                    ("DISPLAY", "localhost:10.0"),
                ],
                true,
            ),
            ("freebsd", &[], false),
            ("macos", &[], true),
            ("macos", &[("SSH_TTY", "/dev/ttys001")], false),
            (
                "macos",
                &[("SSH_TTY", "/dev/ttys001"), ("BROWSER", "w3m")],
                true,
            ),
            ("windows", &[], true),
            ("windows", &[("SSH_CONNECTION", "a 1 b 22")], false),
        ] {
            let lookup = |name: &str| {
                let found = variables.iter().find(|(key, _)| *key == name);
                found.map(|(_, value)| (*value).into())
            };
            assert_eq!(
                has_room(system, &lookup),
                expected,
                "{system} {variables:?}"
            );
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    #[allow(clippy::unwrap_used)]
    fn a_program_is_a_file_that_may_be_run() {
        use std::{
            fs::{self, Permissions},
            os::unix::fs::{PermissionsExt as _, symlink},
        };
        let folder = env::temp_dir().join(format!("vestibule-programs-{}", std::process::id()));
        fs::create_dir_all(folder.join("folder")).unwrap();
        for (name, mode) in [("program", 0o755), ("text", 0o644)] {
            fs::write(folder.join(name), "").unwrap();
            fs::set_permissions(folder.join(name), Permissions::from_mode(mode)).unwrap();
        }
        symlink("program", folder.join("link")).unwrap();
        symlink("nowhere", folder.join("dangling")).unwrap();
        let path = env::join_paths([Path::new("/nowhere"), &folder]).unwrap();
        let names = ["program", "link", "text", "folder", "dangling", "absent"];
        let found = names.map(|name| program_in(&path, name));
        fs::remove_dir_all(&folder).unwrap();
        assert_eq!(found, [true, true, false, false, false, false]);
    }
}
