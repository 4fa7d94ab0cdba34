//! What code puts in the place of an awaited result that it could not have.

mod gives_back;
mod instead;
mod literals;
mod passed_on;

use std::borrow::Cow;

use syn::{Block, Expr, Lit, Pat, Stmt};

use crate::bound::binds;
use crate::calls::{identifiers, method};
use crate::flow;
use crate::{Node, Site, Step};
pub use gives_back::gives_back;
pub use instead::Instead;
use instead::{empty, plain, tail};
pub use passed_on::{is_passed_on, only_keeps};

/// An awaited call whose error becomes a value.
pub struct Fallback<'a> {
    /// What is awaited.
    pub awaited: Cow<'a, Expr>,
    /// The value.
    pub instead: Instead,
}

/// Methods between an await and what takes its result apart.
const BETWEEN: &[&str] = &[
    "map",
    "map_err",
    "inspect",
    "inspect_err",
    "context",
    "with_context",
    "and_then",
    "into_inner",
    "ok",
    "flatten",
    "unwrap_or_log",
    "err_into",
    "copied",
    "cloned",
];

/// How many steps a value is followed back, over variables and what is called on them.
const FAR: u32 = 8;

/// The fallback that this very expression is: `x.await.unwrap_or_default()`, `match x.await { Err(_) => false, .. }`,
/// `if let Ok(y) = x.await { y } else { vec![] }`.
pub fn fallback<'a>(expr: &'a Expr, site: &Site<'a>) -> Option<Fallback<'a>> {
    match expr {
        Expr::MethodCall(_) | Expr::Call(_) => taken(by_method(expr)?, site),
        Expr::Match(arms) => fallback_of_match(arms, site),
        Expr::If(branches) => fallback_of_if(branches, site),
        _ => None,
    }
}

/// Methods that make a value of an error.
const METHODS: &[&str] = &[
    "unwrap_or_default",
    "unwrap_or",
    "unwrap_or_else",
    "map_or",
    "map_or_else",
    "or",
    "or_else",
    "ok",
    "is_ok_and",
];

/// Whether a method makes a value of an error.
pub fn is_fallback_method(name: &syn::Ident) -> bool {
    METHODS.iter().any(|method| name == method)
}

/// Whether an `ok()` is only a step on the way to a `?`, an error or another fallback, or is given back as it is.
pub fn is_taken_apart_later(expr: &Expr, site: &Site<'_>) -> bool {
    if method(expr).is_none_or(|call| call.name != "ok") {
        return false;
    }
    let is_looked_into = match site.steps.last() {
        Some(Step::Expr(Expr::Match(_))) => true,
        Some(Step::Let(local)) => local.init.as_ref().is_some_and(|init| init.diverge.is_some()),
        _ => matches!(flow::fate(expr, site), flow::Fate::Returned(_)),
    };
    if is_looked_into {
        return true;
    }
    let mut inner = expr;
    for step in site.steps.iter().rev() {
        match step {
            Step::Expr(Expr::Try(_)) => return true,
            Step::Expr(outer @ Expr::MethodCall(next)) if std::ptr::eq(&*next.receiver, inner) => {
                if is_fallback_method(&next.method) || next.method.to_string().starts_with("ok_or") {
                    return true;
                }
                inner = outer;
            }
            _ => return false,
        }
    }
    false
}

/// [`fallback`] of a `match`.
pub fn fallback_of_match<'a>(arms: &'a syn::ExprMatch, site: &Site<'a>) -> Option<Fallback<'a>> {
    taken((&arms.expr, by_arms(&arms.arms)?), site)
}

/// [`fallback`] of an `if let`.
pub fn fallback_of_if<'a>(branches: &'a syn::ExprIf, site: &Site<'a>) -> Option<Fallback<'a>> {
    let (tried, instead) = by_branches(branches)?;
    let goes_on = branches.else_branch.is_none() && leaves(&branches.then_branch);
    // `if let Ok(list) = .. { return Ok(list); } last_known.ok_or(..)`
    let is_decided_later = goes_on && rest(site).is_some_and(|rest| !stands_in(rest));
    (!is_decided_later).then(|| taken((tried, instead), site))?
}

/// The answer that an error is taken for, where the code asks for one alone: `match`, `if let Ok(true) = ..`, `matches!`.
pub fn taken_for_answer<'a>(node: &Node<'a>, site: &Site<'a>) -> Option<Fallback<'a>> {
    match node {
        Node::Match(arms) => taken((&arms.expr, literals::of_match(arms)?), site),
        Node::If(branches) => taken(literals::of_if(branches)?, site),
        Node::Macro(mac, body) => taken((body.expressions().first()?, literals::of_macro(mac)?), site),
        _ => None,
    }
}

/// Whether a block ends by leaving the function.
fn leaves(block: &Block) -> bool {
    matches!(block.stmts.last(), Some(Stmt::Expr(Expr::Return(_), _)))
}

