//! A consumer that uses what is not there.

use findings::rule;

rule! {
    /// Finds a method or a field that a consumer's file names and that the protos do not have.
    ///
    /// What goes in the same change is told by the rule that finds it gone.
    ///
    /// ## Why it hurts
    /// Either the consumer waits for something that never comes, or its file is wrong about a field that it does use: then
    /// that field is taken for one that nobody reads, and goes.
    ///
    /// ## Example
    /// ```consumer bad
    /// contracts: 1
    /// consumer: listening-app
    /// owner: "@listening"
    /// uses:
    ///   example.v1.Ranker/Rank:
    ///     sends: [limit]
    ///     reads:
    ///       - items.id
    ///       - items.scores #~
    ///   example.v1.Ranker/Explain: #~
    ///     reads: [text]
    /// ```
    ///
    /// ## Instead
    /// ```consumer good
    /// contracts: 1
    /// consumer: listening-app
    /// owner: "@listening"
    /// uses:
    ///   example.v1.Ranker/Rank:
    ///     sends: [limit]
    ///     reads:
    ///       - items.id
    ///       - items.score
    /// ```
    pub static UNKNOWN_CONSUMED_FIELD = {
        id: "unknown-consumed-field",
        guard: "contracts",
        group: "consumers",
        level: Error,
        summary: "finds consumers' files that name methods and fields which the protos do not have",
    };
}
