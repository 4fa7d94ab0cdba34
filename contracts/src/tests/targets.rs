//! What scenario files name of the policy's services, where those are known.

use serde_json::json;
use service::Services;
use source::{Change, Tree};

use super::trees::judged;
use crate::Outside;

const PROTO: &str = "syntax = \"proto3\"; package p.v1; message M { } service S { rpc Rank(M) returns (M); }";
const FILE: &str = "services/a/contracts/a.yaml";

fn check(target: &str, dependency: &str, services: &Services, expected: &[&str]) {
    let text = format!(
        "contracts: 1\nservice: p.v1.S\ntarget: {target}\ndeadlines:\n  - name: late\n    rpc: Rank\n    timeout: 50ms\n    \
         stalls: {{ dependency: {dependency}, rpc: p.v1.S/Rank }}\n"
    );
    let tree = Tree::from_memory([("protos/p.proto", PROTO), (FILE, text.as_str())]);
    let outside = Outside { services: services.clone(), ..Outside::default() };
    let findings = judged(&Change::of_trees(None, tree), &outside);
    let misfits = findings.iter().filter(|finding| finding.rule.id == "unreadable-scenario");
    let found: Vec<String> = misfits
        .map(|finding| {
            findings::testing::check_message(finding);
            let span = finding.location.as_ref().and_then(|place| place.span).expect("it has a place");
            format!("{}:{}: {}", span.line, span.column, finding.message)
        })
        .collect();
    assert_eq!(found, expected, "{target}, {dependency}");
}

#[test]
fn a_scenario_file_names_a_service_that_the_policy_has_and_a_dependency_of_it() {
    let services: Services = serde_json::from_value(json!({
        "a": { "run": ["bin/a", "{dependency:model}"], "dependencies": { "model": "b" } },
        "b": { "run": ["bin/b"] },
    }))
    .expect("services");
    check("a", "model", &services, &[]);
    check(
        "aa",
        "model",
        &services,
        &[
            "3:9: the scenario file cannot be asked: failed to read `target`: the policy has no service `aa` under \
           `services`, which has `a`, `b`",
        ],
    );
    check(
        "a",
        "modell",
        &services,
        &[
            "8:27: the scenario file cannot be asked: failed to read `deadlines[0].stalls.dependency`: the policy gives \
           `a` no dependency `modell`, but `model`",
        ],
    );
    check(
        "b",
        "model",
        &services,
        &[
            "8:27: the scenario file cannot be asked: failed to read `deadlines[0].stalls.dependency`: the policy gives \
           `b` no dependency `model`, but none",
        ],
    );
    // Who judges without a policy of services says nothing of them.
    check("aa", "modell", &Services::default(), &[]);
}
