//! Numbers that are always zero, never below it, or not beyond the end of their type.

use syn::{BinOp, Expr, Lit, Pat, ReturnType, Type, UnOp};

use super::own::{declares_unsigned, is_iterator, is_std};
use super::{Reason, binding};
use crate::Site;
use crate::calls::{method, peel, variable};
use crate::facts::type_name;
use crate::texts::shown;
use crate::types::type_of;

/// Zero as what is left of whole numbers: `x % 1`, `x & 0`, `0 * x`. Of others the one would be `1.0`, and what a type of the
/// workspace makes of these signs is its own, so that the code must say that they are whole numbers.
pub(super) fn is_nothing(value: &Expr, site: &Site<'_>) -> bool {
    is_left_over(value) && is_whole(value, site)
}

fn is_left_over(value: &Expr) -> bool {
    let Expr::Binary(both) = peel(value) else { return is_zero(value) };
    match both.op {
        BinOp::Rem(_) => is_number(&both.right, "1") || is_left_over(&both.left),
        BinOp::Mul(_) | BinOp::BitAnd(_) => is_left_over(&both.left) || is_left_over(&both.right),
        BinOp::Div(_) | BinOp::Shl(_) | BinOp::Shr(_) => is_left_over(&both.left),
        _ => false,
    }
}

/// Whether two that are compared are whole numbers: the code says so of one of them, and nothing else of the other.
pub(super) fn are_whole(one: &Expr, other: &Expr, site: &Site<'_>) -> bool {
    (is_whole(one, site) || is_whole(other, site)) && !is_other(one, site) && !is_other(other, site)
}

/// Whether the code says that a value is a whole number.
fn is_whole(value: &Expr, site: &Site<'_>) -> bool {
    match peel(value) {
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Int(_)),
        Expr::Binary(both) => is_whole(&both.left, site) && is_whole(&both.right, site),
        Expr::Unary(negative) if matches!(negative.op, UnOp::Neg(_)) => is_whole(&negative.expr, site),
        value => match type_of(value, site) {
            Some(ty) => is_integer(&ty),
            None => count(value, site) == Some(true) || is_bound_whole(value, site),
        },
    }
}

/// A variable that is bound to a whole number, or to a length, where it stands.
fn is_bound_whole(value: &Expr, site: &Site<'_>) -> bool {
    let init = variable(value).and_then(|name| binding(name, site)?.local.init.as_ref());
    init.is_some_and(|init| match &*init.expr {
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_)),
        init => count(init, site) == Some(true),
    })
}

/// A variable that is declared without a sign, or bound to a length where it stands.
fn is_bound_unsigned(value: &Expr, site: &Site<'_>) -> bool {
    let Some(name) = variable(value) else { return false };
    let local = binding(name, site).map(|bound| bound.local);
    match local.map(|local| (&local.pat, &local.init)) {
        Some((Pat::Type(typed), _)) => is_named(&typed.ty, &UNSIGNED),
        Some((Pat::Ident(_), Some(init))) => count(&init.expr, site) == Some(true),
        _ => false,
    }
}

/// Whether the code says that a value is something else than a whole number.
fn is_other(value: &Expr, site: &Site<'_>) -> bool {
    type_of(peel(value), site).is_some_and(|ty| !is_integer(&ty))
}

/// Why a value is never less than another.
pub(super) fn not_less(value: &Expr, least: &Expr, site: &Site<'_>) -> Option<Reason> {
    if is_zero(least) {
        let is_sure = match is_cast_unsigned(value) || is_bound_unsigned(value, site) {
            true => Some(true),
            false => count(value, site),
        };
        return is_sure
            .map(|is_sure| Reason { text: format!("`{}` is never below zero", shown(value)), is_sure });
    }
    let ends = [(least, "MIN", value), (value, "MAX", least)];
    let end = ends
        .into_iter()
        .find(|(side, end, other)| is_end(side, end) && !is_constant(other) && !is_other(other, site));
    end.map(|(side, ..)| Reason::sure(format!("no number of its type is beyond `{}`", shown(side))))
}

/// A value that is cast where it stands to a number without a sign.
fn is_cast_unsigned(value: &Expr) -> bool {
    matches!(peel(value), Expr::Cast(cast) if is_named(&cast.ty, &UNSIGNED))
}

/// Whether what gives this gives a number without a sign.
pub(super) fn is_unsigned(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, gives) if is_named(gives, &UNSIGNED))
}

