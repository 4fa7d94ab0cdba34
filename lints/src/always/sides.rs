//! The sides of a chain of `||` or `&&`, and which of them are opposites.

use quote::ToTokens;
use syn::{Expr, ExprBinary, UnOp};

use crate::calls::{method, peel};
use crate::texts::shown;

/// Two of the sides of which one is the opposite of the other.
pub(super) fn opposites(sides: &[&Expr], negated: bool) -> Option<String> {
    // Each as what it is about, and whether it says that it is so.
    let said: Vec<(String, bool)> =
        sides.iter().filter(|side| is_steady(side)).map(|side| said(side)).collect();
    let other = |(what, holds): &(String, bool)| said.contains(&(what.clone(), !holds));
    let (what, _) = said.iter().find(|side| other(side))?;
    Some(match negated {
        false => format!("`{what}` or its opposite always holds"),
        true => format!("`{what}` and its opposite never both hold"),
    })
}

/// What stands between the `||`, or the `&&`, of a chain, which leans to the left.
pub(super) fn sides(chain: &ExprBinary) -> Vec<&Expr> {
    const MOST: usize = 32;
    let mut sides = vec![&*chain.right];
    let mut rest = &*chain.left;
    while let Expr::Binary(inner) = peel(rest)
        && std::mem::discriminant(&inner.op) == std::mem::discriminant(&chain.op)
        && sides.len() < MOST
    {
        sides.push(&inner.right);
        rest = &inner.left;
    }
    sides.push(rest);
    sides
}

/// Whether an expression has the same value wherever it stands in one condition: nothing in it is called that may do
/// anything, as `rows.next()` does.
fn is_steady(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) | Expr::Path(_) => true,
        Expr::Paren(inner) => is_steady(&inner.expr),
        Expr::Group(inner) => is_steady(&inner.expr),
        Expr::Reference(inner) => is_steady(&inner.expr),
        Expr::Unary(inner) => is_steady(&inner.expr),
        Expr::Cast(inner) => is_steady(&inner.expr),
        Expr::Field(field) => is_steady(&field.base),
        Expr::Try(inner) => is_steady(&inner.expr),
        Expr::Index(index) => is_steady(&index.expr) && is_steady(&index.index),
        Expr::Binary(both) => is_steady(&both.left) && is_steady(&both.right),
        Expr::Macro(inner) if inner.mac.path.is_ident("matches") => {
            source::macro_expressions(&inner.mac).first().is_some_and(is_steady)
        }
        call => method(call).is_some_and(|call| {
            let name = call.name.to_string();
            let only_looks = name.starts_with("is_") || LOOKING.contains(&name.as_str());
            only_looks && is_steady(call.receiver) && call.args.iter().all(|argument| is_steady(argument))
        }),
    }
}

/// Methods that only look at what they are called on, beside those whose names begin with `is_`.
const LOOKING: [&str; 15] = [
    "abs",
    "as_bytes",
    "as_ref",
    "as_str",
    "capacity",
    "clone",
    "contains",
    "contains_key",
    "ends_with",
    "first",
    "get",
    "last",
    "len",
    "starts_with",
    "unwrap",
];

fn said(side: &Expr) -> (String, bool) {
    match peel(side) {
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => {
            let (what, holds) = said(&not.expr);
            (what, !holds)
        }
        call => match method(call).filter(|method| method.args.is_empty()) {
            Some(method) => {
                let receiver = shown(peel(method.receiver));
                match method.name.to_string().as_str() {
                    "is_err" => (format!("{receiver}.is_ok()"), false),
                    "is_none" => (format!("{receiver}.is_some()"), false),
                    name => (format!("{receiver}.{name}()"), true),
                }
            }
            None => (call.to_token_stream().to_string(), true),
        },
    }
}
