//! A number for what is missing that the model does not take for missing.

use findings::rule;

rule! {
    /// Finds a feature for which serving gives another number, where there is no value, than training had.
    ///
    /// - A number where the splits of the model know NaN as missing, or one other than zero where they know zero.
    /// - NaN where they know nothing as missing and take it for zero, or where no operator of an ONNX model knows NaN, so
    ///   that the score is NaN too.
    /// - `Some(value.unwrap_or(0.0))` as an entry of the code's list, where the signature says otherwise.
    ///
    /// ## Why it hurts
    /// A new track has no history: it is scored as if it had one that nobody ever plays, and stays where it is.
    ///
    /// ## Example
    /// ```signature bad
    /// file: queue.txt
    /// sha256: {sha256}
    /// features:
    /// - { name: plays, missing: 0.0 } #~
    /// - { name: skips, missing: .nan } #~
    /// - age
    /// - genre
    /// ```
    ///
    /// ## Instead
    /// ```signature good
    /// file: queue.txt
    /// sha256: {sha256}
    /// inputs:
    /// - { name: features, dtype: float32, shape: [batch, 4] }
    /// features:
    /// - { name: plays, missing: .nan }
    /// - { name: skips, missing: 0.25 }
    /// - age
    /// - genre
    /// ```
    pub static FEATURE_MISSING_VALUE = {
        id: "feature-missing-value",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds numbers for missing values that the model does not take for missing",
    };
}
