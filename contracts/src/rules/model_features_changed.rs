//! A retrain that changes what a model takes.

use findings::rule;

rule! {
    /// Finds a model that takes other features, in another order, or in other types, ranges or vocabularies than the base's, or
    /// that has other tensors or operators. What serves it is judged beside this: a retrain whose code and lock fit passes.
    ///
    /// ## Why it hurts
    /// Where model and service are not rolled out together, for a time one serves the other's features.
    ///
    /// ## Example
    /// ```trained
    /// tree
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=1
    /// objective=regression
    /// feature_names=plays skips
    ///
    /// end of trees
    /// ```
    /// ```model bad
    /// tree #~
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=2
    /// objective=regression
    /// feature_names=plays skips age
    ///
    /// end of trees
    /// ```
    ///
    /// ## Instead
    /// Bring the code and the lock in the same change. A retrain that takes what the base's took says nothing.
    ///
    /// ```trained
    /// tree
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=1
    /// objective=regression
    /// feature_names=plays skips
    ///
    /// end of trees
    /// ```
    /// ```model good
    /// tree
    /// version=v4
    /// num_class=1
    /// num_tree_per_iteration=1
    /// max_feature_idx=1
    /// objective=regression
    /// feature_names=plays skips
    ///
    /// end of trees
    ///
    /// parameters:
    /// [num_iterations: 200]
    /// end of parameters
    /// ```
    pub static MODEL_FEATURES_CHANGED = {
        id: "model-features-changed",
        guard: "contracts",
        group: "retrains",
        level: Note,
        summary: "finds retrains that change what a model takes",
    };
}
