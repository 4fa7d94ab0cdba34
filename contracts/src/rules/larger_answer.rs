//! Answers that together are larger than before.

use findings::{Finding, rule};

use crate::comparison::Comparison;

rule! {
    /// Finds a corpus whose answers together are larger than at the base, by more than the policy's `contracts.cost.payload`
    /// allows and by more than 64 bytes an answer. Measured is the response as a protobuf message, without compression.
    ///
    /// It advises: a field that was asked for is worth its bytes.
    ///
    /// ## Why it hurts
    /// Phones pay for every byte, and gateways copy, log and cache it. A debugging aid that is left in an answer is found by
    /// the bill.
    ///
    /// ## Example
    /// ```cost bad
    /// heavy/001 payload 4000 -> 9000 #~
    /// heavy/002 payload 4000 -> 4000
    /// ```
    ///
    /// ## Instead
    /// Fill a field where the request asks for it.
    ///
    /// ```cost good
    /// heavy/001 payload 4000 -> 4100
    /// heavy/002 payload 20 -> 60
    /// ```
    pub static LARGER_ANSWER = {
        id: "larger-answer",
        guard: "contracts",
        group: "cost",
        level: Warning,
        summary: "finds corpora whose answers are larger than at the base",
    };
}

/// What more is nothing for one answer, in bytes.
const NOTHING: u64 = 64;

pub(crate) fn find(comparison: &Comparison<'_>) -> Vec<Finding> {
    let sums = comparison.sums(|cost| cost.payload);
    if !comparison.exceeds(sums, comparison.limits.payload, NOTHING) {
        return Vec::new();
    }
    let workload = comparison.workload;
    let message = format!(
        "`{}` answers a request of `{}` with {:.0} bytes where it was {:.0}",
        workload.service,
        workload.corpus,
        comparison.each(sums.1),
        comparison.each(sums.0),
    );
    let finding =
        Finding::new(&LARGER_ANSWER, workload.place(comparison.worst(|cost| cost.payload)), message)
            .help("fill a field only where the request asks for it")
            .fact(&workload.corpus);
    vec![finding]
}
