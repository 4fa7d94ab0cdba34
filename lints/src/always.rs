//! Conditions that hold whatever the code does, as far as the code in sight says so.

mod numbers;
mod own;
mod patterns;
mod sides;

use syn::{BinOp, Expr, ExprBinary, Lit, Pat, Stmt, UnOp};

use numbers::{is_nothing, is_zero, not_less};
use own::{is_iterator, is_own};
use patterns::{pattern, takes_all};
use sides::{opposites, sides};

use crate::Site;
use crate::calls::{method, peel, variable};
use crate::site::{LOOK_BACK, Step};
use crate::texts::shown;
use crate::types::binds;

/// Why a condition always holds.
pub(crate) struct Reason {
    /// As a message gives it.
    pub(crate) text: String,
    /// Whether the code in sight leaves no doubt.
    pub(crate) is_sure: bool,
}

impl Reason {
    fn sure(text: impl Into<String>) -> Reason {
        Reason { text: text.into(), is_sure: true }
    }
}

/// Why a condition always holds, or with `negated`, never; `None` where it need not, and where it is no more than a literal.
pub(crate) fn always(condition: &Expr, negated: bool, site: &Site<'_>) -> Option<Reason> {
    match peel(condition) {
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => always(&not.expr, !negated, site),
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::Or(_) | BinOp::BitOr(_), false) | (BinOp::And(_) | BinOp::BitAnd(_), true) => {
                one_side(binary, negated, site)
            }
            (BinOp::And(_) | BinOp::BitAnd(_), false) | (BinOp::Or(_) | BinOp::BitOr(_), true) => {
                both_sides(binary, negated, site)
            }
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => equal(&binary.left, &binary.right, site),
            (BinOp::Ge(_), false) | (BinOp::Lt(_), true) => not_less(&binary.left, &binary.right, site),
            (BinOp::Le(_), false) | (BinOp::Gt(_), true) => not_less(&binary.right, &binary.left, site),
            _ => None,
        },
        Expr::Macro(inner)
            if !negated && inner.mac.path.segments.last().is_some_and(|last| last.ident == "matches") =>
        {
            let pattern = pattern(inner.mac.tokens.clone())?;
            takes_all(&pattern, site).then(|| Reason::sure(patterns::why(&pattern)))
        }
        call @ Expr::MethodCall(_) => answers(call, negated, site),
        _ => bound(condition, !negated, site),
    }
}

/// Why two values are always equal: both are zero, one of them as what is left of whole numbers.
pub(crate) fn equal(one: &Expr, other: &Expr, site: &Site<'_>) -> Option<Reason> {
    let nothing = match (is_zero(one), is_zero(other)) {
        (false, true) => one,
        (true, false) => other,
        _ => return None,
    };
    is_nothing(nothing, site).then(|| Reason::sure(format!("`{}` is always zero", shown(nothing))))
}

/// Why a method of the standard library gives one answer whatever it is called on: each closure that it takes does,
/// `is_none_or(|_| true)`.
fn answers(expr: &Expr, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let call = method(expr)?;
    let name = call.name.to_string();
    let (takes, is_std) = match (name.as_str(), negated) {
        ("all", false) | ("any", true) => (1, is_iterator(call.receiver, site)),
        ("is_none_or", false) | ("is_some_and" | "is_ok_and" | "is_err_and", true) => {
            (1, !is_own(call.receiver, &name, site))
        }
        ("map_or" | "map_or_else", _) => (2, !is_own(call.receiver, &name, site)),
        _ => return None,
    };
    let is_fixed = |argument: &&Expr| {
        // What the closure is given has its names within.
        let steps = [site.steps, &[Step::Expr(expr), Step::Expr(argument)]].concat();
        let value = given(argument);
        let is_sure = |reason: Reason| reason.is_sure;
        is_literal(value, !negated) || always(value, negated, &site.at(&steps)).is_some_and(is_sure)
    };
    let all = is_std && call.args.len() == takes && call.args.iter().all(is_fixed);
    all.then(|| Reason::sure(format!("`{name}` is `{}` whatever it is called on", !negated)))
}

