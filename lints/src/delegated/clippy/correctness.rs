//! Numbers that lose what they say, checks that cannot fail, `unsafe` without a word.

use findings::rule;

rule! {
    /// A cast by `as` that may cut a number off. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#cast_possible_truncation>.
    ///
    /// ## Why it hurts
    /// The score that did not fit becomes another score, and the item stands where nobody put it.
    ///
    /// ## Example
    /// ```bad
    /// pub fn rank(score: f64) -> i32 {
    ///     score as i32 //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn rank(position: u64) -> Option<u32> {
    ///     u32::try_from(position).ok()
    /// }
    /// ```
    pub static CAST_POSSIBLE_TRUNCATION = {
        id: "clippy::cast_possible_truncation",
        guard: "lints",
        group: "ranking-correctness",
        level: Note,
        summary: "finds casts that may cut a number off",
    };
}

rule! {
    /// A cast by `as` to a float that cannot tell all values apart. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#cast_precision_loss>.
    ///
    /// ## Why it hurts
    /// Two items with different counts get one score, and their order is chance.
    ///
    /// ## Example
    /// ```bad
    /// pub fn score(plays: u64) -> f32 {
    ///     plays as f32 //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn score(plays: u16) -> f32 {
    ///     f32::from(plays)
    /// }
    /// ```
    pub static CAST_PRECISION_LOSS = {
        id: "clippy::cast_precision_loss",
        guard: "lints",
        group: "ranking-correctness",
        level: Note,
        summary: "finds casts to floats that lose digits",
    };
}

rule! {
    /// An assertion of a constant: it always holds, or never. Looked for in tests as well. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#assertions_on_constants>.
    ///
    /// ## Why it hurts
    /// It looks like a check, it is counted as one, and it stays green when the ranking breaks.
    ///
    /// ## Example
    /// ```bad
    /// pub fn ranked() {
    ///     assert!(true); //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn ranked(page: &[u64]) {
    ///     assert!(!page.is_empty());
    /// }
    /// ```
    pub static ASSERTIONS_ON_CONSTANTS = {
        id: "clippy::assertions_on_constants",
        guard: "lints",
        group: "test-integrity",
        level: Warning,
        summary: "finds assertions of constants",
    };
}

rule! {
    /// Equal operands on both sides of an operator that makes no sense of them: `x == x`, `x - x`. Looked for in tests as
    /// well. Found by clippy: <https://rust-lang.github.io/rust-clippy/stable/index.html#eq_op>.
    ///
    /// ## Why it hurts
    /// One of the two was meant to be another one. A comparison of a value with itself lets everything pass.
    ///
    /// ## Example
    /// ```bad
    /// pub fn same(left: u32, right: u32) -> bool {
    ///     left == left && right > 0 //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn same(left: u32, right: u32) -> bool {
    ///     left == right && right > 0
    /// }
    /// ```
    pub static EQ_OP = {
        id: "clippy::eq_op",
        guard: "lints",
        group: "test-integrity",
        level: Warning,
        summary: "finds values that are compared with themselves",
    };
}

rule! {
    /// An `unsafe` block without a comment `// SAFETY:` above it. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#undocumented_unsafe_blocks>.
    ///
    /// ## Why it hurts
    /// Nobody can hold it to what it relies on, the author a month later included.
    ///
    /// ## Example
    /// ```bad
    /// pub fn first(scores: &[u32]) -> u32 {
    ///     unsafe { *scores.get_unchecked(0) } //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn first(scores: &[u32; 4]) -> u32 {
    ///     // SAFETY: the array has four elements.
    ///     unsafe { *scores.get_unchecked(0) }
    /// }
    /// ```
    pub static UNDOCUMENTED_UNSAFE_BLOCKS = {
        id: "clippy::undocumented_unsafe_blocks",
        guard: "lints",
        group: "security",
        level: Warning,
        summary: "finds `unsafe` blocks that do not say why they are sound",
    };
}
