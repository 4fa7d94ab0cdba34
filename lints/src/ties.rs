//! Sorts of candidates by a score alone.

use findings::{Finding, Rule};
use quote::ToTokens;
use syn::{BinOp, Block, Expr, ExprMethodCall, Member, Stmt};

use crate::bound::{binds, statements_since};
use crate::calls::{Call, Method, chain, identifiers, method, peel, variable};
use crate::hashes::is_unordered;
use crate::sorts::{By, Comparator, ordering};
use crate::texts::held;
use crate::types::{head_name, is_float, type_of};
use crate::words::has_word;
use crate::{Node, Site, Step};

/// Words by which a score is called.
pub const SCORES: &[&str] = &[
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

/// What a rule says of a sort that orders by a score alone; of unstable ones, or of stable ones.
pub fn found(rule: &'static Rule, is_unstable: bool, node: &Node<'_>, site: &Site<'_>) -> Option<Finding> {
    let Node::Call(call) = node else { return None };
    let sort = method(call.expr)?;
    let (by, true) = ordering(&sort.name.to_string())? else { return None };
    let function = Comparator::of(&sort, site)?;
    if keeps_nothing(&sort, site) != is_unstable || !is_untied(by, &function, &sort, call, site) {
        return None;
    }
    told(rule, &sort, call, site)
}

/// What a rule says of a sort that is known to order by a score alone.
pub(crate) fn told(
    rule: &'static Rule,
    sort: &Method<'_>,
    call: &Call<'_>,
    site: &Site<'_>,
) -> Option<Finding> {
    (keeps_nothing(sort, site) || !keeps_known_order(sort.receiver, site)).then(|| {
        let ties = match comes_in_any_order(sort.receiver, site) {
            true => "ties keep the order of a hash map",
            false => "ties fall in any order",
        };
        let message = format!("`{}` orders by a score alone, so that {ties}", sort.name);
        site.finding(rule, call.expr, message).help("break ties by an id: `.then_with(|| a.id.cmp(&b.id))`")
    })
}

/// Whether no order that ties had before is left: the sort is not stable, or there was none.
pub(crate) fn keeps_nothing(sort: &Method<'_>, site: &Site<'_>) -> bool {
    sort.name.to_string().contains("unstable") || comes_in_any_order(sort.receiver, site)
}

/// Whether a list is made of a hash map or set, and nothing has put it in order since.
fn comes_in_any_order(list: &Expr, site: &Site<'_>) -> bool {
    let Some(name) = variable(list) else { return false };
    let is_made_so = held(name, site)
        .and_then(method)
        .is_some_and(|made| made.name == "collect" && is_unordered(made.receiver, site));
    let is_arranged =
        |name: &syn::Ident| has_word(&name.to_string(), &["sort", "sorted", "order", "arrange"]);
    is_made_so && !statements_since(name, site).iter().any(|it| identifiers(it).iter().any(is_arranged))
}

/// What a rule says of an `Ord` that compares a score alone, in a file that speaks of a `BinaryHeap`.
pub fn found_in_heap(rule: &'static Rule, node: &Node<'_>, site: &Site<'_>) -> Option<Finding> {
    struct HasHeap(bool);
    let Node::Function(signature, block) = node else { return None };
    let (of, _) = site.impl_block()?.trait_.as_ref()?;
    let [Stmt::Expr(tail, None)] = block.stmts.as_slice() else { return None };
    if signature.ident != "cmp" || of.segments.last()?.ident != "Ord" {
        return None;
    }
    let (left, right, floats) = only_comparison(tail)?;
    let words = if floats { SCORES } else { PLAIN_SCORES };
    let is_score = |side: &Expr| match peel(side) {
        Expr::Field(field) => match &field.member {
            Member::Named(name) => has_word(&name.to_string(), words),
            Member::Unnamed(_) => false,
        },
        _ => false,
    };
    let has_heap = || site.facts.once(|| HasHeap(site.file.text.contains("BinaryHeap"))).0;
    (is_score(left) && is_score(right) && has_heap()).then(|| {
        let message = "this `Ord` compares a score alone, so that a heap gives ties back in any order";
        site.finding(rule, tail, message).help("break ties by an id: `.then_with(|| self.id.cmp(&other.id))`")
    })
}

/// Whether `max_by` and its like choose by a score alone, so that of equal elements the place of each decides. Who asks for
/// the score and for nothing else does not see which element has it.
pub fn chooses_by_score(call: &Call<'_>, site: &Site<'_>) -> bool {
    let chosen = || {
        let choice = method(call.expr)?;
        let function = Comparator::of(&choice, site)?;
        let (operand, floats) = match choice.name.to_string().as_str() {
            "max_by" | "min_by" => {
                only_comparison(function.tail()?).map(|(left, _, floats)| (left, floats))?
            }
            _ => key(function.tail()?),
        };
        let operand = peel(function.behind_let(operand));
        let steps = function.steps(call.expr, site);
        let floats = floats || type_of(operand, &site.at(&steps)).as_ref().is_some_and(is_float);
        let part = function.part(operand)?;
        (floats || has_word(&part, PLAIN_SCORES)).then_some(part)
    };
    chosen().is_some_and(|part| asked_for(site).is_none_or(|asked| asked != part))
}

/// The part of the chosen element that is asked for, and no other: `.map(|best| best.score)`, `.unwrap().1`.
fn asked_for(site: &Site<'_>) -> Option<String> {
    let around = site.steps.iter().rev().map_while(|step| match step {
        Step::Expr(expr) => Some(*expr),
        _ => None,
    });
    for expr in around {
        match expr {
            Expr::Field(field) => return Some(field.member.to_token_stream().to_string()),
            Expr::Try(_) | Expr::Paren(_) => {}
            Expr::MethodCall(call) => match call.method.to_string().as_str() {
                "unwrap" | "expect" | "copied" | "cloned" => {}
                "map" | "map_or" | "map_or_else" | "is_some_and" => {
                    let function = Comparator::of(&method(expr)?, site)?;
                    return function.part(function.tail()?);
                }
                _ => return None,
            },
            _ => return None,
        }
    }
    None
}

/// Whether a comparator compares a score alone, or a key is one, whatever list it orders; the site is within it.
pub(crate) fn compares_score(by: By, function: &Comparator<'_>, site: &Site<'_>) -> bool {
    orders_by_score(by, function, None, site)
}

fn is_untied(by: By, function: &Comparator<'_>, sort: &Method<'_>, call: &Call<'_>, site: &Site<'_>) -> bool {
    let steps = function.steps(call.expr, site);
    orders_by_score(by, function, Some(sort.receiver), &site.at(&steps))
}

fn orders_by_score(by: By, function: &Comparator<'_>, sorted: Option<&Expr>, site: &Site<'_>) -> bool {
    let is_score = |operand, floats| is_score(operand, floats, function, sorted, site);
    let Some(tail) = function.tail() else { return false };
    match by {
        By::Comparator => only_comparison(tail)
            .is_some_and(|(left, right, floats)| is_score(left, floats) && is_score(right, floats)),
        By::Key => {
            let (key, floats) = key(tail);
            is_score(key, floats)
        }
    }
}

/// Whether a list evidently stands in the order of its making, so that a stable sort leaves ties as they are: it is
/// numbered by `enumerate` or a range, or made in this function from what a field of `self` holds.
fn keeps_known_order(list: &Expr, site: &Site<'_>) -> bool {
    let Some(name) = variable(list) else { return false };
    let Some(local) = site.lets().find(|local| binds(&local.pat, name)) else { return false };
    let Some(init) = &local.init else { return false };
    let (methods, root) = chain(&init.expr);
    let numbered = methods.iter().any(|method| method.name == "enumerate") || matches!(root, Expr::Range(_));
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
    if let Expr::If(branches) = peel(tail) {
        return compared_by_branches(branches).map(|(left, right)| (left, right, false));
    }
    let call = method(tail)?;
    let name = call.name.to_string();
    match name.as_str() {
        "partial_cmp" | "total_cmp" | "cmp" => {
            let right = call.args.first()?;
            (!matches!(peel(right), Expr::Tuple(_))).then_some((call.receiver, right, name != "cmp"))
        }
        "unwrap" | "expect" | "unwrap_or" | "unwrap_or_else" | "reverse" => only_comparison(call.receiver),
        "then" | "then_with" => {
            let first = only_comparison(call.receiver)?;
            let second = call.args.first()?;
            breaks_nothing(second, (first.0, first.1)).then_some(first)
        }
        _ => None,
    }
}

/// The two sides of `if a.score < b.score { Less } else if a.score > b.score { Greater } else { Equal }`.
fn compared_by_branches(branches: &syn::ExprIf) -> Option<(&Expr, &Expr)> {
    let Expr::Binary(compared) = peel(&branches.cond) else { return None };
    if !matches!(compared.op, BinOp::Lt(_) | BinOp::Le(_) | BinOp::Gt(_) | BinOp::Ge(_) | BinOp::Eq(_)) {
        return None;
    }
    let sides = (&*compared.left, &*compared.right);
    let text = |expr: &Expr| peel(expr).to_token_stream().to_string();
    let are_same = |(left, right): (&Expr, &Expr)| {
        let (one, other) = (text(sides.0), text(sides.1));
        let (left, right) = (text(left), text(right));
        one == left && other == right || one == right && other == left
    };
    let is_plain = |block: &Block| matches!(&block.stmts[..], [Stmt::Expr(only, None)] if is_order(only));
    let is_rest_plain = match &*branches.else_branch.as_ref()?.1 {
        Expr::If(next) => compared_by_branches(next).is_some_and(are_same),
        Expr::Block(block) => is_plain(&block.block),
        _ => false,
    };
    (is_plain(&branches.then_branch) && is_rest_plain).then_some(sides)
}

/// `Ordering::Less`, `Equal`
fn is_order(expr: &Expr) -> bool {
    let Expr::Path(path) = peel(expr) else { return false };
    path.path
        .segments
        .last()
        .is_some_and(|last| ["Less", "Equal", "Greater"].iter().any(|it| last.ident == it))
}

/// Whether what is compared next leaves all ties as they are: `Equal`, a side with itself, or the same two sides again.
fn breaks_nothing(next: &Expr, (left, right): (&Expr, &Expr)) -> bool {
    let next = match next {
        Expr::Closure(closure) => &closure.body,
        other => other,
    };
    if let Expr::Path(path) = peel(next) {
        return path.path.segments.last().is_some_and(|last| last.ident == "Equal");
    }
    let text = |expr: &Expr| peel(expr).to_token_stream().to_string();
    only_comparison(next).is_some_and(|(one, other, _)| {
        text(one) == text(other) || text(one) == text(left) && text(other) == text(right)
    })
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
            Expr::MethodCall(call) if call.method == "unwrap" || call.method == "expect" => &call.receiver,
            Expr::Unary(unary) => &unary.expr,
            Expr::Cast(cast) => &cast.expr,
            Expr::Binary(scaled) if matches!(peel(&scaled.right), Expr::Lit(_)) => &scaled.left,
            other => return (other, floats),
        };
    }
}

