//! `truncate-before-filter`: finds candidates that are cut to the page's size before they are filtered.

use findings::{Finding, rule};
use syn::{Expr, Stmt};

use crate::bound::binds;
use crate::calls::{Method, chain, identifiers, method, peel, variable};
use crate::site::{LOOK_BACK, Step};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// A list of candidates that is cut by `take(k)` or `truncate(k)` and filtered afterwards, by `filter`, `retain`
    /// or `dedup`: in one chain, over a `let`, or in one statement after another.
    ///
    /// Candidates are told by the words of the list (candidates, items, results, hits, posts, scored, ranked), or by
    /// standing in code that ranks. A cut that takes more than is wanted is left alone: one that is called `fetch`,
    /// `pool`, `oversample` or the like, that multiplies, or that is followed by another cut.
    ///
    /// It advises: 3.5 million lines of published crates have none, and all of ten that were written into the reference
    /// workspace are found. A cut by `drain` is not.
    ///
    /// ## Why it hurts
    /// Whatever the filter takes away is missing from the page, though better candidates stood right behind the cut:
    /// the viewer who has seen much, or has blocked many, gets three items where twenty were asked for. It never
    /// happens in tests, whose viewers have seen nothing.
    ///
    /// ## Example
    /// ```bad
    /// fn page(mut candidates: Vec<Candidate>, seen: &Seen, k: usize) -> Vec<Candidate> {
    ///     candidates.truncate(k);
    ///     candidates.retain(|candidate| !seen.contains(candidate.id)); //~
    ///     candidates
    /// }
    ///
    /// fn ids(results: &[Hit], k: usize) -> Vec<u64> {
    ///     results.iter().take(k).map(|hit| hit.id).filter(|id| *id != 0).collect() //~
    /// }
    ///
    /// fn split(hits: Vec<Hit>, k: usize) -> Vec<Hit> {
    ///     let top: Vec<Hit> = hits.into_iter().take(k).collect();
    ///     let keep = || Iterator::filter(top.into_iter(), |hit| hit.is_visible()).collect(); //~
    ///     keep()
    /// }
    ///
    /// mod reranker {
    ///     pub fn run(mut list: Vec<super::Hit>, k: usize) -> Vec<super::Hit> {
    ///         list.truncate(k);
    ///         assert!({ list.dedup_by_key(|hit| hit.author); true }); //~
    ///         list
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Filter first. Where the filter is dear, cut generously before it and to size behind it.
    ///
    /// ```good
    /// fn page(mut candidates: Vec<Candidate>, seen: &Seen, k: usize) -> Vec<Candidate> {
    ///     candidates.retain(|candidate| !seen.contains(candidate.id));
    ///     candidates.truncate(k);
    ///     candidates
    /// }
    ///
    /// fn dear(candidates: Vec<Candidate>, k: usize) -> Vec<Candidate> {
    ///     candidates.into_iter().take(3 * k).filter(|candidate| candidate.is_allowed()).collect()
    /// }
    ///
    /// fn twice(mut candidates: Vec<Candidate>, pool: usize, k: usize) -> Vec<Candidate> {
    ///     candidates.truncate(pool);
    ///     candidates.retain(|candidate| candidate.is_allowed());
    ///     candidates.into_iter().take(100).filter(|candidate| candidate.is_new()).take(k).collect()
    /// }
    ///
    /// fn letters(name: &str) -> String {
    ///     name.chars().take(8).filter(|letter| letter.is_alphanumeric()).collect()
    /// }
    /// ```
    pub static TRUNCATE_BEFORE_FILTER = {
        id: "truncate-before-filter",
        guard: "lints",
        group: "ranking-correctness",
        level: Warning,
        summary: "finds candidates that are cut to size before they are filtered",
    };
}

pub(super) static LINT: Lint = Lint { rule: &TRUNCATE_BEFORE_FILTER, check: Check::Syntax(check) };

