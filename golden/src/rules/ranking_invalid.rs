//! Rankings that break what must hold for any.

use findings::{Finding, Location, rule};

use crate::Ranking;
use crate::policy::Corpus;
use crate::requests::Case;
use crate::side::Side;
use crate::static_tier::Place;

rule! {
    /// A ranking that is wrong whatever it is compared with: an item stands in it more than once, a score is not a
    /// finite number, scores increase down the list, or it is longer than the request asked for. And what the policy of
    /// the corpus says besides: an item is served that the request filters out (`filtered`), a pinned one does not stand
    /// in its place (`pinned`), there are fewer than there could be (`available`, `fewest`), or an invariant of the
    /// service's own does not hold (`invariants`).
    ///
    /// ## Why it hurts
    /// A listener gets the same track twice, a client overflows its row, and an item without a score stands on top
    /// of those that have one. None of it is a matter of taste, so it is recorded by nothing and approved by nobody.
    ///
    /// ## Example
    /// ```bad
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// cold-start/2 limit=2: t1=0.9 t1=0.4 //~
    /// ```
    ///
    /// ## Instead
    /// Remove duplicates before cutting the list, drop items whose score is not finite, and sort last. A service
    /// whose last stage reorders without changing scores says so with `descending: false`.
    /// ```good
    /// cold-start/1 limit=2: t1=0.9 t2=0.4
    /// cold-start/2 limit=2: t1=0.9
    /// ```
    pub static RANKING_INVALID = {
        id: "ranking-invalid",
        guard: "golden",
        group: findings::INVARIANT,
        level: Error,
        summary: "finds rankings with duplicates, infinite or increasing scores, or too many items",
    };
}

/// What is wrong with a ranking that answers this request.
pub(crate) fn faults(corpus: &Corpus, case: &Case, ranking: &Ranking) -> Vec<String> {
    let limit = corpus.limit.as_deref().and_then(|path| case.number(path));
    let mut faults = ranking.faults(limit, corpus.descending);
    faults.extend(corpus.broken(case, ranking));
    faults
}

/// Recorded rankings. One recorded for another text of its request is the business of `corpus-stale`, but what holds
/// for any ranking holds for it too.
pub(crate) fn find_recorded(corpus: &Corpus, place: &Place, head: &Side) -> Option<Finding> {
    let broken = head.requests.cases.iter().filter_map(|case| {
        let entry = head.recording.get(&case.id)?;
        let location = Location::point(&place.rankings, entry.line, 1);
        Some((location, case.id.as_str(), faults(corpus, case, &entry.ranking)))
    });
    find(corpus, "recorded", broken)
}

/// At most one finding, on the first broken ranking; the others follow as notes.
pub(crate) fn find<'a>(
    corpus: &Corpus,
    how: &str,
    rankings: impl Iterator<Item = (Location, &'a str, Vec<String>)>,
) -> Option<Finding> {
    let broken: Vec<_> = rankings.filter(|(_, _, faults)| !faults.is_empty()).collect();
    let ((location, id, faults), others) = broken.split_first()?;
    let message = format!("the {how} ranking of `{id}` is invalid: {}", faults.join("; "));
    let mut finding = Finding::new(&RANKING_INVALID, location.clone(), message)
        .help("mend the service; no approval covers an invalid ranking")
        .fact(format!("{} {} {how}", corpus.service, corpus.rpc));
    for (location, id, faults) in others.iter().take(9) {
        finding = finding.note_at(location.clone(), format!("`{id}`: {}", faults.join("; ")));
    }
    if others.len() > 9 {
        finding = finding.note(format!("and {} more", others.len() - 9));
    }
    Some(finding)
}
