//! What is planted in protos, and in what is said of them.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::{Breaking, Category, Error, Policy, check_static};

pub(super) static PLOT: Plot = Plot { rules: RULES, judge };

/// The rules that the planted change breaks.
static RULES: &[&str] = &[
    "field-renumbered",
    "field-no-delete",
    "field-same-type",
    "field-same-cardinality",
    "field-same-oneof",
    "field-same-name",
    "field-same-json-name",
    "field-same-default",
    "field-same-generated-type",
    "field-same-utf8-validation",
    "message-same-required-fields",
    "oneof-no-delete",
    "enum-value-renumbered",
    "enum-value-no-delete",
    "enum-value-same-name",
    "enum-same-type",
    "rpc-no-delete",
    "rpc-same-request-type",
    "rpc-same-response-type",
    "rpc-same-client-streaming",
    "rpc-same-server-streaming",
    "rpc-same-idempotency-level",
    "message-no-delete",
    "enum-no-delete",
    "service-no-delete",
    "extension-no-delete",
    "extension-range-no-delete",
    "same-json-format",
    "message-no-remove-accessor",
    "file-same-package",
    "file-no-delete",
    "file-same-syntax",
    "file-same-option",
    "package-no-delete",
    "reserved-message-no-delete",
    "reserved-enum-no-delete",
    "buf-yaml-loosened",
    "unreadable-proto",
    "unreadable-buf-yaml",
    "unreadable-base-proto",
    "unreadable-scenario",
];

fn judge() -> Result<Vec<Finding>, Error> {
    let change = Change::of_trees(Some(Tree::from_memory(BASE)), Tree::from_memory(HEAD));
    let mut found = Vec::new();
    // What only generated code notices is asked for by FILE and PACKAGE alone.
    for category in [Category::Callers, Category::File, Category::Package] {
        let policy = Policy {
            breaking: Breaking { category: Some(category), ..Breaking::default() },
            ..Policy::default()
        };
        found.extend(check_static(&change, &policy)?.findings);
    }
    for head in ["version: v1\n", "version: v9\n"] {
        let base = Tree::from_memory([("buf.yaml", "version: v1\nbreaking: { use: [WIRE] }\n")]);
        let change = Change::of_trees(Some(base), Tree::from_memory([("buf.yaml", head)]));
        found.extend(check_static(&change, &Policy::default())?.findings);
    }
    Ok(found)
}

const BASE: [(&str, &str); 8] = [
    ("proto/fields.proto", FIELDS_BEFORE),
    ("proto/calls.proto", CALLS_BEFORE),
    ("proto/moved.proto", "syntax = \"proto3\";\npackage moved.v1;\nmessage Moved {}\n"),
    ("proto/older.proto", OLDER_BEFORE),
    ("proto/newer.proto", NEWER_BEFORE),
    ("proto/gone.proto", "syntax = \"proto3\";\npackage gone.v1;\nmessage Gone {}\n"),
    ("proto/torn.proto", "syntax = \"proto3\";\n"),
    ("proto/mended.proto", "syntax = \"proto3\";\nmessage {\n"),
];

const HEAD: [(&str, &str); 9] = [
    ("proto/fields.proto", FIELDS_AFTER),
    ("proto/calls.proto", CALLS_AFTER),
    ("proto/moved.proto", "syntax = \"proto3\";\npackage moved.v2;\nmessage Moved {}\n"),
    ("proto/older.proto", OLDER_AFTER),
    ("proto/newer.proto", NEWER_AFTER),
    (
        "proto/opened.proto",
        "syntax = \"proto3\";\npackage older.v1;\nenum Opened { OPENED_UNSPECIFIED = 0; }\n",
    ),
    ("proto/torn.proto", "syntax = \"proto3\";\nmessage {\n"),
    ("proto/mended.proto", "syntax = \"proto3\";\n"),
    ("services/planted/contracts/planted.yaml", "contracts: 1\nscenario: planted\n"),
];

