//! The built program at each provider that has a profile, set up as `vestibule setup` has
//! it, and at others that do what those do not. Doubles: they answer and refuse as the providers were seen to, or as
//! their documentation says, which is no proof that the providers still do.

mod idp;
#[path = "../../server/tests/api/keys.rs"]
#[allow(dead_code, reason = "the tests of the API use the rest of it")]
mod keys;
mod named;
mod others;
mod page;
mod refused;
mod self_hosted;
mod set_up;
mod shape;
mod tokens;

use std::{fs, process::Command, sync::Arc};

use vestibule_server::guard::TypProfile;

use self::{
    idp::{Idp, come_back},
    shape::{CLIENT, SECRET, Shape},
};
use crate::{
    program::{Ended, Program, VESTIBULE},
    store::Folder,
    world::{MESSAGE, start_api},
};

const OPAQUE: &str = "refused the access token, also a fresh one";

/// A person's machine, set up for one provider, and the API.
struct Desk {
    idp: Idp,
    folder: Arc<Folder>,
}

impl Desk {
    /// `audience` and `typ` are the API's settings.
    fn new(shape: Shape, settings: &[&str], audience: &str, typ: TypProfile) -> Self {
        let (idp, folder) = Self::empty(shape);
        let api = start_api(&idp.issuer, audience, typ);
        let issuer = &idp.issuer;
        let mut toml = format!(
            "issuer = \"{issuer}\"\nclient_id = \"{CLIENT}\"\napi_url = \"{api}\"\nstore = \"file\"\n"
        );
        for line in settings {
            match line.split_once(" = ").unwrap() {
                // Others may use those of the profiles on this machine.
                ("redirect_ports", _) => toml += &format!("redirect_ports = {:?}", idp.ports),
                (key, file) => {
                    toml += line;
                    if key == "client_secret_file" {
                        write_secret(&folder, file.trim_matches('"'));
                    }
                }
            }
            toml += "\n";
        }
        fs::write(folder.0.join("vestibule.toml"), toml).unwrap();
        Self { idp, folder }
    }

    fn empty(shape: Shape) -> (Idp, Arc<Folder>) {
        let idp = Idp::start(shape);
        let folder = Folder::new(&format!("provider-{}", idp.host().replace(':', "-")));
        (idp, folder)
    }

    fn start(&self, words: &[&str]) -> Program {
        let mut command = Command::new(VESTIBULE);
        command.args(words).env_clear().current_dir(&self.folder.0);
        command.env("HOME", &self.folder.0);
        Program::start(command)
    }

    fn run(&self, words: &[&str]) -> Ended {
        self.start(words).finish()
    }

    /// What the program says, or the provider's own page where nothing comes back.
    fn login(&self) -> Result<Ended, String> {
        let program = self.start(&["login", "--no-browser"]);
        come_back(&self.idp.visit(&program.address())?);
        Ok(program.finish())
    }

    #[track_caller]
    fn sign_in(&self) -> Ended {
        let name = self.idp.shape.name;
        let login = self.login().unwrap_or_else(|page| panic!("{name}: {page}"));
        assert_eq!(login.code, Some(0), "{name}: {}", login.stderr);
        login
    }
}

fn write_secret(folder: &Folder, name: &str) {
    let path = folder.0.join(name);
    fs::write(&path, format!("{SECRET}\n")).unwrap();
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    }
}

/// Signs in, asks who it is, fetches the message twice, signs out.
fn stay_signed_in(desk: &Desk, message_is_refused: bool) {
    let (idp, name) = (&desk.idp, desk.idp.shape.name);
    let login = desk.sign_in();
    assert_eq!(login.stdout, "Ada Lovelace\n", "{name}");
    assert!(
        !login.stderr.contains("warning"),
        "{name}: {}",
        login.stderr
    );
    let status = desk.run(&["status"]);
    let words = format!("Signed in to {} as Ada Lovelace", idp.host());
    assert!(
        status.stdout.starts_with(&words),
        "{name}: {}",
        status.stdout
    );
    for _ in 0..2 {
        let before = idp.refreshes();
        let message = desk.run(&["message"]);
        if message_is_refused {
            assert_eq!(message.code, Some(5), "{name}: {}", message.stderr);
            assert!(
                message.stderr.contains(OPAQUE),
                "{name}: {}",
                message.stderr
            );
        } else {
            assert_eq!(message.code, Some(0), "{name}: {}", message.stderr);
            assert!(
                message.stdout.contains(MESSAGE),
                "{name}: {}",
                message.stdout
            );
            assert_eq!(message.stderr, "", "{name}");
        }
        assert!(idp.refreshes() > before, "{name}: it was not refreshed");
    }
    let document = &idp.shape.discovery;
    let is_absent = |endpoint| document.get(endpoint).is_some();
    let mut words = vec!["logout"];
    // Else a browser would be opened.
    words.extend(is_absent("end_session_endpoint").then_some("--browser"));
    let logout = desk.run(&words);
    assert_eq!(logout.code, Some(0), "{name}: {}", logout.stderr);
    assert_eq!(
        logout.stdout, "You are signed out on this device.\n",
        "{name}"
    );
    for (endpoint, warning) in [
        ("revocation_endpoint", "did not confirm the revocation"),
        ("end_session_endpoint", "offers no sign-out in the browser"),
    ] {
        let is_told = logout.stderr.contains(warning);
        assert_eq!(is_told, is_absent(endpoint), "{name}: {}", logout.stderr);
    }
    let lives = idp.refresh_tokens_alive() > 0;
    assert_eq!(lives, is_absent("revocation_endpoint"), "{name}");
    assert_eq!(desk.run(&["status"]).code, Some(4), "{name}");
}

#[test]
fn other_providers_work_whatever_they_do_their_own_way() {
    for (shape, settings, audience) in others::all() {
        let desk = Desk::new(shape, settings, audience, TypProfile::Any);
        stay_signed_in(&desk, false);
    }
}
