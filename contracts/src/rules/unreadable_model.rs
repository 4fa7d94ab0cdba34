//! A model that cannot be judged.

use findings::{NOT_LOOKED_AT, rule};

rule! {
    /// Finds a model of `contracts.models` of which nothing can be said: its artefact is cut off, too large or of another
    /// format, takes weights from outside its folder, is not there and has no lock, or went and left no pointer; its lock or
    /// its signature cannot be read; what the policy says of it is not there.
    ///
    /// ## Why it hurts
    /// Whoever swaps its features is not told. A file that only looks like a model is found by the service at its start,
    /// in production.
    ///
    /// ## Example
    /// ```model bad
    /// tree #~
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=1
    /// objective=regression
    /// feature_names=plays skips
    /// feature_infos=[0:1000] [0:1]
    /// ```
    ///
    /// ## Instead
    /// Commit the model as the trainer wrote it.
    ///
    /// ```model good
    /// tree
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=1
    /// objective=regression
    /// feature_names=plays skips
    /// feature_infos=[0:1000] [0:1]
    ///
    /// end of trees
    /// ```
    pub static UNREADABLE_MODEL = {
        id: "unreadable-model",
        guard: "contracts",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds models whose artefact, lock or signature cannot be read",
    };
}
