//! Stable sorts of candidates by a score alone.

use findings::{Finding, rule};

use crate::ties::found;
use crate::{Check, Lint, Node, Site};

rule! {
    /// What `untied-sort` finds of unstable sorts, of stable ones: candidates sorted by their score and nothing else.
    ///
    /// It advises, since what is out of sight may have put the list in a fixed order. Where it is in sight that the order
    /// is fixed, because the list is numbered by `enumerate` or made from what a field of `self` holds, the sort is left
    /// alone.
    ///
    /// ## Why it hurts
    /// Equal scores are common: quantised models, default scores, candidates without features. A stable sort
    /// leaves them in the order in which they happened to come in, which retrieval from several shards does not repeat. The viewer sees a feed that flickers between refreshes, the page
    /// boundary shows an item twice or never, and nobody can replay a ranking.
    ///
    /// ## Example
    /// ```bad
    /// use std::cmp::Reverse;
    ///
    /// fn rank(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    ///     candidates.sort_by(|a, b| b.score.total_cmp(&a.score)); //~
    ///     candidates.sort_by_key(|candidate| Reverse(OrderedFloat(candidate.final_score))); //~
    ///     candidates.sort_by_cached_key(|candidate| NotNan::new(candidate.final_score).unwrap()); //~
    ///     candidates.sort_by(by_rank_score); //~
    ///     let order = |a: &Candidate, b: &Candidate| {
    ///         b.score.total_cmp(&a.score)
    ///     };
    ///     candidates.sort_by(order); //~
    ///     <[Candidate]>::sort_by(&mut candidates, |a, b| f32::total_cmp(&a.score, &b.score)); //~
    ///     candidates
    /// }
    ///
    /// fn arranged(by_id: std::collections::HashMap<u64, Candidate>) -> Vec<Candidate> {
    ///     let mut all: Vec<Candidate> = by_id.into_values().collect();
    ///     all.sort_unstable_by_key(|candidate| candidate.id);
    ///     all.sort_by(|a, b| b.score.total_cmp(&a.score)); //~
    ///     all
    /// }
    ///
    /// fn by_rank_score(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    ///     b.rank_score.total_cmp(&a.rank_score)
    /// }
    ///
    /// fn top(scored: Vec<(u64, f32)>) -> Vec<(u64, f32)> {
    ///     let mut scored = scored;
    ///     scored.sort_by(|(_, a), (_, b)| b.total_cmp(a)); //~
    ///     scored.sort_by(|a, b| b.1.total_cmp(&a.1)); //~
    ///     vec![{ scored.sort_by(|a, b| b.1.total_cmp(&a.1)); scored }].concat() //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Break the tie by something that identifies the candidate. Sorting bare numbers needs no tie-break: equal ones
    /// cannot be told apart.
    ///
    /// ```good
    /// use std::cmp::Reverse;
    ///
    /// fn rank(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    ///     candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ///     candidates.sort_by(|a, b| (OrderedFloat(b.score), a.id).cmp(&(OrderedFloat(a.score), b.id)));
    ///     candidates.sort_by_key(|candidate| (Reverse(OrderedFloat(candidate.score)), candidate.id));
    ///     candidates.sort_by(|a, b| match b.score.total_cmp(&a.score) {
    ///         std::cmp::Ordering::Equal => a.id.cmp(&b.id),
    ///         other => other,
    ///     });
    ///     candidates.sort_by(|a, b| a.id.cmp(&b.id));
    ///     candidates
    /// }
    ///
    /// fn numbered(documents: &[Document]) -> Vec<(usize, f32)> {
    ///     let mut scored: Vec<_> = documents.iter().map(Document::score).enumerate().collect();
    ///     scored.sort_by(|a, b| b.1.total_cmp(&a.1));
    ///     scored
    /// }
    ///
    /// fn median(mut scores: Vec<f32>) -> f32 {
    ///     scores.sort_by(|a, b| a.total_cmp(b));
    ///     scores.sort_by(f32::total_cmp);
    ///     scores[scores.len() / 2]
    /// }
    ///
    /// fn by_setting(mut routes: Vec<Route>, mut candidates: Vec<(Instant, u32)>) -> Vec<Route> {
    ///     candidates.sort_by_key(|(seen, _)| *seen);
    ///     routes.sort_by_key(|route| route.rank);
    ///     routes
    /// }
    ///
    /// fn oldest(mut sessions: Vec<(u64, f32)>) -> Vec<(u64, f32)> {
    ///     sessions.sort_by(|a, b| a.1.total_cmp(&b.1));
    ///     sessions
    /// }
    /// ```
    pub static UNTIED_STABLE_SORT = {
        id: "untied-stable-sort",
        guard: "lints",
        group: "determinism",
        level: Warning,
        summary: "finds stable sorts of candidates by a score alone, which leave ties as they came",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNTIED_STABLE_SORT, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    findings.extend(found(&UNTIED_STABLE_SORT, false, node, site));
}
