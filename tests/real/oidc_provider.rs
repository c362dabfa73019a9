//! A provider that is not ours: oidc-provider from npm, certified by the OpenID
//! Foundation, as `oidc-provider/provider.mjs` sets it up. It knows a public native
//! client and one API, takes each refresh token once and ends the session where one comes
//! again, gives a token for the API only to a request that names it (RFC 8707), and says
//! of a device code neither an interval nor, once used, anything but `invalid_grant`.

#[path = "oidc-provider/person.rs"]
mod person;

use std::fs::File;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::runtime::Runtime;

use crate::desktop::Desktop;
use crate::helper::Helper;
use crate::program::{Ended, Program, VESTIBULE};
use crate::scene::MESSAGE;
use crate::services::{AUDIENCE, start_api};
use crate::wait_for;
use person::Person;

/// The provider, our API behind it, and the app that is set up for both.
struct World<'desktop> {
    desktop: &'desktop Desktop,
    issuer: String,
    api_url: String,
    _runtime: Runtime,
    _node: Helper,
}

impl<'desktop> World<'desktop> {
    /// Starts all of it; a device code lives for so many seconds.
    fn start(desktop: &'desktop Desktop, device_seconds: u32) -> Self {
        let script = "tests/real/oidc-provider/provider.mjs";
        let script = File::open(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(script)).unwrap();
        let mut node = desktop.helper("node", |command| {
            // What comes on its standard input finds packages from the current folder.
            command.args(["--input-type=module", "-", &device_seconds.to_string()]);
            command.current_dir(packages()).stdin(script);
            command.stdout(Stdio::piped());
        });
        let issuer = node.announcement(|line| Some(line.strip_prefix("listens on ")?.to_owned()));
        let runtime = Runtime::new().unwrap();
        Self {
            desktop,
            api_url: start_api(&runtime, &issuer),
            issuer,
            _runtime: runtime,
            _node: node,
        }
    }

    fn start_app(&self, arguments: &[&str]) -> Program {
        let mut command = self.desktop.command(VESTIBULE);
        command
            .args(["--store", "file", "--client-id", "vestibule"])
            .args(["--issuer", &self.issuer, "--api-url", &self.api_url])
            .args(["--resource", AUDIENCE])
            // Without it, it leaves offline_access out of an authorization request (OpenID
            // Connect Core §11).
            .env("VESTIBULE_PROMPT", "consent")
            .args(arguments);
        Program::start(self.desktop, command)
    }

    /// Runs a command of the app to its end. No output ever has a token.
    fn run(&self, arguments: &[&str]) -> Ended {
        ended(self.start_app(arguments))
    }

    /// The next code that a sign-in shows, beside the address to enter it at.
    fn code(&self, login: &Program, seen: &[String]) -> String {
        let page = format!("{}/device", self.issuer);
        let told = || login.stdout() + &login.stderr();
        wait_for(
            || {
                let told = told();
                let fresh = |word: &&str| is_code(word) && !seen.iter().any(|code| code == word);
                let code = told.split_whitespace().find(fresh)?;
                assert!(told.contains(&page), "{told}");
                Some(code.to_owned())
            },
            || format!("no new code: {}", told()),
        )
    }
}

/// Where `tests/setup` puts the packages.
fn packages() -> PathBuf {
    let set = std::env::var_os("XDG_CACHE_HOME").filter(|set| !set.is_empty());
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap()).join(".cache");
    let cache = set.map_or_else(home, PathBuf::from);
    let packages = cache.join("vestibule-tests/oidc-provider");
    let there = packages.join("node_modules/installed.json").exists();
    assert!(there, "{}: run tests/setup", packages.display());
    packages
}

fn ended(program: Program) -> Ended {
    let ended = program.finish();
    for output in [&ended.stdout, &ended.stderr] {
        assert!(!output.contains("eyJ"), "a token in the output");
        assert!(!output.contains("panicked"), "{output}");
    }
    ended
}

/// Two times four letters, as this provider gives them.
fn is_code(word: &str) -> bool {
    let letters = |half: &str| half.len() == 4 && half.bytes().all(|b| b.is_ascii_uppercase());
    word.split_once('-')
        .is_some_and(|(left, right)| letters(left) && letters(right))
}