/// What the block around the node comes to.
fn rest<'a>(site: &Site<'a>) -> Option<&'a Expr> {
    site.steps.iter().rev().find_map(|step| match step {
        Step::Statements(statements, _) => match statements.last() {
            Some(Stmt::Expr(rest, None)) => Some(rest),
            _ => None,
        },
        _ => None,
    })
}

/// Whether a value stands in for a result: an empty one, or what came in.
fn stands_in(value: &Expr) -> bool {
    empty(value).is_some() || crate::calls::variable(value).is_some()
}

fn taken<'a>((tried, instead): (&'a Expr, Instead), site: &Site<'a>) -> Option<Fallback<'a>> {
    Some(Fallback { awaited: awaited(tried, site, FAR)?, instead })
}

/// The fallback that a value comes from, over `let`s and what is called on it afterwards.
pub fn comes_from<'a>(value: &'a Expr, site: &Site<'a>) -> Option<Fallback<'a>> {
    let mut value = value;
    for _ in 0..FAR {
        value = plain(value);
        if let Some(found) = fallback(value, site) {
            return Some(found);
        }
        value = match value {
            Expr::MethodCall(call) => &call.receiver,
            Expr::Call(call) if call.args.len() == 1 => &call.args[0],
            _ => bound(value, site)?,
        };
    }
    None
}

/// The call whose result an expression is, where it is awaited and its error is still to be told.
pub fn awaited<'a>(expr: &'a Expr, site: &Site<'a>, far: u32) -> Option<Cow<'a, Expr>> {
    let mut expr = plain(expr);
    loop {
        expr = match expr {
            Expr::Await(future) => return called(&future.base, site, far),
            Expr::MethodCall(call) if BETWEEN.iter().any(|name| call.method == name) => plain(&call.receiver),
            Expr::Path(_) => {
                return match bound(expr, site) {
                    Some(bound) => awaited(bound, site, far.checked_sub(1)?),
                    None => joined(expr, site).map(Cow::Owned),
                };
            }
            _ => return None,
        };
    }
}

/// The call that a future is of, which a `let` may hold or an async block be all of.
fn called<'a>(future: &'a Expr, site: &Site<'a>, far: u32) -> Option<Cow<'a, Expr>> {
    match plain(future) {
        Expr::Async(block) => awaited(tail(&block.block)?, site, far.checked_sub(1)?),
        variable @ Expr::Path(_) => Some(Cow::Borrowed(bound(variable, site).map_or(variable, plain))),
        call => Some(Cow::Borrowed(call)),
    }
}

/// The future that a variable has the result of: `let (blocked, muted) = join!(blocked_by(viewer), muted(viewer))`.
fn joined(variable: &Expr, site: &Site<'_>) -> Option<Expr> {
    let name = crate::calls::variable(variable)?;
    let local = site.lets().find(|local| binds(&local.pat, name))?;
    let (Pat::Tuple(names), Expr::Macro(join)) = (&local.pat, plain(&local.init.as_ref()?.expr)) else {
        return None;
    };
    let index = names.elems.iter().position(|pat| matches!(pat, Pat::Ident(_)) && binds(pat, name))?;
    let is_join = join.mac.path.segments.last().is_some_and(|last| last.ident == "join");
    is_join.then(|| source::macro_expressions(&join.mac).into_iter().nth(index))?
}

/// What the nearest `let` of a variable binds it to.
fn bound<'a>(variable: &'a Expr, site: &Site<'a>) -> Option<&'a Expr> {
    let name = crate::calls::variable(variable)?;
    let local = site.lets().find(|local| binds(&local.pat, name))?;
    matches!(&local.pat, Pat::Ident(_) | Pat::Type(_)).then_some(())?;
    Some(&local.init.as_ref()?.expr)
}

fn by_method(expr: &Expr) -> Option<(&Expr, Instead)> {
    let call = method(expr)?;
    let name = call.name;
    let instead = match name.to_string().as_str() {
        "unwrap_or_default" => Instead::Nothing,
        "ok" if call.args.is_empty() => Instead::Nothing,
        "is_ok_and" => Instead::False,
        "unwrap_or" | "map_or" | "unwrap_or_else" | "map_or_else" | "or" | "or_else" => {
            match call.args.first()? {
                Expr::Closure(closure) => empty(&closure.body)?,
                Expr::Path(function) if name == "unwrap_or_else" || name == "map_or_else" => {
                    let last = &function.path.segments.last()?.ident;
                    (last == "new" || last == "default").then_some(Instead::Nothing)?
                }
                value => empty(value)?,
            }
        }
        _ => return None,
    };
    let mapped = match method(plain(call.receiver)) {
        Some(mapped) if mapped.name == "map" => mapped.args.first().copied(),
        _ if name == "is_ok_and" => call.args.first().copied(),
        _ => call.args.get(1).copied().filter(|_| name == "map_or" || name == "map_or_else"),
    };
    let Some(Expr::Closure(mapped)) = mapped else { return Some((call.receiver, instead)) };
    let counts = method(&mapped.body).is_some_and(|body| body.name == "len" || body.name == "count");
    let is_other = instead == Instead::Nothing
        && (counts || mapped.inputs.iter().all(|input| !gives_result(input, &mapped.body)));
    match negates(&mapped.body) {
        _ if is_other => None,
        true => Some((call.receiver, instead.turned())),
        false => Some((call.receiver, instead)),
    }
}

