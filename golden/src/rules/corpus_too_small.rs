//! Corpora with fewer requests than policy asks for.

use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::side::Side;
use crate::static_tier::Place;

rule! {
    /// A corpus with fewer requests than `minimum`.
    ///
    /// ## Why it hurts
    /// A change that touches one request in twenty is seen by 60 requests nineteen times out of twenty, and by ten
    /// requests less than every second time. Who relies on the guard relies on its corpus.
    ///
    /// ## Example
    /// With `minimum: 2`:
    /// ```bad minimum=2
    /// home/1 limit=1: t1=0.9 //~
    /// ```
    ///
    /// ## Instead
    /// Add requests of the segments that matter, with ties, cold starts and missing features among them.
    /// ```good minimum=2
    /// cold-start/1 limit=1: t7=0.2
    /// home/1 limit=1: t1=0.9
    /// ```
    pub static CORPUS_TOO_SMALL = {
        id: "corpus-too-small",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds corpora with fewer requests than policy asks for",
    };
}

pub(crate) fn find(corpus: &Corpus, place: &Place, head: &Side) -> Option<Finding> {
    let count = head.requests.cases.len();
    if count as u64 >= corpus.minimum {
        return None;
    }
    let message = format!(
        "the corpus of `{}` has {count} requests where policy asks for {}",
        corpus.service, corpus.minimum
    );
    let finding = Finding::new(&CORPUS_TOO_SMALL, Location::point(&place.requests, 1, 1), message);
    let finding = finding.help("add requests and record them with `cargo xtask golden accept`");
    Some(finding.fact(format!("{} {}", corpus.service, corpus.rpc)))
}
