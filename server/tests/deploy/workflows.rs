//! What GitHub runs. It cannot be run here: it is read as GitHub reads it, and held to what
//! keeps others out.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::read;

const FILES: [&str; 2] = ["ci.yml", "release.yml"];

fn workflow(name: &str) -> Value {
    let text = read(&format!(".github/workflows/{name}"));
    serde_saphyr::from_str(&text).unwrap_or_else(|error| panic!("{name}: {error}"))
}

fn jobs(workflow: &Value) -> impl Iterator<Item = (&str, &Value)> {
    let jobs = workflow["jobs"].as_object().unwrap();
    jobs.iter().map(|(name, job)| (name.as_str(), job))
}

fn steps(job: &Value) -> &[Value] {
    job["steps"].as_array().unwrap()
}

/// A tag is moved by whoever owns the action, a commit by nobody.
#[test]
fn every_action_is_named_by_its_commit_and_each_by_one() {
    let mut seen = BTreeSet::new();
    for file in FILES {
        let text = read(&format!(".github/workflows/{file}"));
        for line in text.lines().filter(|line| line.contains("uses: ")) {
            let (_, action) = line.split_once("uses: ").unwrap();
            let (action, version) = action.split_once(" # v").expect(line);
            let (name, commit) = action.split_once('@').unwrap();
            let is_whole = commit.len() == 40 && commit.bytes().all(|b| b.is_ascii_hexdigit());
            assert!(is_whole && version.split('.').count() == 3, "{line}");
            seen.insert((name.to_owned(), commit.to_owned()));
        }
    }
    let names: BTreeSet<_> = seen.iter().map(|(name, _)| name).collect();
    assert!(names.len() == seen.len() && seen.len() == 4, "{seen:?}");
}

/// What writes runs nothing that was downloaded from a registry.
#[test]
fn only_the_draft_of_a_release_may_write() {
    for file in FILES {
        let workflow = workflow(file);
        assert_eq!(
            workflow["permissions"],
            serde_json::json!({"contents": "read"})
        );
        for (name, job) in jobs(&workflow) {
            assert!(job["timeout-minutes"].is_u64(), "{file}: {name}");
            let may_write = job.get("permissions").is_some();
            assert_eq!(may_write, name == "draft", "{file}: {name}");
            for step in steps(job) {
                let keeps = &step["with"]["persist-credentials"];
                let is_checkout = step["uses"]
                    .as_str()
                    .is_some_and(|u| u.contains("/checkout@"));
                assert!(!is_checkout || *keeps == false, "{file}: {name}");
                let runs = step["run"].as_str().unwrap_or_default();
                assert!(!may_write || !runs.contains("cargo"), "{file}: {name}");
            }
        }
    }
}

/// What somebody else called a branch or a tag is text, never a part of a command.
#[test]
fn no_command_has_a_text_from_outside_in_it() {
    for file in FILES {
        let workflow = workflow(file);
        for step in jobs(&workflow).flat_map(|(_, job)| steps(job)) {
            let runs = step["run"].as_str().unwrap_or_default();
            for inside in runs.split("${{").skip(1) {
                assert!(inside.trim().starts_with("matrix."), "{file}: {runs}");
            }
        }
    }
}

#[test]
fn every_script_that_a_workflow_runs_is_there() {
    let mut seen = 0;
    for file in FILES {
        let workflow = workflow(file);
        for step in jobs(&workflow).flat_map(|(_, job)| steps(job)) {
            let runs = step["run"].as_str().unwrap_or_default();
            let words = runs.split(|c: char| c.is_whitespace() || "\"()".contains(c));
            let folders = ["tests/", "tools/", ".ci/"];
            for script in words.filter(|word| folders.iter().any(|f| word.starts_with(f))) {
                read(script);
                seen += 1;
            }
        }
    }
    assert!(seen > 8, "{seen}");
}
