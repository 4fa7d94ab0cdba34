//! Answers of yes or no that an error is taken for, where the code asks for one of them alone.

use syn::{Expr, ExprIf, ExprMatch, Lit, Macro, Pat, Stmt};

use super::instead::{Instead, empty, plain, tail};
use super::{failing, is_variant};
use crate::calls::{method, variable};

/// `match .. { Ok(true) => {}, _ => kept.push(post) }`: an error is taken for the other answer than the one that withholds.
pub(super) fn of_match(arms: &ExprMatch) -> Option<Instead> {
    let failing = failing(&arms.arms)?;
    let withholding =
        arms.arms.iter().find(|arm| !std::ptr::eq(*arm, failing) && answer(&arm.pat).is_some())?;
    let (withheld, keeps) = (answer(&withholding.pat)?, keeps(&failing.body));
    (keeps && withholds(&withholding.body)).then(|| other_than(withheld))
}

/// `if let Ok(true) = .. { return false; }` with more behind it.
pub(super) fn of_if(branches: &ExprIf) -> Option<(&Expr, Instead)> {
    let Expr::Let(condition) = &*branches.cond else { return None };
    let withheld = answer(&condition.pat).filter(|_| branches.else_branch.is_none())?;
    let leaves = match branches.then_branch.stmts.last()? {
        Stmt::Expr(Expr::Return(returned), _) => returned.expr.as_deref().is_some_and(withholds),
        Stmt::Expr(Expr::Continue(_), _) => true,
        _ => false,
    };
    leaves.then(|| (&*condition.expr, other_than(withheld)))
}

/// `matches!(.., Ok(true))`
pub(super) fn of_macro(mac: &Macro) -> Option<Instead> {
    let written = mac.path.is_ident("matches").then(|| mac.tokens.to_string().replace(' ', ""))?;
    let ends = |end: &str| written.trim_end_matches(',').ends_with(end);
    match (ends(",Ok(true)"), ends(",Ok(false)")) {
        (true, _) => Some(other_than(true)),
        (_, true) => Some(other_than(false)),
        _ => None,
    }
}

fn other_than(answer: bool) -> Instead {
    if answer { Instead::False } else { Instead::True }
}

/// The answer that a pattern asks for: `Ok(true)`, `Ok(spam) if spam`.
fn answer(pat: &Pat) -> Option<bool> {
    match pat {
        Pat::TupleStruct(pattern) if is_variant(pat, "Ok") => match pattern.elems.first()? {
            Pat::Lit(of) => match &of.lit {
                Lit::Bool(of) => Some(of.value),
                _ => None,
            },
            _ => None,
        },
        Pat::Guard(guard) => match &*guard.pat {
            Pat::TupleStruct(pattern) if is_variant(&guard.pat, "Ok") => match pattern.elems.first()? {
                Pat::Ident(name) => (variable(&guard.guard) == Some(&name.ident)).then_some(true),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Whether what an arm does is to leave something out.
fn withholds(body: &Expr) -> bool {
    match plain(body) {
        Expr::Block(block) if block.block.stmts.is_empty() => true,
        Expr::Block(block) => tail(&block.block).is_some_and(withholds),
        Expr::Return(returned) => returned.expr.as_deref().is_some_and(withholds),
        other => matches!(empty(other), Some(Instead::Nothing | Instead::False)),
    }
}

/// Whether what an arm does is to let something in: a list gets it.
fn keeps(body: &Expr) -> bool {
    const KEEPS: &[&str] = &["extend", "insert", "push", "push_back"];
    match plain(body) {
        Expr::Block(block) => block.block.stmts.iter().any(|statement| match statement {
            Stmt::Expr(expr, _) => keeps(expr),
            _ => false,
        }),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(value) if value.value),
        other => method(other).is_some_and(|call| KEEPS.iter().any(|keeps| call.name == keeps)),
    }
}
