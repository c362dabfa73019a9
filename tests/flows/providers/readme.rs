//! What README tells those who have a provider of their own, taken at its word.

use std::fs;

pub struct Row {
    pub provider: String,
    /// What the issuer has behind the host.
    pub path: String,
    /// The lines of `vestibule.toml`.
    pub settings: Vec<String>,
    /// `--audience` of the API; none if it cannot verify the access tokens.
    pub audience: Option<String>,
    /// `--typ` of the API.
    pub typ: Option<String>,
}

pub fn text() -> String {
    fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap()
}

/// The table of providers.
pub fn rows() -> Vec<Row> {
    let text = text();
    let (_, table) = text
        .split_once("What differs from provider to provider")
        .unwrap();
    let rows = table.lines().skip_while(|line| !line.starts_with("|---"));
    rows.skip(1)
        .take_while(|line| line.starts_with('|'))
        .map(row)
        .collect()
}

fn row(line: &str) -> Row {
    let cells: Vec<_> = line.split('|').map(str::trim).collect();
    let [_, provider, issuer, settings, api, _, _] = cells[..] else {
        panic!("not five cells: {line}");
    };
    let issuer = code(issuer).next().unwrap().strip_prefix("https://");
    let issuer = issuer.unwrap();
    let option = |name: &str| {
        let mut options = code(api).filter_map(|code| code.strip_prefix(name));
        options.next().map(|value| value.trim().to_owned())
    };
    Row {
        provider: provider.to_owned(),
        path: issuer[issuer.find('/').unwrap_or(issuer.len())..].to_owned(),
        settings: code(settings).map(str::to_owned).collect(),
        audience: option("--audience"),
        typ: option("--typ"),
    }
}

/// What is between backticks.
fn code(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('`').skip(1).step_by(2)
}
