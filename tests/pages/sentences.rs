//! docs/troubleshooting.md has each sentence that the program says of a notice, written
//! from the code's own list.

use std::{collections::HashMap, fmt::Write as _, fs};

use vestibule::notice::NoticeKind;

use crate::{path, read};

const PAGE: &str = "docs/troubleshooting.md";
const BEGIN: &str = "<!-- written from src/notice/table.rs and ui/words.slint: begin -->\n";
const END: &str = "<!-- written from src/notice/table.rs and ui/words.slint: end -->";

/// What leads to each notice: the comment above its row.
fn causes() -> HashMap<String, String> {
    let source = read("src/notice/table.rs");
    let (mut causes, mut comment) = (HashMap::new(), String::new());
    for line in source.lines().map(str::trim) {
        match line.strip_prefix("///") {
            Some(text) => comment.extend([text.trim(), " "]),
            None => {
                if let Some((kind, _)) = line.split_once(": ") {
                    causes.insert(kind.to_owned(), comment.trim().to_owned());
                }
                comment.clear();
            }
        }
    }
    causes
}

/// The headings of the window: `NoticeKind.api-page) { return words(@tr("…"`.
fn headings() -> HashMap<String, String> {
    let source = read("ui/words.slint");
    let notices = source.split("(notice.kind == NoticeKind.").skip(1);
    let heading = |text: &str| {
        let (kind, words) = text.split_once(") { return words(@tr(\"")?;
        let (heading, _) = words.split_once('"')?;
        Some((kind.to_owned(), heading.to_owned()))
    };
    notices.filter_map(heading).collect()
}

/// `ApiPage` is `api-page` in the window's words.
fn in_slint(kind: &str) -> String {
    let mut name = String::new();
    for letter in kind.chars() {
        if letter.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(letter.to_lowercase());
    }
    name
}

/// What differs, as the page shows it.
fn in_capitals(sentence: &str) -> String {
    let names = ["provider", "api", "detail", "device_time", "server_time"];
    let words = ["PROVIDER", "API", "DETAIL", "TIME", "TIME"];
    let mut text = sentence.to_owned();
    for (name, word) in names.iter().zip(words) {
        text = text.replace(&format!("{{{name}}}"), word);
    }
    let causes = [
        ("{cause_and_remedy}", "CAUSE"),
        ("{cause}", "CAUSE"),
        ("{remedy}", "REMEDY"),
    ];
    for (name, word) in causes {
        text = text.replace(name, word);
    }
    text
}

fn table() -> String {
    let (causes, headings) = (causes(), headings());
    let mut table =
        "| the window's heading | the terminal's sentence | what led to it | exit code |\n\
                     |---|---|---|---|\n"
            .to_owned();
    for kind in NoticeKind::ALL {
        let (name, row) = (format!("{kind:?}"), kind.row());
        let cause = causes
            .get(&name)
            .unwrap_or_else(|| panic!("no comment: {name}"));
        let heading = headings.get(&in_slint(&name));
        let heading = heading.unwrap_or_else(|| panic!("no words: {name}"));
        writeln!(
            table,
            "| {} | {} | {cause} | {} |",
            heading.replace("{}", "DETAIL"),
            in_capitals(row.sentence),
            row.exit
        )
        .unwrap();
    }
    table
}

#[test]
fn the_page_of_troubleshooting_has_every_sentence_of_a_notice() {
    let page = read(PAGE);
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (written, after) = rest.split_once(END).unwrap();
    let table = table();
    if std::env::var_os("VESTIBULE_WRITE_DOCS").is_some() {
        fs::write(path(PAGE), [before, BEGIN, &table, END, after].concat()).unwrap();
        return;
    }
    assert!(
        written == table,
        "{PAGE} is not what the code says: VESTIBULE_WRITE_DOCS=1 cargo test --test pages writes it"
    );
}
