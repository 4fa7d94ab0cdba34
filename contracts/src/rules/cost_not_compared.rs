//! A change whose cost was not compared, because the base could not be asked.

use findings::{Finding, rule};

use crate::comparison::Workload;

rule! {
    /// Finds a corpus of which the cost was not compared: the service does not build or start from the base, or ended over a
    /// request.
    ///
    /// ## Why it hurts
    /// Whatever the change costs, nobody has looked.
    ///
    /// ## Example
    /// ```cost bad
    /// the base does not build #~
    /// ```
    ///
    /// ## Instead
    /// Repair the base first, in a change of its own. Where this is the change that repairs it, have it approved.
    ///
    /// ```cost good
    /// heavy/001 calls-store 2 -> 2
    /// ```
    pub static COST_NOT_COMPARED = {
        id: "cost-not-compared",
        guard: "contracts",
        group: "cost",
        level: Error,
        summary: "finds corpora of which the cost was not compared",
    };
}

pub(crate) fn find(workload: &Workload, reason: &str) -> Finding {
    let (first, more) = reason.split_once('\n').unwrap_or((reason, ""));
    // The last words of a process stand below, in a note.
    let first = first.trim_end_matches("; its last output:").trim_end_matches(['.', ':', ';']);
    let message = format!("what `{}` costs was not compared: {first}", workload.corpus);
    let finding = Finding::new(&COST_NOT_COMPARED, workload.place(None), message)
        .help("repair the base in a change of its own, or have this one approved")
        .fact(&workload.corpus)
        .judged(&workload.corpus, "not compared");
    if more.trim().is_empty() { finding } else { finding.note(more.trim()) }
}
