//! `unparsable-source`: finds Rust files that cannot be parsed.

use findings::rule;

rule! {
    /// A Rust file that the parser does not understand. Nothing in it was looked at by any guard that reads Rust. Where no
    /// target reaches the file, such as a template or code that a test shows to the compiler, it advises.
    ///
    /// ## Why it hurts
    /// Whoever reviews relies on silence meaning "nothing found". A file that is skipped in silence is where the next fault
    /// hides.
    ///
    /// ## Example
    /// ```bad
    /// fn rank(items: &[Item]) -> Vec<Item> {
    ///     items.iter().map(|item| item.clone()
    /// } //~
    /// ```
    ///
    /// ## Instead
    /// Make it compile. Where it is valid Rust, report it to Gatefold and exclude the file in the policy until then.
    /// ```good
    /// fn rank(items: &[Item]) -> Vec<Item> {
    ///     items.iter().cloned().collect()
    /// }
    /// ```
    pub static UNPARSABLE_SOURCE = {
        id: "unparsable-source",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds Rust files that cannot be parsed",
    };
}
