//! What the window promises, as ratios of one run: absolute figures hold for one
//! machine on one day.

use crate::{
    launch::Start,
    programs::{BASE, SIGNED_IN, SIGNED_OUT},
    results::{Results, Spread},
};

pub struct Goal {
    pub what: String,
    pub measured: Spread,
    /// The most that the median may be
    pub limit: f64,
    pub unit: &'static str,
}

impl Goal {
    pub fn reached(&self) -> bool {
        self.measured.median <= self.limit
    }

    /// All goals whose programs are part of the run.
    pub fn all(results: &Results) -> Vec<Self> {
        let ratio = |what: &str, of, to, limit, figure: fn(&Start) -> f64| {
            Some(Self {
                what: format!("{what}, {of} / {to}"),
                measured: results.ratio(of, to, figure)?,
                limit,
                unit: "×",
            })
        };
        let idle = |what: &str, of, unit, figure: fn(&Start) -> f64| {
            Some(Self {
                what: format!("{what}, {of}"),
                measured: results.spread(of, figure)?,
                limit: 0.0,
                unit,
            })
        };
        let pss = |start: &Start| start.memory.pss;
        let dirty = |start: &Start| start.memory.private_dirty;
        let content = |start: &Start| start.content;
        [
            ratio("PSS", SIGNED_OUT, BASE, 1.2, pss),
            ratio("PSS", SIGNED_IN, BASE, 1.45, pss),
            ratio("PSS", SIGNED_IN, "chromium", 0.05, pss),
            ratio("private dirty", SIGNED_OUT, BASE, 1.25, dirty),
            ratio("private dirty", SIGNED_IN, BASE, 1.7, dirty),
            ratio("file", SIGNED_OUT, BASE, 1.3, |start| start.file),
            ratio("time to content", SIGNED_OUT, BASE, 1.15, content),
            ratio("time to content", SIGNED_OUT, "qt6", 1.0, content),
            ratio("CPU until signed in", SIGNED_IN, BASE, 2.4, |start| {
                start.start_cpu
            }),
            idle("context switches in 10 s", SIGNED_OUT, "", |s| {
                s.idle_switches
            }),
            idle("context switches in 10 s", SIGNED_IN, "", |s| {
                s.idle_switches
            }),
            idle("CPU in 10 s", SIGNED_OUT, " ms", |s| s.idle_cpu),
            idle("CPU in 10 s", SIGNED_IN, " ms", |s| s.idle_cpu),
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}
