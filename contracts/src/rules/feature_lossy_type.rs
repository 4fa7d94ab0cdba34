//! A feature that does not fit into the type in which the model takes it.

use findings::rule;

rule! {
    /// Finds a feature whose type in the code, or in the message of `contracts.models.*.message`, holds whole numbers that the
    /// model's type does not: `int64` in `float32` is exact up to 16777216, in `float64` up to 9007199254740992. Where the lock has
    /// the range of training and that fits, nothing is said. A fraction that is rounded, as of `f64` in `float32`, is what training
    /// has done too.
    ///
    /// ## Why it hurts
    /// An identifier, a count of bytes or a time in milliseconds becomes that of its neighbour.
    ///
    /// ## Example
    /// ```features bad dtype=float32
    /// pub struct FEATURES {
    ///     pub plays: i64, //~
    ///     pub skips: f32,
    ///     pub age: i64,
    ///     pub genre: f32,
    /// }
    /// ```
    ///
    /// ## Instead
    /// Give what training had: a logarithm, a share, an age. Of `age` it is known that training saw at most 3650.
    ///
    /// ```features good dtype=float32
    /// pub struct FEATURES {
    ///     pub plays: f32,
    ///     pub skips: f32,
    ///     pub age: i64,
    ///     pub genre: f32,
    /// }
    /// ```
    pub static FEATURE_LOSSY_TYPE = {
        id: "feature-lossy-type",
        guard: "contracts",
        group: "models",
        level: Warning,
        summary: "finds features that do not fit into the types of the model",
    };
}
