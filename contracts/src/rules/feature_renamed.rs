//! A feature that is called otherwise than in the model.

use findings::rule;

rule! {
    /// Finds a feature in a list of the code, which `contracts.models` names, that the model takes under a name of almost the
    /// same letters.
    ///
    /// ## Why it hurts
    /// Whoever looks the feature up by its name finds nothing and takes it for missing; or it is another feature, whose
    /// name happens to be near.
    ///
    /// ## Example
    /// ```features bad
    /// pub struct Input {
    ///     pub name: &'static str,
    /// }
    /// pub static FEATURES: [Input; 4] = [
    ///     Input { name: "plays" },
    ///     Input { name: "skip" }, //~
    ///     Input { name: "age" },
    ///     Input { name: "genre" },
    /// ];
    /// ```
    ///
    /// ## Instead
    /// ```features good
    /// pub struct Input {
    ///     pub name: &'static str,
    /// }
    /// const fn input(name: &'static str) -> Input {
    ///     Input { name }
    /// }
    /// pub static FEATURES: [Input; 4] = [input("plays"), input("skips"), input("age"), input("genre")];
    /// ```
    pub static FEATURE_RENAMED = {
        id: "feature-renamed",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds features that are called otherwise than in the model",
    };
}
