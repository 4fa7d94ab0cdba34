//! Rules of `buf.validate` in the protos: requests keep them, or break exactly one.

use prost_reflect::{DynamicMessage, ReflectMessage};
use serde_json::Value;
use service::testing::Reaction;
use service::{Code, to_json};
use source::{Change, Tree};

use super::stand_in::reacting;
use crate::{Policy, Wanted, check_live, check_static};

/// As much of protovalidate's protos as the tests use, with its names and numbers.
const VALIDATE: &str = r#"
syntax = "proto2";
package buf.validate;
import "google/protobuf/descriptor.proto";
import "google/protobuf/duration.proto";
extend google.protobuf.FieldOptions { optional FieldRules field = 1159; }
extend google.protobuf.OneofOptions { optional OneofRules oneof = 1159; }
extend google.protobuf.MessageOptions { optional MessageRules message = 1159; }
enum Ignore { IGNORE_UNSPECIFIED = 0; IGNORE_IF_ZERO_VALUE = 1; IGNORE_ALWAYS = 3; }
message Rule { optional string id = 1; optional string message = 2; optional string expression = 3; }
message MessageRules { repeated Rule cel = 3; }
message OneofRules { optional bool required = 1; }
message FieldRules {
  repeated Rule cel = 23;
  optional bool required = 25;
  optional Ignore ignore = 27;
  oneof type {
    DoubleRules double = 2; Int32Rules int32 = 3; UInt32Rules uint32 = 5; StringRules string = 14; BytesRules bytes = 15;
    EnumRules enum = 16; RepeatedRules repeated = 18; MapRules map = 19; DurationRules duration = 21;
  }
}
message DoubleRules { optional double lt = 2; optional double lte = 3; optional double gt = 4; optional double gte = 5; optional bool finite = 8; }
message Int32Rules { optional int32 lt = 2; optional int32 gt = 4; repeated int32 not_in = 7; }
message UInt32Rules { optional uint32 lte = 3; optional uint32 gte = 5; repeated uint32 in = 6; }
message StringRules {
  optional uint64 len = 19; optional uint64 min_len = 2; optional uint64 max_len = 3; optional uint64 max_bytes = 5; optional string pattern = 6;
  optional string prefix = 7; optional string not_contains = 23; optional bool email = 12; optional bool uuid = 22;
}
message BytesRules { optional uint64 max_len = 3; }
message EnumRules { optional bool defined_only = 2; repeated int32 not_in = 4; }
message RepeatedRules { optional uint64 min_items = 1; optional uint64 max_items = 2; optional bool unique = 3; optional FieldRules items = 4; }
message MapRules { optional uint64 max_pairs = 2; optional FieldRules keys = 4; optional FieldRules values = 5; }
message DurationRules { optional google.protobuf.Duration gt = 5; }
"#;

const HEAD: &str = r#"
syntax = "proto3";
package p.v1;
import "buf/validate/validate.proto";
import "google/protobuf/duration.proto";
service Ranker { rpc Rank(Query) returns (Answer); }
enum Kind { KIND_UNSPECIFIED = 0; KIND_A = 1; KIND_B = 4; }
"#;

const RULED: &str = r#"
message Query {
  string id = 1 [(buf.validate.field).string.uuid = true];
  string name = 2 [(buf.validate.field).required = true, (buf.validate.field).string = { min_len: 2, max_len: 9, pattern: "^[a-z]+$" }];
  uint32 limit = 3 [(buf.validate.field).uint32 = { gte: 1, lte: 50 }];
  int32 step = 4 [(buf.validate.field).int32 = { gt: -3, lt: 9, not_in: [0, 4] }];
  repeated string tags = 5 [(buf.validate.field).repeated = { min_items: 1, max_items: 3, unique: true, items: { string: { prefix: "t-", max_bytes: 12 } } }];
  map<string, double> weights = 6 [(buf.validate.field).map = { max_pairs: 2, keys: { string: { len: 3 } }, values: { double: { gt: 0, lte: 1 } } }];
  Kind kind = 7 [(buf.validate.field).enum = { defined_only: true, not_in: [0] }];
  Inner inner = 8 [(buf.validate.field).required = true];
  oneof seed {
    option (buf.validate.oneof).required = true;
    uint32 number = 9 [(buf.validate.field).uint32 = { in: [3, 5, 8] }];
    bytes raw = 10 [(buf.validate.field).bytes.max_len = 4];
  }
  string mail = 11 [(buf.validate.field).ignore = IGNORE_IF_ZERO_VALUE, (buf.validate.field).string.email = true];
  string free = 12 [(buf.validate.field).ignore = IGNORE_ALWAYS, (buf.validate.field).string.min_len = 5];
  optional double ratio = 13 [(buf.validate.field).double.finite = true];
}
message Inner { string word = 1 [(buf.validate.field).string.min_len = 1]; Inner next = 2; }
message Answer { double score = 1 [(buf.validate.field).double = { gte: 0, lte: 1 }]; }
"#;

