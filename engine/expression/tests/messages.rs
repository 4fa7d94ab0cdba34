//! Expressions over messages: what a message is, which paths are refused, and what no message can do.

use expression::{Expression, Scope, Type, Values};
use prost_reflect::{DescriptorPool, DynamicMessage};
use protox::Compiler;
use protox::file::{ChainFileResolver, File, FileResolver, GoogleFileResolver};
use serde_json::{Value, json};

const PROTO: &str = r#"
syntax = "proto3";
package p.v1;
import "google/protobuf/struct.proto";
import "google/protobuf/timestamp.proto";
import "google/protobuf/wrappers.proto";
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; }
message Answer {
  enum Part { PART_UNSPECIFIED = 0; PART_B = 2; }
  repeated Item items = 1; string model_version = 2; Kind kind = 3; int64 total = 4; Item best = 5;
  repeated double scores = 6; google.protobuf.Timestamp at = 7; map<string, int32> counts = 8; optional int32 maybe = 9;
  google.protobuf.Struct more = 10; google.protobuf.Int64Value boxed = 11; uint32 limit = 12; bytes raw = 13;
  map<uint32, Item> by_rank = 14; float small = 15; Part part = 16; oneof of { string track = 17; string artist = 18; }
  uint64 large = 19;
}
message Item { string id = 1; double score = 2; Item inner = 3; repeated Answer answers = 4; }
"#;

struct Source;

impl FileResolver for Source {
    fn open_file(&self, name: &str) -> Result<File, protox::Error> {
        File::from_source(name, PROTO)
    }
}

fn pool() -> DescriptorPool {
    let mut resolver = ChainFileResolver::new();
    resolver.add(GoogleFileResolver::new());
    resolver.add(Source);
    let mut compiler = Compiler::with_file_resolver(resolver);
    compiler.open_file("p.proto").unwrap();
    compiler.descriptor_pool()
}

fn message(name: &str, json: Value) -> DynamicMessage {
    DynamicMessage::deserialize(pool().get_message_by_name(name).unwrap(), json).unwrap()
}

fn values() -> Values {
    let response = message(
        "p.v1.Answer",
        json!({
            "items": [{ "id": "a", "score": 0.5 }, { "id": "b", "score": "NaN", "inner": { "id": "c" } }],
            "kind": "KIND_A", "total": "9007199254740993", "scores": [1.5, "Infinity"], "at": "2026-11-20T00:00:00Z",
            "counts": { "x": 1, "y": -2 }, "more": { "deep": { "list": [1, "two"] } }, "limit": 2, "raw": "AAE=",
            "by_rank": { "10": { "id": "ten" }, "9": { "id": "nine" } }, "small": 0.1, "part": "PART_B", "track": "",
            "large": "18446744073709551615",
        }),
    );
    let mut values = Values::default();
    values.set_message("response", &response).unwrap();
    values.set_messages("responses", &[response.clone(), message("p.v1.Answer", json!({}))]).unwrap();
    values.set("status", &json!("OK")).unwrap();
    values
}

fn compile(text: &str) -> Result<(Expression, Type), String> {
    let pool = pool();
    let answer = pool.get_message_by_name("p.v1.Answer").unwrap();
    let variables =
        vec![("response", Type::of(&answer)), ("responses", Type::list_of(&answer)), ("status", Type::Text)];
    Expression::typed(text, &Scope { variables, pool: &pool, package: "p.v1" }).map_err(|fault| fault.reason)
}

#[track_caller]
fn holds(text: &str) {
    let (expression, found) = compile(text).unwrap_or_else(|fault| panic!("{text} {fault}"));
    assert!(matches!(found, Type::Bool | Type::Any), "{text} is {found}");
    assert_eq!(expression.holds(&values()), Ok(true), "{text}");
}

#[track_caller]
fn refused(text: &str, expected: &str) {
    assert_eq!(compile(text).err().as_deref(), Some(expected), "{text}");
}

#[test]
fn what_is_not_set_has_its_default_and_is_not_there() {
    holds("response.model_version == '' && !has(response.model_version)");
    holds("response.best.inner.inner.id == '' && !has(response.best) && !has(response.best.inner)");
    holds("has(response.items) && has(response.items[1].inner) && !has(response.items[0].inner)");
    holds("response.maybe == 0 && !has(response.maybe)");
    holds("has(response.track) && !has(response.artist)");
    holds("response.boxed == null && !has(response.boxed)");
    holds("size(responses[1].items) == 0 && responses[1].best.score == 0.0");
    holds("has(response.counts.x) && !has(response.counts.z)");
}

#[test]
fn numbers_are_what_the_proto_says() {
    holds("response.total == 9007199254740993 && response.total != 9007199254740992");
    holds("response.large == 18446744073709551615u");
    holds("size(response.items) <= response.limit && response.limit + 1u == 3u");
    holds("response.small > 0.09 && response.small < 0.11");
    holds("response.items[1].score != response.items[1].score && !isFinite(response.items[1].score)");
    holds("response.scores.map(s, isFinite(s)) == [true, false]");
    holds("response.raw == b'\\x00\\x01' && size(response.raw) == 2");
    holds("response.at.seconds == 1795132800");
}

