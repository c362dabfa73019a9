//! A real SOCKS5 server, microsocks, between the built program and a provider whose
//! name it alone can resolve (nss_wrapper). No display is needed.

use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use crate::doubles::{AUTHORITY, Far, answer};
use crate::helper::Helper;
use crate::program::VESTIBULE;
use crate::wait_for;

struct Folder(PathBuf);

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

struct Way {
    folder: Folder,
    far: Far,
    socks: Helper,
    address: SocketAddr,
}

impl Way {
    /// microsocks lets `ada` with `secret` through, and knows `sso.test`.
    fn start(name: &str) -> Self {
        let folder = format!("{name}-{}", std::process::id());
        let folder = Folder(PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(folder));
        std::fs::create_dir_all(&folder.0).unwrap();
        let hosts = folder.0.join("hosts");
        std::fs::write(&hosts, "127.0.0.1 sso.test\n").unwrap();
        std::fs::write(folder.0.join("authority.pem"), AUTHORITY).unwrap();
        let far = Far::start(|head| {
            let host = head.lines().find_map(|line| line.strip_prefix("host: "));
            let issuer = format!("https://{}", host.unwrap_or_default());
            let document = format!(
                r#"{{"issuer": "{issuer}", "authorization_endpoint": "{issuer}/authorize",
                "token_endpoint": "{issuer}/token", "jwks_uri": "{issuer}/jwks"}}"#
            );
            answer("200 OK", &[], document.as_bytes())
        });
        let free = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let socks = Helper::start("microsocks", &folder.0, |command| {
            command.args(["-i", "127.0.0.1", "-p", &address.port().to_string()]);
            command.args(["-u", "ada", "-P", "secret"]);
            command.env("LD_PRELOAD", "libnss_wrapper.so");
            command.env("NSS_WRAPPER_HOSTS", hosts);
        });
        wait_for(
            || TcpStream::connect(address).ok(),
            || format!("microsocks: {}", socks.errors()),
        );
        Self {
            folder,
            far,
            socks,
            address,
        }
    }

    /// `login` up to the address that the person is to open, or its end before.
    fn login(&self, proxy: &str) -> Output {
        let issuer = format!("https://sso.test:{}", self.far.address.port());
        let mut command = Command::new(VESTIBULE);
        command.args([
            "login",
            "--no-browser",
            "--store",
            "file",
            "--client-id",
            "x",
        ]);
        command.args(["--issuer", &issuer, "--ca-file", "authority.pem"]);
        command.env_clear().current_dir(&self.folder.0);
        command.env("HOME", &self.folder.0).env("ALL_PROXY", proxy);
        let errors = self.folder.0.join("stderr");
        command.stderr(std::fs::File::create(&errors).unwrap());
        let mut child = command.stdout(Stdio::null()).spawn().unwrap();
        let told = || std::fs::read_to_string(&errors).unwrap();
        let asked = wait_for(
            || {
                let ended = child.try_wait().unwrap().is_some();
                (ended || told().contains("/authorize?")).then_some(!ended)
            },
            told,
        );
        if asked {
            child.kill().unwrap();
        }
        Output {
            status: child.wait().unwrap(),
            stdout: Vec::new(),
            stderr: told().into_bytes(),
        }
    }
}

#[test]
#[ignore = "needs microsocks: tests/setup"]
fn a_sign_in_begins_through_a_real_socks5_server() {
    let way = Way::start("socks");
    let address = way.address;
    for scheme in ["socks5h", "socks5"] {
        let login = way.login(&format!("{scheme}://ada:secret@{address}"));
        let told = String::from_utf8(login.stderr).unwrap();
        assert!(told.contains("https://sso.test:"), "{told}");
        assert!(told.contains("/authorize?"), "{scheme}: {told}");
    }
    // The keys may be asked for as well, by whichever of them had the time.
    let heads = way.far.heads();
    let discovered = |head: &&String| head.contains("/.well-known/openid-configuration ");
    assert_eq!(heads.iter().filter(discovered).count(), 2);
    let log = way.socks.errors();
    assert!(log.contains("connected to sso.test"), "{log}");
}

#[test]
#[ignore = "needs microsocks: tests/setup"]
fn one_that_refuses_is_told_with_code_6() {
    let way = Way::start("socks-refuses");
    let address = way.address;
    for (proxy, words) in [
        (
            format!("socks5h://ada:wrong@{address}"),
            "refuses the user name and password",
        ),
        (
            format!("socks5h://{address}"),
            "asks for a user name and a password",
        ),
    ] {
        let login = way.login(&proxy);
        let told = String::from_utf8(login.stderr).unwrap();
        assert_eq!(login.status.code(), Some(6), "{told}");
        assert!(told.contains(words) && told.contains("ALL_PROXY"), "{told}");
    }
    assert!(way.far.heads().is_empty());
}
