//! The sides of a chain of `||` or `&&`, and which of them are opposites.

use std::collections::BTreeSet;
use std::mem::discriminant;

use syn::{BinOp, Expr, ExprBinary, UnOp};

use super::Values;
use super::numbers::is_whole;
use crate::facts::tokens;

/// What stands between the `||`, or the `&&`, of a chain, which leans to the left.
pub(super) fn sides(chain: &ExprBinary) -> Vec<&Expr> {
    const MOST: usize = 64;
    let mut sides = vec![&*chain.right];
    let mut rest = &*chain.left;
    while let Expr::Binary(inner) = rest
        && discriminant(&inner.op) == discriminant(&chain.op)
        && sides.len() < MOST
    {
        sides.push(&inner.right);
        rest = &inner.left;
    }
    sides.push(rest);
    sides
}

/// Whether one side is the opposite of another, and nothing between them that names what they are about may change it.
pub(super) fn are_opposite(sides: &[&Expr], values: &Values) -> bool {
    let said: Vec<Option<Said>> =
        sides.iter().map(|side| is_steady(side, values).then(|| said(side, values))).collect();
    let is_changed = |first: usize, last: usize| {
        let about = names(sides[first]);
        (first..last).filter(|at| said[*at].is_none()).any(|at| !about.is_disjoint(&names(sides[at])))
    };
    said.iter().enumerate().any(|(first, side)| {
        let opposite = side.as_ref().map(|(what, is_so)| (what.clone(), !is_so));
        let last = said[first..].iter().position(|other| opposite.is_some() && *other == opposite);
        last.is_some_and(|last| !is_changed(first, first + last))
    })
}

fn names(side: &Expr) -> BTreeSet<String> {
    let is_name = |token: &String| token.starts_with(|first: char| first.is_alphabetic() || first == '_');
    tokens::of(side).into_iter().filter(is_name).collect()
}

/// What a side is about, and whether it says that it is so.
type Said = (Vec<String>, bool);

fn said(side: &Expr, values: &Values) -> Said {
    match side {
        Expr::Paren(inner) => said(&inner.expr, values),
        Expr::Group(inner) => said(&inner.expr, values),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => {
            let (what, is_so) = said(&not.expr, values);
            (what, !is_so)
        }
        Expr::Binary(both) => compared(both, values).unwrap_or_else(|| (tokens::of(both), true)),
        Expr::MethodCall(call) if call.args.is_empty() => {
            let (word, is_so) = match call.method.to_string().as_str() {
                "is_err" => ("is_ok".to_owned(), false),
                "is_none" => ("is_some".to_owned(), false),
                other => (other.to_owned(), true),
            };
            (tokens::of(&call.receiver).into_iter().chain([".".to_owned(), word]).collect(), is_so)
        }
        _ => (tokens::of(side), true),
    }
}

/// A comparison in one of the two ways in which it can be written. Of floats, neither `x < y` nor `x >= y` need hold.
fn compared(both: &ExprBinary, values: &Values) -> Option<Said> {
    let (left, right) = (tokens::of(&both.left), tokens::of(&both.right));
    let is_whole = || is_whole(&both.left, values) || is_whole(&both.right, values);
    let says = |one: Vec<String>, sign: &str, other: Vec<String>| {
        one.into_iter().chain([sign.to_owned()]).chain(other).collect()
    };
    Some(match both.op {
        BinOp::Eq(_) | BinOp::Ne(_) => {
            let is_so = matches!(both.op, BinOp::Eq(_));
            let (one, other) = if left < right { (left, right) } else { (right, left) };
            (says(one, "==", other), is_so)
        }
        BinOp::Lt(_) | BinOp::Ge(_) if is_whole() => {
            (says(left, "<", right), matches!(both.op, BinOp::Lt(_)))
        }
        BinOp::Gt(_) | BinOp::Le(_) if is_whole() => {
            (says(right, "<", left), matches!(both.op, BinOp::Gt(_)))
        }
        _ => return None,
    })
}

/// Whether an expression has the same value wherever it stands in one condition: nothing in it is called that may do
/// anything, as `rows.next()` does, or that may answer otherwise the next time, as `ticket.is_due()` does.
pub(crate) fn is_steady(value: &Expr, values: &Values) -> bool {
    let is_steady = |value: &Expr| is_steady(value, values);
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
        Expr::Macro(matches) if matches.mac.path.is_ident("matches") => {
            source::macro_expressions(&matches.mac).first().is_some_and(is_steady)
        }
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let only_looks = LOOKING.contains(&name.as_str()) && !values.is_own(&name);
            only_looks && is_steady(&call.receiver) && call.args.iter().all(is_steady)
        }
        _ => false,
    }
}

/// Methods of the standard library that only look at what they are called on.
const LOOKING: [&str; 28] = [
    "abs",
    "as_bytes",
    "as_ref",
    "as_slice",
    "as_str",
    "capacity",
    "clone",
    "contains",
    "contains_key",
    "ends_with",
    "first",
    "get",
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
