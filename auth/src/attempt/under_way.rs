//! Where an attempt stands: which ways are open, which one is shown, and what follows from
//! what happens.

use std::{panic::resume_unwind, sync::Arc, time::Instant};

use super::{
    Attempt,
    aside::aside,
    event::{Brought, Event},
    finish::First,
    in_browser::InBrowser,
};
use crate::{
    authorization::Callback,
    cancel::Woken,
    client::Provider,
    device::{Codes, Request, Turn},
    error::Error,
    loopback::Answering,
    progress::{Progress, Step},
    session::Session,
    sign_in::Way,
};

/// An attempt that somebody waits for.
pub(super) struct UnderWay<'a> {
    pub attempt: &'a Attempt,
    pub progress: &'a Progress,
    pub provider: Option<Arc<Provider>>,
    /// What the person sees; `None` before anything is.
    pub shown: Option<Way>,
    /// What the person is to see as soon as it is there.
    pub wanted: Option<Way>,
    pub browser: Option<InBrowser>,
    pub codes: Option<Codes>,
    /// How many requests were sent for codes and tokens.
    requests: u64,
    /// One way has come to its end, and tokens are fetched and checked.
    finishing: bool,
}

impl<'a> UnderWay<'a> {
    pub fn new(attempt: &'a Attempt, progress: &'a Progress) -> Self {
        Self {
            attempt,
            progress,
            provider: None,
            shown: None,
            wanted: None,
            browser: None,
            codes: None,
            requests: 0,
            finishing: false,
        }
    }

    pub fn run(mut self) -> Result<Session, Error> {
        self.attempt.discover();
        loop {
            let due_at = self.codes.as_ref().and_then(Codes::due_at);
            match self.attempt.inbox.next(due_at) {
                Woken::Cancelled => return Err(Error::Cancelled),
                Woken::By(Event::Finished(result)) => return result,
                Woken::By(Event::Panicked(panic)) => resume_unwind(panic),
                Woken::By(event) if self.finishing => self.attempt.late(event),
                Woken::By(event) => self.hear(event)?,
                Woken::Due => {}
            }
            self.pass(Instant::now())?;
        }
    }

    fn hear(&mut self, event: Event) -> Result<(), Error> {
        match event {
            Event::Discovered(discovered) => {
                let (provider, way) = discovered?;
                self.attempt.fetch_keys_ahead(&provider);
                self.provider = Some(provider);
                let way = self.wanted.take().unwrap_or(way);
                self.take(way)
            }
            Event::Codes(number, Ok(codes)) => {
                let given = |own: &mut Codes| own.given(number, Instant::now(), codes);
                let turn = self.codes.as_mut().map_or(Turn::Wait, given);
                self.follow(turn)
            }
            Event::Polled(number, Ok(brought)) => {
                self.polled(number, brought);
                Ok(())
            }
            Event::Codes(number, Err(error)) | Event::Polled(number, Err(error)) => {
                let failed = |own: &mut Codes| own.failed(number, Instant::now(), error);
                let turn = self.codes.as_mut().map_or(Turn::Wait, failed);
                self.follow(turn)
            }
            Event::CameBack(came) => self.came_back(came),
            Event::Take(way) => self.take(way),
            Event::NewCode => {
                if let Some(codes) = self.codes.as_mut()
                    && self.shown == Some(Way::Device)
                {
                    codes.renew(Instant::now());
                }
                Ok(())
            }
            Event::Finished(_) | Event::Panicked(_) => Ok(()),
        }
    }

    /// What time has brought, and what is to be sent now.
    fn pass(&mut self, now: Instant) -> Result<(), Error> {
        let turn = self.codes.as_mut().map_or(Turn::Wait, |own| own.pass(now));
        self.follow(turn)?;
        let number = self.requests + 1;
        let request = |own: &mut Codes| own.request(now, number);
        let request = self.codes.as_mut().and_then(request);
        if let (Some(request), Some(provider)) = (request, &self.provider) {
            self.requests = number;
            match request {
                Request::Codes => self.attempt.ask_for_codes(provider, number),
                Request::Poll(code) => self.attempt.poll(provider, number, code),
            }
        }
        Ok(())
    }

    /// What follows from where the codes stand.
    fn follow(&mut self, turn: Turn) -> Result<(), Error> {
        let is_shown = self.shown == Some(Way::Device);
        match turn {
            Turn::Wait => Ok(()),
            Turn::Show if self.wanted == Some(Way::Device) => {
                self.show(Way::Device);
                Ok(())
            }
            Turn::Show if is_shown => {
                self.tell();
                Ok(())
            }
            Turn::Unreachable if is_shown => {
                (self.progress)(Step::DeviceUnreachable);
                Ok(())
            }
            Turn::Show | Turn::Unreachable => Ok(()),
            Turn::Closed => {
                self.codes = None;
                Ok(())
            }
            Turn::Over(error) => {
                self.codes = None;
                self.way_failed(Way::Device, error)
            }
        }
    }

    /// The browser came back, or nobody did.
    fn came_back(&mut self, came: Result<(Callback, Answering), Error>) -> Result<(), Error> {
        let is_shown = self.shown != Some(Way::Device);
        let Some(browser) = self.browser.take() else {
            return Ok(());
        };
        let (callback, answering) = match came {
            Ok(came) => came,
            Err(error) if is_shown => return Err(error),
            Err(error) => {
                log::info!("nobody came back from the browser: {error}");
                return Ok(());
            }
        };
        match browser.accept(callback) {
            Err(error) if !is_shown => {
                log::info!("the browser's way has ended, which is not shown: {error}");
                aside("result page", move || drop(answering));
            }
            grant => self.finish(First::Browser(grant, answering)),
        }
        Ok(())
    }

    /// The person has finished on the other device.
    fn polled(&mut self, number: u64, brought: Brought) {
        let is_current = |own: &Codes| own.is_current(number);
        if self.codes.as_ref().is_some_and(is_current) {
            self.finish(First::Device(brought));
        } else {
            self.attempt.late(Event::Polled(number, Ok(brought)));
        }
    }

    /// Closes every way but the one that has come to its end.
    fn finish(&mut self, first: First) {
        self.finishing = true;
        (self.browser, self.codes) = (None, None);
        (self.progress)(Step::Finishing);
        self.attempt.finish(first, self.progress);
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.browser = None;
        for event in self.attempt.inbox.close() {
            self.attempt.late(event);
        }
    }
}
