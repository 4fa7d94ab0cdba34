//! Requests that together ask a dependency for more keys than before.

use findings::{Finding, rule};

use crate::comparison::{Comparison, Kind};

rule! {
    /// Finds a corpus whose requests together ask a dependency for more keys than at the base, or in larger batches, by more
    /// than the policy's `contracts.cost.keys` allows: `x-cost-keys-NAME` and `x-cost-batch-NAME`.
    ///
    /// It advises. A feature that reads what it needs in the same call costs keys, and may be worth them.
    ///
    /// ## Why it hurts
    /// A store is sized in keys a second, and a batch that grows with the candidates is the slowest call of all.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 keys-store 40 -> 80 #~
    /// heavy/002 keys-store 40 -> 40
    /// ```
    ///
    /// ## Instead
    /// Read each key once, and only for the candidates that are left after filters.
    ///
    /// ```cost good
    /// heavy/001 keys-store 40 -> 42
    /// heavy/002 keys-store 40 -> 40
    /// ```
    pub static MORE_KEYS = {
        id: "more-keys",
        guard: "contracts",
        group: "cost",
        level: Warning,
        summary: "finds corpora whose requests ask a dependency for more keys than at the base",
    };
}

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let keys = comparison.names(Kind::Keys).into_iter().map(|name| (Kind::Keys, name));
    let batches = comparison.names(Kind::Batch).into_iter().map(|name| (Kind::Batch, name));
    let mut told: Vec<&str> = Vec::new();
    let mut findings = Vec::new();
    for (kind, name) in keys.chain(batches) {
        let Some(dependency) = kind.dependency(name).filter(|of| !told.contains(of)) else { continue };
        let sums = comparison.sums(|cost| cost.count(name));
        if !comparison.base_tells(kind) || !comparison.exceeds(sums, comparison.limits.keys, 0) {
            continue;
        }
        // More keys make larger batches: that is one fact.
        told.push(dependency);
        let workload = comparison.workload;
        let what = if kind == Kind::Keys { "keys" } else { "keys in its largest call" };
        let message = format!(
            "`{}` asks `{dependency}` for {:.1} {what} a request of `{}` where it asked for {:.1}",
            workload.service,
            comparison.each(sums.1),
            workload.corpus,
            comparison.each(sums.0),
        );
        let worst = comparison.worst(|cost| cost.count(name));
        findings.push(
            Finding::new(&MORE_KEYS, workload.place(worst), message)
                .help("read each key once, and only for candidates that are left after filters")
                .fact(&workload.corpus)
                .fact(name),
        );
    }
    findings
}
