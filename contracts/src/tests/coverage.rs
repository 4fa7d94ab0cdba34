//! What promises touch of a service, and what they leave out.

use findings::Finding;
use source::{Change, Tree};

use crate::{Coverage, Outside, Policy, check_base, check_static, judges_one_side};

const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
import "google/protobuf/timestamp.proto";
message Query {
  string text = 1; uint32 limit = 2; map<string, Item> by_id = 3; Item seed = 4; string old = 5 [deprecated = true];
}
message Item { string id = 1; Item inner = 2; google.protobuf.Timestamp at = 3; }
message Answer { repeated Item items = 1; repeated double scores = 2; }
service Ranker { rpc Rank(Query) returns (Answer); rpc Watch(Query) returns (stream Answer); }
"#;

fn check(files: &[&str], coverage: Coverage) -> (Vec<Finding>, u64, u64) {
    let names = ["services/a/contracts/a.yaml", "services/a/contracts/b.yaml"];
    let files = names.into_iter().zip(files.iter().copied()).chain([("protos/p.proto", PROTO)]);
    let policy = Policy { coverage, ..Policy::default() };
    let checked = check_static(&Change::of_trees(None, Tree::from_memory(files)), &policy).expect("it looks");
    checked.findings.iter().for_each(findings::testing::check_message);
    (checked.findings, checked.counts["RPCs promised"], checked.counts["fields promised"])
}

fn file(rest: &str) -> String {
    format!("contracts: 1\nservice: p.v1.Ranker\ntarget: a\n{rest}")
}

const FIELDS: Coverage = Coverage { rpcs: None, fields: Some(1.0) };

#[test]
fn fields_are_counted_where_they_are_set_and_where_something_is_said_of_them() {
    let text = file(
        "scenarios:\n  - name: a\n    rpc: Rank\n    request: { limit: 2, by_id: { x: { id: a } } }\n    \
         expect: { status: OK, response: { items: [{ inner: { id: a } }] }, checks: [{ finite: { field: scores } }] }\n",
    );
    let (findings, rpcs, fields) = check(&[&text], FIELDS);
    // Of the request `limit`, `by_id` and an item's `id`; of the answer `items`, `scores`, an item's `inner` and `id`.
    assert_eq!((rpcs, fields), (1, 7));
    let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
    assert_eq!(
        finding.message,
        "promises about `p.v1.Ranker` touch 7 of its 12 fields, less than the share 1 of the policy"
    );
    let notes: Vec<&str> = finding.notes.iter().map(|note| note.text.as_str()).collect();
    assert_eq!(
        notes,
        [
            "nobody sets `p.v1.Item.at`",
            "nobody sets `p.v1.Item.inner`",
            "nobody sets `p.v1.Query.seed`",
            "nobody sets `p.v1.Query.text`",
            "nobody looks at `p.v1.Item.at`",
        ]
    );
    assert!(finding.notes.iter().all(|note| note.location.is_some()));
}

#[test]
fn a_statement_and_a_second_file_count_as_well() {
    let text = file(
        "scenarios:\n  - name: a\n    rpc: Rank\n    expect: { status: OK, cel: [\"response.items.all(i, i.at.seconds > 0 && i.id != '')\"] }\n",
    );
    assert_eq!(check(&[&text], Coverage::default()).2, 3);
    let other = file(
        "properties:\n  - name: a\n    rpc: Rank\n    \
         require: [no_server_fault, { unique: { field: items, by: inner.id } }]\n",
    );
    // A property sets all seven fields of the request; its law adds `inner` to what is looked at.
    let (findings, rpcs, fields) = check(&[&text, &other], Coverage::default());
    assert_eq!((findings.len(), rpcs, fields), (0, 1, 7 + 4));
}

#[test]
fn a_share_is_met_where_it_is_reached_exactly() {
    let text = file("scenarios:\n  - { name: a, rpc: Watch, expect: { status: OK } }\n");
    let rpcs = |share| check(&[&text], Coverage { rpcs: Some(share), fields: None }).0.len();
    assert_eq!([rpcs(0.0), rpcs(0.5), rpcs(0.51), rpcs(1.0)], [0, 0, 1, 1]);
    let (findings, ..) = check(&[&text], Coverage { rpcs: Some(1.0), fields: None });
    assert_eq!(findings[0].notes[0].text, "nobody calls `Rank`");
    assert_eq!(
        findings[0].location.as_ref().map(|place| place.file.as_str()),
        Some("services/a/contracts/a.yaml")
    );
}

