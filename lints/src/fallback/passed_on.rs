//! What is left to others: `match .. { Ok(list) => Some(list), Err(_) => None }` to the caller, and what is kept to whoever asks
//! for it.

use syn::{Expr, ReturnType, Stmt};

use super::instead::{plain, tail};
use super::{failing, is_variant};
use crate::bound::binds;
use crate::calls::{identifiers, method, variable};
use crate::{Node, Site, Step};

/// Whether a `match` or `if let` makes an `Option` of a result and the function gives it back, or takes it apart at once.
pub fn is_passed_on(node: &Node<'_>, site: &Site<'_>) -> bool {
    let makes = match node {
        Node::Match(arms) => {
            let ok = arms.arms.iter().find(|arm| is_variant(&arm.pat, "Ok"));
            let keeps = ok.is_some_and(|ok| gives_some(&ok.pat, &ok.body));
            keeps && failing(&arms.arms).is_some_and(|failing| is_none(&failing.body))
        }
        Node::If(branches) => {
            let Expr::Let(condition) = &*branches.cond else { return false };
            let keeps = tail(&branches.then_branch).is_some_and(|kept| gives_some(&condition.pat, kept));
            keeps && branches.else_branch.as_ref().is_some_and(|(_, other)| is_none(other))
        }
        _ => return false,
    };
    makes && goes_on(node, site)
}

/// `Some(list)` of what the pattern `Ok(list)` takes out.
fn gives_some(pat: &syn::Pat, body: &Expr) -> bool {
    let Expr::Call(some) = plain(value(body)) else { return false };
    let is_some = matches!(&*some.func, Expr::Path(of) if of.path.is_ident("Some"));
    is_some && some.args.first().and_then(variable).is_some_and(|kept| binds(pat, kept))
}

fn is_none(body: &Expr) -> bool {
    matches!(plain(value(body)), Expr::Path(none) if none.path.is_ident("None"))
}

/// What a block comes to.
fn value(expr: &Expr) -> &Expr {
    match plain(expr) {
        Expr::Block(block) => tail(&block.block).unwrap_or(expr),
        other => other,
    }
}

/// Whether the `Option` is what the function gives, or what a `let .. else` or `?` takes apart.
fn goes_on(node: &Node<'_>, site: &Site<'_>) -> bool {
    let mut steps = site.steps.iter().rev();
    loop {
        return match steps.next() {
            Some(Step::Expr(Expr::Paren(_))) => continue,
            Some(Step::Expr(Expr::Try(_) | Expr::Return(_))) => true,
            Some(Step::Let(local)) => local.init.as_ref().is_some_and(|init| init.diverge.is_some()),
            Some(Step::Statements(statements, _)) => {
                ends_with(statements, node)
                    && matches!(steps.next(), Some(Step::Function(signature, _)) if gives_option(&signature.output))
            }
            _ => false,
        };
    }
}

fn ends_with(statements: &[Stmt], node: &Node<'_>) -> bool {
    match (statements.last(), node) {
        (Some(Stmt::Expr(Expr::Match(last), None)), Node::Match(arms)) => std::ptr::eq(last, *arms),
        (Some(Stmt::Expr(Expr::If(last), None)), Node::If(branches)) => std::ptr::eq(last, *branches),
        _ => false,
    }
}

fn gives_option(output: &ReturnType) -> bool {
    identifiers(output).first().is_some_and(|first| first == "Option")
}

/// Whether all that a function does with the result is to keep it, for whoever asks what is kept:
/// `if let Ok(list) = .. { cache.put(viewer, list); }`.
pub fn only_keeps(branches: &syn::ExprIf, site: &Site<'_>) -> bool {
    const KEEPS: &[&str] = &["insert", "put", "replace", "set", "store", "swap"];
    let keeps = match branches.then_branch.stmts.as_slice() {
        [Stmt::Expr(kept, _)] => {
            method(plain(kept)).is_some_and(|kept| KEEPS.iter().any(|name| kept.name == name))
        }
        _ => false,
    };
    let answers = |(signature, _): (&syn::Signature, _)| !matches!(signature.output, ReturnType::Default);
    keeps && branches.else_branch.is_none() && !site.function().is_none_or(answers)
}
