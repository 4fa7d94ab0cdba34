//! Answers that together allocate more than before.

use findings::{Finding, rule};

use crate::comparison::{Comparison, Kind};

rule! {
    /// Finds a corpus whose answers together allocate more bytes than at the base, by more than the policy's
    /// `contracts.cost.allocation` allows and by more than a kibibyte an answer: `x-cost-allocated-bytes`.
    ///
    /// It advises: an allocator counts what other work of the process allocates meanwhile, too.
    ///
    /// ## Why it hurts
    /// Allocations are time, cache misses and, at the tail, locks. A clone for every candidate shows here before it shows in
    /// any latency.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 allocated-bytes 400000 -> 900000 #~
    /// heavy/002 allocated-bytes 200000 -> 200000
    /// ```
    ///
    /// ## Instead
    /// Borrow, or share what is read with `Arc`; reserve once what grows.
    ///
    /// ```cost good
    /// heavy/001 allocated-bytes 400000 -> 420000
    /// heavy/002 allocated-bytes 200 -> 900
    /// ```
    pub static MORE_ALLOCATION = {
        id: "more-allocation",
        guard: "contracts",
        group: "cost",
        level: Warning,
        summary: "finds corpora whose answers allocate more than at the base",
    };
}

/// What more is nothing for one answer, in bytes.
const NOTHING: u64 = 1024;

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let both_tell = comparison.base_tells(Kind::Allocated) && comparison.head_tells(Kind::Allocated);
    let names = comparison.names(Kind::Allocated).into_iter().filter(|_| both_tell);
    let found = names.filter_map(|name| {
        let sums = comparison.sums(|cost| cost.count(name));
        comparison.exceeds(sums, comparison.limits.allocation, NOTHING).then(|| {
            let workload = comparison.workload;
            let message = format!(
                "`{}` allocates {:.0} bytes a request of `{}` where it allocated {:.0}",
                workload.service,
                comparison.each(sums.1),
                workload.corpus,
                comparison.each(sums.0),
            );
            let worst = comparison.worst(|cost| cost.count(name));
            Finding::new(&MORE_ALLOCATION, workload.place(worst), message)
                .help("look for clones and for collections that grow, beginning with this request")
                .fact(&workload.corpus)
        })
    });
    found.collect()
}
