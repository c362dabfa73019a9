//! The task that fetches keys before they age, without any request.

use std::{
    future::Future,
    sync::{Arc, Weak},
    time::Duration,
};

use tokio::{sync::watch, time::timeout};

use super::{jwks_cache::JwksCache, schedule::Reason};

/// Fetches whenever a fetch is due, for as long as anybody else has the cache.
pub(super) fn keep_fresh(cache: &Arc<JwksCache>) -> impl Future<Output = ()> + Send + use<> {
    run(Arc::downgrade(cache), cache.fetch_ended())
}

async fn run(cache: Weak<JwksCache>, mut fetch_ended: watch::Receiver<()>) {
    loop {
        // Before the schedule is read: a fetch that ends later is not missed.
        fetch_ended.mark_unchanged();
        let wait = cache.upgrade().and_then(|cache| fetch_if_due(&cache));
        let Some(wait) = wait else { return };
        // The cache holds the sender, so the wait ends with an error when the cache goes.
        if let Ok(Err(_)) = timeout(wait, fetch_ended.changed()).await {
            return;
        }
    }
}

/// Starts a fetch because of age if one is due. How long to wait after that, unless a fetch
/// ends before; `None` where nothing is ever fetched.
fn fetch_if_due(cache: &Arc<JwksCache>) -> Option<Duration> {
    let wait = cache.until_due()?;
    if !wait.is_zero() {
        return Some(wait);
    }
    Some(match cache.fetch(Reason::Age) {
        Some(_under_way) => Duration::MAX,
        // Another fetch ended just now, and so the schedule says something else.
        None => Duration::ZERO,
    })
}
