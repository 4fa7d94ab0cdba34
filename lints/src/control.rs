//! The guard's positive control: one violation of every rule, planted in memory and judged like any other tree.

use findings::missed;
use source::{Cache, Code, Tree};

use crate::{Error, Policy, check};

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`check`].
pub fn control() -> Result<Vec<&'static str>, Error> {
    let tree = Tree::from_memory(TREE);
    let code = Code::read(&tree, &Cache::off());
    Ok(missed(PLANTED, &check(&code, &tree, &Policy::default(), None)?.findings))
}

/// The rules that the planted tree breaks.
static PLANTED: &[&str] = &[
    "blocking-in-async",
    "grpc-channel-without-timeout",
    "hidden-unicode",
    "partial-order-sort",
    "unbounded-channel",
    "unfinished-code",
    "unordered-iteration",
    "unread-source",
    "untied-sort",
];

const TREE: [(&str, &str); 4] = [
    ("Cargo.toml", MANIFEST),
    ("README.md", "seen and un\u{200B}seen\n"),
    ("src/lib.rs", CODE),
    ("src/torn.rs", "fn torn( {\n"),
];

const MANIFEST: &str = r#"
[package]
name = "planted"
version = "0.1.0"
edition = "2024"

[dependencies]
tokio = "1"
tonic = "0.14"
"#;

const CODE: &str = r#"
mod torn;

async fn wait(duration: std::time::Duration) {
    std::thread::sleep(duration);
}

async fn connect() -> tonic::transport::Channel {
    tonic::transport::Channel::from_static("http://planted:1").connect().await.unwrap()
}

fn queue() {
    let (sender, receiver) = tokio::sync::mpsc::unbounded_channel();
    drop((sender, receiver));
}

fn rank(mut found: Vec<Candidate>) -> Vec<Candidate> {
    found.sort_by(|a, b| b.score.partial_cmp(&a.score).unwrap());
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    found
}

fn list(scores: std::collections::HashMap<u64, f32>) -> Vec<(u64, f32)> {
    scores.into_iter().collect()
}

fn later() {
    todo!()
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !PLANTED.contains(id));
        assert_eq!(unplanted.collect::<Vec<_>>(), [""; 0]);
    }
}
