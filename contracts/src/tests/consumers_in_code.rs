//! Consumers that are found in the Rust code of a workspace.

use source::{Change, Tree};

use crate::{Policy, check_static};

/// A workspace with a proto, the crate that has what is generated of it, and crates that use it.
fn workspace(files: &[(&str, &str)]) -> Tree {
    let manifest = |name: &str, more: &str| {
        format!("[package]\nname = \"{name}\"\nedition = \"2024\"\n[dependencies]\n{more}\n")
    };
    let mut all = vec![
        ("Cargo.toml".to_owned(), "[workspace]\nmembers = [\"crates/*\"]\n".to_owned()),
        ("protos/p/v1/p.proto".to_owned(), PROTO_OF_CODE.to_owned()),
        ("crates/protocol/Cargo.toml".to_owned(), manifest("protocol", "tonic = \"0.14\"\n")),
        (
            "crates/protocol/src/lib.rs".to_owned(),
            "pub mod p { pub mod v1 { tonic::include_proto!(\"p.v1\"); } }\n".to_owned(),
        ),
    ];
    let krates = ["feed", "server", "kit"];
    for krate in krates.into_iter().filter(|krate| files.iter().any(|(path, _)| path.contains(krate))) {
        let mut text = manifest(krate, "protocol = { path = \"../protocol\" }\n");
        if krate == "feed" {
            text.push_str("[dev-dependencies]\nkit = { path = \"../kit\" }\n");
        }
        all.push((format!("crates/{krate}/Cargo.toml"), text));
    }
    all.extend(files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())));
    Tree::from_memory(all)
}

const PROTO_OF_CODE: &str = r#"
syntax = "proto3";
package p.v1;
message Query { string text = 1; Viewer viewer = 2; oneof seed { string track = 3; Viewer like = 4; } }
message Viewer { string id = 1; string region = 2; }
message Ranking {
  repeated Item items = 1;
  Why why = 2;
  optional double score = 3;
  string type = 4;
  message Detail { string text = 1; }
  Detail detail = 5;
  map<string, Item> named = 6;
  oneof outcome { Item best = 7; string refusal = 8; }
}
message Item { string track_id = 1; int64 plays = 2; }
enum Why { WHY_UNSPECIFIED = 0; WHY_NEW = 1; }
message Page { string token = 1; }
service Ranker { rpc RankAll(Query) returns (Ranking); rpc Turn(Page) returns (Page); }
"#;

/// What the crates of a workspace are found to use, each with its line.
fn check_code(files: &[(&str, &str)], expected: &[&str]) {
    let tree = workspace(files);
    let code = source::Code::read(&tree, &source::Cache::off());
    assert_eq!(code.problems, [], "the code parses");
    let protos = service::compile(&tree, &["protos".to_owned()]);
    assert_eq!(protos.errors, []);
    let found = crate::consumers::in_code(&code, &protos.pool);
    let mut said: Vec<String> = Vec::new();
    for consumer in &found {
        for used in &consumer.uses {
            let line = used.place.rsplit(':').next().unwrap_or_default();
            said.push(format!("{} {:?} {} {line}", consumer.name, used.how, used.what.replace('`', "")));
        }
    }
    said.sort();
    let mut expected: Vec<String> = expected.iter().map(|text| (*text).to_owned()).collect();
    expected.sort();
    assert_eq!(said, expected);
}

#[test]
fn code_that_calls_sets_requests_and_reads_answers_is_a_consumer() {
    let feed = r#"
use protocol::p::v1::ranker_client::RankerClient;
use protocol::p::v1::{Query, Ranking, Viewer};
pub struct Feed { client: RankerClient<tonic::transport::Channel> }
impl Feed {
    fn question(&self, id: &str) -> Query {
        let viewer = Viewer { id: id.to_owned(), ..Viewer::default() };
        Query { text: "x".into(), viewer: Some(viewer), ..Query::default() }
    }
    pub async fn feed(&self) -> Result<Vec<String>, tonic::Status> {
        let mut client = self.client.clone();
        let answer = client.rank_all(self.question("v")).await?.into_inner();
        Ok(ids(&answer))
    }
}
fn ids(answer: &Ranking) -> Vec<String> {
    answer.items.iter().map(|item| item.track_id.clone()).collect()
}
"#;
    check_code(
        &[("crates/feed/src/lib.rs", feed)],
        &[
            "the crate `feed` Calls p.v1.Ranker/RankAll 12",
            "the crate `feed` Reads items of p.v1.Ranking 17",
            "the crate `feed` Reads track_id of p.v1.Item 17",
            "the crate `feed` Sends id of p.v1.Viewer 7",
            "the crate `feed` Sends text of p.v1.Query 8",
            "the crate `feed` Sends viewer of p.v1.Query 8",
        ],
    );
}

