//! The files of `ci/`, as text and as data.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::Value;

pub(crate) const WORKFLOWS: [&str; 5] = [
    "github/examples/caller.yml",
    "github/gatefold-comment.yml",
    "github/gatefold.yml",
    "github/tests.yml",
    "golden-shards/github.yml",
];

pub(crate) const ACTIONS: [&str; 1] = ["github/action/action.yml"];

pub(crate) const GITLAB: [&str; 1] = ["gitlab/gatefold.yml"];

/// A file of `ci/`.
pub(crate) fn ci(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../ci")
        .canonicalize()
        .expect("the folder is there")
        .join(path)
}

pub(crate) fn text(path: &str) -> String {
    std::fs::read_to_string(ci(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

pub(crate) fn parsed(path: &str, text: &str) -> Value {
    policy::yaml(path, text).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The script of a step, by its job (`runs` for an action) and its name.
pub(crate) fn script(path: &str, job: &str, step: &str) -> String {
    let file = parsed(path, &text(path));
    let steps = steps(if job == "runs" { &file["runs"] } else { &file["jobs"][job] });
    let found =
        steps.iter().find(|it| it["name"] == step).unwrap_or_else(|| panic!("{path}: no step `{step}`"));
    found["run"].as_str().unwrap_or_else(|| panic!("`{step}` of {path} runs nothing")).to_owned()
}

/// The steps of a job or of an action.
pub(crate) fn steps(job: &Value) -> Vec<Value> {
    job["steps"].as_array().cloned().unwrap_or_default()
}

#[test]
fn every_file_of_the_platforms_is_looked_at() {
    let mut found = BTreeSet::new();
    let mut open = vec!["github".to_owned(), "gitlab".to_owned(), "golden-shards".to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(ci(&folder)).expect("a folder") {
            let entry = entry.expect("an entry");
            let path = format!("{folder}/{}", entry.file_name().to_str().expect("UTF-8"));
            match entry.path() {
                below if below.is_dir() => open.push(path),
                file if file.extension().is_some_and(|end| end == "yml" || end == "yaml") => {
                    found.insert(path);
                }
                _ => {}
            }
        }
    }
    let known = WORKFLOWS.iter().chain(&ACTIONS).chain(&GITLAB).map(|path| (*path).to_owned());
    assert_eq!(found, known.collect());
}
