//! Consumers' files, and whom a change breaks.

use findings::Finding;
use source::{Change, Tree};

use crate::{Breaking, Category, Consumers, Policy, check_static};

const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
message Query { string text = 1; Viewer viewer = 2; }
message Viewer { string id = 1; string region = 2; }
message Ranking { repeated Item items = 1; map<string, Part> parts = 2; string model = 3; string unread = 4; }
message Item { string id = 1; int64 plays = 2; Why why = 3; }
message Part { double score = 1; string stage = 2; }
enum Why { WHY_UNSPECIFIED = 0; WHY_NEW = 1; }
service Ranker { rpc Rank(Query) returns (Ranking); rpc Explain(Query) returns (Ranking); }
"#;

const APP: &str = "contracts: 1\nconsumer: app\nowner: '@listening'\nuses:\n  p.v1.Ranker/Rank:\n    \
                   sends: [text, viewer.id]\n    reads:\n      - items.id\n      - items.plays\n      - parts.score\n";

const MAIL: &str = "contracts: 1\nconsumer: mail\nuses:\n  p.v1.Ranker/Rank: { reads: [items] }\n";

/// A change of the proto, beside the consumers' files of both sides.
fn judge(to: &[(&str, &str)], files: (&[&str], &[&str]), policy: &Policy) -> Vec<Finding> {
    let mut head = PROTO.to_owned();
    for (from, to) in to {
        assert!(head.contains(from), "{from}");
        head = head.replace(from, to);
    }
    let tree = |proto: &str, files: &[&str]| {
        let named = files.iter().enumerate();
        let files =
            named.map(|(index, text)| (format!("contracts/consumers/c{index}.yaml"), (*text).to_owned()));
        Tree::from_memory(files.chain([("protos/p/v1/p.proto".to_owned(), proto.to_owned())]))
    };
    let change = Change::of_trees(Some(tree(PROTO, files.0)), tree(&head, files.1));
    check_static(&change, policy).expect("it can be looked at").findings
}

/// The findings' rules, with what is said of users below each.
fn check(to: &[(&str, &str)], files: (&[&str], &[&str]), expected: &[&str]) {
    let findings = judge(to, files, &Policy::default());
    let mut said = Vec::new();
    for finding in &findings {
        said.push(finding.rule.id);
        let users = finding.notes.iter().map(|note| note.text.as_str());
        said.extend(users.filter(|text| text.starts_with("used by") || text.contains("known consumer")));
    }
    assert_eq!(said, expected, "{findings:#?}");
}

const BOTH: (&[&str], &[&str]) = (&[APP, MAIL], &[APP, MAIL]);

#[test]
fn a_finding_names_those_who_use_what_broke() {
    check(
        &[("int64 plays", "int32 plays")],
        BOTH,
        &[
            "field-same-type",
            "used by `app` (@listening): reads `items.plays` of `p.v1.Ranker/Rank` (contracts/consumers/c0.yaml:9)",
            "used by `mail`: reads `items` of `p.v1.Ranker/Rank` (contracts/consumers/c1.yaml:4)",
        ],
    );
    check(
        &[("string id = 1; string region", "string id = 3; string region")],
        BOTH,
        &[
            "field-renumbered",
            "used by `app` (@listening): sends `viewer.id` of `p.v1.Ranker/Rank` (contracts/consumers/c0.yaml:6)",
        ],
    );
}

#[test]
fn a_finding_says_when_nobody_uses_what_broke_and_nothing_where_nobody_is_known() {
    check(
        &[("string region = 2", "bytes region = 2")],
        BOTH,
        &["field-same-type", "none of the 2 known consumers uses it"],
    );
    check(
        &[("string region = 2", "bytes region = 2")],
        (&[APP], &[APP]),
        &["field-same-type", "the one known consumer does not use it"],
    );
    check(&[("string region = 2", "bytes region = 2")], (&[], &[]), &["field-same-type"]);
}

