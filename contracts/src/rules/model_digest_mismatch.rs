//! A digest in configuration that is not that of the artefact.

use findings::rule;

rule! {
    /// Finds a SHA-256 in a signature, or at a place of `contracts.models.*.digests`, that is not that of the model's file.
    ///
    /// ## Why it hurts
    /// The service refuses the model at its start, or loads one that nobody reviewed.
    ///
    /// ## Example
    /// ```signature bad
    /// file: queue.txt
    /// sha256: 3a7bd3e2360a3d29eea436fcfb7e44c735d117c42d1c1835420b6b9942dd4f1b #~
    /// features: [plays, skips, age, genre]
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
    pub static MODEL_DIGEST_MISMATCH = {
        id: "model-digest-mismatch",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds digests in configuration that are not those of the artefacts",
    };
}
