//! The sides of a chain of `||` or `&&`, and which of them are opposites.

use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, UnOp};

use super::numbers::are_whole;
use super::own::{is_own, is_std};
use crate::Site;
use crate::calls::{identifiers, method, peel};
use crate::texts::shown;
use crate::types::type_of;

/// Two of the sides of which one is the opposite of the other.
pub(super) fn opposites(sides: &[&Expr], negated: bool, site: &Site<'_>) -> Option<String> {
    // Each as what it is about and whether it says that it is so; one that may change something is about nothing.
    let said: Vec<Option<(String, bool)>> =
        sides.iter().map(|side| is_steady(side, site).then(|| said(side, site))).collect();
    let is_changed = |first: usize, last: usize| {
        let about = identifiers(sides[first]);
        let between = (first..last).filter(|at| said[*at].is_none());
        between.flat_map(|at| identifiers(sides[at])).any(|name| about.contains(&name))
    };
    let (what, _) = said.iter().enumerate().find_map(|(first, side)| {
        let (what, holds) = side.as_ref()?;
        let opposite = Some((what.clone(), !holds));
        let last = first + said[first..].iter().position(|other| *other == opposite)?;
        (!is_changed(first, last)).then_some((what, holds))
    })?;
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
/// anything, as `rows.next()` does, or that may answer otherwise the next time, as `ticket.is_due()` does.
fn is_steady(value: &Expr, site: &Site<'_>) -> bool {
    let is_steady = |value: &Expr| is_steady(value, site);
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
        Expr::Array(list) => list.elems.iter().all(is_steady),
        Expr::Tuple(tuple) => tuple.elems.iter().all(is_steady),
        Expr::Binary(both) => is_steady(&both.left) && is_steady(&both.right),
        Expr::Macro(inner) if inner.mac.path.is_ident("matches") => {
            source::macro_expressions(&inner.mac).first().is_some_and(is_steady)
        }
        call => method(call).is_some_and(|call| {
            only_looks(call.receiver, &call.name.to_string(), site)
                && is_steady(call.receiver)
                && call.args.iter().all(|argument| is_steady(argument))
        }),
    }
}

/// Whether a method is the standard library's, and no more than a look. What a cache of the workspace says to `get` depends
/// on the clock, and what it calls `is_empty` is no other than everywhere.
fn only_looks(receiver: &Expr, name: &str, site: &Site<'_>) -> bool {
    LOOKING.contains(&name) && !is_own(receiver, name, site)
        || FETCHING.contains(&name) && type_of(receiver, site).is_some_and(|ty| is_std(&ty, site))
}

/// Methods that only look at what they are called on, whatever has them.
const LOOKING: [&str; 24] = [
    "abs",
    "as_bytes",
    "as_ref",
    "as_slice",
    "as_str",
    "clone",
    "ends_with",
    "first",
    "is_empty",
    "is_err",
    "is_finite",
    "is_infinite",
    "is_nan",
    "is_negative",
    "is_none",
    "is_ok",
    "is_positive",
    "is_sign_negative",
    "is_sign_positive",
    "is_some",
    "last",
    "len",
    "starts_with",
    "unwrap",
];

/// Methods that only look where the standard library has them.
const FETCHING: [&str; 4] = ["capacity", "contains", "contains_key", "get"];

/// What a side is about, and whether it says that it is so.
fn said(side: &Expr, site: &Site<'_>) -> (String, bool) {
    match peel(side) {
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => {
            let (what, holds) = said(&not.expr, site);
            (what, !holds)
        }
        Expr::Binary(both) => {
            compared(both, site).unwrap_or_else(|| (both.to_token_stream().to_string(), true))
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

/// A comparison in one of the two ways in which it can be written. Of floats, neither `x < y` nor `x >= y` need hold.
fn compared(both: &ExprBinary, site: &Site<'_>) -> Option<(String, bool)> {
    let [left, right] = [&both.left, &both.right].map(|side| peel(side).to_token_stream().to_string());
    let are_whole = || are_whole(&both.left, &both.right, site);
    Some(match both.op {
        BinOp::Eq(_) | BinOp::Ne(_) => {
            let (one, other) = if left < right { (left, right) } else { (right, left) };
            (format!("{one} == {other}"), matches!(both.op, BinOp::Eq(_)))
        }
        BinOp::Lt(_) | BinOp::Ge(_) if are_whole() => {
            (format!("{left} < {right}"), matches!(both.op, BinOp::Lt(_)))
        }
        BinOp::Gt(_) | BinOp::Le(_) if are_whole() => {
            (format!("{right} < {left}"), matches!(both.op, BinOp::Gt(_)))
        }
        _ => return None,
    })
}
