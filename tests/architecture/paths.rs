//! Every path in a file as seen from the root of its crate, whether written bare,
//! behind `super` or in a group of a `use`. Order of use: [`code`], [`paths`].

use std::mem;

/// `text` without comments and without what is between quotes.
pub fn code(text: &str) -> String {
    let mut code = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let raw = rest.strip_prefix('r').map(|r| r.trim_start_matches('#'));
        let skipped = match first {
            '/' if rest.starts_with("//") => rest.find('\n').unwrap_or(rest.len()),
            'r' if rest.starts_with("r#") && raw.unwrap().starts_with('"') => {
                let hashes = rest.len() - 1 - raw.unwrap().len();
                let end = format!("\"{}", "#".repeat(hashes));
                let start = 1 + end.len();
                start + rest[start..].find(&end).unwrap() + end.len()
            }
            '"' => 2 + unescaped(&rest[1..], '"').unwrap(),
            // A character; otherwise it is a lifetime.
            '\'' if rest[1..].starts_with('\\') || rest.chars().nth(2) == Some('\'') => {
                2 + unescaped(&rest[1..], '\'').unwrap()
            }
            _ => {
                code.push(first);
                first.len_utf8()
            }
        };
        rest = &rest[skipped..];
    }
    code
}

/// Where `sign` is, with no backslash before it.
fn unescaped(text: &str, sign: char) -> Option<usize> {
    let mut escaped = false;
    text.find(|c| {
        let ends = c == sign && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    })
}

/// The words and signs of `code`; `::` is one of them.
fn tokens(code: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = code.trim_start();
    while !rest.is_empty() {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let length = match rest.find(|c| !word(c)) {
            Some(0) if rest.starts_with("::") => 2,
            Some(0) => rest.chars().next().unwrap().len_utf8(),
            end => end.unwrap_or(rest.len()),
        };
        tokens.push(&rest[..length]);
        rest = rest[length..].trim_start();
    }
    tokens
}

/// Every path in the `code` of file `name`; a lone word is one as well.
pub fn paths(name: &str, code: &str) -> Vec<String> {
    let mut found = Vec::new();
    // Of each open brace: what it prefixes, and the module around it.
    let mut outer = Vec::new();
    let (mut prefix, mut module) = (String::new(), module_of(name));
    let mut path = String::new();
    let tokens = tokens(code);
    for (at, token) in tokens.iter().enumerate() {
        let named = token.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        let goes_on = path.ends_with("::");
        if *token == "::" {
            path.push_str(if path.is_empty() { "" } else { token });
            continue;
        }
        if *token == "{" && goes_on {
            outer.push((
                mem::replace(&mut prefix, mem::take(&mut path)),
                module.clone(),
            ));
            continue;
        }
        if goes_on && (named || *token == "*") {
            path.push_str(token);
            continue;
        }
        if !path.is_empty() {
            found.push(absolute(path.trim_end_matches("::"), &module));
        }
        path.clear();
        let renamed = !prefix.is_empty() && (*token == "as" || tokens[at - 1] == "as");
        if *token == "{" {
            outer.push((mem::take(&mut prefix), module.clone()));
            if at > 1 && tokens[at - 2] == "mod" {
                module = format!("{module}::{}", tokens[at - 1]);
            }
        } else if *token == "}" {
            (prefix, module) = outer.pop().unwrap();
        } else if !renamed && (named || (*token == "*" && !prefix.is_empty())) {
            path = format!("{prefix}{token}");
        }
    }
    found
}

/// The module that file `name` is, from `crate`.
pub fn module_of(name: &str) -> String {
    let (_, inside) = name.split_once("src/").unwrap();
    let inside = inside.trim_end_matches(".rs").replace('/', "::");
    let own = inside.trim_end_matches("mod").trim_end_matches("::");
    match own {
        "lib" | "main" => "crate".to_owned(),
        own => format!("crate::{own}"),
    }
}

/// `path` as seen from the root, where it is relative to `module`.
fn absolute(path: &str, mut module: &str) -> String {
    let mut rest = path.strip_prefix("self::").unwrap_or(path);
    let relative = rest.len() < path.len() || rest.starts_with("super::");
    while let Some(above) = rest.strip_prefix("super::") {
        module = module.rsplit_once("::").map_or(module, |(up, _)| up);
        rest = above;
    }
    if relative {
        format!("{module}::{rest}")
    } else {
        rest.to_owned()
    }
}

#[test]
fn groups_and_relative_paths_are_seen_as_whole_paths() {
    let text = r##"
        use crate::{notice, // crate::comment
            auth::{self as a, client::*}, ui};
        pub(super) fn f<'a>() -> super::Worker { ::log::info!("{ crate::text"); vec::<u8>('{', '\'') }
        mod tests { use super::{Job, *}; use super::super::jobs; }
        const TEXT: &str = r#"crate::raw " {"#;
    "##;
    let found = paths("src/worker/reports.rs", &code(text));
    for path in [
        "crate::notice",
        "crate::auth::self",
        "crate::auth::client::*",
        "crate::ui",
        "crate::worker::Worker",
        "log::info",
        "vec",
        "crate::worker::reports::Job",
        "crate::worker::reports::*",
        "crate::worker::jobs",
    ] {
        assert!(found.iter().any(|f| f == path), "{path} in {found:#?}");
    }
    let ours = found.iter().filter(|path| path.starts_with("crate::"));
    assert_eq!(ours.count(), 8, "{found:#?}");
}
