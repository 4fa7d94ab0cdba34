//! What a server serves, beside what is committed.

use service::testing::{Call, Reaction, background};
use service::{Code, Served};
use source::{Change, Tree};

use super::stand_in::{reacting_to_all, reflecting, serving};
use crate::{Outside, Policy, Reflection, Wanted, check_live, check_served};

const COMMITTED: &str = "syntax = \"proto3\"; package p.v1; import \"google/protobuf/timestamp.proto\";
message Query { string id = 1; uint32 limit = 2; Kind kind = 3; optional int32 maybe = 4; oneof by { string a = 5; int64 b = 6; } }
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; }
message Answer { repeated Item items = 1; map<string, Item> by_id = 2; google.protobuf.Timestamp at = 3; }
message Item { string id = 1; double score = 2; Item inner = 3; }
message Alone { string id = 1; }
service Ranker { rpc Rank(Query) returns (Answer); rpc Watch(Query) returns (stream Answer); }";

fn served(proto: &str) -> Served {
    let tree = Tree::from_memory([("p.proto", proto)]);
    serving(&service::pool(&tree, &[]).expect("it compiles"))
}

/// What is said of a server with this instead of that.
fn check(committed: &str, instead: &str, expected: &[&str]) {
    assert!(COMMITTED.contains(committed), "{committed}");
    let tree = Tree::from_memory([("protos/p.proto", COMMITTED)]);
    let checked = check_served(
        &tree,
        &Policy::default(),
        &served(&COMMITTED.replace(committed, instead)),
        &Outside::default(),
    );
    let findings = checked.expect("it can be looked at").findings;
    findings.iter().for_each(findings::testing::check_message);
    let messages: Vec<&str> = findings.iter().map(|finding| finding.message.as_str()).collect();
    let expected: Vec<String> =
        expected.iter().map(|what| what.replace("NOT", "is not served as it is committed:")).collect();
    assert_eq!(messages, expected, "{instead}");
}

#[test]
fn what_stands_on_the_wire_is_compared_and_nothing_else() {
    check("package p.v1;", "package p.v1; // Otherwise formatted.\n", &[]);
    check("message Alone { string id = 1; }", "", &[]);
    check(
        "id = 1; double score = 2;",
        "id = 1; float score = 2;",
        &["`p.v1.Item` NOT `double score = 2` is committed and not served and 1 more"],
    );
    check("double score = 2; ", "", &["`p.v1.Item` NOT `double score = 2` is committed and not served"]);
    check(
        "Item inner = 3; }",
        "Item inner = 3; bool shown = 4; }",
        &["`p.v1.Item` NOT `bool shown = 4` is served and not committed"],
    );
    check(
        "optional int32",
        "int32",
        &["`p.v1.Query` NOT `optional int32 maybe = 4` is committed and not served and 1 more"],
    );
    check(
        "KIND_A = 1",
        "KIND_A = 1; KIND_B = 2",
        &["`p.v1.Kind` NOT `KIND_B = 2` is served and not committed"],
    );
    check(
        "rpc Watch(Query) returns (stream Answer);",
        "",
        &[
            "`p.v1.Ranker` NOT `rpc Watch(p.v1.Query) returns (stream p.v1.Answer)` is committed and not served",
        ],
    );
    check(
        "service Ranker",
        "service Older { rpc Rank(Query) returns (Answer); } service Ranker",
        &["`p.v1.Older` is served, and the tree does not have it"],
    );
}

#[test]
fn a_server_of_other_services_or_of_nonsense_is_an_error() {
    let tree = Tree::from_memory([("protos/p.proto", COMMITTED)]);
    let look = |served: &Served| {
        let error =
            check_served(&tree, &Policy::default(), served, &Outside::default()).expect_err("it is none");
        error.to_string()
    };
    let other =
        served("syntax = \"proto3\"; package q.v1; message M {} service S { rpc Get(M) returns (M); }");
    assert!(look(&other).contains("the tree has none of the services that it serves: q.v1.S"));
    let broken = Served { descriptors: vec![0xff; 9], ..served(COMMITTED) };
    assert!(look(&broken).contains("no set of descriptors"), "{}", look(&broken));
    let without = Served { services: vec!["p.v1.Ranker".to_owned()], ..other };
    assert!(
        look(&without).contains("lists `p.v1.Ranker` and does not say what that is"),
        "{}",
        look(&without)
    );
}

