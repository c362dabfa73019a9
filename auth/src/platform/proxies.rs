//! What goes through a proxy.

use std::ffi::OsString;

/// The proxy, if there is one, and the hosts that are asked without it. By default
/// everything is asked directly.
#[derive(Clone, Debug, Default)]
pub struct Proxies(pub(super) vestibule_net::Proxies);

impl Proxies {
    /// What the variables of curl(1) say: `https_proxy`, `all_proxy`, `no_proxy` and
    /// their large forms. `lookup` gives the value of a variable. A proxy that is set is
    /// never passed over: it serves, or each request to a host that it is for fails.
    pub fn from_environment(lookup: impl Fn(&str) -> Option<OsString>) -> Self {
        Self(vestibule_net::Proxies::from_environment(lookup))
    }
}