fn tree(messages: &str, property: &str) -> Tree {
    let proto = format!("{HEAD}{messages}");
    let scenarios = format!("contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\nproperties:\n{property}");
    Tree::from_memory([
        ("protos/buf/validate/validate.proto", VALIDATE),
        ("protos/p.proto", proto.as_str()),
        ("services/ranker/contracts/rank.yaml", scenarios.as_str()),
    ])
}

/// What of a request breaks the rules of [`RULED`], told by hand: the oracle of the reading of the rules.
fn wrong(request: &Value) -> Vec<&'static str> {
    let text = |key: &str| request[key].as_str().unwrap_or_default().to_owned();
    let list = |key: &str| request[key].as_array().cloned().unwrap_or_default();
    let mut wrong = Vec::new();
    let mut check = |key: &'static str, holds: bool| {
        if !holds {
            wrong.push(key)
        }
    };
    let id = text("id");
    let groups: Vec<usize> = id.split('-').map(str::len).collect();
    check("id", groups == [8, 4, 4, 4, 12] && id.chars().all(|c| c == '-' || c.is_ascii_hexdigit()));
    let name = text("name");
    check("name", (2..=9).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_lowercase()));
    check("limit", (1..=50).contains(&request["limit"].as_u64().unwrap_or(0)));
    let step = request["step"].as_i64().unwrap_or(0);
    check("step", step > -3 && step < 9 && step != 0 && step != 4);
    let tags: Vec<String> = list("tags").iter().filter_map(|tag| tag.as_str().map(str::to_owned)).collect();
    let mut once = tags.clone();
    once.sort();
    once.dedup();
    check(
        "tags",
        (1..=3).contains(&tags.len())
            && once.len() == tags.len()
            && tags.iter().all(|tag| tag.starts_with("t-") && tag.len() <= 12),
    );
    let weights = request["weights"].as_object().cloned().unwrap_or_default();
    let weight = |value: &Value| value.as_f64().is_some_and(|value| value > 0.0 && value <= 1.0);
    check(
        "weights",
        weights.len() <= 2 && weights.iter().all(|(key, value)| key.chars().count() == 3 && weight(value)),
    );
    check("kind", ["KIND_A", "KIND_B"].contains(&text("kind").as_str()));
    let mut words = Vec::new();
    let mut inner = &request["inner"];
    while inner.is_object() {
        words.push(inner["word"].as_str().unwrap_or_default());
        inner = &inner["next"];
    }
    check("inner", !words.is_empty() && words.iter().all(|word| !word.is_empty()));
    check(
        "number",
        request.get("number").is_none_or(|number| [3, 5, 8].contains(&number.as_u64().unwrap_or(0))),
    );
    // Four bytes are eight letters in base64.
    check(
        "raw",
        request
            .get("raw")
            .is_none_or(|raw| raw.as_str().is_some_and(|raw| raw.trim_end_matches('=').len() * 3 / 4 <= 4)),
    );
    let mail = text("mail");
    let parts = mail.split('@').filter(|part| !part.is_empty()).count();
    let host = mail.rsplit('@').next().unwrap_or_default();
    let is_plain = mail.bytes().all(|byte| byte.is_ascii_graphic())
        && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-.".contains(&byte));
    check("mail", mail.is_empty() || (parts == 2 && is_plain));
    check("ratio", request.get("ratio").is_none_or(Value::is_number));
    wrong
}

