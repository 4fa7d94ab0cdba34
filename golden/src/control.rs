//! The guard's positive control: one violation of every rule of the static tier, planted in memory and judged like any
//! other change.

use findings::missed;
use source::{Change, Message, Said, Tree};

use crate::intent::KEY;
use crate::{Policy, check_static};

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// Where the planted policy cannot be read.
pub fn control() -> Result<Vec<&'static str>, ::policy::PolicyError> {
    let policy: Policy = ::policy::yaml("planted.yaml", POLICY)?;
    let mut change = Change::of_trees(Some(Tree::from_memory(BASE)), Tree::from_memory(HEAD));
    let mut found = Vec::new();
    for claim in CLAIMS {
        let text = format!("Planted\n\n{KEY}: {claim}\n");
        change.said = Ok(Said { messages: vec![Message { commit: None, text }], merges: 0 });
        found.extend(check_static(&change, &policy).findings);
    }
    Ok(missed(PLANTED, &found))
}

/// The rules that the planted change breaks.
static PLANTED: &[&str] = &[
    "corpus-noisy",
    "corpus-stale",
    "corpus-too-small",
    "corpus-unreadable",
    "hazard-lost",
    "hazard-uncovered",
    "intent-exceeded",
    "intent-unclear",
    "judgment-changed",
    "model-heavier",
    "ranking-changed",
    "ranking-invalid",
    "request-changed",
    "request-removed",
    "snapshot-comparator",
    "snapshot-pending",
    "snapshot-redacted",
];

/// What the planted change declares, one after the other: what it exceeds, and what is no claim.
const CLAIMS: [&str; 2] = ["model(planted@2)", "planted"];

const POLICY: &str = "
corpora:
  planted:
    rpc: planted.v1.Planted/Rank
    items: items
    id: id
    score: score
    hazards: { old: { listed: old } }
    judgments: services/planted/golden/judgments.qrels
  torn: { rpc: planted.v1.Planted/Rank, items: items, id: id, score: score }
";

const BASE: [(&str, &str); 5] = [
    ("models/planted.onnx", "w"),
    ("services/planted/golden/coverage.json", r#"{"old":["a/1"]}"#),
    ("services/planted/golden/judgments.qrels", "a/1 0 x 0\n"),
    (
        "services/planted/golden/requests.jsonl",
        r#"{"id":"a/1","segment":"a","request":{}}
{"id":"a/2","segment":"a","request":{}}
{"id":"a/3","segment":"a","request":{}}
"#,
    ),
    (
        "services/planted/golden/rankings.jsonl",
        r#"{"gatefold.golden":2,"rankings":3,"requests":"planted","rpc":"planted.v1.Planted/Rank","service":"planted"}
{"id":"a/1","ranking":[{"id":"x","score":0.9},{"id":"y","score":0.1}],"segment":"a","status":"ok"}
{"id":"a/2","ranking":[{"id":"x","score":0.9},{"id":"y","score":0.1}],"segment":"a","status":"ok"}
{"id":"a/3","ranking":[{"id":"x","score":0.9},{"id":"y","score":0.1}],"segment":"a","status":"ok"}
"#,
    ),
];

const HEAD: [(&str, &str); 10] = [
    ("models/planted.onnx", "www"),
    ("services/planted/golden/coverage.json", r#"{"old":[]}"#),
    ("services/planted/golden/judgments.qrels", "a/1 0 x 3\n"),
    (
        "services/planted/golden/requests.jsonl",
        r#"{"id":"a/1","segment":"a","request":{}}
{"id":"a/2","segment":"a","request":{"limit":1}}
"#,
    ),
    (
        "services/planted/golden/rankings.jsonl",
        r#"{"gatefold.golden":2,"rankings":2,"requests":"planted","rpc":"planted.v1.Planted/Rank","service":"planted"}
{"id":"a/1","ranking":[{"id":"y","score":0.9},{"id":"x","score":0.1}],"segment":"a","status":"ok"}
{"id":"a/2","noise":{"drift":0.5,"kind":"order","rank":1},"ranking":[{"id":"x","score":0.9},{"id":"x","score":0.1}],"segment":"a","status":"ok"}
"#,
    ),
    ("services/planted/Cargo.toml", "[package]\nname = \"planted\"\n"),
    (
        "services/planted/tests/rankings.rs",
        r#"
#[test]
fn the_list_is_ranked() {
    insta::with_settings!({ comparator => Box::new(Anything) }, {
        insta::assert_json_snapshot!(ranked(), { ".items" => "[items]" });
    });
}
"#,
    ),
    ("services/planted/golden/rankings.snap.new", "---\nexpression: rankings\n---\ngatefold.golden: 2\n"),
    ("services/torn/golden/requests.jsonl", "{"),
    ("services/torn/golden/rankings.jsonl", "{"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        // Only a running service can break them.
        let left_out = ["parts-stale", "ranking-drifted", "ranking-unstable"];
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !PLANTED.contains(id));
        assert_eq!(unplanted.collect::<Vec<_>>(), left_out);
    }
}
