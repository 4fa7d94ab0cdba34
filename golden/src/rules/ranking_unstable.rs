//! Services that answer the same request differently.

use findings::{Finding, rule};

use crate::evidence::{Exhibit, changed};
use crate::policy::Corpus;

rule! {
    /// A service that, started twice from one build and asked the same requests, the second time in reverse order,
    /// answers differently by more than noise.
    ///
    /// ## Why it hurts
    /// A listener who reloads sees another order, an experiment measures chance, and no recording can tell a change
    /// from luck. The usual causes are the order of a hash map, a missing tie-break, the wall clock, random numbers
    /// without a seed, and state that one request leaves for the next.
    ///
    /// ## Example
    /// ```first
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```second bad
    /// cold-start/1 limit=3: t1=0.9 t3=0.5 t2=0.5 //~
    /// ```
    ///
    /// ## Instead
    /// Order equal scores by identifier, and inject clock and seed.
    /// ```first
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```second good
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    pub static RANKING_UNSTABLE = {
        id: "ranking-unstable",
        guard: "golden",
        group: "rankings",
        level: Error,
        summary: "finds services that answer the same request differently",
    };
}

pub(crate) fn find(corpus: &Corpus, exhibits: &[Exhibit<'_>]) -> Option<Finding> {
    let what = format!("requests are answered differently by two runs of `{}`", corpus.service);
    let finding = changed(&RANKING_UNSTABLE, corpus, &what, exhibits)?;
    Some(finding.help("order equal scores by identifier, and inject clock and seed"))
}
