//! Conditions that hold whatever the code does, as far as that is plain without a type: then nothing is asserted.

use std::collections::BTreeSet;
use std::mem::discriminant;

use syn::{BinOp, Expr, ExprBinary, ExprMethodCall, Lit, Stmt, UnOp};

use super::tokens;

/// Whether a condition always holds, or with `negated`, never.
pub(super) fn holds(condition: &Expr, negated: bool) -> bool {
    match condition {
        Expr::Paren(inner) => holds(&inner.expr, negated),
        Expr::Group(inner) => holds(&inner.expr, negated),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => holds(&not.expr, !negated),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(value) if value.value != negated),
        Expr::MethodCall(call) => answers(call, negated),
        Expr::Binary(binary) => match (&binary.op, negated) {
            (BinOp::Or(_) | BinOp::BitOr(_), false) | (BinOp::And(_) | BinOp::BitAnd(_), true) => {
                either(binary, negated)
            }
            (BinOp::And(_) | BinOp::BitAnd(_), false) | (BinOp::Or(_) | BinOp::BitOr(_), true) => {
                holds(&binary.left, negated) && holds(&binary.right, negated)
            }
            (BinOp::Eq(_), false) | (BinOp::Ne(_), true) => equal(&binary.left, &binary.right),
            (BinOp::Ge(_), false) | (BinOp::Lt(_), true) => is_least(&binary.left, &binary.right),
            (BinOp::Le(_), false) | (BinOp::Gt(_), true) => is_least(&binary.right, &binary.left),
            _ => false,
        },
        _ => false,
    }
}

/// Whether two values are equal whatever the code does.
pub(super) fn equal(one: &Expr, other: &Expr) -> bool {
    is_nothing(one) && is_nothing(other)
}

