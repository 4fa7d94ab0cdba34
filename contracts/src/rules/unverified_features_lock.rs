//! A lock that changed where there is no artefact to compare it with.

use findings::rule;

rule! {
    /// Finds a `features.lock` that differs from the base's while the tree does not have the artefact: it lies in large file
    /// storage or in a registry of models.
    ///
    /// ## Why it hurts
    /// Nothing but the author's word says that the model takes these features in this order.
    ///
    /// ## Example
    /// ```lock bad elsewhere
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
    /// Judge the change where the artefact was fetched, or have the lock approved.
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
    pub static UNVERIFIED_FEATURES_LOCK = {
        id: "unverified-features-lock",
        guard: "contracts",
        group: "retrains",
        level: Error,
        summary: "finds changed locks without an artefact to compare them with",
    };
}
