//! A request for which a dependency is called more often than before.

use findings::{Finding, rule};

use crate::comparison::{Comparison, Kind, grown};

rule! {
    /// Finds a request for which the service built from head calls a dependency more often than the service built from the
    /// base does: the feature store, the model, whatever the service counts under `x-cost-calls-NAME`.
    ///
    /// Both are asked the requests of a golden corpus, several times in turn, and the fewest calls count. A request that is
    /// answered with another status is not compared. Fewer calls for other requests make up for nothing.
    ///
    /// ## Why it hurts
    /// One more call a candidate is hundreds a request, and thousands of requests a second. Rankings stay the same, tests on
    /// an empty store stay fast, and the dependency goes down on the day of the release.
    ///
    /// ## Example
    /// Requests, and what each costs at the base and at head:
    /// ```cost bad
    /// cold-start/001 calls-store 2 -> 2
    /// cold-start/002 calls-store 2 -> 42 #~
    /// heavy/001      calls-model 1 -> 2 #~
    /// ```
    ///
    /// ## Instead
    /// Read what all candidates need in one batch. A call that a new feature is worth is approved.
    ///
    /// ```cost good
    /// cold-start/001 calls-store 2 -> 2
    /// cold-start/002 calls-store 3 -> 2
    /// heavy/001      keys-store 20 -> 20
    /// ```
    pub static MORE_CALLS = {
        id: "more-calls",
        guard: "contracts",
        group: "cost",
        level: Error,
        summary: "finds requests for which a dependency is called more often than at the base",
    };
}

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let names = comparison.names(Kind::Calls).into_iter();
    let found = names.filter_map(|name| {
        let dependency = Kind::Calls.dependency(name)?;
        let help = "read what is needed in one batch, or have the change approved";
        grown(comparison, &MORE_CALLS, name, &format!("calls of `{dependency}`"), help)
    });
    found.collect()
}
