//! Services that answer otherwise than recorded.

use findings::{Finding, rule};

use crate::evidence::{Exhibit, changed};
use crate::policy::Corpus;

rule! {
    /// A service that, built from head and asked the recorded requests, answers otherwise than recorded, by more
    /// than noise.
    ///
    /// ## Why it hurts
    /// A recording that the service does not keep approves nothing: reviewers read one ranking and listeners get
    /// another. It is what a ranking change looks like to which nobody ran `golden accept`.
    ///
    /// ## Example
    /// ```recorded
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```answered bad
    /// cold-start/1 limit=3: t1=0.9 t3=0.5 t2=0.5 //~
    /// ```
    ///
    /// ## Instead
    /// Find out what changed the answer. If it is meant, record it with `cargo xtask golden accept` and have it
    /// approved.
    /// ```recorded
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```answered good
    /// cold-start/1 limit=3: t1=0.900001 t2=0.5 t3=0.5
    /// ```
    pub static RANKING_DRIFTED = {
        id: "ranking-drifted",
        guard: "golden",
        group: "rankings",
        level: Error,
        summary: "finds services that answer otherwise than recorded",
    };
}

pub(crate) fn find(corpus: &Corpus, exhibits: &[Exhibit<'_>]) -> Option<Finding> {
    let what = format!("requests are answered by `{}` otherwise than recorded", corpus.service);
    let finding = changed(&RANKING_DRIFTED, corpus, &what, exhibits)?;
    Some(finding.help("undo the change, or record it with `cargo xtask golden accept` and have it approved"))
}