const FIELDS_BEFORE: &str = r#"
syntax = "proto3";
package fields.v1;
message Lost { string kept = 1; string lost = 2; }
message Renumbered { string number = 1; }
message Typed { int64 plays = 1; }
message Many { string genre = 1; }
message Chosen { string track = 1; string artist = 2; }
message Named { string artist_id = 1; }
message Json { string track_id = 1; }
message Wide { int64 plays = 1; }
message Reserved { reserved 5, 7 to 9; string text = 1; }
enum Value { VALUE_UNSPECIFIED = 0; VALUE_KEPT = 1; VALUE_LOST = 2; }
enum Place { PLACE_UNSPECIFIED = 0; PLACE_HOME = 1; }
enum Reason { REASON_UNSPECIFIED = 0; REASON_ARTIST = 1; }
enum Kept { reserved 5, 7 to 9; KEPT_UNSPECIFIED = 0; }
enum Dropped { DROPPED_UNSPECIFIED = 0; }
message Unused { string text = 1; }
"#;

const FIELDS_AFTER: &str = r#"
syntax = "proto3";
package fields.v1;
message Lost { string kept = 1; }
message Renumbered { string number = 2; }
message Typed { int32 plays = 1; }
message Many { repeated string genre = 1; }
message Chosen { oneof seed { string track = 1; string artist = 2; } }
message Named { string album_id = 1; }
message Json { string track_id = 1 [json_name = "id"]; }
message Wide { int64 plays = 1 [jstype = JS_STRING]; }
message Reserved { reserved 5, 7; string text = 1; }
enum Value { VALUE_UNSPECIFIED = 0; VALUE_KEPT = 1; }
enum Place { PLACE_UNSPECIFIED = 0; PLACE_HOME = 2; }
enum Reason { REASON_UNSPECIFIED = 0; REASON_POPULAR = 1; }
enum Kept { reserved 5, 7; KEPT_UNSPECIFIED = 0; }
"#;

const OLDER_BEFORE: &str = r#"
syntax = "proto2";
package older.v1;
message Open { extensions 100 to 199; }
extend Open { optional string mood = 100; }
message Limited { optional int32 limit = 1 [default = 20]; }
message Asked { optional string text = 1; }
enum Opened { OPENED_UNSPECIFIED = 0; }
"#;

const OLDER_AFTER: &str = r#"
syntax = "proto2";
package older.v1;
option java_string_check_utf8 = true;
message Open { extensions 100 to 149; }
message Limited { optional int32 limit = 1 [default = 50]; }
message Asked { optional string text = 1; required string viewer_id = 2; }
"#;

const NEWER_BEFORE: &str = r#"
syntax = "proto3";
package newer.v1;
message Seed { oneof of { string track_id = 1; } }
enum Origin { ORIGIN_UNSPECIFIED = 0; }
"#;

const NEWER_AFTER: &str = r#"
syntax = "proto2";
package newer.v1;
message Seed {
  option no_standard_descriptor_accessor = true;
  oneof from { string track_id = 1; }
}
enum Origin { ORIGIN_UNSPECIFIED = 0; }
"#;

const CALLS_BEFORE: &str = r#"
syntax = "proto3";
package calls.v1;
message Query { string text = 1; }
message Other { repeated string ids = 1; }
service Ranker {
  rpc Lost(Query) returns (Query);
  rpc Asked(Query) returns (Query);
  rpc Answered(Query) returns (Query);
  rpc Up(Query) returns (Query);
  rpc Down(Query) returns (Query);
  rpc Twice(Query) returns (Query) { option idempotency_level = IDEMPOTENT; }
}
service Legacy { rpc Rank(Query) returns (Query); }
"#;

const CALLS_AFTER: &str = r#"
syntax = "proto3";
package calls.v1;
option go_package = "example.org/calls/v1";
message Query { string text = 1; }
message Other { repeated string ids = 1; }
service Ranker {
  rpc Asked(Other) returns (Query);
  rpc Answered(Query) returns (Other);
  rpc Up(stream Query) returns (Query);
  rpc Down(Query) returns (stream Query);
  rpc Twice(Query) returns (Query);
}
"#;
