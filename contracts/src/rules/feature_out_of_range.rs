//! Values of a feature that training never saw.

use findings::rule;

rule! {
    /// Finds a feature of which a replay set has values outside the range that the lock has from training. What stands for a
    /// missing value is left out.
    ///
    /// ## Why it hurts
    /// A model says something of what it never saw, and nobody knows what: most often the unit or the transform is another
    /// one than in training.
    ///
    /// ## Example
    /// ```replay bad
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 1209600}, "score": 0.9}}} #~
    /// ```
    ///
    /// ## Instead
    /// Give days where training had days.
    ///
    /// ```replay good
    /// {"gatefold.replay": 1, "sha256": "{sha256}"}
    /// {"id": "evening", "request": {"limit": 2}, "items": {"a": {"features": {"age": 14}, "score": 0.9}}}
    /// ```
    pub static FEATURE_OUT_OF_RANGE = {
        id: "feature-out-of-range",
        guard: "contracts",
        group: "models",
        level: Warning,
        summary: "finds logged values of features that training never saw",
    };
}