/// Whether what is compared is a part of an element that is evidently a score.
fn is_score(
    operand: &Expr,
    floats: bool,
    function: &Comparator<'_>,
    sorted: Option<&Expr>,
    site: &Site<'_>,
) -> bool {
    let operand = match peel(function.behind_let(operand)) {
        Expr::MethodCall(bits) if bits.method == "to_bits" => peel(&bits.receiver),
        other => other,
    };
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
            Member::Named(name) => is_named(name),
            Member::Unnamed(_) => sorted.is_some_and(|sorted| is_list_of(sorted, floats, site)),
        },
        Expr::MethodCall(call) => {
            call.args.is_empty() && (is_named(&call.method) || field_given(call, site).is_some_and(is_named))
        }
        // A list of indices is put in order by what they stand for.
        Expr::Index(index) => {
            variable(&index.index).is_some_and(|index| function.parameters().contains(&index))
                && is_list_of(&index.expr, floats, site)
        }
        // Bound by a pattern, as in `|(_, a), (_, b)|`.
        Expr::Path(_) => {
            let is_of_list = || sorted.is_some_and(|sorted| is_list_of(sorted, floats, site));
            variable(operand).is_some_and(|name| is_named(name) || is_of_list())
                || function.part(operand).is_some_and(|part| is_named(&part))
        }
        _ => false,
    }
}

