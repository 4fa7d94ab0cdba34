//! Rankings whose order is that of a hash map.

use findings::{Finding, Level, rule};

use crate::unordered::{found, is_of_ranking, makes_candidates};
use crate::{Check, Lint, Node, Site};

rule! {
    /// The order of a hash map or hash set that reaches something ordered in code that ranks: collected or pushed into a
    /// list that is returned, joined into a text, cut off by `take` or `truncate`, or asked for its `next`; and what
    /// `max_by` and its like choose from it by a score alone, since of equal scores the order decides.
    ///
    /// Code ranks in a layer that is named for it, or by the policy, in a function that speaks of scores or ranks, and in one
    /// that is handed candidates or gives them back. It blocks in such a layer and where candidates are made, and advises in the
    /// others: nodes of a cluster and words of a text have scores, too. Elsewhere it is `unordered-output`, which only informs.
    ///
    /// Quiet where a sort follows, also in a constructor of the file that is handed the list, where the target is a map or a set, and where the loop only counts or adds up; in what
    /// is logged or told as an error, and where the function draws lots or its documentation says that its result has no
    /// order. `next` counts in layers that rank: elsewhere whoever asks for it means any element.
    /// The type must be evident: an annotation, a constructor, a parameter, a field, what a function of the workspace gives back,
    /// or `collect::<HashMap<_, _>>()`. `HashMap`, `HashSet`, and those of `ahash`, `rustc-hash`, `fnv`, `hashbrown` and
    /// `dashmap` count; `IndexMap` keeps its order and does not.
    ///
    /// ## Why it hurts
    /// The order of a hash map differs from process to process. Two replicas answer one request with two rankings,
    /// caches miss, approved rankings flap, and nobody can reproduce what a viewer saw.
    ///
    /// ## Example
    /// ```bad
    /// use std::collections::{HashMap as Map, HashSet};
    ///
    /// struct Fusion {
    ///     scores: Map<u64, f32>,
    /// }
    ///
    /// impl Fusion {
    ///     fn into_list(self) -> Vec<(u64, f32)> {
    ///         self.scores.into_iter().collect() //~
    ///     }
    ///
    ///     fn best(&self, k: usize) -> HashSet<u64> {
    ///         self.scores.keys().copied().take(k).collect() //~
    ///     }
    /// }
    ///
    /// fn dealt(by_author: Map<u64, Vec<Candidate>>) -> Vec<Candidate> {
    ///     let mut dealt = Vec::new();
    ///     for (_, mut own) in by_author { //~
    ///         dealt.append(&mut own);
    ///     }
    ///     dealt
    /// }
    ///
    /// fn folded(scores: Map<u64, f32>) -> Vec<u64> {
    ///     scores.into_keys().fold(Vec::new(), |mut list, id| { //~
    ///         list.push(id);
    ///         list
    ///     })
    /// }
    ///
    /// fn merge(shards: &[Shard]) -> Result<Vec<Candidate>> {
    ///     let mut by_id = std::collections::HashMap::new();
    ///     for shard in shards {
    ///         by_id.insert(shard.id, shard.best());
    ///     }
    ///     let mut merged = Vec::new();
    ///     for (_, candidate) in &by_id { //~
    ///         merged.push(candidate.clone());
    ///     }
    ///     let names = HashSet::from(["a", "b"]).into_iter().collect::<Vec<_>>().join(","); //~
    ///     let few = vec![by_id.keys().take(3).collect::<Vec<_>>()]; //~
    ///     let extra: Vec<_> = by_id.values().map(|candidate| candidate.id).collect(); //~
    ///     publish(|| extra.first());
    ///     Ok(merged)
    /// }
    ///
    /// impl Scorer for Best {
    ///     fn first(&self, boosts: &HashSet<u64>) -> Option<u64> {
    ///         boosts.iter().copied().next() //~
    ///     }
    /// }
    ///
    /// fn answer(list: Vec<Candidate>, unique: ahash::AHashSet<u64>) -> Answer {
    ///     let ids = unique.iter().copied().collect::<Vec<u64>>(); //~
    ///     let mut more = Vec::new();
    ///     unique.iter().for_each(|id| more.push(*id)); //~
    ///     let best = list.iter().fold(Map::new(), keep_best);
    ///     let best: Vec<Candidate> = best.into_values().collect(); //~
    ///     Answer { ids, more, best, list }
    /// }
    ///
    /// fn fused(scores: Map<u64, f32>, seen: HashSet<u64>) -> Ranked {
    ///     let seen = Vec::from_iter(seen); //~
    ///     let mut ids = Vec::new();
    ///     let winner = scores.iter().max_by(|a, b| a.1.total_cmp(b.1)); //~
    ///     let last = scores.iter().filter(positive).min_by_key(|(_, score)| OrderedFloat(**score)); //~
    ///     let all = scores.into_keys();
    ///     for id in all { //~
    ///         ids.push(id);
    ///     }
    ///     Ranked { ids, seen, winner, last }
    /// }
    ///
    /// fn deduplicated(candidates: Vec<Candidate>) -> Vec<Candidate> {
    ///     let by_id = candidates.into_iter().map(|candidate| (candidate.id, candidate));
    ///     by_id.collect::<Map<_, _>>().into_values().collect() //~
    /// }
    ///
    /// fn best_candidate(by_id: &Map<u64, Candidate>) -> Option<&Candidate> {
    ///     by_id.values().max_by(|a, b| a.score.total_cmp(&b.score)) //~
    /// }
    /// ```
    ///
    /// ## Instead
    /// Sort, by something that is unique; or keep the data in a `BTreeMap` or in a list with an index beside it.
    ///
    /// ```good
    /// use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
    ///
    /// fn sorted(scores: HashMap<u64, f32>) -> Vec<(u64, f32)> {
    ///     let mut list: Vec<_> = scores.into_iter().collect();
    ///     list.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    ///     list
    /// }
    ///
    /// fn arranged(scores: HashMap<u64, f32>) -> Vec<(u64, f32)> {
    ///     let mut list: Vec<_> = scores.into_iter().collect();
    ///     put_in_order(&mut list);
    ///     list
    /// }
    ///
    /// impl Page {
    ///     fn new(mut shown: Vec<Candidate>) -> Self {
    ///         shown.sort_unstable_by_key(|candidate| (Reverse(OrderedFloat(candidate.score)), candidate.id));
    ///         Page { shown }
    ///     }
    /// }
    ///
    /// fn page(by_id: HashMap<u64, Candidate>) -> Page {
    ///     Page::new(by_id.into_values().collect::<Vec<Candidate>>())
    /// }
    ///
    /// fn held_page(by_id: HashMap<u64, Candidate>) -> Option<Page> {
    ///     let list: Vec<Candidate> = by_id.into_values().collect();
    ///     Some(Page::new(list))
    /// }
    ///
    /// fn total(scores: &HashMap<u64, f32>) -> (f32, usize, bool, Option<u64>) {
    ///     let mut sum = 0.0;
    ///     for score in scores.values() {
    ///         sum += score;
    ///     }
    ///     (sum, scores.values().filter(|score| **score > 0.0).count(), scores.iter().next().is_none(), scores.keys().max().copied())
    /// }
    ///
    /// fn logged(scores: &HashMap<u64, f32>) {
    ///     let ids = scores.keys().map(u64::to_string).collect::<Vec<_>>().join(",");
    ///     tracing::debug!("scored {ids}");
    /// }
    ///
    /// fn best(scores: &HashMap<u64, f32>, by_id: HashMap<u64, Candidate>) -> (Option<u64>, f32, f32, Option<Candidate>) {
    ///     let winner = scores.iter().max_by(|a, b| a.1.total_cmp(b.1).then_with(|| a.0.cmp(b.0))).map(|(id, _)| *id);
    ///     let highest = scores.iter().max_by(|a, b| a.1.total_cmp(b.1)).map_or(0.0, |(_, score)| *score);
    ///     let most = by_id.values().max_by(|a, b| a.score.total_cmp(&b.score)).unwrap().score;
    ///     let lowest = scores.values().copied().min_by(|a, b| a.total_cmp(b));
    ///     (winner, highest, most, by_id.into_values().max_by_key(|candidate| (OrderedFloat(candidate.score), candidate.id)))
    /// }
    ///
    /// fn maps(scores: HashMap<u64, f32>) -> BTreeMap<u64, f32> {
    ///     let seen: HashSet<u64> = scores.keys().copied().collect();
    ///     let ordered: BTreeSet<u64> = scores.keys().copied().collect();
    ///     scores.into_iter().filter(|(id, _)| seen.contains(id) && ordered.contains(id)).collect()
    /// }
    ///
    /// fn pushed(scores: &HashMap<u64, f32>) -> Vec<u64> {
    ///     let mut ids = Vec::new();
    ///     for id in scores.keys() {
    ///         ids.push(*id);
    ///     }
    ///     ids.sort_unstable();
    ///     ids
    /// }
    ///
    /// impl Registry {
    ///     fn names(&self) -> Vec<String> {
    ///         self.functions.lock().keys().cloned().collect()
    ///     }
    /// }
    ///
    /// /// The ids that are known, in no particular order.
    /// fn known(ids: HashSet<u64>) -> Result<Vec<u64>, Error> {
    ///     tracing::debug!("known: {}", ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", "));
    ///     if let Some(any) = ids.iter().next().filter(|any| **any == 0) {
    ///         return Err(Error::new(ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", "), any));
    ///     }
    ///     Ok(ids.into_iter().collect())
    /// }
    ///
    /// struct Registry {
    ///     functions: Mutex<HashMap<String, Function>>,
    /// }
    ///
    /// fn kept(index: &indexmap::IndexMap<u64, f32>, tree: &BTreeMap<u64, f32>) -> Vec<u64> {
    ///     index.keys().chain(tree.keys()).copied().collect()
    /// }
    /// ```
    pub static UNORDERED_ITERATION = {
        id: "unordered-iteration",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds rankings whose order is that of a hash map or set",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNORDERED_ITERATION, check: Check::Syntax(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let found = found(&UNORDERED_ITERATION, node, site).filter(|_| is_of_ranking(node, site));
    findings.extend(found.map(|mut finding| {
        // Other things than what is shown to a viewer have candidates and scores, too.
        if !site.ranks() && !makes_candidates(node) {
            finding.level = Level::Warning;
        }
        finding
    }));
}
