//! A lock that is not what its artefact says.

use findings::rule;

rule! {
    /// Finds a `features.lock` that differs from what the artefact beside it says of itself: features, their order, types,
    /// ranges or vocabularies, tensors, operators, the SHA-256. An artefact in large file storage is held against the digest in
    /// its pointer.
    ///
    /// ## Why it hurts
    /// A lock is what reviewers and the code are held against. One that was edited by hand, or left behind by a retrain, says
    /// that features fit which do not.
    ///
    /// ## Example
    /// ```lock bad
    /// features-lock: 1 #~
    /// artefact: queue.txt
    /// format: lightgbm
    /// sha256: {sha256}
    /// columns: 4
    /// scores: 1
    /// features:
    /// - { name: skips, dtype: float64, range: [0.0, 1.0], missing: none }
    /// - { name: plays, dtype: float64, range: [0.0, 5000000000.0], missing: nan }
    /// - { name: age, dtype: float64, range: [0.0, 3650.0] }
    /// - { name: genre, dtype: float64, vocabulary: ["jazz", "pop", "rock"] }
    /// ```
    ///
    /// ## Instead
    /// Run `cargo xtask contracts lock`.
    ///
    /// ```lock good
    /// features-lock: 1
    /// artefact: queue.txt
    /// format: lightgbm
    /// sha256: {sha256}
    /// columns: 4
    /// scores: 1
    /// features:
    /// - { name: plays, dtype: float64, range: [0.0, 5000000000.0], missing: nan }
    /// - { name: skips, dtype: float64, range: [0.0, 1.0], missing: none }
    /// - { name: age, dtype: float64, range: [0.0, 3650.0] }
    /// - { name: genre, dtype: float64, vocabulary: ["jazz", "pop", "rock"] }
    /// ```
    pub static STALE_FEATURES_LOCK = {
        id: "stale-features-lock",
        guard: "contracts",
        group: "models",
        level: Error,
        summary: "finds locks that are not what their artefacts say",
    };
}
