//! A signature that is not what the artefact takes and gives.

use findings::rule;

rule! {
    /// Finds a signature whose tensors have other names, types or shapes than the model's, or whose features are others or in
    /// another order.
    ///
    /// ## Why it hurts
    /// A service that trusts it builds rows that the model cannot take; one that compares does not start.
    ///
    /// ## Example
    /// ```signature bad
    /// file: queue.txt
    /// sha256: {sha256}
    /// inputs: #~
    /// - { name: features, dtype: float32, shape: [batch, 5] }
    /// features: [plays, skips, genre, age] #~
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
    pub static MODEL_SIGNATURE_MISMATCH = {
        id: "model-signature-mismatch",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds signatures that are not what the artefacts take and give",
    };
}