/// Whether a method gives one answer whatever it is called on, since each closure that it takes does: `is_none_or(|_| true)`.
fn answers(call: &ExprMethodCall, negated: bool) -> bool {
    let takes = match (call.method.to_string().as_str(), negated) {
        ("is_none_or" | "all", false) | ("is_some_and" | "is_ok_and" | "is_err_and" | "any", true) => 1,
        ("map_or" | "map_or_else", _) => 2,
        _ => return false,
    };
    call.args.len() == takes && call.args.iter().all(|argument| holds(given(argument), negated))
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

/// One side always holds, or one is the opposite of another.
fn either(chain: &ExprBinary, negated: bool) -> bool {
    let sides = sides(chain);
    if sides.iter().any(|side| holds(side, negated)) {
        return true;
    }
    let steady = sides.iter().filter(|side| is_steady(side));
    let said: BTreeSet<(Vec<String>, bool)> = steady.map(|side| said(side)).collect();
    said.iter().any(|(what, is_so)| *is_so && said.contains(&(what.clone(), false)))
}

/// What stands between the `||`, or the `&&`, of a chain, which leans to the left.
fn sides(chain: &ExprBinary) -> Vec<&Expr> {
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

/// What a side is about, and whether it says that it is so.
fn said(side: &Expr) -> (Vec<String>, bool) {
    match side {
        Expr::Paren(inner) => said(&inner.expr),
        Expr::Group(inner) => said(&inner.expr),
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => {
            let (what, is_so) = said(&not.expr);
            (what, !is_so)
        }
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
        Expr::Macro(matches) if matches.mac.path.is_ident("matches") => {
            source::macro_expressions(&matches.mac).first().is_some_and(is_steady)
        }
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            let only_looks = name.starts_with("is_") || LOOKING.contains(&name.as_str());
            only_looks && is_steady(&call.receiver) && call.args.iter().all(is_steady)
        }
        _ => false,
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

/// Whether `greater` is never below `least`: what counts is not below zero, no number below the least of its type or above
/// the greatest.
fn is_least(greater: &Expr, least: &Expr) -> bool {
    is_zero(least) && is_count(greater)
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
fn is_count(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => is_count(&inner.expr),
        Expr::MethodCall(call) => {
            call.args.is_empty() && ["len", "capacity"].iter().any(|name| call.method == name)
        }
        Expr::Cast(cast) => {
            let to = tokens::line(&cast.ty);
            let holds_every_length = ["i64", "i128", "isize"].contains(&to.as_str());
            UNSIGNED.contains(&to.as_str()) || holds_every_length && is_count(&cast.expr)
        }
        _ => false,
    }
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

/// Zero, written down or as what is left of whole numbers: `x % 1`, `x & 0`, `0 * x`. Of others the one would be `1.0`.
fn is_nothing(value: &Expr) -> bool {
    match value {
        Expr::Paren(inner) => is_nothing(&inner.expr),
        Expr::Cast(cast) => is_nothing(&cast.expr),
        Expr::Binary(both) => match both.op {
            BinOp::Rem(_) => is_number(&both.right, "1") || is_nothing(&both.left),
            BinOp::Mul(_) | BinOp::BitAnd(_) => is_nothing(&both.left) || is_nothing(&both.right),
            BinOp::Div(_) | BinOp::Shl(_) | BinOp::Shr(_) => is_nothing(&both.left),
            _ => false,
        },
        _ => is_zero(value),
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_plain_without_a_type_always_holds() {
        let check = |text: &str, expected: bool| {
            let condition: Expr = syn::parse_str(text).expect("an expression");
            assert_eq!(holds(&condition, false), expected, "{text}");
        };
        for text in [
            "true",
            "!false",
            "x % 1 == 0",
            "0u32 == (sum(a) % 1u32)",
            "!(x % 1 != 0)",
            "x == y || true",
            "true || x == y || z",
            "z || (x || !false)",
            "!(x && false)",
            "!(a.is_ok() && a.is_err())",
            "x >= u64::MIN",
            "std::i32::MIN <= x.score()",
            "usize::MAX >= x",
            "!(x < u8::MIN)",
            "page.len() >= 0",
            "0 <= (score as u64)",
            "page.len() as i64 >= 0",
            "a.b.is_ok() || a.b.is_err()",
            "a.get(1).is_none() || a.get(1).is_some()",
            "a[0].is_none() || matches!(b, Some(1)) || !matches!(b, Some(1))",
            "x.is_some() | true",
            "!(x.is_some() & false)",
            "a.is_ok() | a.is_err()",
            "x & 0 == 0",
            "0 * x == 0",
            "x * 0 as u64 == 0",
            "!((x << 1) * 0 != 0)",
            "0 == 0 % x",
            "shown.is_none_or(|_| true)",
            "page.iter().all(|row| row.len() >= 0)",
            "!shown.is_some_and(|_| { false })",
            "shown.map_or(true, |row| !false || row)",
            "!shown.map_or_else(|| false, |_| false)",
            "a == b || !(a == b) || c",
            "!a || c || a",
            "true && x % 1 == 0",
        ] {
            check(text, true);
        }
        for text in [
            "false",
            "x % 2 == 0",
            "x % 1.0 == 0.0",
            "x % 1 == 1",
            "x || false",
            "true && x",
            "!(x || true)",
            "x > u64::MIN",
            "x >= u64::MAX",
            "x <= u64::MIN",
            "x >= Score::MIN",
            "usize::MAX >= 4_294_967_295",
            "usize::MAX >= (MOST as usize)",
            "x >= MIN",
            "x >= f64::MIN",
            "page.len() > 0",
            "page.len() >= 1",
            "page.score() >= 0",
            "score as i64 >= 0",
            "page.len() as i32 >= 0",
            "rows.count() >= 0",
            "a.head.is_ok() || a.tail.is_err()",
            "a.is_ok() || b.is_err()",
            "a.is_ok() || a.is_none()",
            "x == x",
            "x >= x",
            "is_ok() || is_err()",
            "a.next().is_some() || a.next().is_none()",
            "a(1).is_none() || a(1).is_some()",
            "heads() || !heads()",
            "queue.pop() == x || !(queue.pop() == x)",
            "matches!(a.next(), Some(1)) || !matches!(a.next(), Some(1))",
            "x | y",
            "x & 1 == 0",
            "x * 0.0 == 0.0",
            "x / 0 == 0",
            "x + 0 == 0",
            "shown.is_none_or(|row| row)",
            "shown.is_some_and(|_| true)",
            "page.iter().any(|_| true)",
            "!page.iter().all(|_| false)",
            "shown.map_or(true, |_| false)",
            "page.iter().all(|row| { seen.push(row); true })",
            "!(a.is_ok() && b.is_err())",
        ] {
            check(text, false);
        }
    }
}
