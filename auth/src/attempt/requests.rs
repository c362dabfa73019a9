//! What an attempt asks of the provider, each on a thread of its own.

use std::sync::{
    Arc,
    mpsc::{self, Sender},
};

use super::{
    Attempt,
    aside::{aside, caught},
    event::{Brought, Event},
    ways::is_offered,
};
use crate::{
    client::{Client, Provider},
    jwks::Jwks,
    known::Known,
    locks::unpoisoned,
    secret::DeviceCode,
    shared::InHand,
    sign_in::Way,
};

impl Attempt {
    /// Has `work` done, and told to who waits.
    pub(super) fn spawn(&self, name: &str, work: impl FnOnce() -> Event + Send + 'static) {
        let attempt = self.clone();
        aside(name, move || {
            let event = caught(work).unwrap_or_else(Event::Panicked);
            if let Err(event) = attempt.inbox.push(event) {
                attempt.late(event);
            }
        });
    }

    /// Asked anew, however well the provider is known: else the browser would open at a
    /// dead page where a sentence could tell more.
    pub(super) fn discover(&self) {
        let (client, way) = (self.client.clone(), self.how.way);
        self.spawn("discovery", move || {
            let provider = client.discover();
            Event::Discovered(provider.map(|provider| {
                let way = found(&client, &provider, way);
                (provider, way)
            }))
        });
    }

    /// Fetches the keys while the person is busy, so that nothing but the exchange is between
    /// the callback and the name. Where they cannot be had, they are asked for once more when
    /// they are needed.
    pub(super) fn fetch_keys_ahead(&self, provider: &Arc<Provider>) {
        let now = self.client.ports.clock.now();
        let is_young = |known: &Known<Jwks>| known.is_young(now);
        if unpoisoned(&provider.keys).as_ref().is_some_and(is_young) {
            return;
        }
        let (fetched, ahead) = mpsc::channel();
        *unpoisoned(&provider.keys_ahead) = Some(ahead);
        let (client, provider) = (self.client.clone(), provider.clone());
        aside("keys", move || {
            if let Err(error) = client.fetch_keys(&provider) {
                log::info!("{error}: the keys are asked for later");
            }
            drop::<Sender<()>>(fetched);
        });
    }

    /// Looks for the way that [`Way::Found`] is, and takes it.
    pub(super) fn find(&self, provider: &Arc<Provider>) {
        let (client, provider) = (self.client.clone(), provider.clone());
        self.spawn("way", move || {
            Event::Take(found(&client, &provider, Way::Found))
        });
    }

    pub(super) fn ask_for_codes(&self, provider: &Arc<Provider>, number: u64) {
        let (client, provider) = (self.client.clone(), provider.clone());
        self.spawn("device codes", move || {
            let settings = &client.settings;
            let codes = client.token_endpoint(&provider).device_codes(
                &settings.issuer,
                &settings.scopes,
                settings.audience.as_deref(),
            );
            Event::Codes(number, codes)
        });
    }

    pub(super) fn poll(&self, provider: &Arc<Provider>, number: u64, code: DeviceCode) {
        let (client, provider) = (self.client.clone(), provider.clone());
        self.spawn("device poll", move || {
            let polled = client.token_endpoint(&provider).poll(&code);
            let brought = polled.map(|answer| Brought {
                answer,
                in_hand: InHand::tokens(&client.shared),
            });
            Event::Polled(number, brought)
        });
    }
}

fn found(client: &Client, provider: &Provider, way: Way) -> Way {
    match way {
        Way::Found if client.ports.browser.is_there() => Way::Browser,
        Way::Found if is_offered(provider) => Way::Device,
        Way::Found => Way::Address,
        way => way,
    }
}
