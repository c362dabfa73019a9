//! The robot that carries a code to a phone.

use crate::browser::{Browser, ENTER};
use crate::desktop::Desktop;
use crate::wait_for;

use super::user_code;

/// A phone, and whoever holds it.
pub struct Phone(Browser);

/// What the person answers at the provider.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    Allow,
    Cancel,
}

impl Phone {
    pub fn start(desktop: &Desktop) -> Self {
        Self(Browser::on_phone(desktop))
    }

    /// Opens the address of a QR code, compares the code there with what the device shows,
    /// signs in as this person of the development provider, compares once more, and answers.
    pub fn answer(&self, scanned: &str, shown: &str, login: &str, answer: Answer) {
        let Self(browser) = self;
        browser.forget_cookies();
        browser.go_to(scanned);
        self.compare(shown);
        browser.click("Continue");
        browser.type_into("input[name=username]", login);
        browser.type_into("input[name=password]", &format!("{login}{ENTER}"));
        browser.wait_for_text("would like to");
        self.compare(shown);
        let (button, end) = match answer {
            Answer::Allow => ("Allow", "/device/allowed"),
            Answer::Cancel => ("Cancel", "/device/refused"),
        };
        browser.click(button);
        wait_for(
            || browser.address().ends_with(end).then_some(()),
            || format!("at {}: {}", browser.address(), browser.text()),
        );
    }

    /// The page has the code that the device shows, and says which app asks.
    fn compare(&self, shown: &str) {
        let page = self.0.text();
        assert_eq!(user_code(&page).as_deref(), Some(shown), "{page}");
        assert!(page.contains("Vestibule"), "{page}");
    }
}