fn is_integer(ty: &Type) -> bool {
    is_named(ty, &UNSIGNED) || is_named(ty, &SIGNED)
}

fn is_named(ty: &Type, names: &[&str]) -> bool {
    matches!(ty, Type::Path(path) if names.iter().any(|name| path.path.is_ident(name)))
}

const UNSIGNED: [&str; 6] = ["u8", "u16", "u32", "u64", "u128", "usize"];
const SIGNED: [&str; 6] = ["i8", "i16", "i32", "i64", "i128", "isize"];

/// What is the same in every run: compared with an end of a type, it says something about the machine.
fn is_constant(value: &Expr) -> bool {
    match peel(value) {
        Expr::Lit(_) => true,
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| {
                !last.ident.to_string().contains(|letter: char| letter.is_ascii_lowercase())
            })
        }
        Expr::Unary(inner) => is_constant(&inner.expr),
        Expr::Cast(cast) => is_constant(&cast.expr),
        Expr::Binary(both) => is_constant(&both.left) && is_constant(&both.right),
        _ => false,
    }
}

/// `u64::MIN`, `std::i32::MAX`: the end of a type of whole numbers.
fn is_end(value: &Expr, end: &str) -> bool {
    let path = peel(value);
    if !matches!(path, Expr::Path(_)) {
        return false;
    }
    let path = shown(path);
    let of_type = path.strip_suffix(end).and_then(|rest| rest.strip_suffix("::"));
    of_type.is_some_and(|path| {
        let name = path.rsplit("::").next().unwrap_or(path);
        let is_std =
            matches!(&path[..path.len() - name.len()], "" | "std::" | "core::" | "::std::" | "::core::");
        is_std && (UNSIGNED.contains(&name) || SIGNED.contains(&name))
    })
}

/// Whether a value is certainly a length, also cast to a type that every length fits into; `None` where it is none.
fn count(expr: &Expr, site: &Site<'_>) -> Option<bool> {
    match peel(expr) {
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let counts = call.args.is_empty() && matches!(name.as_str(), "len" | "count" | "capacity");
            counts.then(|| is_counted(&call.receiver, &name, site)).flatten()
        }
        Expr::Cast(cast) if is_named(&cast.ty, &["i64", "i128", "isize"]) => count(&cast.expr, site),
        _ => None,
    }
}

/// Whether a method of this name certainly gives a number without a sign; `None` where it may well give another one. What a
/// type of the workspace gives is known where its file says so. Of a type out of sight a `len` is likely to be one like that
/// of the standard library; a `count` is as likely to be one of a database.
fn is_counted(receiver: &Expr, name: &str, site: &Site<'_>) -> Option<bool> {
    let Some(ty) = type_of(receiver, site) else {
        let is_std = matches!(peel(receiver), Expr::Array(_)) || is_iterator(receiver, site);
        return (is_std || name != "count" && declares_unsigned(name, site)).then_some(is_std);
    };
    let own = type_name(&ty).and_then(|owner| site.facts.method(&owner, name));
    let is_count = match own {
        Some(signature) => is_unsigned(&signature.output),
        None => is_std(&ty, site),
    };
    is_count.then_some(true)
}

pub(super) fn is_zero(expr: &Expr) -> bool {
    is_number(expr, "0")
}

pub(super) fn is_one(expr: &Expr) -> bool {
    is_number(expr, "1")
}

/// `x.min(0)` of a number without a sign.
pub(super) fn is_least(value: &Expr, site: &Site<'_>) -> bool {
    let Some(call) = method(peel(value)).filter(|call| call.name == "min") else { return false };
    let sides = [call.receiver, call.args.first().copied().unwrap_or(call.receiver)];
    let is_unsigned = |side: &&Expr| {
        is_cast_unsigned(side)
            || count(side, site) == Some(true)
            || type_of(peel(side), site).is_some_and(|ty| is_named(&ty, &UNSIGNED))
    };
    sides.iter().any(|side| is_zero(side)) && sides.iter().any(is_unsigned)
}

/// `x.pow(0)` of a whole number.
pub(super) fn is_no_power(value: &Expr, site: &Site<'_>) -> bool {
    method(peel(value)).is_some_and(|call| {
        call.name == "pow"
            && matches!(call.args.as_slice(), [power] if is_zero(power))
            && is_whole(call.receiver, site)
    })
}

fn is_number(expr: &Expr, digits: &str) -> bool {
    matches!(peel(expr), Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == digits))
}
