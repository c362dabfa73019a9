//! How long a request waits for fetches of keys.

use std::time::Duration;

use tokio::{sync::watch, time::Instant};

use super::schedule::WAIT_LIMIT;

/// What one request may still wait for fetches: 5 s in all.
pub(super) struct Patience(Duration);

impl Default for Patience {
    fn default() -> Self {
        Self(WAIT_LIMIT)
    }
}

/// A fetch under way.
pub(super) struct UnderWay {
    pub ended: watch::Receiver<()>,
    /// How long a request waits for it
    pub patience: Duration,
}

impl UnderWay {
    /// False if it goes on for longer than the request waits.
    pub(super) async fn ends_within(mut self, patience: &mut Patience) -> bool {
        let began = Instant::now();
        let limit = self.patience.min(patience.0);
        let ended = tokio::time::timeout(limit, self.ended.changed()).await;
        patience.0 = patience.0.saturating_sub(began.elapsed());
        ended.is_ok()
    }
}
