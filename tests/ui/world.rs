//! A window on Slint's testing backend: no display, mock time, one per test.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use i_slint_backend_testing::{ElementHandle, ElementRoot, TestingBackend, TestingBackendOptions};
use slint::{
    ComponentHandle,
    platform::{Key, WindowEvent},
};
use vestibule::{
    language::Language,
    notice::{Failure, Notice, NoticeKind},
    state::{Answer, CallState, Command, Picture, State, User},
    ui::{AppWindow, Look, Theme, Watch, bind, create, render},
};

/// The window under test and what it asked for.
pub struct World {
    pub window: AppWindow,
    /// Whether anybody is there; the display tells it of everything that they do.
    pub watch: Rc<Watch>,
    commands: Rc<RefCell<Vec<Command>>>,
    now: Rc<Cell<Instant>>,
    /// The window's words by the English ones; empty where it speaks English.
    words: HashMap<String, String>,
}

impl World {
    pub fn new() -> Self {
        Self::looking(Theme::Light, HOST)
    }

    pub fn looking(theme: Theme, host: &str) -> Self {
        Self::with(&Look {
            host: host.into(),
            theme,
            ..Look::default()
        })
    }

    /// A kiosk from which whoever went away is signed out after two minutes.
    pub fn kiosk(theme: Theme) -> Self {
        Self::with(&Look {
            host: HOST.into(),
            idle_sign_out: Duration::from_secs(120),
            kiosk: true,
            theme,
            ..Look::default()
        })
    }

    /// A window, or a kiosk, that speaks `language`.
    pub fn speaking(language: Language, kiosk: bool) -> Self {
        Self::with(&Look {
            host: HOST.into(),
            idle_sign_out: Duration::from_secs(if kiosk { 120 } else { 0 }),
            kiosk,
            language,
            theme: Theme::Light,
        })
    }

    pub fn with(look: &Look) -> Self {
        slint::platform::set_platform(Box::new(TestingBackend::new(TestingBackendOptions {
            mock_time: true,
            threading: false,
            renderer_name: Some("software".into()),
        })))
        .expect("one window a test thread");
        let window = create(look).expect("a window");
        let commands = Rc::new(RefCell::new(Vec::new()));
        let sent = commands.clone();
        bind(&window, move |command| sent.borrow_mut().push(command));
        let now = Rc::new(Cell::new(Instant::now()));
        let clock = now.clone();
        let watch = Watch::new(look.idle_sign_out, move || clock.get());
        let sent = commands.clone();
        watch.start(&window, move |command| sent.borrow_mut().push(command));
        window.show().expect("shown");
        let world = Self {
            window,
            watch,
            commands,
            now,
            words: crate::languages::translations(look.language),
        };
        world.resize(1000.0, 600.0);
        world
    }

    /// A screen whose pixels count so many times.
    pub fn scale(&self, scale_factor: f32) {
        self.event(WindowEvent::ScaleFactorChanged { scale_factor });
    }

    pub fn resize(&self, width: f32, height: f32) {
        // The testing backend takes what it is told for pixels of the screen.
        let scale = self.window.window().scale_factor();
        let pixels = slint::LogicalSize::new(width * scale, height * scale);
        self.window.window().set_size(pixels);
        let size = slint::LogicalSize::new(width, height);
        self.event(WindowEvent::Resized { size });
    }

    pub fn show(&self, state: &State) {
        render(&self.window, state);
        self.pass(Duration::ZERO);
    }

    pub fn pass(&self, time: Duration) {
        self.now.set(self.now.get() + time);
        i_slint_backend_testing::mock_elapsed_time(time);
    }

    pub fn event(&self, event: WindowEvent) {
        self.window.window().dispatch_event(event);
    }

    pub fn press(&self, key: impl Into<slint::SharedString>) {
        let text = key.into();
        self.event(WindowEvent::KeyPressed { text: text.clone() });
        self.event(WindowEvent::KeyReleased { text });
    }

    pub fn press_with_control(&self, key: &str) {
        self.event(WindowEvent::KeyPressed {
            text: Key::Control.into(),
        });
        self.press(key);
        self.event(WindowEvent::KeyReleased {
            text: Key::Control.into(),
        });
    }

    /// What the window calls this.
    pub fn tr(&self, english: &str) -> String {
        let words = self.words.get(english).map_or(english, String::as_str);
        words.to_owned()
    }

