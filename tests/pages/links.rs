//! Every link into the repository leads somewhere, and every page is led to.

use std::{collections::BTreeSet, path::Path};

use crate::{pages, path, read};

/// The targets of the links of a page, outside its boxes.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let prose = text.split("```").step_by(2);
    prose.flat_map(|prose| {
        let links = prose.split("](").skip(1);
        links.map(|rest| rest.split(')').next().unwrap_or_default())
    })
}

/// What a heading is called in an address, as GitHub makes it.
fn anchor(heading: &str) -> String {
    let text = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = text
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    kept.collect::<String>().replace(' ', "-")
}

#[test]
fn every_link_into_the_repository_leads_somewhere() {
    let mut seen = 0;
    for page in pages() {
        let text = read(&page);
        for link in links(&text).filter(|link| !link.contains("://")) {
            let (file, place) = link.split_once('#').unwrap_or((link, ""));
            let beside = Path::new(&page).parent().unwrap();
            let file = match file {
                "" => page.clone(),
                file => beside.join(file).display().to_string(),
            };
            assert!(path(&file).exists(), "{page}: {link}");
            if !place.is_empty() {
                let target = read(&file);
                let mut headings = target.lines().filter(|line| line.starts_with('#'));
                assert!(headings.any(|line| anchor(line) == place), "{page}: {link}");
            }
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} links");
}

#[test]
fn every_page_of_docs_is_reached_from_readme() {
    let (mut reached, mut next) = (BTreeSet::new(), vec!["README.md".to_owned()]);
    while let Some(page) = next.pop() {
        let text = read(&page);
        for link in links(&text) {
            let name = link.split('#').next().unwrap_or_default();
            let name = name.rsplit('/').next().unwrap_or_default();
            let target = format!("docs/{name}");
            if name.ends_with(".md") && path(&target).exists() && reached.insert(target.clone()) {
                next.push(target);
            }
        }
    }
    for page in pages().iter().filter(|page| page.starts_with("docs/")) {
        assert!(reached.contains(page), "no page leads to {page}");
    }
}
