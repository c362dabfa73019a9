//! What the sources have of strings for people.

use std::{collections::BTreeSet, fs, path::Path};

use vestibule::notice::NoticeKind;

/// Files in which the terminal's strings are, beside the table of notices.
const TERMINAL: [&str; 3] = ["src/terminal", "src/main.rs", "src/app.rs"];

/// What calls for a translation. `number` is the one of `src/terminal/code.rs`.
const CALLS: [&str; 3] = ["tr(", "worded(", "number("];

/// Strings of several words that nobody reads as a sentence of ours: beginnings of lines, names,
/// what an engineer reads, and what stays English because it is about the settings.
const NOT_TRANSLATED: [&str; 6] = [
    "vestibule: {error}",
    "vestibule: {sentence}",
    "vestibule: warning: {warning}.",
    "Ctrl-C is not handled: {error}",
    "{error}; example: ca_file = \"/etc/ssl/certs/our-authority.pem\"",
    "vestibule/{} ({OS}; {ARCH})",
];

/// The strings that the window marks with `@tr`.
pub fn window() -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for text in files("ui", "slint") {
        for part in text.split("@tr(").skip(1) {
            let quoted = part.trim_start().strip_prefix('"').unwrap();
            let end = unescaped_quote(quoted);
            // Neither a context nor a plural: the terminal's tables know none.
            let after = quoted[end + 1..].trim_start();
            assert!(after.starts_with([')', ',']), "{part:.60}");
            found.insert(plain(&quoted[..end]));
        }
    }
    found
}

/// The strings that the terminal says: those that call for a translation, and so must all do
/// that are of several words.
pub fn terminal() -> BTreeSet<String> {
    let rows = NoticeKind::ALL.iter().map(|kind| kind.row().sentence);
    let mut found: BTreeSet<_> = rows.map(str::to_owned).collect();
    for (before, string) in TERMINAL.iter().flat_map(|place| strings_of(place)) {
        let called = CALLS.iter().any(|call| before.trim_end().ends_with(call));
        if called || has_words(&string) && !NOT_TRANSLATED.contains(&&*string) {
            found.insert(string);
        }
    }
    found
}

/// Whether letters stand on both sides of a blank, names in braces left out.
fn has_words(string: &str) -> bool {
    let outside = string
        .split('{')
        .map(|part| part.split_once('}').map_or(part, |p| p.1));
    let text: String = outside.collect();
    let words = text
        .split(' ')
        .filter(|word| word.contains(char::is_alphabetic));
    words.count() > 1
}

/// Each string of the Rust code at `place`, tests left out, with what stands before it.
fn strings_of(place: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for text in files(place, "rs") {
        let code = text.split("#[cfg(test)]").next().unwrap();
        let lines = code
            .lines()
            .filter(|line| !line.trim_start().starts_with("//"));
        let code = lines.collect::<Vec<_>>().join("\n").replace("'\"'", "");
        let (mut before, mut rest) = (String::new(), &*code);
        while let Some(start) = rest.find('"') {
            before.push_str(&rest[..start]);
            let quoted = &rest[start + 1..];
            let end = unescaped_quote(quoted);
            found.push((before.clone(), plain(&quoted[..end])));
            rest = &quoted[end + 1..];
        }
    }
    found
}

/// The text of each file at `place`, a folder or a file, that ends with `extension`. Test
/// modules in files of their own are left out.
fn files(place: &str, extension: &str) -> Vec<String> {
    let mut open = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join(place)];
    let mut found = Vec::new();
    while let Some(path) = open.pop() {
        if path.is_dir() {
            let entries = fs::read_dir(&path).unwrap();
            open.extend(entries.map(|entry| entry.unwrap().path()));
        } else if path.extension().is_some_and(|e| e == extension)
            && !path.to_str().unwrap().ends_with("_tests.rs")
        {
            found.push(fs::read_to_string(&path).unwrap());
        }
    }
    assert!(!found.is_empty(), "{place} has no sources");
    found
}

/// Where the string ends that began before `text`.
fn unescaped_quote(text: &str) -> usize {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    end.unwrap()
}

/// What a string means whose inside is `quoted`.
fn plain(quoted: &str) -> String {
    let mut text = String::new();
    let mut rest = quoted;
    while let Some((before, after)) = rest.split_once('\\') {
        text.push_str(before);
        // A newline that is escaped is none, nor are the blanks after it.
        let (sign, skipped) = match after.chars().next().unwrap() {
            '\n' => ("", after.len() - after.trim_start().len()),
            'n' => ("\n", 1),
            other => (&after[..other.len_utf8()], other.len_utf8()),
        };
        text.push_str(sign);
        rest = &after[skipped..];
    }
    text + rest
}

#[test]
fn strings_are_found_with_what_stands_before_them_and_without_their_escapes() {
    let text = "two \\\n   lines, \\\"quoted\\\"\\n";
    assert_eq!(plain(text), "two lines, \"quoted\"\n");
    assert_eq!(unescaped_quote("a\\\"b\" c"), 4);
    assert!(has_words("{host} answers again.") && !has_words("vestibule: {error}"));
    assert!(!has_words(" ({details})") && !has_words("signed_in"));
}
