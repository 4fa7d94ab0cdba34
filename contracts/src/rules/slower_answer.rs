//! Answers that take longer than before.

use std::time::Duration;

use findings::{Finding, rule};

use crate::comparison::Comparison;

rule! {
    /// Finds a corpus whose median answer takes longer than at the base, as a ratio, by more than the policy's
    /// `contracts.cost.time` allows and by more than a millisecond.
    ///
    /// Both services are asked each request in turn, on the same machine at the same time; of several answers the fastest
    /// counts, and of all requests the median ratio. It informs and never blocks: builds for tests are not builds for
    /// production, and a machine has other work.
    ///
    /// ## Why it hurts
    /// What a caller waits for is the sum of what nobody noticed.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 milliseconds 4 -> 9 #~
    /// heavy/002 milliseconds 4 -> 8
    /// heavy/003 milliseconds 4 -> 4
    /// ```
    ///
    /// ## Instead
    /// Measure with the load generator, in a build for production, before it is believed.
    ///
    /// ```cost good
    /// heavy/001 milliseconds 4 -> 5
    /// heavy/002 milliseconds 4 -> 30
    /// heavy/003 milliseconds 4 -> 4
    /// ```
    pub static SLOWER_ANSWER = {
        id: "slower-answer",
        guard: "contracts",
        group: "cost",
        level: Note,
        summary: "finds corpora whose median answer takes longer than at the base",
    };
}

/// What longer is nothing for one answer.
const NOTHING: Duration = Duration::from_millis(1);

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let mut rows: Vec<_> = comparison.rows.iter().collect();
    let ratio = |row: &&crate::comparison::Row<'_>| {
        row.head.time.as_secs_f64() / row.base.time.as_secs_f64().max(1e-9)
    };
    rows.sort_by(|one, other| ratio(one).total_cmp(&ratio(other)));
    // Of an even number the lower one: it only informs, so it errs on the side of silence.
    let Some(median) = rows.len().checked_sub(1).and_then(|last| rows.get(last / 2)) else {
        return Vec::new();
    };
    let longer = median.head.time.saturating_sub(median.base.time);
    if ratio(median) <= comparison.limits.time || longer <= NOTHING {
        return Vec::new();
    }
    let workload = comparison.workload;
    let message = format!(
        "the median answer of `{}` to `{}` takes {:.1} times as long: {:.1} ms where it took {:.1} ms",
        workload.service,
        workload.corpus,
        ratio(median),
        median.head.time.as_secs_f64() * 1e3,
        median.base.time.as_secs_f64() * 1e3,
    );
    let worst = comparison.worst(|cost| u64::try_from(cost.time.as_micros()).unwrap_or(u64::MAX));
    let finding = Finding::new(&SLOWER_ANSWER, workload.place(worst), message)
        .help("measure both in a build for production before you believe it")
        .fact(&workload.corpus);
    vec![finding]
}
