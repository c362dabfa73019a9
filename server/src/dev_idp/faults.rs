//! Faults: what a provider may do wrong, switched on by name for tests.
//!
//! All are off by default. A fault is logged as a warning when it is switched
//! on and each time it acts. `Faults` is a handle: clones share the switches,
//! so a test keeps one and turns them while the provider runs.

use std::{
    fmt,
    str::FromStr,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

macro_rules! faults {
    ($(#[doc = $effect:literal] $variant:ident = $name:literal,)+) => {
        /// One thing that goes wrong on purpose.
        #[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
        pub enum Fault {
            $(#[doc = $effect] $variant,)+
        }

        impl Fault {
            /// Every fault, in the order in which `--help` names them.
            pub const ALL: &[Fault] = &[$(Fault::$variant,)+];

            /// Its name on the command line.
            pub fn name(self) -> &'static str {
                match self {
                    $(Fault::$variant => $name,)+
                }
            }

            /// What it does, in a line.
            pub fn effect(self) -> &'static str {
                match self {
                    $(Fault::$variant => $effect.trim_ascii(),)+
                }
            }
        }
    };
}

faults! {
    /// Token requests are processed at once and answered after ten seconds.
    SlowToken = "slow-token",
    /// Token requests are processed, but the connection closes unanswered.
    LostToken = "lost-token",
    /// Token requests are answered with 500 and an HTML page.
    Token500 = "token-500",
    /// Token requests are answered with 429 and `Retry-After`.
    Token429 = "token-429",
    /// Token requests are answered with 400, no body and no content type.
    TokenEmpty400 = "token-empty-400",
    /// The ID token's `iss` is another one.
    WrongIssuer = "wrong-issuer",
    /// The ID token's `nonce` is another one.
    WrongNonce = "wrong-nonce",
    /// The ID token's `aud` is another client.
    WrongAudience = "wrong-audience",
    /// The ID token's signature does not fit.
    WrongSignature = "wrong-signature",
    /// The ID token's `at_hash` belongs to another access token.
    WrongAtHash = "wrong-at-hash",
    /// No refresh token is given, whatever was asked for.
    NoRefreshToken = "no-refresh-token",
    /// A refresh brings no new refresh token; the old one stays good.
    NoRotation = "no-rotation",
    /// A refresh brings no ID token.
    NoIdTokenAtRefresh = "no-id-token-at-refresh",
    /// Userinfo refuses every token with 401.
    Userinfo401 = "userinfo-401",
    /// Userinfo is answered with 500.
    Userinfo500 = "userinfo-500",
    /// Userinfo tells about somebody else.
    UserinfoWrongSub = "userinfo-wrong-sub",
    /// A new key signs; the old one is still published beside it.
    RotatedKeys = "rotated-keys",
    /// The times in all tokens are one hour ahead.
    ClockAhead = "clock-ahead",
    /// The times in all tokens are one hour behind.
    ClockBehind = "clock-behind",
    /// The authorization response lacks the `iss` that discovery promises.
    NoIss = "no-iss",
    /// The `iss` of the authorization response is another one.
    WrongIss = "wrong-iss",
    /// Discovery is answered with 500.
    Discovery500 = "discovery-500",
    /// Discovery is answered after ten seconds.
    SlowDiscovery = "slow-discovery",
    /// Discovery names another issuer.
    WrongDiscoveryIssuer = "wrong-discovery-issuer",
    /// The keys are answered with 500.
    Jwks500 = "jwks-500",
    /// There is no revocation endpoint, neither in discovery nor in fact.
    NoRevocation = "no-revocation",
    /// There is no device endpoint, neither in discovery nor in fact.
    NoDevice = "no-device",
    /// No client may use the device grant, whatever discovery says.
    DeviceNotAllowed = "device-not-allowed",
    /// A device is given no `verification_uri_complete`.
    NoCompleteUri = "no-complete-uri",
    /// A device that polls is told to slow down, however slow it is.
    SlowDown = "slow-down",
}

// One bit each.
const _: () = assert!(Fault::ALL.len() <= u32::BITS as usize);

impl Fault {
    fn bit(self) -> u32 {
        1 << self as u32
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A fault was named that does not exist.
#[derive(Debug, thiserror::Error)]
#[error("there is no fault `{0}`")]
pub struct UnknownFault(String);

impl FromStr for Fault {
    type Err = UnknownFault;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let known = Fault::ALL.iter().find(|fault| fault.name() == name);
        known.copied().ok_or_else(|| UnknownFault(name.to_owned()))
    }
}

/// The switches. Clones share them.
#[derive(Clone, Debug, Default)]
pub struct Faults(Arc<AtomicU32>);

impl Faults {
    /// Switches a fault on, with a warning in the log.
    pub fn set(&self, fault: Fault) {
        self.0.fetch_or(fault.bit(), Ordering::SeqCst);
        tracing::warn!(%fault, "fault switched on");
    }

    /// Switches a fault off.
    pub fn clear(&self, fault: Fault) {
        self.0.fetch_and(!fault.bit(), Ordering::SeqCst);
    }

    /// The faults that are on.
    pub fn active(&self) -> Vec<Fault> {
        let bits = self.0.load(Ordering::SeqCst);
        let on = |fault: &Fault| bits & fault.bit() != 0;
        Fault::ALL.iter().copied().filter(on).collect()
    }

    /// Whether this fault is to act now; if so, the log says it.
    pub(super) fn acts(&self, fault: Fault) -> bool {
        let on = self.0.load(Ordering::SeqCst) & fault.bit() != 0;
        if on {
            tracing::warn!(%fault, "fault acts");
        }
        on
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fault_is_found_by_its_own_name() {
        for fault in Fault::ALL {
            assert_eq!(fault.to_string().parse::<Fault>().unwrap(), *fault);
        }
        assert!("slow".parse::<Fault>().is_err());
    }

    #[test]
    fn no_fault_is_on_by_default_and_clones_share_the_switches() {
        let faults = Faults::default();
        assert!(faults.active().is_empty());
        let clone = faults.clone();
        faults.set(Fault::NoRevocation);
        faults.set(Fault::SlowToken);
        assert_eq!(clone.active(), [Fault::SlowToken, Fault::NoRevocation]);
        clone.clear(Fault::SlowToken);
        assert_eq!(faults.active(), [Fault::NoRevocation]);
    }
}
