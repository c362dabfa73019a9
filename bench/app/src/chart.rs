//! The chart beside the tables: what each window takes, as bars whose lengths are in the
//! proportion of what they stand for.

use std::{fmt::Write as _, fs};

use anyhow::Result;

use crate::{
    compile::root,
    launch::Start,
    programs::{SIGNED_IN, SIGNED_OUT},
    results::{Results, Spread},
    tables::figure,
};

const CHART: &str = "docs/window.svg";

/// A panel of bars: its title, unit and figure.
type Panel = (&'static str, &'static str, fn(&Start) -> f64);

const PANELS: [Panel; 3] = [
    ("Private dirty memory", "MB", |start| {
        start.memory.private_dirty
    }),
    ("PSS", "MB", |start| start.memory.pss),
    ("Until the screen stands", "ms", |start| start.content),
];

const NAMES: f64 = 140.0;
const PANEL: f64 = 190.0;
/// Longest bar; the rest of the panel is for its figure.
const BAR: f64 = 120.0;
const ROW: f64 = 20.0;
const TOP: f64 = 34.0;

pub fn write(results: &Results) -> Result<()> {
    Ok(fs::write(root().join(CHART), svg(results))?)
}

fn svg(results: &Results) -> String {
    let width = NAMES + PANEL * PANELS.len() as f64;
    let height = TOP + ROW * results.peers.len() as f64 + 6.0;
    // The reader's theme, as the page around it has it.
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" \
         width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"12\">\n\
         <style>text {{ fill: #16201d }} .bar {{ fill: #8fa79c }} .ours {{ fill: #0e6b5e }} \
         .quiet {{ fill: #4c5853 }} @media (prefers-color-scheme: dark) {{ \
         text {{ fill: #f1f4f2 }} .bar {{ fill: #5f776d }} .ours {{ fill: #6ad3bf }} \
         .quiet {{ fill: #aebbb5 }} }}</style>\n\
         <title>What each window takes; medians</title>\n"
    );
    for (row, peer) in results.peers.iter().enumerate() {
        let y = baseline(row);
        let name = peer.name;
        let _ = writeln!(svg, "<text x=\"0\" y=\"{y}\">{name}</text>");
    }
    for (column, panel) in PANELS.iter().enumerate() {
        write_panel(&mut svg, results, panel, NAMES + PANEL * column as f64);
    }
    svg + "</svg>\n"
}

fn write_panel(svg: &mut String, results: &Results, panel: &Panel, x: f64) {
    let (title, unit, of) = panel;
    let medians = results.starts.iter().map(|starts| {
        let spread = Spread::of(starts.iter().map(of));
        spread.map_or(0.0, |spread| spread.median)
    });
    let medians: Vec<f64> = medians.collect();
    // Where there is nothing to show, nothing is divided by it.
    let most = medians.iter().copied().fold(f64::MIN_POSITIVE, f64::max);
    let _ = writeln!(
        svg,
        "<text class=\"quiet\" x=\"{x}\" y=\"16\">{title}, {unit}</text>"
    );
    for (row, median) in medians.into_iter().enumerate() {
        let class = match results.peers[row].name {
            SIGNED_OUT | SIGNED_IN => "ours",
            _ => "bar",
        };
        let length = median / most * BAR;
        let (top, y) = (baseline(row) - 11.0, baseline(row));
        let _ = writeln!(
            svg,
            "<rect class=\"{class}\" x=\"{x}\" y=\"{top}\" width=\"{length:.1}\" height=\"14\" \
             rx=\"2\"/><text x=\"{:.1}\" y=\"{y}\">{}</text>",
            x + length + 5.0,
            figure(median)
        );
    }
}

fn baseline(row: usize) -> f64 {
    TOP + ROW * row as f64 + 9.0
}
