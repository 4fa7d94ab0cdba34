//! `source-too-large`: finds files that are too large to be read.

use findings::rule;

rule! {
    /// A file that is larger than what is read, 8 MiB. Nothing in it was looked at.
    ///
    /// ## Why it hurts
    /// A file of that size is data, and reviewers do not read it either. The example lists a file by its size.
    ///
    /// ## Example
    /// ```bad
    /// services/home/src/tables.rs: 9000000 bytes //~
    /// ```
    ///
    /// ## Instead
    /// Keep the data out of the code, in a file that the code reads.
    /// ```good
    /// services/home/src/tables.rs: 9000 bytes
    /// ```
    pub static SOURCE_TOO_LARGE = {
        id: "source-too-large",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds files that are too large to be read",
    };
}
