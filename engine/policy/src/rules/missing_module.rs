//! `missing-module`: finds module declarations whose file is not there.

use findings::rule;

rule! {
    /// A `mod` declaration or an `include!` whose file is not there, or cannot be found without running a build script.
    ///
    /// ## Why it hurts
    /// What the compiler would read and Gatefold cannot find was not looked at. The example is the root file of a crate that
    /// has no other file.
    ///
    /// ## Example
    /// ```bad
    /// mod handlers; //~
    /// ```
    ///
    /// ## Instead
    /// Add the file, or write the module in place.
    /// ```good
    /// mod handlers {}
    /// ```
    pub static MISSING_MODULE = {
        id: "missing-module",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds module declarations whose file is not there",
    };
}
