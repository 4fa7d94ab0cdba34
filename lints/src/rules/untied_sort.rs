//! Sorts of candidates by a score alone.

use findings::{Finding, Level, rule};
use syn::Expr;

use crate::calls::{chain, identifiers, method, peel, variable};
use crate::sorts::{By, Comparator, ordering};
use crate::types::{binds, is_float, type_of};
use crate::words::has_word;
use crate::{Check, Lint, Node, Site};

rule! {
    /// Candidates sorted by their score and nothing else: a comparator that compares one score with another and
    /// has no `then`, or a key that is only the score.
    ///
    /// Scores are told by the words of their names (`score`, `relevance`, `similarity`; of floats also `rank` and
    /// `weight`), or by the name of the list (`candidates`, `hits`) where a part of a tuple is compared. An
    /// unstable sort blocks: all three in 3.3 million lines of published crates were right. A stable one advises: of ten six
    /// were right, and the others sorted what stood in a fixed order, out of sight. Where it is in sight that the order is
    /// fixed, because the list is numbered by `enumerate` or made from what a field of `self` holds, a stable sort is left
    /// alone.
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

/// Those of them that a score has whatever its type.
const PLAIN_SCORES: &[&str] =
    &["score", "scores", "scored", "relevance", "relevancy", "similarity", "similarities", "logit", "logits"];

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
        By::Comparator => function.tail().and_then(only_comparison).is_some_and(|(left, right, floats)| {
            [left, right].iter().all(|operand| is_score(operand, floats, &function, sort.receiver, &inner))
        }),
        By::Key => function
            .tail()
            .map(key)
            .is_some_and(|(key, floats)| is_score(key, floats, &function, sort.receiver, &inner)),
    };
    let is_unstable = sort.name.to_string().contains("unstable");
    if !untied || (!is_unstable && keeps_known_order(sort.receiver, site)) {
        return;
    }
    let message = format!("`{}` orders by a score alone, so that ties fall in any order", sort.name);
    let mut finding = site
        .finding(&UNTIED_SORT, call.expr, message)
        .help("break ties by an id: `.then_with(|| a.id.cmp(&b.id))`");
    if !is_unstable {
        finding.level = Level::Warning;
    }
    findings.push(finding);
}

/// Whether a list evidently stands in the order of its making, so that a stable sort leaves ties as they are: it is
/// numbered by `enumerate`, or made in this function from what a field of `self` holds.
fn keeps_known_order(list: &Expr, site: &Site<'_>) -> bool {
    let Some(name) = variable(list) else { return false };
    let Some(local) = site.lets().find(|local| binds(&local.pat, name)) else { return false };
    let Some(init) = &local.init else { return false };
    let (methods, root) = chain(&init.expr);
    let numbered = methods.iter().any(|method| method.name == "enumerate");
    let in_order = methods.iter().any(|method| method.name == "iter") && is_own_list(root, site);
    numbered || in_order
}

/// Whether an expression is a list that a field of `self` holds, or a guard over one.
fn is_own_list(root: &Expr, site: &Site<'_>) -> bool {
    let made = variable(root).and_then(|name| {
        let local = site.lets().find(|local| binds(&local.pat, name))?;
        Some(chain(&local.init.as_ref()?.expr).1)
    });
    let Expr::Field(field) = made.unwrap_or(root) else { return false };
    let is_list = |ty: syn::Type| matches!(crate::facts::type_name(&ty).as_deref(), Some("Vec" | "VecDeque"));
    variable(&field.base).is_some_and(|owner| owner == "self") && type_of(root, site).is_some_and(is_list)
}

/// The two sides of a comparator that is one comparison, with nothing behind it but what turns or unwraps it, and
/// whether it compares floats.
fn only_comparison(tail: &Expr) -> Option<(&Expr, &Expr, bool)> {
    let call = method(tail)?;
    let name = call.name.to_string();
    match name.as_str() {
        "partial_cmp" | "total_cmp" | "cmp" => {
            let right = call.args.first()?;
            (!matches!(peel(right), Expr::Tuple(_))).then_some((call.receiver, right, name != "cmp"))
        }
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "reverse" => only_comparison(call.receiver),
        _ => None,
    }
}

/// A key without what only turns or wraps it, and whether that is evidence of a float: `Reverse(OrderedFloat(x))`
/// is `x`, a float.
fn key(mut tail: &Expr) -> (&Expr, bool) {
    let mut floats = false;
    loop {
        tail = match peel(tail) {
            Expr::Call(call) if call.args.len() == 1 => {
                floats |=
                    identifiers(&call.func).iter().any(|name| has_word(&name.to_string(), &["float", "nan"]));
                &call.args[0]
            }
            Expr::Unary(unary) => &unary.expr,
            other => return (other, floats),
        };
    }
}

/// Whether what is compared is a part of an element that is evidently a score.
fn is_score(operand: &Expr, floats: bool, function: &Comparator<'_>, sorted: &Expr, site: &Site<'_>) -> bool {
    let operand = peel(operand);
    if variable(operand).is_some_and(|name| function.parameters().contains(&name))
        || variable(chain(operand).1).is_some_and(|root| root == "self")
    {
        return false;
    }
    let ty = type_of(operand, site);
    let floats = floats || ty.as_ref().is_some_and(is_float);
    if ty.as_ref().is_some_and(|ty| !is_float(ty)) && !floats {
        return false;
    }
    // An integer that is called a rank or a weight is a setting more often than a score.
    let is_named =
        |name: &dyn ToString| has_word(&name.to_string(), if floats { SCORES } else { PLAIN_SCORES });
    match operand {
        Expr::Field(field) => match &field.member {
            syn::Member::Named(name) => is_named(name),
            syn::Member::Unnamed(_) => is_list_of(sorted, floats),
        },
        Expr::MethodCall(call) => call.args.is_empty() && is_named(&call.method),
        // Bound by a pattern, as in `|(_, a), (_, b)|`.
        Expr::Path(_) => variable(operand).is_some_and(|name| is_named(name) || is_list_of(sorted, floats)),
        _ => false,
    }
}

/// Whether the list that is sorted is called by what it holds: things with scores or, where floats are compared,
/// candidates.
fn is_list_of(sorted: &Expr, floats: bool) -> bool {
    let (_, root) = chain(sorted);
    identifiers(root).last().is_some_and(|name| {
        let name = name.to_string();
        has_word(&name, PLAIN_SCORES) || (floats && (has_word(&name, SCORES) || has_word(&name, RANKED)))
    })
}
