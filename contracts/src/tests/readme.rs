//! What the readme says of the categories and of statuses is what happens.

use policy::{Document, Schema, Section};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use source::{Change, Tree};

use super::evolution::run;
use crate::deadline::Deadline;
use crate::promise::Defaults;
use crate::promise::profile::{SITUATIONS, alternatives};
use crate::property::Property;
use crate::robustness::Robustness;
use crate::scenario::{Check, Scenario};
use crate::{Breaking, Category, Policy, check_static};

#[test]
fn the_table_of_the_readme_is_what_happens() {
    const READ: &str = "message Refers { Used used = 1; string x = 2; } message Used {} message Alone {} ";
    let m = |fields: &str| format!("{READ}message M {{ {fields} }} service S {{ rpc Get(M) returns (M); }}");
    let base = m("int64 a = 1; int32 b = 2; int32 c = 3; optional int32 d = 4;");
    let head = |from: &str, to: &str| {
        assert!(base.contains(from), "{from}");
        vec![("a.proto", base.replace(from, to)), ("b.proto", String::new())]
    };
    let changes = [
        ("field or enum value renumbered", head("b = 2;", "b = 9;")),
        (
            "two fields or values of one type swap their numbers",
            head("b = 2; int32 c = 3;", "b = 3; int32 c = 2;"),
        ),
        (
            "field or value removed, number and name reserved",
            head("int32 b = 2;", "reserved 2; reserved \"b\";"),
        ),
        ("field or value removed, only the number reserved", head("int32 b = 2;", "reserved 2;")),
        ("`int64` becomes `int32`", head("int64 a", "int32 a")),
        ("`int32` becomes `uint32`", head("int32 b", "uint32 b")),
        ("a plain field becomes `optional`", head("int32 c", "optional int32 c")),
        ("an `optional` field becomes plain", head("optional int32 d", "int32 d")),
        ("field renamed", head("int32 c", "int32 cc")),
        ("method or service removed", head("rpc Get(M) returns (M);", "")),
        (
            "message moved to another file of its package",
            vec![
                ("a.proto", base.replace("message Alone {}", "")),
                ("b.proto", "message Alone {}".to_owned()),
            ],
        ),
        ("message removed that nothing refers to", head("message Alone {}", "")),
        (
            "message removed together with the reserved fields that had its type",
            head(
                "Used used = 1; string x = 2; } message Used {}",
                "reserved 1; reserved \"used\"; string x = 2; }",
            ),
        ),
    ];
    let readme = readme();
    let categories =
        [Category::File, Category::Package, Category::Callers, Category::WireJson, Category::Wire];
    for (what, new) in changes {
        let cells: Vec<&str> = categories
            .iter()
            .map(|category| {
                let policy = Policy {
                    breaking: Breaking { category: Some(*category), ..Breaking::default() },
                    ..Policy::default()
                };
                let new: Vec<(&str, &str)> = new.iter().map(|(name, text)| (*name, text.as_str())).collect();
                let findings = run(Some(&[("a.proto", &base), ("b.proto", "")]), &new, &policy);
                if findings.is_empty() { "passes" } else { "blocks" }
            })
            .collect();
        let row = format!(
            "| {what} | {} | {} | **{}** | {} | {} |",
            cells[0], cells[1], cells[2], cells[3], cells[4]
        );
        assert!(readme.contains(&row), "the readme lacks the row\n{row}");
    }
}

#[test]
fn the_readme_lists_the_statuses_of_both_profiles() {
    let readme = readme();
    for situation in SITUATIONS {
        let tonic = match situation.tonic {
            [] => String::new(),
            codes => format!("{}: {}", alternatives(codes), situation.why),
        };
        let row = format!("| {} | {} | {tonic} |", situation.what, alternatives(situation.grpc));
        assert!(readme.contains(&row), "the readme lacks the row\n{row}");
    }
}

#[test]
fn what_the_readme_begins_with_is_a_workspace_without_findings() {
    static SECTIONS: &[Section] = &[service::SECTION, crate::SECTION];
    let readme = readme();
    let begins =
        ["# gatefold.yaml\n", "// protos/shop/v1/ranker.proto\n", "# services/ranker/contracts/rank.yaml\n"];
    let files = begins.map(|begin| {
        let at = readme.find(begin).unwrap_or_else(|| panic!("the readme lacks {begin}"));
        let text = readme[at..].split("```").next().expect("there is a first part");
        (begin.split_once(' ').expect("it names a file").1.trim().to_owned(), text.to_owned())
    });
    let schema = Schema { sections: SECTIONS };
    let document = Document::parse("gatefold.yaml", &files[0].1, &schema).expect("it is a policy");
    let services: service::Services = document.section("services").expect("it has services");
    assert_eq!(services.0.keys().collect::<Vec<_>>(), ["ranker"]);
    let policy: Policy = document.section("contracts").expect("it has contracts");
    let change = Change::of_trees(None, Tree::from_memory(files));
    let checked = check_static(&change, &policy).expect("it can be looked at");
    assert!(checked.findings.is_empty(), "{:#?}", checked.findings);
    assert_eq!(checked.counts.get(&"scenario files"), Some(&1));
}

#[test]
fn the_readme_lists_every_key_of_a_scenario_file() {
    let readme = readme();
    let (_, table) = readme.split_once("\n### Keys\n").expect("it has the section");
    let (table, _) = table.split_once("\n### ").expect("another follows");
    let expect = json!({ "rpc": "R", "expect": { "status": "OK", "nope": 1 } });
    let said = [
        refused::<Scenario>(json!({ "nope": 1 })),
        refused::<Scenario>(expect),
        refused::<Property>(json!({ "nope": 1 })),
        refused::<Deadline>(json!({ "nope": 1 })),
        refused::<Deadline>(json!({ "expect": { "nope": 1 } })),
        refused::<Deadline>(json!({ "stalls": { "nope": 1 } })),
        refused::<Robustness>(json!({ "nope": 1 })),
        refused::<Check>(json!({ "nope": 1 })),
        refused::<Check>(json!({ "count": { "nope": 1 } })),
        refused::<Check>(json!({ "sorted": { "nope": 1 } })),
        refused::<Defaults>(json!({ "nope": 1 })),
    ];
    for said in said {
        let (_, keys) = said.split_once("expected ").unwrap_or_else(|| panic!("{said}"));
        for key in keys.split('`').skip(1).step_by(2) {
            assert!(table.contains(&format!("`{key}`")), "the table of keys lacks `{key}`");
        }
    }
}

/// What is said of a key that is none: which ones there are.
fn refused<T: DeserializeOwned>(json: Value) -> String {
    serde_json::from_value::<T>(json).map(drop).expect_err("it has an unknown key").to_string()
}

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("it is there")
}
