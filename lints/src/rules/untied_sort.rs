//! Unstable sorts of candidates by a score alone.

use findings::{Finding, rule};

use crate::ties::{found, found_in_heap};
use crate::{Check, Lint, Node, Site};

rule! {
    /// Candidates put in order by an unstable sort, or by `select_nth_unstable`, by their score and nothing else: a
    /// comparator, in whatever file, that compares one score with another and has no `then` that tells ties apart, or a key that
    /// is only the score. An `Ord` that compares a score alone counts where the file speaks of a `BinaryHeap`, which gives equal
    /// elements in any order. So does a stable sort of what comes out of a hash map or set, and of what nothing has put in order
    /// since: ties keep the order of the map.
    ///
    /// Scores are told by the words of their names (`score`, `relevance`, `similarity`; of floats also `rank` and
    /// `weight`), or by the name of the list (`candidates`, `hits`) where a part of a tuple is compared; of a list of indices by
    /// that of the list behind them. Any other stable sort is `untied-stable-sort`, which advises; what `max_by` chooses from a hash map
    /// is `unordered-iteration`.
    ///
    /// ## Why it hurts
    /// Equal scores are common: quantised models, default scores, candidates without features. An unstable sort
    /// leaves them in any order. The viewer sees a feed that flickers between refreshes, the page boundary shows an item
    /// twice or never, and nobody can replay a ranking.
    ///
    /// ## Example
    /// ```bad
    /// use std::cmp::Reverse;
    ///
    /// fn rank(mut candidates: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    ///     candidates.sort_unstable_by(|a, b| a.features.relevance().total_cmp(&b.features.relevance()).reverse()); //~
    ///     candidates.sort_unstable_by_key(|candidate| Reverse(OrderedFloat(candidate.final_score))); //~
    ///     candidates.select_nth_unstable_by(k, by_rank_score); //~
    ///     candidates.par_sort_unstable_by(|a, b| b.score.partial_cmp(&a.score).unwrap()); //~
    ///     let order = |a: &Candidate, b: &Candidate| {
    ///         b.score.total_cmp(&a.score)
    ///     };
    ///     candidates.sort_unstable_by(order); //~
    ///     <[Candidate]>::sort_unstable_by(&mut candidates, |a, b| f32::total_cmp(&a.score, &b.score)); //~
    ///     candidates.sort_unstable_by(|a, b| { //~
    ///         let (left, right) = (a.score, b.score);
    ///         right.total_cmp(&left)
    ///     });
    ///     candidates
    /// }
    ///
    /// fn fused(lists: &[Vec<u64>]) -> Vec<(u64, f32)> {
    ///     let mut scores: std::collections::HashMap<u64, f32> = std::collections::HashMap::new();
    ///     for (place, id) in lists.iter().flat_map(|list| list.iter().enumerate()) {
    ///         *scores.entry(*id).or_default() += 1.0 / (60.0 + place as f32);
    ///     }
    ///     let mut fused: Vec<(u64, f32)> = scores.into_iter().collect();
    ///     fused.sort_by(|a, b| b.1.total_cmp(&a.1)); //~
    ///     fused
    /// }
    ///
    /// impl Scored {
    ///     fn value(&self) -> f32 {
    ///         self.score
    ///     }
    /// }
    ///
    /// fn by_other_ways(mut all: Vec<Scored>) -> Vec<Scored> {
    ///     all.sort_unstable_by(|a, b| b.value().total_cmp(&a.value())); //~
    ///     all.sort_unstable_by(|a, b| { //~
    ///         if a.score < b.score { Ordering::Greater } else if a.score > b.score { Ordering::Less } else { Ordering::Equal }
    ///     });
    ///     all
    /// }
    ///
    /// struct Scored {
    ///     score: f32,
    ///     id: u64,
    /// }
    ///
    /// impl std::cmp::Ord for Scored {
    ///     fn cmp(&self, other: &Self) -> std::cmp::Ordering {
    ///         self.score.total_cmp(&other.score) //~
    ///     }
    /// }
    ///
    /// fn best(all: std::collections::BinaryHeap<Scored>) -> Option<Scored> {
    ///     all.into_iter().next()
    /// }
    ///
    /// fn by_rank_score(a: &Candidate, b: &Candidate) -> std::cmp::Ordering {
    ///     b.rank_score.total_cmp(&a.rank_score)
    /// }
    ///
    /// fn top(documents: &[Document]) -> Vec<(usize, f32)> {
    ///     let mut scored: Vec<_> = documents.iter().map(Document::score).enumerate().collect();
    ///     scored.sort_unstable_by(|(_, a), (_, b)| b.total_cmp(a)); //~
    ///     vec![{ scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1)); scored }].concat() //~
    /// }
    ///
    /// fn tied(mut candidates: Vec<Candidate>) -> Vec<Candidate> {
    ///     candidates.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then(std::cmp::Ordering::Equal)); //~
    ///     candidates.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&a.id))); //~
    ///     candidates.sort_unstable_by(|a, b| b.score.to_bits().cmp(&a.score.to_bits())); //~
    ///     candidates.sort_unstable_by_key(|candidate| Reverse((candidate.score * 1e6) as i64)); //~
    ///     candidates.sort_unstable_by(|Candidate { score: a, .. }, Candidate { score: b, .. }| b.total_cmp(a)); //~
    ///     candidates
    /// }
    ///
    /// fn order(scores: &[f32], batch: &Batch) -> Vec<usize> {
    ///     let mut order: Vec<usize> = (0..scores.len()).collect();
    ///     order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a])); //~
    ///     order.select_nth_unstable_by(10, |a, b| batch.scores[*b].partial_cmp(&batch.scores[*a]).unwrap()); //~
    ///     order.sort_unstable_by_key(|index| OrderedFloat(scores[*index])); //~
    ///     order
    /// }
    /// ```
    ///
    /// ## Instead
    /// Break the tie by something that identifies the candidate. Sorting bare numbers needs no tie-break: equal ones
    /// cannot be told apart.
    ///
    /// ```good
    /// fn rank(mut candidates: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    ///     candidates.sort_unstable_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ///     candidates.sort_unstable_by_key(|candidate| (Reverse(OrderedFloat(candidate.score)), candidate.id));
    ///     candidates.select_nth_unstable_by(k, |a, b| a.id.cmp(&b.id));
    ///     candidates
    /// }
    ///
    /// impl Ord for Scored {
    ///     fn cmp(&self, other: &Self) -> std::cmp::Ordering {
    ///         self.score.total_cmp(&other.score).then_with(|| self.id.cmp(&other.id))
    ///     }
    /// }
    ///
    /// fn order(scores: &[f32], lengths: &[usize]) -> Vec<usize> {
    ///     let mut order: Vec<usize> = (0..scores.len()).collect();
    ///     order.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
    ///     order.sort_unstable_by(|&a, &b| scores[b].total_cmp(&scores[a]).then(a.cmp(&b)));
    ///     order.sort_unstable_by(|&a, &b| lengths[b].cmp(&lengths[a]));
    ///     order
    /// }
    ///
    /// fn heap(all: Vec<Scored>) -> std::collections::BinaryHeap<Scored> {
    ///     all.into()
    /// }
    ///
    /// fn arranged(by_id: std::collections::HashMap<u64, Scored>) -> Vec<Scored> {
    ///     let mut all: Vec<Scored> = by_id.into_values().collect();
    ///     all.sort_unstable_by(|a, b| {
    ///         if a.score < b.score { Ordering::Greater } else if a.score > b.score { Ordering::Less } else { a.id.cmp(&b.id) }
    ///     });
    ///     all
    /// }
    ///
    /// fn median(mut scores: Vec<f32>) -> f32 {
    ///     scores.sort_unstable_by(|a, b| a.total_cmp(b));
    ///     scores.sort_unstable_by(f32::total_cmp);
    ///     scores[scores.len() / 2]
    /// }
    /// ```
    pub static UNTIED_SORT = {
        id: "untied-sort",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds unstable sorts of candidates by a score alone, which leave ties in any order",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNTIED_SORT, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    findings.extend(found(&UNTIED_SORT, true, node, site));
    findings.extend(found_in_heap(&UNTIED_SORT, node, site));
}