#[test]
fn fields_are_found_through_patterns_getters_oneofs_maps_macros_and_keywords() {
    let feed = r#"
use protocol::p::v1 as wire;
use wire::{ranking, Item, Ranking};
pub fn told(answer: Ranking) -> String {
    let Ranking { r#type, score: _, detail, .. } = &answer;
    let text = detail.as_ref().map(|detail| format!("{}", detail.text));
    if answer.why() == wire::Why::New { return r#type.clone(); }
    for (name, item) in &answer.named { println!("{name} {}", item.plays); }
    match answer.outcome {
        Some(ranking::Outcome::Best(Item { track_id, .. })) => track_id,
        _ => text.unwrap_or_default(),
    }
}
pub fn ask(query: &mut wire::Query) {
    query.text = String::new();
    query.seed = Some(wire::query::Seed::Track("t".into()));
}
"#;
    check_code(
        &[("crates/feed/src/lib.rs", feed)],
        &[
            "the crate `feed` Reads best of p.v1.Ranking 9",
            "the crate `feed` Reads detail of p.v1.Ranking 5",
            "the crate `feed` Reads named of p.v1.Ranking 8",
            "the crate `feed` Reads plays of p.v1.Item 8",
            "the crate `feed` Reads refusal of p.v1.Ranking 9",
            "the crate `feed` Reads text of p.v1.Ranking.Detail 6",
            "the crate `feed` Reads track_id of p.v1.Item 10",
            "the crate `feed` Reads type of p.v1.Ranking 5",
            "the crate `feed` Reads why of p.v1.Ranking 7",
            "the crate `feed` Sends like of p.v1.Query 16",
            "the crate `feed` Sends text of p.v1.Query 15",
            "the crate `feed` Sends track of p.v1.Query 16",
        ],
    );
}

#[test]
fn servers_tests_what_is_there_for_tests_and_others_of_the_same_name_are_no_consumers() {
    let server = r#"
use protocol::p::v1::{Query, Ranking, Item};
pub fn answer(query: Query) -> Ranking {
    let wanted = query.text;
    Ranking { items: vec![Item { track_id: wanted, plays: 1 }], ..Ranking::default() }
}
pub struct Own;
impl protocol::p::v1::ranker_server::Ranker for Own {
    async fn page(&self, page: protocol::p::v1::Page) -> protocol::p::v1::Page {
        protocol::p::v1::Page { token: page.token }
    }
}
pub struct Row { pub plays: i64 }
pub fn other(row: &Row) -> i64 { row.plays }
#[cfg(test)]
mod tests {
    use super::*;
    #[test]
    fn answers() { assert_eq!(answer(Query::default()).items[0].plays, 1); }
}
"#;
    let kit = "pub fn plays(item: &protocol::p::v1::Item) -> i64 { item.plays }\n";
    let test = "fn f(item: &protocol::p::v1::Item) -> i64 { item.plays }\n";
    check_code(
        &[
            ("crates/server/src/lib.rs", server),
            ("crates/kit/src/lib.rs", kit),
            ("crates/feed/src/lib.rs", "//! Nothing.\n"),
            ("crates/feed/tests/feed.rs", test),
        ],
        &[],
    );
}

#[test]
fn a_finding_names_the_crate_whose_code_reads_what_broke() {
    let feed = "pub fn plays(item: &protocol::p::v1::Item) -> i64 {\n    item.plays\n}\n";
    let base = workspace(&[("crates/feed/src/lib.rs", feed)]);
    let texts: Vec<(String, String)> = base
        .paths()
        .map(|path| {
            (path.to_owned(), base.text(path).expect("it is there").replace("int64 plays", "int32 plays"))
        })
        .collect();
    let findings = check_static(&Change::of_trees(Some(base), Tree::from_memory(texts)), &Policy::default())
        .expect("it can be looked at")
        .findings;
    let users: Vec<&str> = findings
        .iter()
        .flat_map(|finding| &finding.notes)
        .map(|note| note.text.as_str())
        .filter(|text| text.starts_with("used by"))
        .collect();
    assert_eq!(users, ["used by the crate `feed`: reads `plays` of `p.v1.Item` (crates/feed/src/lib.rs:2)"]);
}

#[test]
fn code_that_uses_only_what_is_left_out_of_the_base_is_known_all_the_same() {
    let feed = "pub fn plays(item: &protocol::p::v1::Item) -> i64 {\n    item.plays\n}\n";
    let server = "pub fn id(row: &protocol::q::v1::Row) -> i64 {\n    row.id\n}\n";
    let protocol = "pub mod p { pub mod v1 { tonic::include_proto!(\"p.v1\"); } }\n\
                    pub mod q { pub mod v1 { tonic::include_proto!(\"q.v1\"); } }\n";
    let row = "syntax = \"proto3\";\npackage q.v1;\nmessage Key {}\nmessage Row { int64 id = 1; }\n\
               service Rows { rpc Get(Key) returns (Row); }\n";
    let table = "syntax = \"proto3\";\npackage q.v1;\nmessage Table {}\n";
    let page = PROTO_OF_CODE.replace("string token", "int64 token");
    let of_both = [
        ("crates/feed/src/lib.rs", feed),
        ("crates/server/src/lib.rs", server),
        ("crates/protocol/src/lib.rs", protocol),
        ("protos/q/v1/row.proto", row),
        ("protos/q/v1/table.proto", table),
    ];
    let base = workspace(&of_both);
    let head = workspace(&[&of_both[..], &[("protos/p/v1/p.proto", page.as_str())]].concat());
    let checked = check_static(&Change::of_trees(Some(base), head), &Policy::default());
    let findings = checked.expect("it can be looked at").findings;
    let notes: Vec<&str> =
        findings.iter().flat_map(|finding| &finding.notes).map(|note| note.text.as_str()).collect();
    assert!(notes.contains(&"none of the 2 known consumers uses it"), "{notes:?}");
}
