//! Code whose failure nobody sees: closures that nobody calls, panics that are caught, threads that nobody waits for.

use syn::{Block, Expr, Item, Local, Pat, Stmt};

use super::tokens;

/// What becomes of what a statement says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// It runs, and the test fails where it does.
    Seen,
    /// It never runs.
    Unused,
    /// It runs, and nobody sees whether it fails.
    Quiet,
}

/// What becomes of one statement of a block.
pub(super) fn fate(block: &Block, at: usize) -> Fate {
    match &block.stmts[at] {
        Stmt::Local(local) => match (&local.init, name_of(local)) {
            (Some(init), Some(name)) if init.diverge.is_none() => {
                let kept = |fate: Fate| {
                    if name != "_" && is_used(&name, &block.stmts[at + 1..]) { Fate::Seen } else { fate }
                };
                match dropped(&init.expr) {
                    Fate::Seen => Fate::Seen,
                    fate => kept(fate),
                }
            }
            _ => Fate::Seen,
        },
        Stmt::Expr(expression, Some(_)) => dropped(expression),
        Stmt::Item(Item::Fn(function)) => {
            let name = function.sig.ident.to_string();
            let others = || block.stmts.iter().enumerate().filter(|(other, _)| *other != at);
            match others().any(|(_, other)| tokens::of(other).contains(&name)) {
                true => Fate::Seen,
                false => Fate::Unused,
            }
        }
        _ => Fate::Seen,
    }
}

/// The name that a value is bound to; `_` where it is bound to none.
fn name_of(local: &Local) -> Option<String> {
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        pattern => pattern,
    };
    match pattern {
        Pat::Wild(_) => Some("_".to_owned()),
        Pat::Ident(name) => Some(name.ident.to_string()),
        _ => None,
    }
}

/// Whether statements do anything with a name but drop it.
fn is_used(name: &str, rest: &[Stmt]) -> bool {
    rest.iter().any(|statement| {
        let said = tokens::of(statement);
        let dropped = [format!("drop ( {name} ) ;"), format!("_ = {name} ;"), format!("let _ = {name} ;")];
        let line = said.join(" ");
        said.iter().any(|token| token == name) && !dropped.iter().any(|drop| line.ends_with(drop))
    })
}

/// What becomes of an expression whose value nobody keeps.
fn dropped(expression: &Expr) -> Fate {
    match expression {
        Expr::Closure(_) | Expr::Async(_) => Fate::Unused,
        Expr::Paren(inner) => dropped(&inner.expr),
        Expr::Assign(assign) if matches!(&*assign.left, Expr::Infer(_)) => dropped(&assign.right),
        Expr::Call(call) => {
            let called = tokens::line(&call.func);
            let ends = |names: &[&str]| {
                names.iter().any(|name| called == *name || called.ends_with(&format!(": {name}")))
            };
            if ends(&["drop", "forget"]) {
                return call.args.first().map_or(Fate::Seen, dropped);
            }
            let detached = ["thread : : spawn", "tokio : : spawn", "task : : spawn"];
            let quiet = ends(&["catch_unwind"]) || detached.iter().any(|name| called.ends_with(name));
            if quiet { Fate::Quiet } else { Fate::Seen }
        }
        Expr::MethodCall(call)
            if ["ok", "err", "is_ok", "is_err", "unwrap_or_default"]
                .iter()
                .any(|name| call.method == name) =>
        {
            dropped(&call.receiver)
        }
        _ => Fate::Seen,
    }
}
