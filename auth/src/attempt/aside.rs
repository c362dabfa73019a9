//! Work on threads of its own: a blocking request cannot be interrupted, and whoever waits
//! for it may have to go.

use std::{
    any::Any,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex},
    thread,
};

use crate::locks::unpoisoned;

/// What a thread panicked with.
pub(super) type Panic = Box<dyn Any + Send>;

/// Runs `work` on a thread of its own; here, if the system gives none, since what it holds
/// may have to be revoked.
pub(super) fn aside(name: &str, work: impl FnOnce() + Send + 'static) {
    let work = Arc::new(Mutex::new(Some(work)));
    let theirs = work.clone();
    let spawned = thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(&theirs));
    if spawned.is_err() {
        run(&work);
    }
}

fn run(work: &Mutex<Option<impl FnOnce()>>) {
    let work = unpoisoned(work).take();
    if let Some(work) = work {
        work();
    }
}

/// What `work` gives, or what it panicked with, for whoever waits for it.
pub(super) fn caught<T>(work: impl FnOnce() -> T) -> Result<T, Panic> {
    catch_unwind(AssertUnwindSafe(work))
}
