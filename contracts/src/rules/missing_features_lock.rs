//! A model without a lock.

use findings::rule;

rule! {
    /// Finds a model of `contracts.models` whose artefact is there and whose lock is not.
    ///
    /// ## Why it hurts
    /// A reviewer of a retrain sees that a binary file changed, and nothing of what it now takes.
    ///
    /// ## Example
    /// ```model bad unlocked
    /// tree #~
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
    ///
    /// ## Instead
    /// Run `cargo xtask contracts lock` and commit what it writes.
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
    pub static MISSING_FEATURES_LOCK = {
        id: "missing-features-lock",
        guard: "contracts",
        group: "models",
        level: Warning,
        summary: "finds models without a lock beside them",
    };
}
