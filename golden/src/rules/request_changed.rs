//! Requests of a corpus whose text changed.

use findings::{Finding, Location, rule};

use crate::policy::Corpus;
use crate::requests::Case;
use crate::side::{Rewritten, Side};
use crate::static_tier::Place;

rule! {
    /// A request of the corpus, or its segment, that differs from the base's under the same identifier.
    ///
    /// ## Why it hurts
    /// A ranking that would change can be kept from changing by asking something else. Who reads "no ranking
    /// changed" has to know that the question did.
    ///
    /// ## Example
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```head bad
    /// cold-start/1 limit=1: t1=0.9 //~
    /// ```
    ///
    /// ## Instead
    /// Add a request under another identifier and leave the old one.
    /// ```base
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// ```
    /// ```head good
    /// cold-start/1 limit=3: t1=0.9 t2=0.5 t3=0.5
    /// cold-start/2 limit=1: t1=0.9
    /// ```
    pub static REQUEST_CHANGED = {
        id: "request-changed",
        guard: "golden",
        group: "corpus",
        level: Error,
        summary: "finds requests of a corpus whose text changed",
    };
}

pub(crate) fn find(
    corpus: &Corpus,
    place: &Place,
    base: &Side,
    head: &Side,
    rewritten: &[Rewritten<'_>],
) -> Option<Finding> {
    let (first, others) = rewritten.split_first()?;
    let at = |case: &Case| Location::point(&place.requests, case.line, 1);
    let message = match others.len() {
        0 => format!("the request `{}` of `{}` changed", first.after.id, corpus.service),
        more => format!("the request `{}` of `{}` and {more} more changed", first.after.id, corpus.service),
    };
    let moved = rewritten.iter().filter(|rewritten| rewritten.moved.is_some()).count();
    let message = match moved {
        0 => message,
        moved => format!("{message}; {moved} of {} rank otherwise now", rewritten.len()),
    };
    let mut finding = Finding::new(&REQUEST_CHANGED, at(first.after), message)
        .help("add a request under another identifier and leave the old one")
        .fact(format!("{} {}", corpus.service, corpus.rpc));
    for rewritten in others.iter().take(9) {
        finding = finding.note_at(at(rewritten.after), format!("`{}` changed too", rewritten.after.id));
    }
    let before = identities(base, rewritten.iter().map(|rewritten| rewritten.before));
    Some(finding.judged(before, identities(head, rewritten.iter().map(|rewritten| rewritten.after))))
}

/// Requests with their rankings, a line each in the order of their ids: what an approval binds.
pub(super) fn identities<'a>(side: &Side, cases: impl Iterator<Item = &'a Case>) -> String {
    let identity = |case: &Case| {
        let ranking = side.recording.get(&case.id).map(|entry| entry.ranking.digest()).unwrap_or_default();
        format!("{} {} {ranking}", case.id, case.digest())
    };
    let mut lines: Vec<String> = cases.map(identity).collect();
    lines.sort_unstable();
    lines.join("\n")
}
