//! What is planted in scenario files.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::policy::Coverage;
use crate::{Error, Policy, check_static};

pub(super) static PLOT: Plot = Plot { rules: &["uncovered-rpc", "uncovered-field"], judge };

fn judge() -> Result<Vec<Finding>, Error> {
    let proto = "syntax = \"proto3\";\npackage p.v1;\nmessage Query { uint32 limit = 1; string text = 2; }\n\
                 message Ranking { double score = 1; }\n\
                 service Ranker { rpc Rank(Query) returns (Ranking); rpc Lost(Query) returns (Ranking); }\n";
    let file = "contracts: 1\nservice: p.v1.Ranker\ntarget: ranker\nscenarios:\n\
                \x20 - { name: planted, rpc: Rank, request: { limit: 0 }, expect: { status: INVALID_ARGUMENT } }\n";
    let tree = Tree::from_memory([("proto/p/v1/p.proto", proto), ("services/p/contracts/p.yaml", file)]);
    let coverage = Coverage { rpcs: Some(1.0), fields: Some(1.0) };
    let policy = Policy { coverage, ..Policy::default() };
    Ok(check_static(&Change::of_trees(None, tree), &policy)?.findings)
}