fn by_arms(arms: &[syn::Arm]) -> Option<Instead> {
    let succeeds = arms.iter().find(|arm| is_variant(&arm.pat, "Ok"))?;
    let instead = empty(&failing(arms)?.body)?;
    if instead == Instead::Nothing && !gives_result(&succeeds.pat, &succeeds.body) {
        return None;
    }
    // `Ok(true) => false`, `Ok(spam) => !spam`.
    let turns = |arm: &syn::Arm| match &arm.pat {
        Pat::TupleStruct(pattern) if is_variant(&arm.pat, "Ok") => match pattern.elems.first() {
            Some(Pat::Lit(of)) => match (&of.lit, empty(&arm.body)) {
                (Lit::Bool(of), Some(Instead::True)) => !of.value,
                (Lit::Bool(of), Some(Instead::False)) => of.value,
                _ => false,
            },
            _ => negates(&arm.body),
        },
        _ => false,
    };
    Some(if arms.iter().any(turns) { instead.turned() } else { instead })
}

/// Whether what stands behind a pattern is what the pattern takes out: `Ok(list) => list.ids`. Where it is made of something
/// else, as a page is of candidates, nothing in its place is an empty page.
fn gives_result(pat: &Pat, value: &Expr) -> bool {
    match plain(value) {
        Expr::Block(block) => tail(&block.block).is_none_or(|value| gives_result(pat, value)),
        Expr::Return(returned) => returned.expr.as_ref().is_none_or(|value| gives_result(pat, value)),
        // `Some(list)` and `ids_of(list)` are the result, `without(posts, &list)` is not.
        Expr::Call(call) => match call.args.len() {
            0 => true,
            1 => gives_result(pat, &call.args[0]),
            _ => false,
        },
        other => match crate::calls::chain(other).1 {
            call @ Expr::Call(_) if !std::ptr::eq(call, other) => gives_result(pat, call),
            root => crate::calls::variable(root).is_none_or(|root| is_taken(pat, root)),
        },
    }
}

/// Whether a pattern takes a name out, or nothing at all.
fn is_taken(pat: &Pat, name: &syn::Ident) -> bool {
    let mut taken = identifiers(pat);
    taken.retain(|taken| taken != "Ok" && taken != "Some");
    taken.is_empty() || taken.contains(name)
}

/// Whether an expression is the opposite of another, as `toxicity < LIMIT` is of `toxicity`.
fn negates(expr: &Expr) -> bool {
    match plain(expr) {
        Expr::Unary(not) => matches!(not.op, syn::UnOp::Not(_)),
        Expr::Binary(compared) => matches!(compared.op, syn::BinOp::Lt(_) | syn::BinOp::Le(_)),
        _ => false,
    }
}

fn failing(arms: &[syn::Arm]) -> Option<&syn::Arm> {
    arms.iter().find(|arm| is_variant(&arm.pat, "Err") || matches!(arm.pat, Pat::Wild(_)))
}

/// An `if let Ok(..)` says by its `else` what is there instead; without one, by what follows, which is nothing.
fn by_branches(branches: &syn::ExprIf) -> Option<(&Expr, Instead)> {
    let Expr::Let(condition) = &*branches.cond else { return None };
    is_variant(&condition.pat, "Ok").then_some(())?;
    let gives = || {
        let Pat::TupleStruct(pattern) = &*condition.pat else { return true };
        // `if let Ok(false) = is_spam().await { keep() }` keeps nothing when it fails.
        let is_of_one = matches!(pattern.elems.first(), Some(Pat::Lit(_)));
        !is_of_one && tail(&branches.then_branch).is_none_or(|value| gives_result(&condition.pat, value))
    };
    let instead = match &branches.else_branch {
        Some((_, other)) => empty(other)?,
        None => Instead::Nothing,
    };
    (instead != Instead::Nothing || gives()).then_some((&*condition.expr, instead))
}

fn is_variant(pat: &Pat, name: &str) -> bool {
    match pat {
        Pat::TupleStruct(pattern) => pattern.path.segments.last().is_some_and(|last| last.ident == name),
        Pat::Paren(paren) => is_variant(&paren.pat, name),
        Pat::Reference(reference) => is_variant(&reference.pat, name),
        Pat::Guard(guard) => is_variant(&guard.pat, name),
        Pat::Or(or) => or.cases.iter().any(|pat| is_variant(pat, name)),
        _ => false,
    }
}
