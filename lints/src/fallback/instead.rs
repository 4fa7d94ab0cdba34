//! What stands in for a result that could not be had.

use syn::{Block, Expr, Lit, Stmt};

/// What stands in for the result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Instead {
    /// Nothing: `None`, an empty list, a default.
    Nothing,
    /// `true`.
    True,
    /// `false`.
    False,
    /// What came in, as it came: all candidates, where some were to be taken out.
    Given,
    /// A verdict that lets pass by its name: `Verdict::Allow`.
    Passing,
}

impl Instead {
    /// What it stands for where the result is turned into its opposite.
    pub(super) fn turned(self) -> Instead {
        match self {
            Instead::True => Instead::False,
            Instead::False => Instead::True,
            other => other,
        }
    }
}

/// Words of verdicts that let pass.
const PASSING: &[&str] = &[
    "accept",
    "accepted",
    "allow",
    "allowed",
    "approve",
    "approved",
    "clean",
    "pass",
    "passed",
    "permit",
    "permitted",
    "safe",
    "visible",
];

/// Which empty value an expression is, where it is one; logging in front of it changes nothing.
pub(super) fn empty(expr: &Expr) -> Option<Instead> {
    match plain(expr) {
        Expr::Lit(lit) => match &lit.lit {
            Lit::Bool(bool) => Some(if bool.value { Instead::True } else { Instead::False }),
            Lit::Int(number) => (number.base10_digits() == "0").then_some(Instead::Nothing),
            Lit::Float(number) => {
                number.base10_parse::<f64>().is_ok_and(|number| number == 0.0).then_some(Instead::Nothing)
            }
            Lit::Str(text) => text.value().is_empty().then_some(Instead::Nothing),
            _ => None,
        },
        Expr::Block(block) => tail(&block.block).and_then(empty),
        Expr::Return(returned) => returned.expr.as_deref().and_then(empty),
        Expr::Continue(_) => Some(Instead::Nothing),
        Expr::Tuple(tuple) => {
            tuple.elems.iter().all(|part| empty(part).is_some()).then_some(Instead::Nothing)
        }
        Expr::Array(array) => array.elems.is_empty().then_some(Instead::Nothing),
        Expr::Macro(mac) => {
            (mac.mac.path.is_ident("vec") && mac.mac.tokens.is_empty()).then_some(Instead::Nothing)
        }
        Expr::Path(path) if path.path.is_ident("None") => Some(Instead::Nothing),
        Expr::Path(path) => {
            let segments = &path.path.segments;
            let variant = segments.last().filter(|_| segments.len() > 1)?.ident.to_string().to_lowercase();
            PASSING.contains(&variant.as_str()).then_some(Instead::Passing)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let last = &function.path.segments.last()?.ident;
            match call.args.first() {
                None => ["new", "default", "empty"].iter().any(|it| last == it).then_some(Instead::Nothing),
                Some(inner) => (last == "Ok" || last == "Some").then(|| empty(inner)).flatten(),
            }
        }
        _ => None,
    }
}

/// Without parentheses and references. A `?` stays: behind it there is no error any more.
pub(super) fn plain(mut expr: &Expr) -> &Expr {
    loop {
        expr = match expr {
            Expr::Paren(inner) => &inner.expr,
            Expr::Group(inner) => &inner.expr,
            Expr::Reference(inner) => &inner.expr,
            Expr::Unary(inner) if matches!(inner.op, syn::UnOp::Deref(_)) => &inner.expr,
            other => return other,
        };
    }
}

pub(super) fn tail(block: &Block) -> Option<&Expr> {
    match block.stmts.last()? {
        Stmt::Expr(tail, None) => Some(tail),
        Stmt::Expr(tail @ (Expr::Return(_) | Expr::Continue(_)), Some(_)) => Some(tail),
        _ => None,
    }
}
