//! The three ways in which a person uses the window, each alone.

use crate::at_spi::{Accessible, Role};
use crate::desktop::Desktop;
use crate::program::Program;
use crate::wait_for;
use crate::window::Window;

/// How a person presses buttons.
#[derive(Debug, Clone, Copy)]
pub enum Hand {
    Mouse,
    Keyboard,
    ScreenReader,
}

/// A person at a window.
pub struct Person<'desktop> {
    pub hand: Hand,
    pub window: Window<'desktop>,
    accessible: Accessible,
}

/// More than there are buttons on any screen.
const MOST_TABS: usize = 20;

impl<'desktop> Person<'desktop> {
    /// Puts a person in front of a program's window.
    pub fn at(desktop: &'desktop Desktop, program: &Program, hand: Hand) -> Self {
        Self {
            hand,
            window: Window::of(desktop, program.pid()),
            accessible: Accessible::of(desktop, program.pid()),
        }
    }

    /// What is seen in the window.
    pub fn sees(&self) -> &Accessible {
        &self.accessible
    }

    /// Waits for a button and presses it.
    pub fn press(&self, button: &str) {
        match self.hand {
            Hand::Mouse => {
                let [x, y] = self.middle_of(button);
                self.window.click(x, y);
            }
            Hand::Keyboard => {
                self.tab_to(button);
                self.window.press_keys(&["Return"]);
            }
            Hand::ScreenReader => self.accessible.press(button),
        }
    }

    /// Where the middle of a button is, once the screen has come to rest.
    fn middle_of(&self, button: &str) -> [i32; 2] {
        let mut before = None;
        wait_for(
            || {
                let element = self.accessible.wait_for(Role::Button, button);
                let place = self.accessible.place(&element);
                let rests = before.replace(place) == Some(place);
                rests.then_some([place[0] + place[2] / 2, place[1] + place[3] / 2])
            },
            || format!("{button} does not come to rest"),
        )
    }

    /// Not all buttons are seen at once: what is scrolled away comes into view with the focus.
    fn tab_to(&self, button: &str) {
        for _ in 0..MOST_TABS {
            // A screen may have nothing in the keyboard's focus at first.
            let at = self.accessible.focused();
            if at.as_deref() == Some(button) {
                return;
            }
            self.window.press_keys(&["Tab"]);
            wait_for(
                || {
                    let focused = self.accessible.focused();
                    (focused.is_some() && focused != at).then_some(())
                },
                || format!("Tab does not lead on from {at:?}"),
            );
        }
        panic!("Tab does not lead to {button}");
    }
}
