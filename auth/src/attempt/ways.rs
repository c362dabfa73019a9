//! Which way the person sees, and how they change from one to the other.

use std::{sync::Arc, time::Instant};

use super::under_way::UnderWay;
use crate::{
    client::Provider,
    device::Codes,
    error::{DeviceError, Error},
    progress::Step,
    provider::Endpoint,
    sign_in::Way,
};

impl UnderWay<'_> {
    /// Leads the person to this way.
    pub fn take(&mut self, way: Way) -> Result<(), Error> {
        let Some(provider) = self.provider.clone() else {
            self.wanted = Some(way);
            return Ok(());
        };
        if self.wanted == Some(way) {
            return Ok(());
        }
        let turns_back = self.wanted.take().is_some();
        if self.shown == Some(way) {
            self.forget_codes_unseen();
            if turns_back {
                self.tell();
            }
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
    pub fn show(&mut self, way: Way) {
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
    pub fn tell(&self) {
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
    pub fn way_failed(&mut self, way: Way, error: Error) -> Result<(), Error> {
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
}

/// Whether the provider has the way over another device.
pub(super) fn is_offered(provider: &Provider) -> bool {
    matches!(
        provider.metadata.device_authorization_endpoint,
        Endpoint::At(_)
    )
}
