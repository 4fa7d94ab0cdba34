//! A consumer's file that cannot be read.

use findings::{UNREADABLE, rule};

rule! {
    /// Finds a consumer's file that cannot be read: wrong in shape, without anything that it uses, or with the name of a
    /// consumer that has another file.
    ///
    /// ## Why it hurts
    /// What the consumer uses is not known, so that a change which breaks it is told as one that breaks nobody.
    ///
    /// ## Example
    /// ```consumer bad
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   example.v1.Ranker/Rank:
    ///     read: [items.id] #~
    /// ```
    ///
    /// ## Instead
    /// ```consumer good
    /// contracts: 1
    /// consumer: listening-app
    /// uses:
    ///   example.v1.Ranker/Rank:
    ///     reads: [items.id]
    /// ```
    pub static UNREADABLE_CONSUMER = {
        id: "unreadable-consumer",
        guard: "contracts",
        group: UNREADABLE,
        level: Error,
        summary: "finds consumers' files that cannot be read",
    };
}
