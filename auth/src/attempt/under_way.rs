//! Where an attempt stands: which ways are open, which one is shown, and what follows from
//! what happens.

use std::{panic::resume_unwind, sync::Arc, time::Instant};

use super::{Attempt, aside::aside, event::Event, finish::First, in_browser::InBrowser};
use crate::{
    authorization::Callback,
    client::Provider,
    device::{Codes, Request, Turn},
    error::{DeviceError, Error},
    loopback::Answering,
    ports::Woken,
    progress::{Progress, Step},
    provider::Endpoint,
    session::Session,
    sign_in::Way,
    token::TokenAnswer,
};

/// An attempt that somebody waits for.
pub(super) struct UnderWay<'a> {
    pub attempt: &'a Attempt,
    pub progress: &'a Progress,
    provider: Option<Arc<Provider>>,
    /// What the person sees; `None` before anything is.
    shown: Option<Way>,
    /// What the person is to see as soon as it is there.
    wanted: Option<Way>,
    browser: Option<InBrowser>,
    codes: Option<Codes>,
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
                self.provider = Some(provider);
                let way = self.wanted.take().unwrap_or(way);
                self.take(way)
            }
            Event::Codes(number, Ok(codes)) => {
                let given = |own: &mut Codes| own.given(number, Instant::now(), codes);
                let turn = self.codes.as_mut().map_or(Turn::Wait, given);
                self.follow(turn)
            }
            Event::Polled(number, Ok(answer)) => {
                self.polled(number, answer);
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
        let request = self.codes.as_mut().and_then(|own| own.request(now));
        if let (Some((number, request)), Some(provider)) = (request, &self.provider) {
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

    /// Leads the person to this way.
    fn take(&mut self, way: Way) -> Result<(), Error> {
        let Some(provider) = self.provider.clone() else {
            self.wanted = Some(way);
            return Ok(());
        };
        self.wanted = None;
        if self.shown == Some(way) {
            self.forget_codes_unseen();
            return Ok(());
        }
        match way {
            Way::Found => self.attempt.find(&provider),
            Way::Device => return self.take_device(&provider),
            Way::Browser | Way::Address if self.browser.is_some() => self.show(way),
            Way::Browser | Way::Address => match self.attempt.in_browser(&provider) {
                Ok(browser) => {
                    self.browser = Some(browser);
                    self.show(way);
                }
                Err(error) => {
                    self.wanted = Some(way);
                    return self.way_failed(way, error);
                }
            },
        }
        Ok(())
    }

    fn take_device(&mut self, provider: &Provider) -> Result<(), Error> {
        let now = Instant::now();
        if self
            .codes
            .as_ref()
            .is_some_and(|own| own.open(now).is_some())
        {
            self.show(Way::Device);
            return Ok(());
        }
        self.wanted = Some(Way::Device);
        if !is_offered(provider) {
            return self.way_failed(Way::Device, DeviceError::NotOffered.into());
        }
        let patience = self.attempt.client.sign_in_limit();
        self.codes = Some(Codes::new(now, patience));
        Ok(())
    }

    /// The way is what the person sees from now on.
    fn show(&mut self, way: Way) {
        (self.shown, self.wanted) = (Some(way), None);
        if let Some(codes) = &mut self.codes {
            codes.show(way == Way::Device);
        }
        self.forget_codes_unseen();
        self.tell();
        if let (Way::Browser, Some(browser)) = (way, &self.browser) {
            let client = &self.attempt.client;
            client.open_browser(browser.url.clone(), self.progress.clone());
        }
    }

    /// Nobody enters a code that was never shown, or that is no more.
    fn forget_codes_unseen(&mut self) {
        let is_open = |own: &Codes| own.open(Instant::now()).is_some();
        if self.shown != Some(Way::Device) && !self.codes.as_ref().is_some_and(is_open) {
            self.codes = None;
        }
    }

    /// Tells of the way that is shown.
    fn tell(&self) {
        match (self.shown, &self.browser, &self.codes) {
            (Some(Way::Device), _, Some(codes)) => {
                if let Some(code) = codes.open(Instant::now()) {
                    (self.progress)(Step::Device(code.clone()));
                }
                if codes.is_unreachable() {
                    (self.progress)(Step::DeviceUnreachable);
                }
            }
            (Some(way), Some(browser), _) => {
                (self.progress)(Step::Browser {
                    url: browser.url.clone(),
                    deadline: browser.deadline,
                    opens: way == Way::Browser,
                    device_offered: self.provider.as_deref().is_some_and(is_offered),
                });
            }
            _ => {}
        }
    }

    /// The way cannot be gone to its end. The first one, and the one that is shown, end the
    /// attempt with it.
    fn way_failed(&mut self, way: Way, error: Error) -> Result<(), Error> {
        let is_wanted = self.wanted.take_if(|wanted| *wanted == way).is_some();
        if self.shown.is_none() || self.shown == Some(way) {
            return Err(error);
        }
        if is_wanted {
            (self.progress)(Step::WayFailed(way, Arc::new(error)));
            self.tell();
        } else {
            log::info!("a way that is not shown has ended: {error}");
        }
        Ok(())
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
    fn polled(&mut self, number: u64, answer: TokenAnswer) {
        let is_current = |own: &Codes| own.is_current(number);
        if self.codes.as_ref().is_some_and(is_current) {
            self.finish(First::Device(answer));
        } else {
            self.attempt.late(Event::Polled(number, Ok(answer)));
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

/// Whether the provider has the way over another device.
pub(super) fn is_offered(provider: &Provider) -> bool {
    matches!(
        provider.metadata.device_authorization_endpoint,
        Endpoint::At(_)
    )
}
