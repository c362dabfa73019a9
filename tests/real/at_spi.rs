//! A program as a screen reader sees it, over AT-SPI: its elements by role and
//! name, their texts, the focus; and its buttons, pressed.
//!
//! Elements are looked up anew each time, since a program makes its tree anew when
//! its screen changes.

use zbus::zvariant::OwnedObjectPath;

use crate::bus::{self, Bus, Object, object};
use crate::desktop::Desktop;
use crate::wait_for;

/// The accessible side of one process.
pub struct Accessible {
    bus: Bus,
    pid: u32,
}

/// What an element is, by its number in AT-SPI (`atspi-constants.h`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// A piece of text, a heading too: Slint has no role for these.
    Label = 29,
    /// A button.
    Button = 43,
}

/// An element of the tree at the moment it was asked for.
#[derive(Debug)]
pub struct Element {
    object: Object,
    role: u32,
    /// What a screen reader says of it, which is what is written on it.
    pub name: String,
    pub focused: bool,
}

impl Accessible {
    /// The accessible side of a process on this desktop, whether it shows already or not.
    pub fn of(desktop: &Desktop, pid: u32) -> Self {
        let bus = Bus::connect(desktop.accessibility_bus());
        Self { bus, pid }
    }

    /// Waits for an element of this role and exactly this name.
    pub fn wait_for(&self, role: Role, name: &str) -> Element {
        wait_for(
            || self.find(role, name),
            || format!("no {role:?} {name:?} among {:#?}", self.names()),
        )
    }

    /// Waits until no element has exactly this name.
    pub fn wait_until_gone(&self, name: &str) {
        wait_for(
            || {
                let names = self.names();
                // None at all: it could not be read.
                (!names.is_empty() && !names.iter().any(|shown| shown == name)).then_some(())
            },
            || format!("{name:?} is still among {:#?}", self.names()),
        );
    }

    /// The element of this role and exactly this name, if it is there now.
    pub fn find(&self, role: Role, name: &str) -> Option<Element> {
        let wanted = |element: &Element| element.role == role as u32 && element.name == name;
        self.elements().into_iter().find(wanted)
    }

    /// Waits for a button and presses it, without mouse or focus.
    pub fn press(&self, button: &str) {
        let element = self.wait_for(Role::Button, button);
        let pressed = self
            .bus
            .call::<bool>(&element.object, ACTION, "DoAction", &(0,));
        assert!(matches!(pressed, Ok(true)), "{button}: {pressed:?}");
    }

    /// Where an element is in its window, in pixels: left, top, width, height.
    pub fn place(&self, element: &Element) -> [i32; 4] {
        const IN_THE_WINDOW: u32 = 1;
        let place: bus::Result<(i32, i32, i32, i32)> =
            self.bus
                .call(&element.object, COMPONENT, "GetExtents", &(IN_THE_WINDOW,));
        place.expect("its place").into()
    }

    /// All that a screen reader would say, in reading order.
    pub fn names(&self) -> Vec<String> {
        let names = self.elements().into_iter().map(|element| element.name);
        names.filter(|name| !name.is_empty()).collect()
    }

    /// Waits until the element with this name has the keyboard's focus: a window is
    /// read before the window manager gives it the keyboard.
    pub fn wait_for_focus(&self, name: &str) {
        wait_for(
            || self.focused().filter(|focused| focused == name),
            || format!("the keyboard's focus is on {:?}", self.focused()),
        );
    }

    /// The name of the element that has the keyboard's focus.
    pub fn focused(&self) -> Option<String> {
        let mut elements = self.elements().into_iter();
        elements.find(|element| element.focused).map(|e| e.name)
    }

    /// Its elements in reading order; none as long as it is not on the bus.
    pub fn elements(&self) -> Vec<Element> {
        let mut elements = Vec::new();
        let windows = self.program().and_then(|program| self.children(&program));
        for window in windows.unwrap_or_default() {
            self.walk(&window, &mut elements);
        }
        elements
    }

    fn program(&self) -> bus::Result<Object> {
        let registry = object("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root");
        let programs = self.children(&registry)?;
        let is_it = |(owner, _): &Object| self.bus.process_of(owner).ok() == Some(self.pid);
        let found = programs.into_iter().find(is_it);
        found.ok_or_else(|| zbus::Error::Failure("not on the bus".into()))
    }

    fn walk(&self, at: &Object, elements: &mut Vec<Element>) {
        // An error means that it went away between two calls: the screen changed.
        let Ok(element) = self.element(at) else {
            return;
        };
        elements.push(element);
        for child in self.children(at).unwrap_or_default() {
            self.walk(&child, elements);
        }
    }

    fn element(&self, at: &Object) -> bus::Result<Element> {
        // A set of bits in words of 32; Atspi.StateType.FOCUSED is the twelfth.
        let states: Vec<u32> = self.bus.call(at, ACCESSIBLE, "GetState", &())?;
        Ok(Element {
            object: at.clone(),
            role: self.bus.call(at, ACCESSIBLE, "GetRole", &())?,
            name: self.bus.property(at, ACCESSIBLE, "Name")?,
            focused: states.first().is_some_and(|word| word & (1 << 12) != 0),
        })
    }

    fn children(&self, of: &Object) -> bus::Result<Vec<Object>> {
        let children: Vec<(String, OwnedObjectPath)> =
            self.bus.call(of, ACCESSIBLE, "GetChildren", &())?;
        Ok(children)
    }
}

const ACCESSIBLE: &str = "org.a11y.atspi.Accessible";
const COMPONENT: &str = "org.a11y.atspi.Component";
const ACTION: &str = "org.a11y.atspi.Action";
