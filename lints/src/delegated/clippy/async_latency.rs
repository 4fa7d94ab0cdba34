//! What is held over an `.await`.

use findings::rule;

rule! {
    /// A guard of a `Mutex` or `RwLock` of `std` or `parking_lot` that is alive over an `.await`. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#await_holding_lock>.
    ///
    /// ## Why it hurts
    /// The task waits and keeps the lock. Every other task that wants it blocks a thread of the executor, and as soon as all
    /// threads are blocked the one that holds the lock is never run again.
    ///
    /// ## Example
    /// ```bad
    /// pub async fn rank(seen: &std::sync::Mutex<Vec<u64>>) {
    ///     let Ok(mut held) = seen.lock() else { return }; //~
    ///     std::future::ready(()).await;
    ///     held.push(1);
    /// }
    /// ```
    ///
    /// ## Instead
    /// Let go of the guard before waiting.
    ///
    /// ```good
    /// pub async fn rank(seen: &std::sync::Mutex<Vec<u64>>) {
    ///     std::future::ready(()).await;
    ///     if let Ok(mut held) = seen.lock() {
    ///         held.push(1);
    ///     }
    /// }
    /// ```
    pub static AWAIT_HOLDING_LOCK = {
        id: "clippy::await_holding_lock",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds guards of blocking locks that are held over an `.await`",
    };
}

rule! {
    /// A borrow of a `RefCell` that is alive over an `.await`. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#await_holding_refcell_ref>.
    ///
    /// ## Why it hurts
    /// Another task of the same thread may borrow it meanwhile, and that panics.
    ///
    /// ## Example
    /// ```bad
    /// pub async fn rank(seen: &std::cell::RefCell<Vec<u64>>) {
    ///     let mut held = seen.borrow_mut(); //~
    ///     std::future::ready(()).await;
    ///     held.push(1);
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```good
    /// pub async fn rank(seen: &std::cell::RefCell<Vec<u64>>) {
    ///     std::future::ready(()).await;
    ///     seen.borrow_mut().push(1);
    /// }
    /// ```
    pub static AWAIT_HOLDING_REFCELL_REF = {
        id: "clippy::await_holding_refcell_ref",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds borrows of a `RefCell` that are held over an `.await`",
    };
}

rule! {
    /// A value of a type that must not be alive over an `.await`: those that `await-holding-invalid-types` of `clippy.toml`
    /// names, and where that says nothing `tracing::span::Entered` and `tracing::span::EnteredSpan`. Found by clippy:
    /// <https://rust-lang.github.io/rust-clippy/stable/index.html#await_holding_invalid_type>.
    ///
    /// ## Why it hurts
    /// While the task waits, whatever else runs on its thread is put down to its span: traces show requests inside requests.
    ///
    /// ## Example
    /// ```rust
    /// let entered = tracing::info_span!("rank").entered();
    /// fetch().await;
    /// ```
    ///
    /// ## Instead
    /// ```rust
    /// fetch().instrument(tracing::info_span!("rank")).await;
    /// ```
    pub static AWAIT_HOLDING_INVALID_TYPE = {
        id: "clippy::await_holding_invalid_type",
        guard: "lints",
        group: "async-latency",
        level: Error,
        summary: "finds entered spans that are held over an `.await`",
    };
}
