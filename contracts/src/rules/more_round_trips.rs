//! A request that waits for more calls one after the other than before.

use findings::{Finding, Rule, rule};

use crate::cost::{Comparison, Kind, Row};

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

/// The most requests that a finding shows.
const SHOWN: usize = 5;

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

/// The requests for which a count grew, as one finding. Where no answer of the base tells a count of its kind, there is
/// nothing to compare with.
pub(super) fn grown(
    comparison: &Comparison<'_>,
    rule: &'static Rule,
    name: &str,
    what: &str,
    help: &str,
) -> Option<Finding> {
    let kind = Kind::ALL.into_iter().find(|kind| kind.has(name))?;
    if !comparison.base_tells(kind) {
        return None;
    }
    let grown = comparison.rows.iter().map(|row| (row, row.counts(name)));
    let mut grown: Vec<_> = grown.filter(|(_, (base, head))| head > base).collect();
    // The approval binds every request, in the order of the corpus.
    let side = |of: fn((u64, u64)) -> u64| -> String {
        grown.iter().map(|(row, counts)| format!("{} {}\n", row.request.id, of(*counts))).collect()
    };
    let judged = (side(|(base, _)| base), side(|(_, head)| head));
    grown.sort_by_key(|(_, (base, head))| std::cmp::Reverse(head - base));
    let (worst, (base, head)) = grown.first()?;
    let workload = comparison.workload;
    let message = format!(
        "`{}` makes {head} {what} for `{}` where it made {base}; {} of {} requests of `{}` make more",
        workload.service,
        worst.request.id,
        grown.len(),
        comparison.rows.len(),
        workload.corpus,
    );
    let mut finding = Finding::new(rule, workload.place(Some(worst.request)), message)
        .help(help)
        .fact(&workload.corpus)
        .fact(name)
        .judged(judged.0, judged.1);
    for (row, (base, head)) in grown.iter().take(SHOWN) {
        let trips = match row.counts("round-trips") {
            (before, now) if kind == Kind::Calls && before != now => {
                format!("; round trips {before} before, {now} now")
            }
            _ => String::new(),
        };
        finding = finding.note(format!("`{}`: {base} before, {head} now{trips}", row.request.id));
    }
    Some(finding)
}