/// Words by which candidates are called.
const CANDIDATES: &[&str] = &[
    "candidate",
    "candidates",
    "items",
    "results",
    "hits",
    "posts",
    "scored",
    "ranked",
    "recommendations",
    "neighbors",
    "suggestions",
    "matches",
    "shelves",
    "feed",
];

/// Words of a cut that takes more than is wanted.
const GENEROUS: &[&str] = &[
    "fetch",
    "fetched",
    "pool",
    "oversample",
    "oversampled",
    "over",
    "window",
    "scan",
    "prefetch",
    "max",
    "budget",
    "retrieve",
    "retrieval",
];

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Call(call) = node else { return };
    let filters = ["filter", "filter_map", "retain", "retain_mut", "dedup", "dedup_by", "dedup_by_key"];
    if !filters.iter().any(|name| call.name == name) {
        return;
    }
    let Some(filter) = method(call.expr) else { return };
    let Some(cut) = cut_before(&filter, site) else { return };
    if !are_candidates(filter.receiver, site) || is_generous(cut) || site.flow().cuts() > 1 {
        return;
    }
    let name = call.name;
    findings.push(
        site.finding(
            &TRUNCATE_BEFORE_FILTER,
            call.expr,
            format!("`{name}` takes away from a list that is already cut to size"),
        )
        .help("filter first and cut afterwards"),
    );
}

/// The cut that a filtered list has gone through: how much it takes.
fn cut_before<'a>(filter: &Method<'a>, site: &Site<'a>) -> Option<&'a Expr> {
    let (methods, root) = chain(filter.receiver);
    if let Some(taken) = methods.iter().find_map(taken) {
        return Some(taken);
    }
    let name = variable(root)?;
    let in_place = statements_before(site).find_map(|statement| match statement {
        Stmt::Expr(expr, Some(_)) => {
            let call = method(expr).filter(|call| call.name == "truncate")?;
            (variable(call.receiver)? == name).then(|| call.args.first().copied()).flatten()
        }
        _ => None,
    });
    in_place.or_else(|| {
        let local = site.lets().find(|local| binds(&local.pat, name))?;
        chain(&local.init.as_ref()?.expr).0.iter().find_map(taken)
    })
}

/// What `take(k)` takes. `Option::take` takes nothing.
fn taken<'a>(call: &Method<'a>) -> Option<&'a Expr> {
    (call.name == "take" && call.args.len() == 1).then(|| call.args[0])
}

/// The statements in front of the one that is looked at, in every block around.
fn statements_before<'a>(site: &Site<'a>) -> impl Iterator<Item = &'a Stmt> {
    site.steps.iter().rev().flat_map(|step| {
        let (statements, at) = match step {
            Step::Statements(statements, at) => (*statements, *at),
            _ => (&[][..], 0),
        };
        statements[at.saturating_sub(LOOK_BACK)..at].iter().rev()
    })
}

/// Whether a list, or the one that it is made of, is called by what it holds; in code that ranks every list counts.
fn are_candidates(list: &Expr, site: &Site<'_>) -> bool {
    let (_, root) = chain(list);
    let is_named =
        |list: &Expr| identifiers(list).last().is_some_and(|name| has_word(&name.to_string(), CANDIDATES));
    let made = || {
        let name = variable(root)?;
        let local = site.lets().find(|local| binds(&local.pat, name))?;
        Some(chain(&local.init.as_ref()?.expr).1)
    };
    is_named(root) || site.ranks() || made().is_some_and(is_named)
}

/// Whether a cut is meant to leave more than the page holds.
fn is_generous(cut: &Expr) -> bool {
    matches!(peel(cut), Expr::Binary(_))
        || identifiers(cut).iter().any(|name| has_word(&name.to_string(), GENEROUS))
        || method(peel(cut)).is_some_and(|call| call.name.to_string().contains("mul"))
}