#[test]
fn values_of_maps_enums_methods_and_whole_messages_are_followed_to_their_users() {
    let mail = "used by `mail`: reads `items` of `p.v1.Ranker/Rank` (contracts/consumers/c1.yaml:4)";
    check(
        &[("map<string, Part> parts", "map<int32, Part> parts")],
        BOTH,
        &[
            "field-same-type",
            "used by `app` (@listening): reads `parts.score` of `p.v1.Ranker/Rank` (contracts/consumers/c0.yaml:10)",
        ],
    );
    check(&[(" WHY_NEW = 1;", "")], BOTH, &["enum-value-no-delete", mail]);
    check(
        &[(" rpc Explain(Query) returns (Ranking);", "")],
        BOTH,
        &["rpc-no-delete", "none of the 2 known consumers uses it"],
    );
    check(
        &[("rpc Rank(Query) returns (Ranking);", "")],
        BOTH,
        &[
            "rpc-no-delete",
            "used by `app` (@listening): calls `p.v1.Ranker/Rank` (contracts/consumers/c0.yaml:5)",
            "used by `mail`: calls `p.v1.Ranker/Rank` (contracts/consumers/c1.yaml:4)",
        ],
    );
}

#[test]
fn what_a_consumer_uses_does_not_go_reserved_or_not_and_not_by_changing_its_file_with_it() {
    let went: &[(&str, &str)] = &[("int64 plays = 2;", "reserved 2; reserved \"plays\";")];
    let without = APP.replace("      - items.plays\n", "");
    let users: &[&str] = &[
        "removed-while-consumed",
        "used by `app` (@listening): reads `items.plays` of `p.v1.Ranker/Rank` (contracts/consumers/c0.yaml:9)",
    ];
    check(went, (&[APP], &[APP]), users);
    check(went, (&[APP], &[&without]), users);
    check(went, (&[APP], &[]), users);
    check(went, (&[&without], &[&without]), &[]);
    check(went, (&[], &[]), &[]);
}

#[test]
fn what_is_told_already_is_not_told_again_for_its_consumers() {
    let said = |gone: &[(&str, &str)]| -> Vec<(&str, usize)> {
        let findings = judge(gone, BOTH, &Policy::default());
        let again = |finding: &Finding| {
            let notes = finding.notes.iter().filter(|note| note.text.contains("is gone, and "));
            notes.filter(|note| note.text.contains("use it") || note.text.contains("uses it")).count()
        };
        findings.iter().map(|finding| (finding.rule.id, again(finding))).collect()
    };
    assert_eq!(said(&[("int64 plays = 2;", "")]), [("field-no-delete", 0)]);
    assert_eq!(said(&[("rpc Rank(Query) returns (Ranking);", "")]), [("rpc-no-delete", 0)]);
    let service =
        "service Ranker { rpc Rank(Query) returns (Ranking); rpc Explain(Query) returns (Ranking); }";
    assert_eq!(said(&[(service, "")]), [("service-no-delete", 0)]);
}

#[test]
fn methods_that_a_category_lets_go_stay_while_they_are_called() {
    let policy = Policy {
        breaking: Breaking { category: Some(Category::Wire), ..Breaking::default() },
        ..Policy::default()
    };
    let rules = |gone: &str| -> Vec<&str> {
        judge(&[(gone, "")], BOTH, &policy).iter().map(|finding| finding.rule.id).collect()
    };
    assert_eq!(rules("rpc Rank(Query) returns (Ranking);"), ["removed-while-consumed"]);
    assert_eq!(rules(" rpc Explain(Query) returns (Ranking);"), [""; 0]);
    assert_eq!(
        rules("service Ranker { rpc Rank(Query) returns (Ranking); rpc Explain(Query) returns (Ranking); }"),
        ["removed-while-consumed"]
    );
}

#[test]
fn a_field_that_nobody_reads_goes_with_a_reserved_where_the_policy_says_so() {
    let rules = |unread_may_go: bool, to: &str, files: &[&str]| -> Vec<&str> {
        let policy = Policy {
            breaking: Breaking { category: Some(Category::File), ..Breaking::default() },
            consumers: Consumers { unread_may_go, ..Consumers::default() },
            ..Policy::default()
        };
        let findings = judge(&[("string unread = 4;", to)], (files, files), &policy);
        findings.iter().map(|finding| finding.rule.id).collect()
    };
    let reserved = "reserved 4; reserved \"unread\";";
    let whole = "contracts: 1\nconsumer: all\nuses: { p.v1.Ranker/Rank: { reads: [unread] } }\n";
    assert_eq!(rules(true, reserved, &[APP]), [""; 0]);
    for (may_go, to, files) in [
        (false, reserved, &[APP][..]),
        (true, "reserved 4;", &[APP]),
        (true, "reserved \"unread\";", &[APP]),
        (true, "", &[APP]),
        // Who else calls is not known of a message that no file reaches.
        (true, reserved, &[]),
        (true, reserved, &[APP, whole]),
    ] {
        assert_eq!(rules(may_go, to, files), ["field-no-delete"], "{may_go} {to} {files:?}");
    }
}