#[test]
fn reflection_is_asked_over_the_wire_in_the_version_that_there_is() {
    let told = served(COMMITTED);
    let server = |react: fn(&Served, &Call) -> Reaction| {
        let told = told.clone();
        background(move |call| react(&told, call)).expect("there is a free port")
    };
    let within = std::time::Duration::from_secs(10);
    let nobody = |_: &Served, _: &Call| Reaction::Refuse(Code::Unimplemented, String::new(), vec![]);
    assert_eq!(service::reflect(server(nobody), within).expect("it answers"), None);
    let v1 = |told: &Served, call: &Call| reflecting(told, call).unwrap_or(Reaction::Reset);
    let found = service::reflect(server(v1), within).expect("it answers").expect("it has reflection");
    assert_eq!(found.services, told.services);
    let tree = Tree::from_memory([("protos/p.proto", COMMITTED)]);
    assert_eq!(
        check_served(&tree, &Policy::default(), &found, &Outside::default())
            .expect("it is compared")
            .findings
            .len(),
        0
    );
    let alpha = |told: &Served, call: &Call| match call.path.replace(".v1alpha.", ".v1.") {
        path if path != call.path => {
            reflecting(told, &Call { path, ..call.clone() }).unwrap_or(Reaction::Reset)
        }
        _ => Reaction::Refuse(Code::Unimplemented, String::new(), vec![]),
    };
    assert!(service::reflect(server(alpha), within).expect("it answers").is_some());
    for react in [
        |_: &Served, _: &Call| Reaction::Reset,
        |_: &Served, _: &Call| Reaction::Stream(vec![vec![0xff; 9]], Code::Ok, vec![]),
        |_: &Served, _: &Call| Reaction::Stream(vec![], Code::Ok, vec![]),
    ] {
        assert!(service::reflect(server(react), within).is_err());
    }
    let short = std::time::Duration::from_millis(200);
    assert!(service::reflect(server(|_, _| Reaction::Hang), short).is_err());
}

#[test]
fn a_service_of_the_live_tier_must_serve_what_head_has() {
    const FILE: &str = "contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\n\
                        scenarios: [{ name: one, rpc: Rank, expect: { status: OK } }]\n";
    let asked = |proto: Option<String>, reflection: Reflection, otherwise: Reaction| {
        let head = Tree::from_memory([("protos/p.proto", COMMITTED), ("services/x/contracts/x.yaml", FILE)]);
        let policy = Policy { reflection, ..Policy::default() };
        let told = proto.as_deref().map(served);
        let change = Change::of_trees(None, head);
        let mut start = |wanted: &Wanted| {
            let (told, otherwise) = (told.clone(), otherwise.clone());
            reacting_to_all(wanted, move |_, call| {
                let is_asked = call.path == "/p.v1.Ranker/Rank";
                let reflected = told.as_ref().and_then(|told| reflecting(told, call));
                match is_asked {
                    true => Reaction::Answer(Vec::new()),
                    false => reflected.unwrap_or(otherwise.clone()),
                }
            })
        };
        let checked = check_live(&change, &policy, &mut start).expect("it is asked");
        checked.findings.into_iter().map(|finding| finding.message).collect::<Vec<_>>()
    };
    let ask = |proto: Option<String>, reflection: Reflection| {
        asked(proto, reflection, Reaction::Refuse(Code::Unimplemented, String::new(), vec![]))
    };
    let same = || Some(COMMITTED.to_owned());
    let older = || Some(COMMITTED.replace("double score", "float score"));
    assert_eq!(ask(same(), Reflection::WhereServed), [""; 0]);
    assert_eq!(ask(older(), Reflection::WhereServed).len(), 1);
    assert_eq!(ask(older(), Reflection::Off), [""; 0]);
    assert_eq!(ask(None, Reflection::WhereServed), [""; 0]);
    assert_eq!(
        ask(None, Reflection::Required),
        ["the service `ranker` does not say by reflection what it serves"]
    );
    // It has reflection, and that does not work.
    let broken = asked(None, Reflection::WhereServed, Reaction::Reset);
    let [said] = broken.as_slice() else { panic!("{broken:?}") };
    assert!(said.starts_with("the service `ranker` does not say by reflection what it serves: "), "{said}");
}
