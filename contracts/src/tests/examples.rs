//! The examples in the documentation of the rules, and the conventions of their words.

use std::collections::BTreeMap;
use std::path::Path;

use findings::testing::{Example, check_message, check_registry, examples};
use findings::{Finding, Rule};
use source::{Change, Tree};

use super::stand_in::{Said, saying, serving};
use crate::policy::Coverage;
use crate::rules::RULES;
use crate::{Breaking, Category, Policy, Wanted, check_live, check_static};

#[test]
fn the_registry_and_the_folder_agree() {
    check_registry(RULES, &Path::new(env!("CARGO_MANIFEST_DIR")).join("src/rules"));
}

#[test]
fn every_example_fires_where_it_is_marked_and_nowhere_else() {
    for rule in RULES {
        let examples = examples(rule);
        let mut before = None;
        for example in examples {
            match example.kind.as_str() {
                "old" | "answer" | "base" | "said" | "served" | "linted" | "logged" => before = Some(example),
                "head" => super::trees::check_example(rule, before.take().as_ref(), &example),
                "new" => check_protos(rule, before.take().as_ref(), &example),
                "scenario" => check_scenario(rule, before.take().as_ref(), &example),
                "committed" => check_served(rule, before.take().as_ref(), &example),
                "consumer" => check_consumer(rule, &example),
                "cost" => super::cost::check_example(rule, &example),
                "trained" => before = Some(example),
                "replay" => {
                    let found = super::replays::example(before.take().as_ref(), &example);
                    check_findings(rule, &example, &found);
                }
                "features" | "lock" | "model" | "signature" => {
                    let change = super::models::example(before.take().as_ref(), &example);
                    let checked = check_static(&change, &super::models::policy(&example));
                    check_findings(rule, &example, &checked.expect("it can be looked at").findings);
                }
                kind => panic!("`{}` has an example of the unknown kind {kind}", rule.id),
            }
        }
    }
}

fn check_protos(rule: &Rule, old: Option<&Example>, new: &Example) {
    let at = format!("the example of `{}` on line {}", rule.id, new.line);
    let change = Change::of_trees(old.map(|old| tree(&old.text)), tree(&new.text));
    let category = match new.attributes.split_whitespace().find_map(|word| word.strip_prefix("category=")) {
        Some("FILE") => Some(Category::File),
        Some("PACKAGE") => Some(Category::Package),
        Some("WIRE_JSON") => Some(Category::WireJson),
        Some(other) => panic!("{at} has the unknown category {other}"),
        None => None,
    };
    let policy = Policy { breaking: Breaking { category, ..Breaking::default() }, ..Policy::default() };
    check_findings(rule, new, &check_static(&change, &policy).expect("it can be looked at").findings);
}

/// The protos of a tree beside those that a server serves.
fn check_served(rule: &Rule, served: Option<&Example>, committed: &Example) {
    let served = served.expect("an example says what is served");
    let pool = service::pool(&tree(&served.text), &[]).expect("what is served compiles");
    let checked = crate::check_served(
        &tree(&committed.text),
        &Policy::default(),
        &serving(&pool),
        &crate::Outside::default(),
    );
    check_findings(rule, committed, &checked.expect("it can be looked at").findings);
}

/// A scenario file beside a fixed proto. With an answer before it, it is asked of a service that always answers that.
fn check_scenario(rule: &Rule, answer: Option<&Example>, example: &Example) {
    let files = [
        ("protos/example/v1/ranker.proto", RANKER),
        ("services/ranker/contracts/test.yaml", example.text.as_str()),
    ];
    let change = Change::of_trees(None, Tree::from_memory(files));
    let coverage = match example.attributes.split_whitespace().find_map(|word| word.strip_prefix("policy=")) {
        Some("rpcs") => Coverage { rpcs: Some(1.0), fields: None },
        Some("fields") => Coverage { rpcs: None, fields: Some(1.0) },
        _ => Coverage::default(),
    };
    let checked = match answer {
        None => check_static(&change, &Policy { coverage, ..Policy::default() }),
        Some(answer) => {
            let said = canned(&answer.text);
            check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
                assert_eq!(wanted.target, "ranker");
                saying(wanted, said.clone())
            })
        }
    };
    check_findings(rule, example, &checked.expect("it can be looked at").findings);
}

/// A consumer's file beside the same proto.
fn check_consumer(rule: &Rule, example: &Example) {
    let files = [
        ("protos/example/v1/ranker.proto", RANKER),
        ("contracts/consumers/test.yaml", example.text.as_str()),
    ];
    let change = Change::of_trees(None, Tree::from_memory(files));
    check_findings(
        rule,
        example,
        &check_static(&change, &Policy::default()).expect("it can be looked at").findings,
    );
}

const RANKER: &str = r#"
syntax = "proto3";
package example.v1;
message Query { uint32 limit = 1; }
message Item { string id = 1; double score = 2; }
message Ranking { repeated Item items = 1; }
service Ranker { rpc Rank(Query) returns (Ranking); }
service Catalogue { rpc Get(Query) returns (Item); rpc List(Query) returns (Ranking); }
"#;

pub(super) fn canned(json: &str) -> Said {
    let json: serde_json::Value = serde_json::from_str(json).expect("an answer is JSON");
    let message = json["message"].as_str().unwrap_or_default().to_owned();
    match (service::parse_code(json["status"].as_str().unwrap_or_default()), json.get("response")) {
        (Some(service::Code::Ok), Some(response)) => Said::Response(response.clone()),
        (Some(code), _) => Said::Status(code, message),
        (None, _) => panic!("an answer has a status"),
    }
}

pub(super) fn check_findings(rule: &Rule, example: &Example, findings: &[Finding]) {
    let at = format!("the example of `{}` on line {}", rule.id, example.line);
    findings.iter().for_each(check_message);
    if example.is("good") {
        assert!(findings.is_empty(), "{at} is good, and yet: {findings:#?}");
        return;
    }
    assert!(findings.iter().all(|finding| finding.rule == rule), "{at} fires other rules: {findings:#?}");
    assert!(!findings.is_empty(), "{at} does not fire");
    let mut lines: Vec<u32> = findings.iter().filter_map(line).collect();
    lines.sort_unstable();
    assert_eq!(lines, example.marked, "{at}: {findings:#?}");
}

/// The line of a finding; a finding on a file as a whole counts for its first line.
fn line(finding: &Finding) -> Option<u32> {
    let place = finding.location.as_ref()?;
    Some(place.span.map_or(1, |span| span.line))
}

/// The files of an example: one, or several headed by `// -- NAME --`, below `protos` unless the name begins at the root.
/// Lines keep their numbers.
fn tree(text: &str) -> Tree {
    let mut files: BTreeMap<String, String> = BTreeMap::new();
    let mut name = "protos/test.proto".to_owned();
    for (index, line) in text.lines().enumerate() {
        if let Some(head) = line.trim_end().strip_prefix("// -- ").and_then(|line| line.strip_suffix(" --")) {
            name = head.strip_prefix('/').map_or_else(|| format!("protos/{head}"), str::to_owned);
            files.insert(name.clone(), "\n".repeat(index + 1));
        } else {
            let file = files.entry(name.clone()).or_default();
            file.push_str(line);
            file.push('\n');
        }
    }
    Tree::from_memory(files)
}
