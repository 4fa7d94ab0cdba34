//! Requests and recorded rankings that do not belong together.

use std::collections::HashMap;

use ::policy::Clock;
use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::side::Side;
use crate::static_tier::Place;

rule! {
    /// Requests without a recorded ranking, rankings without a request, and a recording that was made for other
    /// requests than those beside it, or at another time or under another seed than the policy says.
    ///
    /// ## Why it hurts
    /// A request without a ranking is asked of nobody: whoever added it believes that a case is covered, and the
    /// ranking may become anything.
    ///
    /// ## Example
    /// ```bad
    /// cold-start/1 limit=2: t1=0.9 t2=0.4 //~
    /// cold-start/2 limit=2
    /// ```
    ///
    /// ## Instead
    /// Record again with `cargo xtask golden accept`.
    /// ```good
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// cold-start/2 limit=2: t2=0.7 t5=0.1
    /// ```
    pub static CORPUS_STALE = {
        id: "corpus-stale",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds requests and recorded rankings that do not belong together",
    };
}

pub(crate) fn find(corpus: &Corpus, place: &Place, head: &Side) -> Option<Finding> {
    let segments: HashMap<&str, &str> =
        head.requests.cases.iter().map(|case| (case.id.as_str(), case.segment.as_str())).collect();
    let unanswered: Vec<&str> = head
        .requests
        .cases
        .iter()
        .map(|case| case.id.as_str())
        .filter(|id| head.recording.get(id).is_none())
        .collect();
    let entries = &head.recording.entries;
    let unasked: Vec<&str> =
        entries.iter().map(|entry| entry.id.as_str()).filter(|id| !segments.contains_key(id)).collect();
    let agrees = head.recording.requests == head.requests.digest()
        && entries.iter().all(|entry| segments.get(entry.id.as_str()) == Some(&entry.segment.as_str()));
    let what = match (&unanswered[..], &unasked[..]) {
        ([], []) if agrees => made_otherwise(corpus, head.recording.clock.as_deref(), head.recording.seed)?,
        ([], []) => "was made for requests that have changed since".to_owned(),
        ([id, ..], []) => {
            format!("lacks a ranking for {} of the requests, for instance `{id}`", unanswered.len())
        }
        ([], [id, ..]) => format!("has {} without a request, for instance `{id}`", unasked.len()),
        ([id, ..], [other, ..]) => format!(
            "lacks {}, for instance `{id}`, and has {} without a request, for instance `{other}`",
            unanswered.len(),
            unasked.len()
        ),
    };
    Some(found(corpus, place, &what))
}

/// The time and the seed that a recording was made with against those of the policy, where they differ.
pub(crate) fn made_otherwise(corpus: &Corpus, clock: Option<&str>, seed: Option<u64>) -> Option<String> {
    let wanted = corpus.clock.as_ref().map(Clock::as_str);
    if clock != wanted {
        let at = |clock: Option<&str>| {
            clock.map_or("by the clock of the machine".to_owned(), |clock| format!("at {clock}"))
        };
        return Some(format!("was made {} and not {}", at(clock), at(wanted)));
    }
    let under =
        |seed: Option<u64>| seed.map_or("without a seed".to_owned(), |seed| format!("under seed {seed}"));
    (seed != corpus.seed).then(|| format!("was made {} and not {}", under(seed), under(corpus.seed)))
}

fn found(corpus: &Corpus, place: &Place, what: &str) -> Finding {
    let service = &corpus.service;
    let message = format!("the recording of `{service}` {what}");
    // The header is what ties the two files together, whatever is missing in either.
    let finding = Finding::new(&CORPUS_STALE, Location::point(&place.rankings, 1, 1), message);
    finding.help("run `cargo xtask golden accept`").fact(format!("{service} {}", corpus.rpc))
}
