//! `source-too-deep`: finds Rust files that are nested too deeply to be parsed.

use findings::rule;

rule! {
    /// A Rust file with so many brackets, generics or operators inside each other that parsing it could overflow the stack.
    /// Nothing in it was looked at.
    ///
    /// ## Why it hurts
    /// Nobody writes such code by hand, and no reviewer reads it: it is generated, or it is there to bring a tool down. The
    /// example lists a file by its size in nested brackets.
    ///
    /// ## Example
    /// ```bad
    /// services/home/src/tables.rs: 20000 brackets //~
    /// ```
    ///
    /// ## Instead
    /// Keep generated data in a data file that the code reads.
    /// ```good
    /// services/home/src/tables.rs: 20 brackets
    /// ```
    pub static SOURCE_TOO_DEEP = {
        id: "source-too-deep",
        guard: "policy",
        group: "not-looked-at",
        level: Error,
        summary: "finds Rust files that are nested too deeply to be parsed",
    };
}
