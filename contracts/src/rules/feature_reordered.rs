//! Features in another order than the model takes them.

use findings::rule;

rule! {
    /// Finds features in a list of the code, which `contracts.models` names, that stand in another order than the columns of the
    /// model. As few as possible are named: of two that are swapped, one.
    ///
    /// ## Why it hurts
    /// The row has the right length and the right types, so that nothing fails: the model takes one number for another, and
    /// rankings become worse without a sign. LightGBM and a single tensor of ONNX compare no names.
    ///
    /// ## Example
    /// ```features bad
    /// pub struct FEATURES {
    ///     pub skips: f32, //~
    ///     pub plays: f32,
    ///     pub age: f32,
    ///     pub genre: f32,
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```features good
    /// pub struct FEATURES {
    ///     pub plays: f32,
    ///     pub skips: Option<f32>,
    ///     #[feature(name = "age")]
    ///     pub age_in_days: f32,
    ///     pub genre: f32,
    ///     #[feature(skip)]
    ///     pub row: u64,
    /// }
    /// ```
    pub static FEATURE_REORDERED = {
        id: "feature-reordered",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds features in another order than the model takes them",
    };
}