#[test]
#[ignore = "needs Node, oidc-provider from npm and a display: tests/setup"]
fn a_phone_lets_ada_in_and_the_api_takes_one_token_after_another() {
    let desktop = Desktop::start();
    let world = World::start(&desktop, 600);
    let login = world.start_app(&["login", "--device"]);
    let code = world.code(&login, &[]);
    let mut ada = Person::of(&world.issuer);
    ada.bring(&code);
    ada.submit(&[]);
    ada.sign_in_and_consent("ada");
    assert!(ada.page.contains("was successful"), "{}", ada.page);
    let login = ended(login);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    assert!(login.stdout.contains("ada of Node"), "{}", login.stdout);

    // Each start of the app refreshes, and a refresh token used twice would end it all.
    for _ in 0..3 {
        let message = world.run(&["message"]);
        assert_eq!(message.stdout, format!("{MESSAGE}\n"), "{}", message.stderr);
        assert_eq!(message.code, Some(0));
    }
    let status = world.run(&["status", "--json"]);
    let status: serde_json::Value = serde_json::from_str(&status.stdout).unwrap();
    assert_eq!(status["signed_in"], true);
    assert_eq!(status["name"], "ada of Node");
    let logout = world.run(&["logout"]);
    assert_eq!(logout.code, Some(0), "{}", logout.stderr);
    assert_eq!(world.run(&["message"]).code, Some(4));
}

#[test]
#[ignore = "needs Node, oidc-provider from npm and a display: tests/setup"]
fn a_code_that_is_refused_on_the_phone_ends_the_sign_in_with_5() {
    let desktop = Desktop::start();
    let world = World::start(&desktop, 600);
    let login = world.start_app(&["login", "--device"]);
    let mut ada = Person::of(&world.issuer);
    ada.bring(&world.code(&login, &[]));
    ada.submit(&[("abort", "yes")]);
    assert!(ada.page.contains("was interrupted"), "{}", ada.page);
    let login = ended(login);
    assert_eq!(login.code, Some(5), "{}", login.stderr);
    assert_eq!(world.run(&["status"]).code, Some(4));
}

#[test]
#[ignore = "needs Node, oidc-provider from npm and a display: tests/setup"]
fn a_code_that_ends_is_followed_by_another_which_lets_her_in() {
    let desktop = Desktop::start();
    let world = World::start(&desktop, 30);
    let login = world.start_app(&["login", "--device"]);
    let first = world.code(&login, &[]);
    let second = world.code(&login, std::slice::from_ref(&first));
    let mut ada = Person::of(&world.issuer);
    ada.go_to(&format!("{}/device?user_code={first}", world.issuer));
    ada.submit(&[]);
    assert!(ada.page.contains("incorrect"), "{}", ada.page);
    ada.go_to(&format!("{}/device?user_code={second}", world.issuer));
    ada.submit(&[]);
    assert!(ada.page.contains(&second), "{}", ada.page);
    ada.submit(&[]);
    ada.sign_in_and_consent("ada");
    let login = ended(login);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    assert!(login.stdout.contains("ada of Node"), "{}", login.stdout);
}

#[test]
#[ignore = "needs Node, oidc-provider from npm and a display: tests/setup"]
fn a_browser_lets_ada_in_as_well() {
    let desktop = Desktop::start();
    let world = World::start(&desktop, 600);
    let login = world.start_app(&["login", "--no-browser"]);
    let address = wait_for(
        || {
            let told = login.stdout() + &login.stderr();
            let mut words = told.split_whitespace();
            let address = words.find(|word| word.contains("/auth?") && word.contains("state="));
            address.map(str::to_owned)
        },
        || format!("no address: {}", login.stderr()),
    );
    let mut ada = Person::of(&world.issuer);
    ada.go_to(&address);
    ada.sign_in_and_consent("ada");
    assert!(ada.page.contains("signed in"), "{}", ada.page);
    let login = ended(login);
    assert_eq!(login.code, Some(0), "{}", login.stderr);
    let message = world.run(&["message"]);
    assert_eq!(message.stdout, format!("{MESSAGE}\n"), "{}", message.stderr);
}
