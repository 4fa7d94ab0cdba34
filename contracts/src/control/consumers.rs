//! What is planted in consumers' files, and what goes while they use it.

use findings::Finding;
use source::{Change, Tree};

use super::Plot;
use crate::{Error, Policy, check_static};

pub(super) static PLOT: Plot =
    Plot { rules: &["removed-while-consumed", "unknown-consumed-field", "unreadable-consumer"], judge };

fn judge() -> Result<Vec<Finding>, Error> {
    let tree = |ranking: &str, app: &str| {
        let proto = format!(
            "syntax = \"proto3\";\npackage p.v1;\nmessage Query {{}}\nmessage Ranking {{ {ranking} }}\n\
             service Ranker {{ rpc Rank(Query) returns (Ranking); }}\n"
        );
        Tree::from_memory([
            ("proto/p/v1/p.proto", proto.as_str()),
            ("contracts/consumers/app.yaml", app),
            ("contracts/consumers/broken.yaml", "contracts: 1\nconsumers: broken\n"),
        ])
    };
    let app = "contracts: 1\nconsumer: app\nuses: { p.v1.Ranker/Rank: { reads: [score, scores] } }\n";
    let base = tree("double score = 1;", app);
    let head = tree("reserved 1; reserved \"score\";", app);
    Ok(check_static(&Change::of_trees(Some(base), head), &Policy::default())?.findings)
}
