//! `experiments`: where experiments are written, and what has to be there for each.

use ::policy::{Direction, Document, Key, PolicyError};
use serde::Deserialize;

use super::{Policy, both_endings, is_path};

/// Where experiments are written, and what has to be there for each.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Experiments {
    /// Globs of files that list experiments.
    pub files: Vec<String>,
    /// Units of an experiment fall into this many buckets.
    pub buckets: u32,
    /// Globs of files that list the metrics by which experiments are judged; `None`: metrics are not looked up.
    pub metrics: Option<Vec<String>>,
    /// Paths of items that log an exposure: code beside a file of experiments has to name one; `None`: that is not
    /// looked at.
    pub exposure: Option<Vec<String>>,
    /// Paths of the functions and constants of the code that say in which bucket a unit is.
    pub buckets_in: Vec<String>,
}

impl Default for Experiments {
    fn default() -> Experiments {
        let files = both_endings("services/*/experiments");
        Experiments { files, buckets: 1000, metrics: None, exposure: None, buckets_in: Vec::new() }
    }
}

pub(super) const KEYS: &[Key] = &[
    Key::new(
        "experiments.files",
        "list of globs",
        "[services/*/experiments.yaml, services/*/experiments.yml]",
        Direction::MoreTightens,
        "Files that list experiments, each with `name`, `salt`, `state`, `starts`, `ends`, `arms` of `name`, `from` and \
         `to`, and by which metrics it is judged.",
    ),
    Key::new(
        "experiments.buckets",
        "number",
        "1000",
        Direction::AnyChangeLoosens,
        "How many buckets the units of an experiment fall into: the whole that the ranges of its arms share.",
    ),
    Key::new(
        "experiments.metrics",
        "list of globs",
        "any metric",
        Direction::AllowList,
        "Files that list the metrics which outcomes tell of, by name: a YAML map of them, or a list of names or of maps \
         with `name`. The metrics of an experiment have to be among them. Without the key they are not looked up; an empty list knows none.",
    ),
    Key::new(
        "experiments.exposure",
        "list of paths",
        "not looked at",
        Direction::AllowList,
        "Items that log an exposure, as in `stages::ExposureEffect`. The package of a file of experiments has to name one \
         of them in code that serves. Without the key that is not looked at; of an empty list nothing can be named.",
    ),
    Key::new(
        "experiments.buckets_in",
        "list of paths",
        "[]",
        Direction::MoreTightens,
        "Functions, methods and constants of the workspace that say in which bucket a unit is, as in `experiments::bucket` \
         and `experiments::BUCKETS`: the hash, what goes into it, the number of buckets. While an experiment runs, none \
         of them may say something else. Each is named by itself, also where one calls another.",
    ),
];

pub(super) fn check(document: &Document, policy: &Policy) -> Result<(), PolicyError> {
    let experiments = &policy.experiments;
    for (name, globs) in [("files", Some(&experiments.files)), ("metrics", experiments.metrics.as_ref())] {
        for (index, glob) in globs.into_iter().flatten().enumerate() {
            if let Err(error) = globset::Glob::new(glob) {
                return Err(document.error_at(&format!("contracts.experiments.{name}[{index}]"), error));
            }
        }
    }
    for (index, path) in experiments.buckets_in.iter().enumerate() {
        if !is_path(path) {
            return Err(document.error_at(
                &format!("contracts.experiments.buckets_in[{index}]"),
                "a path is written as in `experiments::bucket`",
            ));
        }
    }
    if experiments.buckets == 0 {
        return Err(document.error_at("contracts.experiments.buckets", "there has to be a bucket"));
    }
    Ok(())
}
