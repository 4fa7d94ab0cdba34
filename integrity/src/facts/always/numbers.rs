//! Numbers that are always equal, or never below another.

use syn::{BinOp, Expr, Lit, Type, UnOp};

use super::written::are_same;
use super::{Values, is_steady};
use crate::facts::tokens;

/// Whether two values are equal whatever the code does: zero, written down, as what is left of whole numbers, or as what is
/// between a value and itself; one, or the same value as the test wrote it down.
pub(crate) fn equal(one: &Expr, other: &Expr, values: &Values) -> bool {
    let is_nothing = |side: &Expr| {
        is_zero(side)
            || is_left_over(side) && is_whole(side, values)
            || is_difference(side, values)
            || is_least_of(side, values)
    };
    let is_one = |side: &Expr| is_number(side, "1") || is_no_power(side, values);
    [one, other].into_iter().all(is_nothing)
        || [one, other].into_iter().all(is_one)
        || are_same(one, other, values)
}

/// `rows.len().min(0)`
fn is_least_of(value: &Expr, values: &Values) -> bool {
    match value {
        Expr::Paren(inner) => is_least_of(&inner.expr, values),
        Expr::MethodCall(call) if call.method == "min" && call.args.len() == 1 => {
            is_zero(&call.args[0]) && is_count(&call.receiver, values)
        }
        _ => false,
    }
}

/// `x.pow(0)` of a whole number.
fn is_no_power(value: &Expr, values: &Values) -> bool {
    match value {
        Expr::Paren(inner) => is_no_power(&inner.expr, values),
        Expr::MethodCall(call) if call.method == "pow" && call.args.len() == 1 => {
            is_zero(&call.args[0]) && is_whole(&call.receiver, values)
        }
        _ => false,
    }
}

/// Whether they are if all of it is whole numbers, which the code need not say.
pub(crate) fn may_be_equal(one: &Expr, other: &Expr) -> bool {
    is_left_over(one) && is_left_over(other)
}

/// Zero, written down or as what is left of whole numbers: `x % 1`, `x & 0`, `0 * x`. Of others the one would be `1.0`, and
/// what a type of one's own makes of these signs is its own.
fn is_left_over(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => is_left_over(&inner.expr),
        Expr::Cast(cast) => is_left_over(&cast.expr),
        Expr::Binary(both) => match both.op {
            BinOp::Rem(_) => is_number(&both.right, "1") || is_left_over(&both.left),
            BinOp::Mul(_) | BinOp::BitAnd(_) => is_left_over(&both.left) || is_left_over(&both.right),
            BinOp::Div(_) | BinOp::Shl(_) | BinOp::Shr(_) => is_left_over(&both.left),
            _ => false,
        },
        _ => is_zero(value),
    }
}

/// `x - x`, `x ^ x`: nothing, whatever has these signs, since it is compared with a whole number and so is no float.
fn is_difference(value: &Expr, values: &Values) -> bool {
    match value {
        Expr::Paren(inner) => is_difference(&inner.expr, values),
        Expr::Binary(both) => {
            matches!(both.op, BinOp::Sub(_) | BinOp::BitXor(_))
                && tokens::of(&both.left) == tokens::of(&both.right)
                && is_steady(&both.left, values)
        }
        _ => false,
    }
}

/// Whether the code says that a value is a whole number.
pub(crate) fn is_whole(value: &Expr, values: &Values) -> bool {
    match value {
        Expr::Paren(inner) => is_whole(&inner.expr, values),
        Expr::Group(inner) => is_whole(&inner.expr, values),
        Expr::Reference(inner) => is_whole(&inner.expr, values),
        Expr::Unary(unary) if !matches!(unary.op, UnOp::Not(_)) => is_whole(&unary.expr, values),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Int(_)),
        Expr::Cast(cast) => is_integer(&cast.ty),
        Expr::Binary(both) => is_whole(&both.left, values) && is_whole(&both.right, values),
        Expr::Path(path) => path.path.get_ident().is_some_and(|name| values.is_whole(&name.to_string())),
        Expr::MethodCall(call) => {
            match call.turbofish.as_ref().and_then(|turbofish| turbofish.args.first()) {
                Some(syn::GenericArgument::Type(ty)) => {
                    (call.method == "sum" || call.method == "product") && is_integer(ty)
                }
                _ => is_count(value, values),
            }
        }
        _ => false,
    }
}

/// Whether a type is one of whole numbers, or a reference to one.
pub(crate) fn is_integer(ty: &Type) -> bool {
    match ty {
        Type::Reference(reference) => is_integer(&reference.elem),
        Type::Path(path) => UNSIGNED.iter().chain(&SIGNED).any(|name| path.path.is_ident(name)),
        _ => false,
    }
}

/// Whether `greater` is never below `least`: what counts is not below zero, no number below the least of its type or above
/// the greatest.
pub(super) fn is_least(greater: &Expr, least: &Expr, values: &Values) -> bool {
    is_zero(least) && is_count(greater, values)
        || is_end(least, "MIN") && !is_constant(greater)
        || is_end(greater, "MAX") && !is_constant(least)
}

/// What is the same in every run: compared with an end of a type, it says something about the machine.
fn is_constant(value: &Expr) -> bool {
    match value {
        Expr::Lit(_) => true,
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| {
                !last.ident.to_string().contains(|letter: char| letter.is_ascii_lowercase())
            })
        }
        Expr::Paren(inner) => is_constant(&inner.expr),
        Expr::Unary(inner) => is_constant(&inner.expr),
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::Binary(both) => is_constant(&both.left) && is_constant(&both.right),
        _ => false,
    }
}

/// A length, or a number that is made one without a sign where it stands.
fn is_count(value: &Expr, values: &Values) -> bool {
    match value {
        Expr::Paren(inner) => is_count(&inner.expr, values),
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            call.args.is_empty() && matches!(name.as_str(), "len" | "capacity") && !values.is_own(&name)
        }
        Expr::Cast(cast) => {
            let to = tokens::line(&cast.ty);
            let holds_every_length = ["i64", "i128", "isize"].contains(&to.as_str());
            UNSIGNED.contains(&to.as_str()) || holds_every_length && is_count(&cast.expr, values)
        }
        _ => false,
    }
}

/// Whether a type is one of numbers without a sign.
pub(crate) fn is_unsigned(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if UNSIGNED.iter().any(|name| path.path.is_ident(name)))
}

const UNSIGNED: [&str; 6] = ["u8", "u16", "u32", "u64", "u128", "usize"];
const SIGNED: [&str; 6] = ["i8", "i16", "i32", "i64", "i128", "isize"];

/// `u64::MIN`, `std::u64::MIN`: what every value that can be compared with it keeps to.
fn is_end(value: &Expr, end: &str) -> bool {
    let path = tokens::of(value).concat();
    let path = path.trim_start_matches("::");
    let path = path.strip_prefix("std::").or_else(|| path.strip_prefix("core::")).unwrap_or(path);
    let of_type = path.strip_suffix(end).and_then(|rest| rest.strip_suffix("::"));
    of_type.is_some_and(|name| UNSIGNED.contains(&name) || SIGNED.contains(&name))
}

fn is_zero(value: &Expr) -> bool {
    is_number(value, "0")
}

fn is_number(value: &Expr, digits: &str) -> bool {
    match value {
        Expr::Paren(inner) => is_number(&inner.expr, digits),
        Expr::Lit(literal) => {
            matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == digits)
        }
        _ => false,
    }
}