/// What a closure that does nothing else gives back; the value itself of what is none.
fn given(argument: &Expr) -> &Expr {
    match argument {
        Expr::Closure(closure) => match &*closure.body {
            Expr::Block(block) => match block.block.stmts.as_slice() {
                [Stmt::Expr(value, None)] => value,
                _ => argument,
            },
            value => value,
        },
        value => value,
    }
}

/// Why a chain of `||` always holds, or one of `&&` never: by two of its sides, or by one alone.
fn one_side(chain: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let sides = sides(chain);
    opposites(&sides, negated, site).map(Reason::sure).or_else(|| {
        sides.into_iter().find_map(|side| match is_literal(side, !negated) {
            true => Some(Reason::sure(format!("`{}` is one of its sides", shown(side)))),
            false => always(side, negated, site),
        })
    })
}

/// Why both sides always hold, or with `negated`, neither.
fn both_sides(binary: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<Reason> {
    let reasons = [&binary.left, &binary.right].map(|side| always(side, negated, site));
    match reasons {
        [Some(one), Some(other)] => Some(Reason { is_sure: one.is_sure && other.is_sure, ..one }),
        [Some(one), None] => is_literal(&binary.right, !negated).then_some(one),
        [None, Some(other)] => is_literal(&binary.left, !negated).then_some(other),
        [None, None] => None,
    }
}

/// Whether a side is the literal, or the opposite of the other one.
fn is_literal(side: &Expr, value: bool) -> bool {
    match peel(side) {
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(literal) if literal.value == value),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => is_literal(&not.expr, !value),
        _ => false,
    }
}

/// Why a variable has the value: it is bound to the literal where it stands, and cannot change.
fn bound(condition: &Expr, value: bool, site: &Site<'_>) -> Option<Reason> {
    let name = variable(condition)?;
    let local = binding(name, site)?;
    let pattern = match &local.pat {
        Pat::Type(typed) => &*typed.pat,
        pattern => pattern,
    };
    let Pat::Ident(pattern) = pattern else { return None };
    let Expr::Lit(literal) = &*local.init.as_ref()?.expr else { return None };
    let is_value = matches!(&literal.lit, Lit::Bool(literal) if literal.value == value);
    (is_value && pattern.mutability.is_none() && pattern.by_ref.is_none())
        .then(|| Reason::sure(format!("`{name}` is always `{value}`")))
}

/// The `let` that binds a name, unless something nearer does, or may.
fn binding<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<&'a syn::Local> {
    let bound = |pat: &&Pat| binds(pat, name);
    for step in site.steps.iter().rev() {
        let nearer = match step {
            Step::Statements(statements, at) => {
                let before = statements[at.saturating_sub(LOOK_BACK)..*at].iter().rev();
                let found = before.filter_map(|statement| match statement {
                    Stmt::Local(local) if binds(&local.pat, name) => Some(local),
                    _ => None,
                });
                match found.into_iter().next() {
                    Some(local) => return Some(local),
                    None => false,
                }
            }
            Step::Expr(Expr::Closure(closure)) => closure.inputs.iter().any(|pat| bound(&pat)),
            Step::Expr(Expr::ForLoop(each)) => binds(&each.pat, name),
            Step::Expr(Expr::If(syn::ExprIf { cond, .. }) | Expr::While(syn::ExprWhile { cond, .. })) => {
                is_bound_in(cond, name)
            }
            Step::Arm(arm) => binds(&arm.pat, name),
            // What a macro binds is its own affair: `select! { page = later() => .. }`.
            Step::Function(..) | Step::Macro(_) => true,
            _ => false,
        };
        if nearer {
            return None;
        }
    }
    None
}

/// Whether a condition binds a name, `if let Some(x) = a && let Some(y) = b`.
fn is_bound_in(condition: &Expr, name: &syn::Ident) -> bool {
    match condition {
        Expr::Let(condition) => binds(&condition.pat, name),
        Expr::Binary(both) => is_bound_in(&both.left, name) || is_bound_in(&both.right, name),
        _ => false,
    }
}
