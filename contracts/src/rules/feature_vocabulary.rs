//! Categories that are not those of training.

use findings::rule;

rule! {
    /// Finds a list of categories in the code, which `contracts.models.*.vocabularies` names, that is not that of the lock: a
    /// category more, less, or with another code. Where the model only knows codes, all of them must be among those of the list.
    ///
    /// ## Why it hurts
    /// A model knows categories by their place in a list. One that is inserted gives all behind it the code of their
    /// neighbour: jazz is scored as pop.
    ///
    /// ## Example
    /// ```features bad
    /// pub static FEATURES: &[&str] = &["plays", "skips", "age", "genre"];
    /// pub static GENRES: [&str; 4] = [
    ///     "blues", //~
    ///     "jazz",
    ///     "pop",
    ///     "rock",
    /// ];
    /// ```
    ///
    /// ## Instead
    /// Add at the end, and only with a model that was trained with it.
    ///
    /// ```features good
    /// pub static FEATURES: &[&str] = &["plays", "skips", "age", "genre"];
    /// pub static GENRES: [&str; 3] = ["jazz", "pop", "rock"];
    /// ```
    pub static FEATURE_VOCABULARY = {
        id: "feature-vocabulary",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds categories in the code that are not those of training",
    };
}
