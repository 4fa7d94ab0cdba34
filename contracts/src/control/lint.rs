//! What is planted in how protos are written, and in a change that only the wire format lets pass.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::{Breaking, Category, Error, Lint, Policy, check_static};

pub(super) static PLOT: Plot =
    Plot { rules: &["lossy-change", "ranking-without-deadline", "ranking-without-order"], judge };

fn judge() -> Result<Vec<Finding>, Error> {
    let tree = |kind: &str| Tree::from_memory([("protos/planted.proto", PLANTED.replace("KIND", kind))]);
    let change = Change::of_trees(Some(tree("int64")), tree("int32"));
    let breaking = Breaking { category: Some(Category::Wire), ..Breaking::default() };
    let lint = Lint { ranking: vec!["planted.v1.Ranker/*".to_owned()], ..Lint::default() };
    Ok(check_static(&change, &Policy { breaking, lint, ..Policy::default() })?.findings)
}

const PLANTED: &str = r#"
syntax = "proto3";
package planted.v1;
message Query { string viewer_id = 1; }
message Track { KIND plays = 1; double score = 2; }
message Answer { repeated Track tracks = 1; }
service Ranker { rpc Rank(Query) returns (Answer); }
"#;
