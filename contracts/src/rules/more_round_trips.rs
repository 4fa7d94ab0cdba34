//! A request that waits for more calls one after the other than before.

use findings::{Finding, rule};

use crate::comparison::{Comparison, Kind, Row, grown};

rule! {
    /// Finds a request for which the service built from head makes more calls one after the other than the service built
    /// from the base does, as it counts them under `x-cost-round-trips`.
    ///
    /// Calls that are under way at the same time are one round trip. The number is the longest row of calls, each of which
    /// began after the one before it had ended; of several answers to one request the lowest number counts. Where a request
    /// makes as many more calls, `more-calls` says both.
    ///
    /// ## Why it hurts
    /// Every round trip adds a network's latency and a queue's tail to the answer, whatever else runs beside it. On a
    /// developer's machine, where the store is a function call, nothing is slower.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 round-trips 3 -> 4 #~
    /// heavy/002 round-trips 3 -> 3
    /// ```
    ///
    /// ## Instead
    /// Start calls that do not need each other's answers together.
    ///
    /// ```cost good
    /// heavy/001 round-trips 3 -> 3
    /// heavy/002 calls-store 2 -> 2
    /// ```
    pub static MORE_ROUND_TRIPS = {
        id: "more-round-trips",
        guard: "contracts",
        group: "cost",
        level: Error,
        summary: "finds requests that wait for more calls one after the other than at the base",
    };
}

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let help = "start calls that do not need each other's answers together, or have the change approved";
    if is_explained(comparison) {
        return Vec::new();
    }
    let names = comparison.names(Kind::RoundTrips).into_iter();
    names.filter_map(|name| grown(comparison, &MORE_ROUND_TRIPS, name, "round trips", help)).collect()
}

/// Whether every request with more round trips makes at least as many more calls: `more-calls` says so, and that is one fact.
fn is_explained(comparison: &Comparison<'_>) -> bool {
    let calls = comparison.names(Kind::Calls);
    let more = |row: &Row<'_>, name: &str| {
        let (base, head) = row.counts(name);
        head.saturating_sub(base)
    };
    let is_explained = |row: &Row<'_>| {
        let calls: u64 = calls.iter().map(|name| more(row, name)).fold(0, u64::saturating_add);
        comparison.names(Kind::RoundTrips).into_iter().all(|name| more(row, name) <= calls)
    };
    comparison.base_tells(Kind::Calls) && comparison.rows.iter().all(is_explained)
}
