//! Modules that import each other in a circle: none of them can be read, tested or moved
//! without the others.

use std::collections::{BTreeMap, BTreeSet};

use super::{named, paths::module_of};

/// Which module of a crate imports which; modules by the first part of their path.
type Imports = BTreeMap<String, BTreeSet<String>>;

/// A circle, from a module over those that it imports back to it; `None` if there is none.
fn circle(imports: &Imports) -> Option<Vec<String>> {
    let mut done = BTreeSet::new();
    let starts = imports.keys();
    let mut circles = starts.filter_map(|start| visit(imports, start, &mut vec![], &mut done));
    circles.next()
}

fn visit(
    imports: &Imports,
    module: &str,
    path: &mut Vec<String>,
    done: &mut BTreeSet<String>,
) -> Option<Vec<String>> {
    if let Some(at) = path.iter().position(|earlier| earlier == module) {
        return Some(path[at..].to_vec());
    }
    if !done.insert(module.to_owned()) {
        return None;
    }
    path.push(module.to_owned());
    let mut imported = imports.get(module).into_iter().flatten();
    let found = imported.find_map(|next| visit(imports, next, path, done));
    path.pop();
    found
}

#[test]
fn a_circle_is_found_and_a_module_that_two_import_is_none() {
    let imports = |pairs: &[(&str, &str)]| {
        let mut imports = Imports::new();
        for (from, to) in pairs {
            imports
                .entry((*from).to_owned())
                .or_default()
                .insert((*to).to_owned());
        }
        imports
    };
    let shared = imports(&[("a", "b"), ("a", "c"), ("b", "d"), ("c", "d")]);
    assert_eq!(circle(&shared), None);
    let round = imports(&[("a", "b"), ("b", "c"), ("c", "d"), ("d", "b")]);
    assert_eq!(circle(&round).unwrap(), ["b", "c", "d"]);
}

#[test]
fn the_modules_of_the_auth_crate_import_each_other_in_no_circle() {
    let mut imports = Imports::new();
    for (file, path) in named("auth/src", |path| path.starts_with("crate::")) {
        let module = |path: &str| path.split("::").nth(1).unwrap_or_default().to_owned();
        let (from, to) = (module(&module_of(&file)), module(&path));
        // The front page re-exports everything; tests reach where they like.
        if !from.is_empty() && from != to && !file.contains("test") {
            imports.entry(from).or_default().insert(to);
        }
    }
    assert_eq!(circle(&imports), None);
}
