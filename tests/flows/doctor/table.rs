//! The table of `docs/doctor.md`: each mistake, what the doctor said of it when a test made
//! it, and the remedy. A row that differs fails its test; with VESTIBULE_WRITE_DOCS=1 it is
//! written instead.

use std::{
    env, fs,
    path::PathBuf,
    sync::{Mutex, PoisonError},
};

/// All of them, in the order of the table.
const MISTAKES: [&str; 20] = [
    "a slash too many or too few in `issuer`",
    "a callback that is not registered",
    "a client of the wrong type",
    "no audience",
    "an opaque token",
    "no offline access",
    "a clock that is off by ten minutes",
    "a proxy that is not there",
    "an authority that is not known",
    "an expired certificate",
    "the page of a gateway",
    "a provider that signs with HS256 alone",
    "an API of another audience",
    "an API behind a redirect",
    "no keychain",
    "a locked keychain",
    "a home that cannot be written",
    "no browser",
    "a redirect port that is taken",
    "a machine with IPv6 alone",
];
const BEGIN: &str = "<!-- written by tests/flows/doctor and tests/real/doctor.rs -->\n";
const END: &str = "<!-- end -->";
const HEAD: &str = "| mistake | the doctor says | remedy |\n|---|---|---|\n";

static FILE: Mutex<()> = Mutex::new(());

/// What a check printed.
#[derive(Debug, PartialEq, Eq)]
pub struct Printed {
    pub outcome: String,
    pub id: String,
    pub what: String,
    pub remedy: String,
}

/// Reads what the doctor prints. Only the last lines of a check are indented: its remedy.
pub fn printed(text: &str) -> Vec<Printed> {
    let mut checks: Vec<Printed> = Vec::new();
    for line in text.lines() {
        if let (Some(remedy), Some(check)) = (line.strip_prefix("         "), checks.last_mut()) {
            check.remedy = remedy.trim_start().to_owned();
        } else if let Some((outcome, rest)) = line.split_once(' ')
            && ["ok", "warning", "failed"].contains(&outcome)
        {
            let (id, what) = rest.trim_start().split_once(' ').unwrap();
            checks.push(Printed {
                outcome: outcome.to_owned(),
                id: id.to_owned(),
                what: what.trim_start().to_owned(),
                remedy: String::new(),
            });
        }
    }
    checks
}

/// The one check of `id` that is not ok.
#[track_caller]
pub fn told<'a>(checks: &'a [Printed], id: &str) -> &'a Printed {
    let mut told = checks
        .iter()
        .filter(|check| check.id == id && check.outcome != "ok");
    let found = told
        .next()
        .unwrap_or_else(|| panic!("nothing is told of {id}: {checks:#?}"));
    assert_eq!(told.next(), None);
    found
}

/// Holds the row of `mistake` to what was printed; `names` are put in place of what is of the
/// test's machine alone.
#[track_caller]
pub fn assert_row(mistake: &str, printed: &Printed, names: &[(String, &str)]) {
    let named = |text: &str| {
        let name = |text: String, (from, to): &(String, &str)| text.replace(from, to);
        names.iter().fold(text.to_owned(), name)
    };
    let Printed {
        outcome,
        id,
        what,
        remedy,
    } = printed;
    assert!(!remedy.is_empty(), "{printed:?}");
    let row = format!(
        "| {mistake} | **{outcome}** {id}: {} | {} |\n",
        named(what),
        named(remedy)
    );
    let _one = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let (before, rows, after) = parts();
    let is_of = |row: &&String, mistake: &str| row.starts_with(&format!("| {mistake} |"));
    if env::var_os("VESTIBULE_WRITE_DOCS").is_none() {
        let there = rows.iter().find(|row| is_of(row, mistake));
        assert_eq!(there, Some(&row), "VESTIBULE_WRITE_DOCS=1 writes it");
        return;
    }
    let row_of = |name: &&str| match *name == mistake {
        true => Some(row.clone()),
        false => rows.iter().find(|row| is_of(row, name)).cloned(),
    };
    let rows: String = MISTAKES.iter().filter_map(row_of).collect();
    let text = format!("{before}{BEGIN}{HEAD}{rows}{END}{after}");
    fs::write(file(), text).unwrap();
}

fn file() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "docs", "doctor.md"]
        .iter()
        .collect()
}

fn parts() -> (String, Vec<String>, String) {
    let text = fs::read_to_string(file()).unwrap();
    let (before, rest) = text.split_once(BEGIN).unwrap();
    let (table, after) = rest.split_once(END).unwrap();
    let rows = table
        .lines()
        .skip(2)
        .map(|line| format!("{line}\n"))
        .collect();
    (before.to_owned(), rows, after.to_owned())
}

#[test]
fn the_table_has_a_row_for_each_mistake_in_their_order() {
    let _one = FILE.lock().unwrap_or_else(PoisonError::into_inner);
    let (_, rows, _) = parts();
    let names = rows.iter().map(|row| row.split(" | ").next().unwrap());
    let names: Vec<_> = names.map(|name| name.trim_start_matches("| ")).collect();
    assert_eq!(names, MISTAKES);
}