#[test]
fn an_enum_is_its_number_and_has_its_names() {
    holds("response.kind == p.v1.Kind.KIND_A && response.kind == Kind.KIND_A && response.kind == 1");
    holds("response.part == Answer.Part.PART_B && response.kind in [Kind.KIND_UNSPECIFIED, Kind.KIND_A]");
    holds("[2].all(Kind, Kind == 2)");
    refused(
        "response.kind == 'KIND_A'",
        "compares an int with text, which are never equal; the value of an enum is named as in `Kind.KIND_A`",
    );
    refused(
        "response.kind in ['KIND_A']",
        "looks for an int in a list that holds something else: text; the value of an enum is named as in `Kind.KIND_A`",
    );
    refused(
        "response.kind == Kind.KIND_C",
        "names `Kind`, which there is not; there are `response`, `responses`, `status`",
    );
}

#[test]
fn lists_maps_and_messages_are_walked_and_compared() {
    holds("response.items.map(i, i.id) == ['a', 'b'] && 'x' in response.counts");
    holds("response.by_rank.map(rank, response.by_rank[rank].id) == ['nine', 'ten']");
    holds("response.more.deep.list == [1.0, 'two']");
    holds("response.items[0] == responses[0].items[0] && response.items[0] != response.best");
    holds("response.items[1] != response.items[1]");
    holds("responses.filter(r, size(r.items) > 1).map(r, r.items.exists(i, i.inner.id == 'c')) == [true]");
    holds("status == 'OK' && type(response.items) == list");
    let (expression, found) = compile("response.items[1].inner").unwrap();
    assert_eq!(
        (expression.evaluate(&values()), found.to_string()),
        (Ok(json!({ "id": "c" })), "a `p.v1.Item`".to_owned())
    );
}

#[test]
fn a_path_that_leads_nowhere_is_refused_before_anything_is_asked() {
    let no_field =
        |name: &str, of: &str| format!("asks for `{name}`, a field that `p.v1.{of}` does not have");
    refused("response.itms == []", &no_field("itms", "Answer"));
    refused("response.items.all(i, i.scor > 0.0)", &no_field("scor", "Item"));
    refused("response.items.filter(i, i.id != '').map(i, i.inner).all(i, i.nope)", &no_field("nope", "Item"));
    refused("responses.all(r, r.items.exists(i, i.answers[0].x))", &no_field("x", "Answer"));
    refused("response.by_rank[7u].name == ''", &no_field("name", "Item"));
    refused("(true ? response.best : response.items[0]).no == 1", &no_field("no", "Item"));
    refused("has(response.gone)", &no_field("gone", "Answer"));
    refused(
        "response.modelVersion == ''",
        "asks for `modelVersion`, a field that `p.v1.Answer` does not have; fields have their names of the proto, \
         `model_version`",
    );
    refused("response.items.id == 'a'", "asks a list for a field `id`");
    refused("response.total.x", "asks an int for a field `x`");
    refused("response.best.all(i, true)", "walks a `p.v1.Item`, which is no list and no map");
    refused("response[0]", "asks a `p.v1.Answer` for an item");
    refused(
        "response.total == '7'",
        "compares an int with text, which are never equal; the value of an enum is named as in `Kind.KIND_A`",
    );
    refused("response.items == 'a'", "compares a list with text, which are never equal");
    refused("response.items < response.items", "compares a list with a list, which have no order");
    refused(
        "response.total + response.limit > 1",
        "calculates with an int and a uint; convert one of them, as in `double(..)`",
    );
    refused("isFinite(response.model_version)", "asks whether text is finite");
    refused("size(response.total) == 1", "asks an int for its size");
    refused("1 in response.total", "looks into an int, which is no list and no map");
    refused(
        "nothing.id == 1",
        "names `nothing`, which there is not; there are `response`, `responses`, `status`",
    );
}

#[test]
fn the_fields_that_an_expression_looks_at_are_known() {
    let (expression, _) =
        compile("response.items.all(i, i.inner.score > 0.0) && has(response.best)").unwrap();
    assert_eq!(
        expression.fields().collect::<Vec<_>>(),
        ["p.v1.Answer.best", "p.v1.Answer.items", "p.v1.Item.inner", "p.v1.Item.score"]
    );
}

#[test]
fn a_deep_message_is_refused_and_a_large_one_is_stopped() {
    let nested = |depth| (0..depth).fold(json!({}), |inner, _| json!({ "inner": inner }));
    let mut values = Values::default();
    assert_eq!(values.set_message("response", &message("p.v1.Item", nested(30))), Ok(()));
    let deep = values.set_message("response", &message("p.v1.Item", nested(90)));
    assert_eq!(deep, Err("`response` is nested deeper than 64".to_owned()));
    let items: Vec<Value> = (0..2_000).map(|id| json!({ "id": id.to_string(), "score": 0.5 })).collect();
    values.set_message("response", &message("p.v1.Answer", json!({ "items": items }))).unwrap();
    let (expression, _) = compile("response.items.all(a, response.items.exists(b, a.id == b.id))").unwrap();
    let reason = expression.holds(&values).unwrap_err().reason;
    assert_eq!(reason, "takes more than 1000000 steps over these values");
}
