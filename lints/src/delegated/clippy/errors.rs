//! Panics on the way, and causes that are thrown away.

use findings::rule;

rule! {
    /// `map_err(|_| ..)`, which throws the cause of an error away. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#map_err_ignore>.
    ///
    /// ## Why it hurts
    /// The log says that something failed and not what; whoever is called at night starts from nothing.
    ///
    /// ## Example
    /// ```bad
    /// pub fn limit(text: &str) -> Result<u32, String> {
    ///     text.parse().map_err(|_| "no limit".to_owned()) //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn limit(text: &str) -> Result<u32, String> {
    ///     text.parse().map_err(|error| format!("no limit: {error}"))
    /// }
    /// ```
    pub static MAP_ERR_IGNORE = {
        id: "clippy::map_err_ignore",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds errors that are mapped without their cause",
    };
}

rule! {
    /// `unwrap()` on an `Option` or a `Result` in code that is not there for tests. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#unwrap_used>.
    ///
    /// ## Why it hurts
    /// A panic in a handler ends the request without an answer, and where a lock was held it ends later ones, too.
    ///
    /// ## Example
    /// ```bad
    /// pub fn best(scores: &[u32]) -> u32 {
    ///     *scores.iter().max().unwrap() //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn best(scores: &[u32]) -> Option<u32> {
    ///     scores.iter().max().copied()
    /// }
    /// ```
    pub static UNWRAP_USED = {
        id: "clippy::unwrap_used",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds `unwrap()` outside of tests",
    };
}

rule! {
    /// `expect()` on an `Option` or a `Result` in code that is not there for tests. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#expect_used>.
    ///
    /// ## Why it hurts
    /// It panics like `unwrap()`; the words go to a log that the caller never sees.
    ///
    /// ## Example
    /// ```bad
    /// pub fn best(scores: &[u32]) -> u32 {
    ///     *scores.iter().max().expect("there are scores") //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn best(scores: &[u32]) -> Result<u32, &'static str> {
    ///     scores.iter().max().copied().ok_or("there are no scores")
    /// }
    /// ```
    pub static EXPECT_USED = {
        id: "clippy::expect_used",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds `expect()` outside of tests",
    };
}

rule! {
    /// Indexing and slicing that panics where the index lies outside. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#indexing_slicing>.
    ///
    /// ## Why it hurts
    /// A page is shorter than usual on the day when a source is down; that day the index panics.
    ///
    /// ## Example
    /// ```bad
    /// pub fn best(ranked: &[u64]) -> u64 {
    ///     ranked[0] //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn best(ranked: &[u64]) -> Option<u64> {
    ///     ranked.first().copied()
    /// }
    /// ```
    pub static INDEXING_SLICING = {
        id: "clippy::indexing_slicing",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds indexing that may panic",
    };
}

rule! {
    /// `panic!` in code that is not there for tests. What says that it is not finished is `unfinished-code`. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#panic>.
    ///
    /// ## Why it hurts
    /// The caller gets no answer and no status by which it could tell a bad request from a fault.
    ///
    /// ## Example
    /// ```bad
    /// pub fn weight(kind: &str) -> f32 {
    ///     if kind == "track" { 1.0 } else { panic!("unknown kind {kind}") } //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn weight(kind: &str) -> Result<f32, String> {
    ///     if kind == "track" { Ok(1.0) } else { Err(format!("unknown kind {kind}")) }
    /// }
    /// ```
    pub static PANIC = {
        id: "clippy::panic",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds `panic!` outside of tests",
    };
}

rule! {
    /// `unreachable!` in code that is not there for tests. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#unreachable>.
    ///
    /// ## Why it hurts
    /// It is reached once a caller sends what nobody thought of.
    ///
    /// ## Example
    /// ```bad
    /// pub fn weight(kind: u8) -> f32 {
    ///     match kind {
    ///         0 => 1.0,
    ///         _ => unreachable!(), //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub fn weight(kind: u8) -> Option<f32> {
    ///     (kind == 0).then_some(1.0)
    /// }
    /// ```
    pub static UNREACHABLE = {
        id: "clippy::unreachable",
        guard: "lints",
        group: "errors",
        level: Note,
        summary: "finds `unreachable!` outside of tests",
    };
}