#[test]
fn what_the_base_leaves_uncovered_is_known() {
    let policy = Policy { coverage: Coverage { rpcs: Some(1.0), fields: Some(1.0) }, ..Policy::default() };
    let text = file("scenarios:\n  - { name: a, rpc: Rank, expect: { status: OK } }\n");
    let tree =
        || Tree::from_memory([("services/a/contracts/a.yaml", text.as_str()), ("protos/p.proto", PROTO)]);
    let told = |finding: &Finding| (finding.rule.id, finding.location.clone(), finding.facts.clone());
    let head = check_static(&Change::of_trees(Some(tree()), tree()), &policy).expect("it looks").findings;
    let code = source::Code::read(&tree(), &source::Cache::off());
    let base = check_base(&tree(), &policy, &code, &Outside::default()).expect("it looks").findings;
    assert_eq!(
        head.iter().map(|finding| finding.rule.id).collect::<Vec<_>>(),
        ["uncovered-rpc", "uncovered-field"]
    );
    assert!(head.iter().all(|finding| judges_one_side(finding.rule)));
    assert_eq!(head.iter().map(told).collect::<Vec<_>>(), base.iter().map(told).collect::<Vec<_>>());
}

/// The facts of what is found in head and not in the base.
fn new_in(base: (&str, &str), head: (&str, &str), share: f64) -> Vec<(&'static str, Vec<String>)> {
    let policy =
        Policy { coverage: Coverage { rpcs: Some(share), fields: Some(share) }, ..Policy::default() };
    let tree = |(proto, text): (&str, &str)| {
        Tree::from_memory([("services/a/contracts/a.yaml", text), ("protos/p.proto", proto)])
    };
    let change = Change::of_trees(Some(tree(base)), tree(head));
    let of_head = check_static(&change, &policy).expect("it looks").findings;
    of_head.iter().for_each(findings::testing::check_message);
    let code = source::Code::read(&tree(base), &source::Cache::off());
    let of_base = check_base(&tree(base), &policy, &code, &Outside::default()).expect("it looks").findings;
    let known: Vec<String> = of_base.iter().map(Finding::fingerprint).collect();
    of_head
        .into_iter()
        .filter(|finding| judges_one_side(finding.rule) && !known.contains(&finding.fingerprint()))
        .map(|finding| (finding.rule.id, finding.notes.into_iter().map(|note| note.text).collect()))
        .collect()
}

#[test]
fn what_head_leaves_uncovered_besides_the_base_is_new() {
    let rank = file(
        "scenarios:\n  - { name: a, rpc: Rank, request: { limit: 2, text: a }, expect: { status: OK } }\n",
    );
    let base = (PROTO, rank.as_str());
    assert_eq!(new_in(base, base, 1.0), []);

    let field = PROTO.replace("repeated double scores = 2;", "repeated double scores = 2; string note = 3;");
    let nobody_looks = ("uncovered-field", vec!["nobody looks at `p.v1.Answer.note`".to_owned()]);
    assert_eq!(new_in(base, (&field, &rank), 1.0), [nobody_looks]);

    let rpc = PROTO.replace("service Ranker {", "service Ranker { rpc Rate(Query) returns (Answer);");
    let nobody_calls = ("uncovered-rpc", vec!["nobody calls `Rate`".to_owned()]);
    assert_eq!(new_in(base, (&rpc, &rank), 1.0), [nobody_calls]);

    let less = rank.replace(", text: a", "");
    let nobody_sets = ("uncovered-field", vec!["nobody sets `p.v1.Query.text`".to_owned()]);
    assert_eq!(new_in(base, (PROTO, &less), 1.0), [nobody_sets]);
    assert_eq!(new_in((PROTO, &less), base, 1.0), [], "more is touched");
}

#[test]
fn of_what_head_declares_anew_the_share_is_granted() {
    let rank = file("scenarios:\n  - { name: a, rpc: Rank, expect: { status: OK } }\n");
    let more = PROTO.replace("string text = 1;", "string text = 1; string more = 6; string again = 7;");
    let one = rank.replace("expect:", "request: { more: a }, expect:");
    let base = (PROTO, rank.as_str());
    assert_eq!(new_in(base, (&more, &one), 0.5), []);
    let [(rule, left_out)] = &new_in(base, (&more, &rank), 0.5)[..] else { panic!("it is told once") };
    assert_eq!((*rule, left_out.len()), ("uncovered-field", 2));
}