#[test]
fn files_that_are_wrong_are_told_with_their_place() {
    let place = |finding: &Finding| {
        let place = finding.location.as_ref().expect("it has a place");
        let (line, column) = place.span.map_or((0, 0), |span| (span.line, span.column));
        format!("{}:{line}:{column}: {}", finding.rule.id, finding.message)
    };
    for (text, expected) in [
        (
            "contracts: 2\nconsumer: app\nuses: { p.v1.Ranker/Rank: {} }\n",
            "unreadable-consumer:1:12: the consumer's file cannot be read: `contracts`: only version 1 of the format is known",
        ),
        (
            "contracts: 1\nconsumer: app\nuses: {}\n",
            "unreadable-consumer:3:1: the consumer's file cannot be read: `uses`: a consumer that uses nothing is none",
        ),
        (
            "contracts: 1\nconsumer: \"\"\nuses: { p.v1.Ranker/Rank: {} }\n",
            "unreadable-consumer:2:11: the consumer's file cannot be read: `consumer`: a name is one line of text without backticks",
        ),
        (
            "contracts: 1\nconsumer: app\nuses:\n  p.v1.Ranker/Rang: {}\n",
            "unknown-consumed-field:4:3: `app` uses what is not there: the protos have no method `p.v1.Ranker/Rang`",
        ),
        (
            "contracts: 1\nconsumer: app\nuses:\n  p.v1.Ranker/Rank:\n    reads: [items.plays.count]\n",
            "unknown-consumed-field:5:13: `app` uses what is not there: `plays` has no fields, so that there is no \
             `items.plays.count`",
        ),
        (
            "contracts: 1\nconsumer: app\nuses:\n  p.v1.Ranker/Rank:\n    sends: [viewer.name]\n",
            "unknown-consumed-field:5:13: `app` uses what is not there: `p.v1.Viewer` has no field `name`",
        ),
        (
            "contracts: 1\nconsumer: app\nuses:\n  p.v1.Ranker/Rank:\n    sends: [viewer.Region]\n",
            "unknown-consumed-field:5:13: `app` uses what is not there: `p.v1.Viewer` has no field `Region`: write `region`",
        ),
    ] {
        let findings = judge(&[], (&[], &[text]), &Policy::default());
        assert_eq!(findings.iter().map(place).collect::<Vec<_>>(), [expected], "{text}");
    }
    let twice = judge(&[], (&[], &[APP, APP]), &Policy::default());
    assert_eq!(twice.len(), 1);
    assert!(twice[0].message.ends_with("`app` is the consumer of `contracts/consumers/c0.yaml`"));
}

#[test]
fn messages_that_have_themselves_end_and_many_paths_take_no_time() {
    let proto = "syntax = \"proto3\";\npackage p;\nmessage Node { Node left = 1; Node right = 2; repeated Node rest = 3; }\n\
                 service Trees { rpc Get(Node) returns (Node); }\n";
    let paths: Vec<String> = (0..4000).map(|depth| format!("left{}", ".right".repeat(depth % 30))).collect();
    let file =
        format!("contracts: 1\nconsumer: a\nuses: {{ p.Trees/Get: {{ reads: [{}] }} }}\n", paths.join(", "));
    let tree = |proto: &str| {
        Tree::from_memory([("protos/p.proto", proto), ("contracts/consumers/a.yaml", file.as_str())])
    };
    let change =
        Change::of_trees(Some(tree(proto)), tree(&proto.replace("Node right = 2;", "Node right = 9;")));
    let findings = check_static(&change, &Policy::default()).expect("it can be looked at").findings;
    assert_eq!(findings.len(), 1, "{findings:#?}");
}
