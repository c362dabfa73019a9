//! Settings that are one of several things.

use std::{path::PathBuf, sync::Arc};

use crate::ports::{StoreKind, TokenStore};

/// Where the lock over processes is.
pub(super) enum LockFile {
    At(PathBuf),
    /// Where what names the item says, for every store that outlives the process.
    Default,
    In(PathBuf),
    Without,
}

/// Which store.
pub(super) enum Store {
    Kind(StoreKind),
    Own(Arc<dyn TokenStore>),
}
