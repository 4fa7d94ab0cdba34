//! Features that cannot be read from the code.

use findings::{NOT_LOOKED_AT, rule};

rule! {
    /// Finds an entry of `contracts.models` whose list of features in the code is not there, is made by a macro or a function,
    /// or has an entry that shows no name.
    ///
    /// ## Why it hurts
    /// The order of the features is held against nothing, and two that are swapped go out.
    ///
    /// ## Example
    /// ```features bad
    /// pub const NAMES: [&str; 2] = ["plays", "skips"];
    /// pub static FEATURES: &[&str] = NAMES.as_slice(); //~
    /// ```
    ///
    /// ## Instead
    /// Write the list out where the policy says that it is.
    ///
    /// ```features good
    /// const PLAYS: &str = "plays";
    /// pub static FEATURES: &[&str] = &[PLAYS, "skips", "age", "genre"];
    /// ```
    pub static UNREADABLE_FEATURES = {
        id: "unreadable-features",
        guard: "contracts",
        group: NOT_LOOKED_AT,
        level: Error,
        summary: "finds lists of features in the code that cannot be read",
    };
}
