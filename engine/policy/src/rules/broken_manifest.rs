//! `broken-manifest`: finds manifests that cannot be understood.

use findings::rule;

rule! {
    /// A `Cargo.toml` that is not TOML, lacks what a package needs, or points to something that is not there. The package is
    /// not part of what was looked at.
    ///
    /// ## Why it hurts
    /// A package that falls out of the graph falls out of every rule about layers and dependencies.
    ///
    /// ## Example
    /// ```bad
    /// [package //~
    /// name = "home"
    /// ```
    ///
    /// ## Instead
    /// Repair it; `cargo metadata` says what it expects.
    /// ```good
    /// [package]
    /// name = "home"
    /// version = "0.1.0"
    /// edition = "2024"
    /// ```
    pub static BROKEN_MANIFEST = {
        id: "broken-manifest",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds manifests that cannot be understood",
    };
}
