//! The tables, in Markdown.

use std::fmt::Write as _;

use crate::{
    goals::Goal,
    launch::Start,
    programs::{SIGNED_IN, SIGNED_OUT},
    results::{Results, Spread},
};

type Column = (&'static str, fn(&Start) -> f64);

const STARTS: [Column; 4] = [
    ("mapped, ms", |start| start.mapped),
    ("content, ms", |start| start.content),
    ("CPU to content, ms", |start| start.content_cpu),
    ("CPU to 2 s later, ms", |start| start.start_cpu),
];

const WEIGHTS: [Column; 5] = [
    ("PSS, MB", |start| start.memory.pss),
    ("private dirty, MB", |start| start.memory.private_dirty),
    ("RSS, MB", |start| start.memory.rss),
    ("file, MB", |start| start.file),
    ("with its libraries, MB", |start| start.files),
];

const REST: [Column; 3] = [
    ("threads", |start| start.threads),
    ("context switches in 10 s", |start| start.idle_switches),
    ("CPU in 10 s, ms", |start| start.idle_cpu),
];

pub fn starts(results: &Results) -> String {
    table(results, &STARTS)
}

pub fn weights(results: &Results) -> String {
    table(results, &WEIGHTS)
}

pub fn rest(results: &Results) -> String {
    table(results, &REST)
}

fn table(results: &Results, columns: &[Column]) -> String {
    let mut table = String::from("| |");
    for (title, _) in columns {
        let _ = write!(table, " {title} |");
    }
    table += "\n|---|";
    table += &"---|".repeat(columns.len());
    for (peer, starts) in results.peers.iter().zip(&results.starts) {
        let _ = write!(table, "\n| {} |", emphasised(peer.name));
        for (_, figure) in columns {
            let cell = Spread::of(starts.iter().map(figure)).map(with_range);
            let _ = write!(table, " {} |", cell.unwrap_or_default());
        }
    }
    table
}

pub fn goals(results: &Results) -> String {
    let mut table = String::from("| | measured | limit | |\n|---|---|---|---|");
    for goal in Goal::all(results) {
        let (unit, limit) = (goal.unit, goal.limit);
        let _ = write!(
            table,
            "\n| {} | {}{unit} | ≤ {limit}{unit} | {} |",
            goal.what,
            with_range(goal.measured),
            if goal.reached() {
                "reached"
            } else {
                "**not reached**"
            },
        );
    }
    table
}

fn emphasised(name: &str) -> String {
    match name {
        SIGNED_OUT | SIGNED_IN => format!("**{name}**"),
        _ => name.to_owned(),
    }
}

fn with_range(spread: Spread) -> String {
    let (median, least, most) = (
        figure(spread.median),
        figure(spread.least),
        figure(spread.most),
    );
    if least == most {
        return median;
    }
    format!("{median} ({least}–{most})")
}

/// Three digits that count; whole numbers as such.
pub fn figure(number: f64) -> String {
    match number.abs() {
        n if n.fract() == 0.0 || n >= 100.0 => format!("{number:.0}"),
        10.0.. => format!("{number:.1}"),
        0.1.. => format!("{number:.2}"),
        _ => format!("{number:.3}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_three_digits_and_counts_are_whole() {
        let told = [0.0, 4.0, 130.0, 361.4, 24.53, 2.024, 0.0478].map(figure);
        assert_eq!(told, ["0", "4", "130", "361", "24.5", "2.02", "0.048"]);
    }

    #[test]
    fn a_range_is_told_where_there_is_one() {
        let spread = |least, median, most| Spread {
            median,
            least,
            most,
        };
        assert_eq!(with_range(spread(1.0, 1.0, 1.0)), "1");
        assert_eq!(with_range(spread(1.0, 2.0, 4.5)), "2 (1–4.50)");
    }
}
