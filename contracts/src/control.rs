//! The guard's positive control: one violation of every rule of the static tier, planted in memory and judged like any
//! other change.

use findings::missed;
use source::{Change, Tree};

use crate::{Error, Policy, check_static};

/// The rules that do not find what is planted for them, which is none unless this build of the guard is broken.
///
/// # Errors
/// As [`check_static`].
pub fn control() -> Result<Vec<&'static str>, Error> {
    let change = Change::of_trees(Some(Tree::from_memory(BASE)), Tree::from_memory(HEAD));
    Ok(missed(PLANTED, &check_static(&change, &Policy::default())?.findings))
}

/// The rules that the planted change breaks.
static PLANTED: &[&str] = &[
    "field-renumbered",
    "field-no-delete",
    "field-same-type",
    "field-same-cardinality",
    "field-same-oneof",
    "field-same-name",
    "field-same-json-name",
    "enum-value-renumbered",
    "enum-value-no-delete",
    "enum-value-same-name",
    "rpc-no-delete",
    "rpc-same-request-type",
    "rpc-same-response-type",
    "rpc-same-client-streaming",
    "rpc-same-server-streaming",
    "message-no-delete",
    "enum-no-delete",
    "service-no-delete",
    "file-same-package",
    "package-no-delete",
    "reserved-message-no-delete",
    "reserved-enum-no-delete",
    "unreadable-proto",
    "unreadable-base-proto",
    "unreadable-scenario",
];

const BASE: [(&str, &str); 6] = [
    ("proto/fields.proto", FIELDS_BEFORE),
    ("proto/calls.proto", CALLS_BEFORE),
    ("proto/moved.proto", "syntax = \"proto3\";\npackage moved.v1;\nmessage Moved {}\n"),
    ("proto/gone.proto", "syntax = \"proto3\";\npackage gone.v1;\nmessage Gone {}\n"),
    ("proto/torn.proto", "syntax = \"proto3\";\n"),
    ("proto/mended.proto", "syntax = \"proto3\";\nmessage {\n"),
];

const HEAD: [(&str, &str); 6] = [
    ("proto/fields.proto", FIELDS_AFTER),
    ("proto/calls.proto", CALLS_AFTER),
    ("proto/moved.proto", "syntax = \"proto3\";\npackage moved.v2;\nmessage Moved {}\n"),
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
message Reserved { reserved 5, 7; string text = 1; }
enum Value { VALUE_UNSPECIFIED = 0; VALUE_KEPT = 1; }
enum Place { PLACE_UNSPECIFIED = 0; PLACE_HOME = 2; }
enum Reason { REASON_UNSPECIFIED = 0; REASON_POPULAR = 1; }
enum Kept { reserved 5, 7; KEPT_UNSPECIFIED = 0; }
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
}
service Legacy { rpc Rank(Query) returns (Query); }
"#;

const CALLS_AFTER: &str = r#"
syntax = "proto3";
package calls.v1;
message Query { string text = 1; }
message Other { repeated string ids = 1; }
service Ranker {
  rpc Asked(Other) returns (Query);
  rpc Answered(Query) returns (Other);
  rpc Up(stream Query) returns (Query);
  rpc Down(Query) returns (stream Query);
}
"#;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_finds_what_is_planted_for_it() {
        assert_eq!(control().expect("the guard looks"), [""; 0]);
    }

    #[test]
    fn something_is_planted_for_every_rule() {
        // The one needs the category FILE, the other a running service.
        let left_out = ["file-no-delete", "scenario-failed"];
        let unplanted = crate::RULES.iter().map(|rule| rule.id).filter(|id| !PLANTED.contains(id));
        assert_eq!(unplanted.collect::<Vec<_>>(), left_out);
    }
}
