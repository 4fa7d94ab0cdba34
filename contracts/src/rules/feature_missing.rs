//! A feature that the code does not give.

use findings::rule;

rule! {
    /// Finds a feature that a model takes and a list of the code, which `contracts.models` names, does not have.
    ///
    /// ## Why it hurts
    /// Every feature behind it slides into the place of another. A model server may refuse the row; an engine that only
    /// counts, or not even that, scores it.
    ///
    /// ## Example
    /// ```features bad
    /// pub static FEATURES: &[&str] = &["plays", "skips", "genre"]; //~
    /// ```
    ///
    /// ## Instead
    /// ```features good
    /// pub static FEATURES: &[&str] = &["plays", "skips", "age", "genre"];
    /// ```
    pub static FEATURE_MISSING = {
        id: "feature-missing",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds features that a model takes and the code does not give",
    };
}
