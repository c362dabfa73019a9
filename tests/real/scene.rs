//! Everything at once: a desktop with an unlocked keychain, provider and API, and
//! the app set up for them. The default browser only takes addresses, so a test
//! knows whether one was opened; Ada goes there in Chromium.

use std::process::Command;
use std::time::Duration;

use vestibule_server::dev_idp::Options;

use crate::address_taker::AddressTaker;
use crate::at_spi::Accessible;
use crate::browser::{Browser, ENTER};
use crate::desktop::{Desktop, run};
use crate::keychain::Keychain;
use crate::program::{Ended, Program, VESTIBULE};
use crate::services::Services;
use crate::wait_for;
use crate::window::Window;

/// What the API says to those who are signed in.
pub const MESSAGE: &str = "Only authenticated users can read this message.";

/// Ada's dress in the picture that the development provider has of her. Nothing
/// else in the window has this colour; the picture has no accessible node.
pub const HER_DRESS: [u8; 3] = [108, 59, 92];

/// The scene of a story.
pub struct Scene<'desktop> {
    pub desktop: &'desktop Desktop,
    pub services: Services,
    program: String,
    browser: AddressTaker,
    _keychain: Keychain<'desktop>,
}

impl<'desktop> Scene<'desktop> {
    /// Sets it on a desktop. An access token lives for `access_ttl`.
    pub fn set(desktop: &'desktop Desktop, access_ttl: Duration) -> Self {
        let provider = Options {
            access_ttl,
            ..Options::default()
        };
        Self::with_provider(desktop, provider)
    }

    /// The same with a provider that behaves as these say; its state lies on the desktop.
    pub fn with_provider(desktop: &'desktop Desktop, provider: Options) -> Self {
        let provider = Options {
            state: Some(desktop.folder().join("provider")),
            ..provider
        };
        Self::with_services(desktop, Services::start(provider))
    }

    /// The same with a provider and an API that run already.
    pub fn with_services(desktop: &'desktop Desktop, services: Services) -> Self {
        Self {
            desktop,
            services,
            program: VESTIBULE.to_owned(),
            browser: AddressTaker::new(desktop),
            _keychain: Keychain::unlocked(desktop),
        }
    }

    /// The same with another build of the app.
    pub fn with_program(mut self, program: &str) -> Self {
        program.clone_into(&mut self.program);
        self
    }

    /// Starts the app with these arguments.
    pub fn start(&self, arguments: &[&str]) -> Program {
        let mut command = self.desktop.command(&self.program);
        self.equip(&mut command);
        command.args(arguments);
        Program::start(self.desktop, command)
    }

    /// Tells a program where provider and API are, and what the default browser is.
    pub fn equip(&self, command: &mut Command) {
        self.services.configure(command);
        self.browser.serve(command);
    }

    /// Runs a command of the app to its end. No output ever has a token.
    pub fn run(&self, arguments: &[&str]) -> Ended {
        let ended = self.start(arguments).finish();
        check_output(&ended);
        ended
    }

    /// Opens the window.
    pub fn open_window(&self) -> (Program, Accessible) {
        let program = self.start(&[]);
        let accessible = Accessible::of(self.desktop, program.pid());
        (program, accessible)
    }

    /// Whether the window shows something of this colour.
    pub fn is_seen(&self, program: &Program, colour: [u8; 3]) -> bool {
        Window::of(self.desktop, program.pid()).points_of(colour) > 0
    }

    /// Closes the window, with which the app ends.
    #[track_caller]
    pub fn close_window(&self, program: Program) {
        Window::of(self.desktop, program.pid()).close();
        let ended = program.finish();
        check_output(&ended);
        assert_eq!(ended.code, Some(0), "{ended:?}");
        let said = ended.stderr.lines();
        // A keychain that stalls for longer than the window waits is caught up with.
        let said: Vec<_> = said.filter(|line| !line.contains("not kept: ")).collect();
        assert_eq!(said, [""; 0]);
    }

    /// Waits until the app opens the browser; signs in there as Ada and consents.
    pub fn ada_signs_in(&self) {
        self.ada_signs_in_at(&self.opened_address());
    }

    /// Waits until the app opens the browser, and takes the address away.
    pub fn opened_address(&self) -> String {
        self.browser.take()
    }

    /// Goes to this address in the browser; signs in there as Ada and consents.
    pub fn ada_signs_in_at(&self, address: &str) {
        let browser = Browser::start(self.desktop);
        browser.go_to(address);
        browser.type_into("input[type=text]", "ada");
        browser.type_into("input[type=password]", &format!("ada{ENTER}"));
        browser.click("Allow");
        // From here on the page is the app's, and its address does not keep the code.
        wait_for(
            || {
                let address = browser.address();
                let away = !address.contains(&self.services.host);
                (away && !address.contains("code=")).then_some(())
            },
            || format!("still at the provider, or with a code: {}", browser.text()),
        );
        browser.wait_for_text("You are signed in");
    }

    /// No browser was opened since the last sign-in.
    pub fn no_browser_was_opened(&self) {
        assert_eq!(self.browser.try_take(), None, "a browser was opened");
    }

    /// Whether the keychain has an item of the app.
    pub fn is_kept(&self) -> bool {
        let mut lookup = self.desktop.command("secret-tool");
        lookup.args(["lookup", "service", "dev.vestibule.Vestibule"]);
        lookup.args(["username", &self.services.keychain_user()]);
        // Never shown: it has the refresh token.
        lookup.output().unwrap().status.success()
    }

    /// How many items of the app the keychain has, whosever they are.
    pub fn items_kept(&self) -> usize {
        let mut search = self.desktop.command("secret-tool");
        search.args(["search", "--all", "service", "dev.vestibule.Vestibule"]);
        // Never shown, for the same reason. Each item begins with its path in brackets.
        let found = String::from_utf8(run(&mut search).stdout).unwrap();
        found.lines().filter(|line| line.starts_with("[/")).count()
    }
}

/// A JSON Web Token begins like this, and so would a panic.
fn check_output(ended: &Ended) {
    for output in [&ended.stdout, &ended.stderr] {
        assert!(!output.contains("eyJ"), "a token in the output");
        assert!(!output.contains("panicked"), "{output}");
    }
}
