//! A service that no longer says what its answers cost.

use findings::{Finding, rule};

use crate::comparison::{Comparison, Kind};

rule! {
    /// Finds a service that told a kind of cost at the base, in the metadata of its answers, and tells none of that kind at
    /// head: calls, keys, batches, round trips or allocated bytes.
    ///
    /// A single dependency that is no longer called, and no longer told, is no finding.
    ///
    /// ## Why it hurts
    /// What is not counted is not compared: the next change can call the store for every candidate, and the gate is green.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 calls-store 2 -> - #~
    /// heavy/001 round-trips 2 -> 2
    /// ```
    ///
    /// ## Instead
    /// Count where calls are made, in the wrapper that all of them go through. A service that calls nothing says so with a
    /// zero.
    ///
    /// ```cost good
    /// heavy/001 calls-store 2 -> 2
    /// heavy/001 calls-model 1 -> -
    /// heavy/001 allocated-bytes - -> 9000
    /// ```
    pub static COST_UNTOLD = {
        id: "cost-untold",
        guard: "contracts",
        group: "cost",
        level: Error,
        summary: "finds services that no longer say what their answers cost",
    };
}

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let kinds = Kind::ALL.into_iter();
    let untold: Vec<String> = kinds
        .filter(|kind| comparison.base_tells(*kind) && !comparison.head_tells(*kind))
        .map(|kind| format!("`{}`", kind.shown()))
        .collect();
    if untold.is_empty() {
        return Vec::new();
    }
    let workload = comparison.workload;
    let untold = untold.join(", ");
    let message = format!("no answer of `{}` tells {untold} any more", workload.service);
    let finding =
        Finding::new(&COST_UNTOLD, workload.place(comparison.rows.first().map(|row| row.request)), message)
            .help("count it again, or have the change approved")
            .fact(&workload.corpus)
            .fact(&untold)
            .judged(&untold, "");
    vec![finding]
}
