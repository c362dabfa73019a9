//! Signs out whoever went away. The display tells of every touch, pointer movement and key,
//! `render` of somebody's data; `crate::idle` says what is due, and one timer waits for it:
//! in all, a single-shot to the warning, then one a second.

use std::{
    cell::{Cell, OnceCell, RefCell},
    rc::{Rc, Weak},
    time::{Duration, Instant},
};

use slint::{ComponentHandle, Global, Timer, TimerMode};

use super::generated::{AppWindow, SessionAdapter};
use crate::{
    idle::{Due, Idle},
    state::Command,
};

/// Watches whether anybody is there. It belongs to the window's thread.
pub struct Watch {
    idle: RefCell<Idle>,
    now: Box<dyn Fn() -> Instant>,
    timer: Timer,
    /// The sign-out was asked for, and no state without anybody's data has come since.
    leaving: Cell<bool>,
    window: OnceCell<slint::Weak<AppWindow>>,
    send: OnceCell<Box<dyn Fn(Command)>>,
    /// For the timer and the window, which must not keep it alive.
    itself: Weak<Self>,
}

impl Watch {
    /// Asks for a sign-out after so long; zero: never. `now` is the clock.
    pub fn new(limit: Duration, now: impl Fn() -> Instant + 'static) -> Rc<Self> {
        Rc::new_cyclic(|itself| Self {
            idle: Idle::new(limit).into(),
            now: Box::new(now),
            timer: Timer::default(),
            leaving: Cell::default(),
            window: OnceCell::new(),
            send: OnceCell::new(),
            itself: itself.clone(),
        })
    }

    /// Begins to watch what `window` shows. `send` gets the sign-out.
    pub fn start(&self, window: &AppWindow, send: impl Fn(Command) + 'static) {
        let _ = self.window.set(window.as_weak());
        let _ = self.send.set(Box::new(send));
        let adapter = SessionAdapter::get(window);
        let watch = self.itself.clone();
        adapter.on_shows_personal(move |personal| {
            if let Some(watch) = watch.upgrade() {
                // What was on its way before the sign-out does not lift the warning.
                if personal && watch.leaving.get() {
                    return;
                }
                watch.leaving.set(false);
                let now = (watch.now)();
                watch.idle.borrow_mut().shows(personal, now);
                watch.follow();
            }
        });
        let watch = self.itself.clone();
        adapter.on_stay(move || {
            if let Some(watch) = watch.upgrade() {
                watch.begin_anew();
            }
        });
        adapter.invoke_shows_personal(adapter.get_screen().personal);
    }

    /// Somebody touched the screen, moved the pointer or pressed a key. The warning ends by
    /// itself what was meant for it: were it gone before that, the press would reach what
    /// lies below.
    pub fn active(&self) {
        let now = (self.now)();
        if matches!(self.idle.borrow().due(now), Due::Wait(_)) {
            self.begin_anew();
        }
    }

    fn begin_anew(&self) {
        self.leaving.set(false);
        let now = (self.now)();
        self.idle.borrow_mut().active(now);
        self.follow();
    }

    /// Does what is due, and waits for what comes after it.
    fn follow(&self) {
        let due = self.idle.borrow().due((self.now)());
        let (seconds_left, next) = match due {
            Due::Nothing | Due::SignOut => (0, None),
            Due::Wait(time) => (0, Some(time)),
            Due::Warning { seconds_left, next } => (seconds_left, Some(next)),
        };
        match next {
            Some(time) => {
                let watch = self.itself.clone();
                self.timer.start(TimerMode::SingleShot, time, move || {
                    if let Some(watch) = watch.upgrade() {
                        watch.follow();
                    }
                });
            }
            None => self.timer.stop(),
        }
        if due == Due::SignOut {
            // Once: the state that follows shows nobody. Until it comes the warning stays, so
            // that nothing below it is seen or pressed.
            self.idle.borrow_mut().shows(false, (self.now)());
            self.leaving.set(true);
            self.show_seconds_left(1);
            if let Some(send) = self.send.get() {
                send(Command::SignOutIdle);
            }
            return;
        }
        self.show_seconds_left(seconds_left);
    }

    /// The countdown of the warning; at 0 there is none.
    fn show_seconds_left(&self, seconds: u32) {
        if let Some(window) = self.window.get().and_then(slint::Weak::upgrade) {
            let seconds = i32::try_from(seconds).unwrap_or(i32::MAX);
            SessionAdapter::get(&window).set_idle_seconds_left(seconds);
        }
    }
}