/// The messages of the findings of a service that knows the rules, and answers with this score.
fn judge(property: &str, score: f64) -> Vec<String> {
    let change = Change::of_trees(None, tree(RULED, property));
    let checked = check_live(&change, &Policy::default(), &mut |wanted: &Wanted| {
        reacting(wanted, move |pool, call| {
            let query = pool.get_message_by_name("p.v1.Query").expect("the protos have it");
            let request = DynamicMessage::decode(query, call.messages[0].clone()).expect("it is a query");
            let oneof =
                request.descriptor().oneofs().find(|oneof| oneof.name() == "seed").expect("there is one");
            let set = oneof.fields().filter(|field| request.has_field(field)).count();
            let json = to_json(&request).expect("it is JSON");
            match wrong(&json).as_slice() {
                [] if set == 1 => {
                    let mut answer =
                        DynamicMessage::new(pool.get_message_by_name("p.v1.Answer").expect("it is there"));
                    answer.set_field_by_name("score", prost_reflect::Value::F64(score));
                    Reaction::Answer(prost_reflect::prost::Message::encode_to_vec(&answer))
                }
                [] => Reaction::Refuse(Code::InvalidArgument, "seed is missing".to_owned(), vec![]),
                [one] => Reaction::Refuse(Code::InvalidArgument, format!("{one}.word[1] is wrong"), vec![]),
                more => Reaction::Refuse(Code::FailedPrecondition, format!("{more:?}"), vec![]),
            }
        })
    });
    let findings = checked.expect("it is asked").findings;
    findings.into_iter().map(|finding| format!("{} {:?}", finding.message, finding.notes)).collect()
}

#[test]
fn requests_keep_the_rules_of_the_protos() {
    let property = "  - name: laws\n    rpc: Rank\n    cases: 400\n    require: [accepted, response_valid]\n";
    assert_eq!(judge(property, 0.5), [""; 0]);
    let found = judge(property, 1.5);
    assert!(
        found.len() == 1
            && found[0].contains("expected a valid response, got one whose `score` is too large"),
        "{found:#?}"
    );
}

#[test]
fn requests_break_one_rule_and_no_other() {
    let property = "  - name: laws\n    rpc: Rank\n    mode: invalid\n    cases: 400\n    \
                    require: [{ refused: { with: [INVALID_ARGUMENT], names_field: true } }]\n";
    assert_eq!(judge(property, 0.5), [""; 0]);
}

#[test]
fn a_rule_that_is_not_read_is_refused_until_the_file_says_what_is_allowed() {
    let field = "google.protobuf.Duration wait = 1 [(buf.validate.field).duration.gt = { seconds: 3 }];";
    let cel = "string id = 1 [(buf.validate.field).cel = { id: \"x\", expression: \"this != 'x'\" }];";
    let whole = "option (buf.validate.message).cel = { id: \"x\", expression: \"true\" }; string id = 1;";
    let property = "  - name: laws\n    rpc: Rank\n    require: [no_server_fault]\n";
    for (fields, more, part) in [
        (field, "", "the rule `duration.gt` of `wait` is not read"),
        (field, "    fields: { wait: { one_of: [5s] } }\n", ""),
        (cel, "", "the rule `cel` of `id` is not read"),
        (cel, "    fields: { id: { length: { min: 2 } } }\n", ""),
        (whole, "", "the rule `cel` of `p.v1.Query` is not read"),
        (whole, "    fields: { id: { length: { min: 2 } } }\n", ""),
    ] {
        let messages = format!("message Query {{ {fields} }} message Answer {{}}");
        let change = Change::of_trees(None, tree(&messages, &format!("{property}{more}")));
        let findings = check_static(&change, &Policy::default()).expect("it looks").findings;
        match findings.as_slice() {
            [] => assert!(part.is_empty(), "{fields} is read"),
            [finding] => assert!(!part.is_empty() && finding.message.contains(part), "{}", finding.message),
            more => panic!("{more:#?}"),
        }
    }
}

#[test]
fn hostile_protos_are_planned_within_bounds() {
    let wide: String = (0..40).map(|at| format!("Node n{at} = {};", at + 1)).collect();
    let messages = format!(
        "message Query {{ Node node = 1; }} message Node {{ {wide} repeated Query more = 99; }} message Answer {{}}"
    );
    let property = "  - name: laws\n    rpc: Rank\n    require: [no_server_fault]\n";
    let change = Change::of_trees(None, tree(&messages, property));
    let findings = check_static(&change, &Policy::default()).expect("it looks").findings;
    assert!(findings.is_empty(), "{findings:#?}");
    // A request that no machine holds, and that nobody waits for.
    let list = |inner: &str| {
        format!("repeated {inner} more = 1 [(buf.validate.field).repeated.min_items = 1000000];")
    };
    let messages = format!(
        "message Query {{ {} }} message A {{ {} }} message B {{ {} string id = 2 [(buf.validate.field).string.min_len = 900000]; }} message Answer {{}}",
        list("A"),
        list("B"),
        list("string"),
    );
    let change = Change::of_trees(None, tree(&messages, property));
    let findings = check_static(&change, &Policy::default()).expect("it looks").findings;
    assert!(findings.len() == 1 && findings[0].message.contains("no request was found"), "{findings:#?}");
}
