//! Conditions that hold whatever the code does, as far as that is plain without a type checker: then nothing is asserted.

mod numbers;
mod sides;
#[cfg(test)]
mod tests;
mod written;

use syn::{BinOp, Block, Expr, ExprMethodCall, Lit, Stmt, UnOp};

use super::dead::is_empty;
use super::tokens;
use super::values::Values;

use numbers::is_least;
pub(super) use numbers::{equal, is_integer, is_unsigned, is_whole, may_be_equal};
pub(super) use sides::is_steady;
use sides::{are_opposite, sides};
use written::is_itself;
pub(super) use written::{written, written_as};

/// Whether a condition always holds, or with `negated`, never.
pub(super) fn holds(condition: &Expr, negated: bool, values: &Values) -> bool {
    match condition {
        Expr::Paren(inner) => holds(&inner.expr, negated, values),
        Expr::Group(inner) => holds(&inner.expr, negated, values),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => holds(&not.expr, !negated, values),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(value) if value.value != negated),
        Expr::Path(path) => {
            path.path.get_ident().is_some_and(|name| values.flag(&name.to_string()) == Some(!negated))
        }
        Expr::Block(block) => gives(&block.block, negated, values),
        Expr::If(branch) => {
            let values = values.without_names();
            let otherwise = branch.else_branch.as_ref();
            gives(&branch.then_branch, negated, &values)
                && otherwise.is_some_and(|(_, other)| holds(other, negated, &values))
        }
        Expr::Match(choice) => {
            let values = values.without_names();
            choice.arms.iter().all(|arm| holds(&arm.body, negated, &values)) && !choice.arms.is_empty()
        }
        Expr::MethodCall(call) => answers(call, negated, values),
        Expr::Call(call) => {
            let path = tokens::of(&call.func).concat();
            let hands_back = ["bool::from", "hint::black_box", "convert::identity"];
            hands_back.iter().any(|end| path.ends_with(end))
                && call.args.len() == 1
                && holds(&call.args[0], negated, values)
        }
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::Or(_) | BinOp::BitOr(_), false) | (BinOp::And(_) | BinOp::BitAnd(_), true) => {
                let sides = sides(binary);
                sides.iter().any(|side| holds(side, negated, values)) || are_opposite(&sides, values)
            }
            (BinOp::And(_) | BinOp::BitAnd(_), false) | (BinOp::Or(_) | BinOp::BitOr(_), true) => {
                holds(&binary.left, negated, values) && holds(&binary.right, negated, values)
            }
            (BinOp::BitXor(_), false) => are_opposite(&[&*binary.left, &*binary.right], values),
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => equal(&binary.left, &binary.right, values),
            (BinOp::Ge(_), false) | (BinOp::Lt(_), true) => is_least(&binary.left, &binary.right, values),
            (BinOp::Le(_), false) | (BinOp::Gt(_), true) => is_least(&binary.right, &binary.left, values),
            _ => false,
        },
        _ => false,
    }
}

/// Whether a block does nothing else than to give such a condition.
fn gives(block: &Block, negated: bool, values: &Values) -> bool {
    matches!(block.stmts.as_slice(), [Stmt::Expr(value, None)] if holds(value, negated, values))
}

/// Whether a method of the standard library gives one answer whatever it is called on: there is nothing in what it goes
/// through, or each closure that it takes gives one, `is_none_or(|_| true)`.
fn answers(call: &ExprMethodCall, negated: bool, values: &Values) -> bool {
    let name = call.method.to_string();
    let (takes, iterates) = match (name.as_str(), negated) {
        ("all", false) | ("any", true) => (1, true),
        ("is_none_or", false) | ("is_some_and" | "is_ok_and" | "is_err_and", true) => (1, false),
        ("map_or" | "map_or_else", _) => (2, false),
        _ => return false,
    };
    // What the closure is given has its names within.
    let within = values.without_names();
    let is_fixed = |argument: &Expr| match argument {
        Expr::Closure(closure) => {
            holds(&closure.body, negated, &within)
                || name == "all" && is_itself(closure, &call.receiver, values)
        }
        value => holds(value, negated, values),
    };
    let is_std = !values.is_own(&name) && (!iterates || is_iterator(&call.receiver));
    let goes_through_nothing = || iterates && is_empty(&call.receiver, values);
    is_std && call.args.len() == takes && (call.args.iter().all(is_fixed) || goes_through_nothing())
}

/// Whether a value is an iterator: a range, or made by a method that gives one wherever it is called.
fn is_iterator(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => is_iterator(&inner.expr),
        Expr::Range(_) => true,
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            MAKING.contains(&name.as_str())
                || HANDING_ON.contains(&name.as_str()) && is_iterator(&call.receiver)
        }
        _ => false,
    }
}

/// Methods that make an iterator of what they are called on.
const MAKING: [&str; 15] = [
    "bytes",
    "char_indices",
    "chars",
    "chunks",
    "drain",
    "into_iter",
    "into_values",
    "iter",
    "iter_mut",
    "keys",
    "lines",
    "split",
    "split_whitespace",
    "values",
    "windows",
];

/// Methods of an iterator that give one.
const HANDING_ON: [&str; 18] = [
    "by_ref",
    "chain",
    "cloned",
    "copied",
    "enumerate",
    "filter",
    "filter_map",
    "flat_map",
    "flatten",
    "inspect",
    "map",
    "peekable",
    "rev",
    "skip",
    "step_by",
    "take",
    "take_while",
    "zip",
];