    /// What was asked for since the last call.
    pub fn commands(&self) -> Vec<Command> {
        self.commands.take()
    }

    /// Presses the button as a screen reader would.
    pub fn press_button(&self, label: &str) {
        self.button(label)
            .unwrap_or_else(|| panic!("no button {label:?} among {:?}", self.buttons()))
            .invoke_accessible_default_action();
        self.pass(Duration::ZERO);
    }

    pub fn button(&self, label: &str) -> Option<ElementHandle> {
        self.elements()
            .into_iter()
            .find(|element| is_button(element) && label_of(element) == label)
    }

    /// The labels of all buttons in the order of the Tab key.
    pub fn buttons(&self) -> Vec<String> {
        let elements = self.elements();
        elements
            .iter()
            .filter(|e| is_button(e))
            .map(label_of)
            .collect()
    }

    /// Everything a screen reader can find, in order.
    pub fn labels(&self) -> Vec<String> {
        self.elements().iter().map(label_of).collect()
    }

    pub fn says(&self, words: &str) -> bool {
        self.labels().iter().any(|label| label.contains(words))
    }

    pub fn elements(&self) -> Vec<ElementHandle> {
        let root = self.window.root_element();
        root.query_descendants()
            .match_predicate(|element| element.accessible_label().is_some_and(|l| !l.is_empty()))
            .find_all()
    }
}

pub const HOST: &str = "sso.example.org";

pub fn is_button(element: &ElementHandle) -> bool {
    element.accessible_role() == Some(i_slint_backend_testing::AccessibleRole::Button)
}

pub fn label_of(element: &ElementHandle) -> String {
    element.accessible_label().unwrap_or_default().into()
}

pub fn ada() -> User {
    User {
        name: "Ada Lovelace".into(),
        email: Some("ada@example.org".into()),
        picture: None,
    }
}

/// A picture as the worker hands it over: head and shoulders in a disc,
/// transparent outside.
pub fn portrait() -> Picture {
    let size = 192_u32;
    let within = |x: u32, y: u32, middle: (i64, i64), radius: i64| {
        let (dx, dy) = (i64::from(x) - middle.0, i64::from(y) - middle.1);
        dx * dx + dy * dy < radius * radius
    };
    let pixel = |i: u32| {
        let (x, y) = (i % size, i / size);
        match () {
            () if !within(x, y, (96, 96), 96) => [0, 0, 0, 0],
            () if within(x, y, (96, 76), 34) => [0xE8, 0xB8, 0x94, 0xFF],
            () if within(x, y, (96, 190), 70) => [0x6B, 0x4A, 0x7A, 0xFF],
            () => [0xC4, 0xD6, 0xE8, 0xFF],
        }
    };
    let rgba: Vec<u8> = (0..size * size).flat_map(pixel).collect();
    Picture {
        size,
        rgba: Arc::from(rgba),
    }
}

/// The list as it is today: the message, and what came of it.
pub fn message(answer: Answer) -> Vec<CallState> {
    let name = "message";
    vec![CallState { name, answer }]
}

pub fn signed_in(notice: Option<Notice>, answer: Answer) -> State {
    State::SignedIn {
        user: ada(),
        notice,
        calls: message(answer),
        missing_scopes: Vec::new(),
    }
}

pub fn failure(notice: impl Into<Notice>) -> Failure {
    Failure {
        notice: notice.into(),
        details: "token endpoint: invalid_request".into(),
        said: None,
    }
}

pub fn failed(notice: impl Into<Notice>) -> State {
    State::Failed {
        failure: failure(notice),
        other_way: None,
    }
}

pub fn signed_out(notice: Option<Notice>) -> State {
    State::SignedOut {
        browser_session: notice == Some(NoticeKind::SignedOut.into()),
        notice,
        device_only: false,
    }
}

/// The provider asked to be left alone for so long.
pub fn busy(seconds: u64) -> State {
    State::Offline {
        failure: Some(failure(NoticeKind::ProviderTrouble)),
        user: Some(ada()),
        retry_at: Instant::now() + Duration::from_millis(1000 * seconds - 500),
    }
}

pub fn offline(user: Option<User>) -> State {
    State::Offline {
        failure: None,
        user,
        retry_at: Instant::now() + Duration::from_millis(7_500),
    }
}
