//! A feature that the model does not take.

use findings::rule;

rule! {
    /// Finds a feature in a list of the code, which `contracts.models` names, that the model does not take, or that stands there
    /// twice.
    ///
    /// ## Why it hurts
    /// Every feature behind it slides into the place of another, and the model scores what it was given.
    ///
    /// ## Example
    /// ```features bad
    /// pub static FEATURES: &[&str] = &[
    ///     "plays",
    ///     "skips",
    ///     "bpm", //~
    ///     "age",
    ///     "genre",
    /// ];
    /// ```
    ///
    /// ## Instead
    /// Train with it first; the new model and its lock come in the same change.
    ///
    /// ```features good
    /// pub static FEATURES: &[&str] = &["plays", "skips", "age", "genre"];
    /// ```
    pub static FEATURE_EXTRA = {
        id: "feature-extra",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds features that the code gives and the model does not take",
    };
}