/// The field that a method of the file gives and does nothing else.
fn field_given<'a>(call: &ExprMethodCall, site: &Site<'a>) -> Option<&'a dyn ToString> {
    let owner = head_name(&type_of(&call.receiver, site)?, site)?;
    let (_, block) = site.facts.method_with_body(&owner, &call.method.to_string())?;
    match &block.stmts[..] {
        [Stmt::Expr(Expr::Field(field), None)] => match &field.member {
            Member::Named(name) => Some(name),
            Member::Unnamed(_) => None,
        },
        _ => None,
    }
}

/// Whether the list that is sorted is called by what it holds, or made of what is: things with scores or, where floats are
/// compared, candidates.
fn is_list_of(sorted: &Expr, floats: bool, site: &Site<'_>) -> bool {
    let (_, root) = chain(sorted);
    let is_called = |root: &Expr, words: &[&str]| {
        identifiers(root).last().is_some_and(|name| has_word(&name.to_string(), words))
    };
    let made = || variable(root).and_then(|name| held(name, site)).map(|made| chain(made).1);
    is_called(root, PLAIN_SCORES)
        || floats
            && (is_called(root, SCORES)
                || is_called(root, RANKED)
                || made().is_some_and(|made| variable(made).is_some() && is_called(made, PLAIN_SCORES)))
}
