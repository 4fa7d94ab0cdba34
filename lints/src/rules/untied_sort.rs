//! Sorts of candidates by a score alone.

use findings::{Finding, rule};
use syn::Expr;

use crate::calls::{chain, identifiers, method, peel, variable};
use crate::sorts::{By, Comparator, ordering};
use crate::types::{is_float, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// Candidates sorted by their score and nothing else: a comparator that compares one score with another and
    /// has no `then`, or a key that is only the score.
    ///
    /// ## Why it hurts
    /// Equal scores are common: quantised models, default scores, candidates without features. An unstable sort
    /// leaves them in any order; a stable one in the order in which they happened to come in, which retrieval
    /// from several shards does not repeat. The viewer sees a feed that flickers between refreshes, the page
    /// boundary shows an item twice or never, and nobody can replay a ranking.
    ///
    /// ## Example
    /// ```bad
    /// use std::cmp::Reverse;
    ///
    /// fn rank(mut candidates: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    ///     candidates.sort_by(|a, b| b.score.total_cmp(&a.score)); //~
    ///     candidates.sort_unstable_by(|a, b| a.features.relevance().total_cmp(&b.features.relevance()).reverse()); //~
    ///     candidates.sort_by_key(|candidate| Reverse(OrderedFloat(candidate.final_score))); //~
    ///     candidates.select_nth_unstable_by(k, by_rank_score); //~
    ///     let order = |a: &Candidate, b: &Candidate| {
    ///         b.score.total_cmp(&a.score)
    ///     };
    ///     candidates.sort_by(order); //~
    ///     <[Candidate]>::sort_by(&mut candidates, |a, b| f32::total_cmp(&a.score, &b.score)); //~
    ///     candidates
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
    /// fn median(mut scores: Vec<f32>) -> f32 {
    ///     scores.sort_by(|a, b| a.total_cmp(b));
    ///     scores.sort_by(f32::total_cmp);
    ///     scores[scores.len() / 2]
    /// }
    ///
    /// fn oldest(mut sessions: Vec<(u64, f32)>) -> Vec<(u64, f32)> {
    ///     sessions.sort_by(|a, b| a.1.total_cmp(&b.1));
    ///     sessions
    /// }
    /// ```
    pub static UNTIED_SORT = {
        id: "untied-sort",
        guard: "lints",
        group: "determinism",
        level: Error,
        summary: "finds sorts of candidates by a score alone, which leave ties in any order",
    };
}

pub(super) static LINT: Lint = Lint { rule: &UNTIED_SORT, check: Check::Syntax(check) };

/// Words by which a score is called.
const SCORES: &[&str] = &[
    "score",
    "scores",
    "scored",
    "scoring",
    "rank",
    "ranks",
    "ranked",
    "ranking",
    "relevance",
    "relevancy",
    "similarity",
    "similarities",
    "weight",
    "weights",
    "weighted",
    "logit",
    "logits",
    "bm",
];

/// Words by which a list of what is ranked is called.
const RANKED: &[&str] = &[
    "candidate",
    "candidates",
    "hit",
    "hits",
    "result",
    "results",
    "neighbor",
    "neighbors",
    "matches",
    "top",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let Some(sort) = method(call.expr) else { return };
    let Some((by, true)) = ordering(&sort.name.to_string()) else { return };
    let Some(function) = Comparator::of(&sort, site) else { return };
    let steps = function.steps(call.expr, site);
    let inner = site.at(&steps);
    let untied = match by {
        By::Comparator => function.tail().and_then(only_comparison).is_some_and(|(left, right)| {
            [left, right].iter().all(|operand| is_score(operand, &function, sort.receiver, &inner))
        }),
        By::Key => {
            function.tail().map(key).is_some_and(|key| is_score(key, &function, sort.receiver, &inner))
        }
    };
    if untied {
        let name = sort.name;
        findings.push(
            site.finding(
                &UNTIED_SORT,
                call.expr,
                format!("`{name}` orders by a score alone, so that ties fall in any order"),
            )
            .help("break ties by an id: `.then_with(|| a.id.cmp(&b.id))`"),
        );
    }
}

/// The two sides of a comparator that is one comparison, with nothing behind it but what turns or unwraps it.
fn only_comparison(tail: &Expr) -> Option<(&Expr, &Expr)> {
    let call = method(tail)?;
    match call.name.to_string().as_str() {
        "partial_cmp" | "total_cmp" | "cmp" => {
            let right = call.args.first()?;
            (!matches!(peel(right), Expr::Tuple(_))).then_some((call.receiver, right))
        }
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "reverse" => only_comparison(call.receiver),
        _ => None,
    }
}

/// A key without what only turns or wraps it: `Reverse(OrderedFloat(x))` is `x`.
fn key(mut tail: &Expr) -> &Expr {
    loop {
        tail = match peel(tail) {
            Expr::Call(call) if call.args.len() == 1 => &call.args[0],
            Expr::Unary(unary) => &unary.expr,
            other => return other,
        };
    }
}

/// Whether what is compared is a part of an element that is evidently a score.
fn is_score(operand: &Expr, function: &Comparator<'_>, sorted: &Expr, site: &Site<'_>) -> bool {
    let operand = peel(operand);
    let parameters = function.parameters();
    if variable(operand).is_some_and(|name| parameters.contains(&name)) {
        return false;
    }
    let named = match operand {
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => has_word(&name.to_string(), SCORES),
            syn::Member::Unnamed(_) => is_ranked(sorted) && is_maybe_float(operand, site),
        },
        Expr::MethodCall(call) => call.args.is_empty() && has_word(&call.method.to_string(), SCORES),
        // Bound by a pattern, as in `|(_, a), (_, b)|`.
        Expr::Path(_) => {
            variable(operand).is_some_and(|name| has_word(&name.to_string(), SCORES) || is_ranked(sorted))
                && is_maybe_float(operand, site)
        }
        _ => false,
    };
    named && variable(chain(operand).1).is_none_or(|root| root != "self")
}

/// Whether the list that is sorted is called by what it holds: candidates, or things with scores.
fn is_ranked(sorted: &Expr) -> bool {
    let (_, root) = chain(sorted);
    identifiers(root).last().is_some_and(|name| {
        let name = name.to_string();
        has_word(&name, SCORES) || has_word(&name, RANKED)
    })
}

fn is_maybe_float(operand: &Expr, site: &Site<'_>) -> bool {
    type_of(operand, site).is_none_or(|ty| is_float(&ty))
}
