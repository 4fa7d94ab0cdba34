//! What is printed where it should be logged.

use findings::rule;

rule! {
    /// `println!` and `print!` in code that is not there for tests. A command that prints its answer is right to. Found by
    /// clippy: <https://rust-lang.github.io/rust-clippy/stable/index.html#print_stdout>.
    ///
    /// ## Why it hurts
    /// What a service prints has no level, no request and no time, and takes a lock that all threads share.
    ///
    /// ## Example
    /// ```bad
    /// pub fn rank(count: usize) {
    ///     println!("ranked {count}"); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn rank(count: usize, log: &mut dyn std::fmt::Write) -> std::fmt::Result {
    ///     writeln!(log, "ranked {count}")
    /// }
    /// ```
    pub static PRINT_STDOUT = {
        id: "clippy::print_stdout",
        guard: "lints",
        group: "observability",
        level: Note,
        summary: "finds what is printed to standard output",
    };
}

rule! {
    /// `eprintln!` and `eprint!` in code that is not there for tests. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#print_stderr>.
    ///
    /// ## Why it hurts
    /// What a service prints has no level, no request and no time, and no alert counts it.
    ///
    /// ## Example
    /// ```bad
    /// pub fn failed(reason: &str) {
    ///     eprintln!("failed: {reason}"); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn failed(reason: &str, log: &mut dyn std::fmt::Write) -> std::fmt::Result {
    ///     writeln!(log, "failed: {reason}")
    /// }
    /// ```
    pub static PRINT_STDERR = {
        id: "clippy::print_stderr",
        guard: "lints",
        group: "observability",
        level: Note,
        summary: "finds what is printed to standard error",
    };
}

rule! {
    /// `dbg!` in code that is not there for tests. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#dbg_macro>.
    ///
    /// ## Why it hurts
    /// It was left behind from a search for a fault, and writes whole requests to standard error.
    ///
    /// ## Example
    /// ```bad
    /// pub fn double(score: u32) -> u32 {
    ///     dbg!(score) * 2 //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn double(score: u32) -> u32 {
    ///     score * 2
    /// }
    /// ```
    pub static DBG_MACRO = {
        id: "clippy::dbg_macro",
        guard: "lints",
        group: "observability",
        level: Warning,
        summary: "finds `dbg!` that was left behind",
    };
}
