//! How addresses of this machine alone are reached from another: over ssh.

use url::Url;

use crate::auth::address::is_loopback;

/// The ssh command with a `-L` for each of `addresses` that opens on this machine alone; the
/// person adds how this machine is called there. `None` if there is no such address.
pub(super) fn ssh(addresses: &[&Url]) -> Option<String> {
    let mut command = "ssh".to_owned();
    for url in addresses.iter().filter(|url| is_loopback(url)) {
        let (host, port) = (url.host_str()?, url.port_or_known_default()?);
        let option = format!(" -L {port}:{host}:{port}");
        if !command.contains(&option) {
            command += &option;
        }
    }
    (command != "ssh").then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(addresses: &[&str]) -> Option<String> {
        let urls: Vec<_> = addresses.iter().map(|a| Url::parse(a).unwrap()).collect();
        ssh(&urls.iter().collect::<Vec<_>>())
    }

    #[test]
    fn each_port_of_this_machine_is_forwarded_once_and_no_other() {
        let callback = "http://127.0.0.1:8765/callback";
        let one = Some("ssh -L 8765:127.0.0.1:8765".to_owned());
        assert_eq!(of(&["https://sso.example.org/authorize", callback]), one);
        assert_eq!(of(&[callback, callback]), one);
        let both = of(&[callback, "http://[::1]:4400/device"]);
        let command = "ssh -L 8765:127.0.0.1:8765 -L 4400:[::1]:4400";
        assert_eq!(both.as_deref(), Some(command));
        assert_eq!(of(&["https://sso.example.org/device"]), None);
    }
}
