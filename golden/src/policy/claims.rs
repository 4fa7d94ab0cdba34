//! What the policy says of claims: whether one must be made, and what another model may do.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};
use serde::Deserialize;

/// Whether a change that moves rankings has to say so before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Declaring {
    /// What declares nothing is approved or not.
    #[default]
    Optional,
    /// What declares nothing declares `none`.
    Required,
}

/// Which share of changed requests a scope is held against.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Shares {
    /// The share that the corpus shows.
    #[default]
    Measured,
    /// The share that, with the policy's confidence, is not exceeded by all requests that the corpus stands for.
    Proven,
}

/// What another model may do to a segment of a corpus.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ModelLimits {
    /// The smallest mean of `rbo_ext(.9)` between old and new rankings.
    pub rbo: f64,
    /// The largest share of requests with another item on top.
    pub top: f64,
    /// How many times as large as the base's the files of the model may be.
    pub bytes: f64,
    /// The largest fall of judged quality over all requests, as a share of what it was.
    pub drop: f64,
    /// The same in one segment.
    pub drop_segment: f64,
}

impl Default for ModelLimits {
    /// A retrain of one model on other data was measured at an overlap of .82 with another item on top of 36 percent of
    /// the lists; below .8 it is another ranker.
    fn default() -> Self {
        ModelLimits { rbo: 0.8, top: 0.5, bytes: 2.0, drop: 0.005, drop_segment: 0.01 }
    }
}

/// The files that belong to a model: artefact, signature, lock.
pub(super) fn models() -> Vec<String> {
    ["models/**", "services/*/models/**", "**/features.lock", "**/model.lock"].map(str::to_owned).to_vec()
}

/// The globs as a set. An error names the one that is none.
pub(crate) fn globs(globs: &[String]) -> Result<GlobSet, String> {
    let mut set = GlobSetBuilder::new();
    for glob in globs {
        let glob = GlobBuilder::new(glob).literal_separator(true).build();
        set.add(glob.map_err(|error| error.kind().to_string())?);
    }
    set.build().map_err(|error| error.kind().to_string())
}
