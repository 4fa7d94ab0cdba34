//! Segments and hazards that a corpus must hold and does not.

use findings::{Finding, Location, rule};

use crate::coverage::Held;
use crate::policy::Corpus;
use crate::static_tier::Place;

rule! {
    /// A segment or a hazard that policy names for a corpus, with fewer requests that hold it than policy asks for; also
    /// one that is said of every request, or cannot be told.
    ///
    /// ## Why it hurts
    /// Ties, duplicates, missing features and new viewers are where rankings go wrong. A corpus without them is green
    /// whatever the code does there, and so is one of which everything is claimed.
    ///
    /// ## Example
    /// With `hazards: {ties: {is: ties}}`:
    /// ```bad ties
    /// home/1 limit=2: t1=0.9 t2=0.5 //~
    /// ```
    ///
    /// With `hazards: {short: {when: "request.limit < 5"}}`:
    /// ```bad short
    /// home/1 limit=2: t1=0.9 t2=0.5 //~
    /// home/2 limit=3: t1=0.9 t2=0.5
    /// ```
    ///
    /// ## Instead
    /// Add a request that holds it. Where none can, say so in the policy with `not_applicable` and the reason; where all
    /// do, say what makes it one.
    /// ```good ties
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=2: t1=0.9 t2=0.9
    /// ```
    /// ```good short
    /// home/1 limit=2: t1=0.9 t2=0.5
    /// home/2 limit=30: t1=0.9 t2=0.5
    /// ```
    pub static HAZARD_UNCOVERED = {
        id: "hazard-uncovered",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds segments and hazards that a corpus does not hold",
    };
}

pub(crate) fn find(corpus: &Corpus, place: &Place, held: &[Held<'_>]) -> Vec<Finding> {
    held.iter().filter_map(|held| find_one(corpus, place, held)).collect()
}

fn find_one(corpus: &Corpus, place: &Place, held: &Held<'_>) -> Option<Finding> {
    let what = if held.segment { "segment" } else { "hazard" };
    let count = held.by.len();
    let message = match &held.fault {
        Some(fault) => {
            format!("the {what} `{}` of the corpus of `{}` means nothing: {fault}", held.name, corpus.service)
        }
        None if (count as u64) < held.minimum => format!(
            "the {what} `{}` is held by {} of the corpus of `{}` where policy asks for {}",
            held.name,
            match count {
                0 => "no request".to_owned(),
                1 => "one request".to_owned(),
                count => format!("{count} requests"),
            },
            corpus.service,
            held.minimum
        ),
        None => return None,
    };
    let help = "add requests that hold it, or mend how the policy tells it";
    let finding = Finding::new(&HAZARD_UNCOVERED, Location::point(&place.requests, 1, 1), message).help(help);
    Some(finding.fact(format!("{} {} {what} {}", corpus.service, corpus.rpc, held.name)))
}
