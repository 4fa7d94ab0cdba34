//! Conditions that hold whatever the code does, as far as the code in sight says so.

mod sides;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, ExprBinary, ExprCast, Lit, Pat, ReturnType, Stmt, Type, UnOp};

use sides::{opposites, sides};

use crate::Site;
use crate::calls::{method, peel, variable};
use crate::facts::type_name;
use crate::site::{LOOK_BACK, Step};
use crate::texts::shown;
use crate::types::{binds, head, type_of};

/// Why a condition always holds, or with `negated`, never; `None` where it need not, and where it is no more than a literal.
pub(crate) fn always(condition: &Expr, negated: bool, site: &Site<'_>) -> Option<String> {
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
            takes_all(&pattern).then(|| format!("`{}` matches everything", pattern.to_token_stream()))
        }
        call @ Expr::MethodCall(_) => answers(call, negated, site),
        _ => bound(condition, !negated, site),
    }
}

/// Why two values are always equal: both are zero, one of them as what is left of whole numbers.
pub(crate) fn equal(one: &Expr, other: &Expr, site: &Site<'_>) -> Option<String> {
    let nothing = match (is_zero(one), is_zero(other)) {
        (false, true) => one,
        (true, false) => other,
        _ => return None,
    };
    is_nothing(nothing, site).then(|| format!("`{}` is always zero", shown(nothing)))
}

/// Why a method gives one answer whatever it is called on: each closure that it takes does, `is_none_or(|_| true)`.
fn answers(expr: &Expr, negated: bool, site: &Site<'_>) -> Option<String> {
    let call = method(expr)?;
    let takes = match (call.name.to_string().as_str(), negated) {
        ("is_none_or" | "all", false) | ("is_some_and" | "is_ok_and" | "is_err_and" | "any", true) => 1,
        ("map_or" | "map_or_else", _) => 2,
        _ => return None,
    };
    let is_fixed = |argument: &&Expr| {
        // What the closure is given has its names within.
        let steps = [site.steps, &[Step::Expr(expr), Step::Expr(argument)]].concat();
        let value = given(argument);
        is_literal(value, !negated) || always(value, negated, &site.at(&steps)).is_some()
    };
    let all = call.args.len() == takes && call.args.iter().all(is_fixed);
    all.then(|| format!("`{}` is `{}` whatever it is called on", call.name, !negated))
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
fn one_side(chain: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<String> {
    let sides = sides(chain);
    opposites(&sides, negated).or_else(|| {
        sides.into_iter().find_map(|side| match is_literal(side, !negated) {
            true => Some(format!("`{}` is one of its sides", shown(side))),
            false => always(side, negated, site),
        })
    })
}

/// Why both sides always hold, or with `negated`, neither.
fn both_sides(binary: &ExprBinary, negated: bool, site: &Site<'_>) -> Option<String> {
    let reasons = [&binary.left, &binary.right].map(|side| always(side, negated, site));
    match reasons {
        [Some(one), Some(_)] => Some(one),
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

/// Zero as what is left of whole numbers: `x % 1`, `x & 0`, `0 * x`. Of others the one would be `1.0`, and what a type of the
/// workspace makes of these signs is its own.
fn is_nothing(value: &Expr, site: &Site<'_>) -> bool {
    let Expr::Binary(both) = peel(value) else { return false };
    let is_left = |side: &Expr| is_zero(side) || is_nothing(side, site);
    let is_whole =
        |side: &Expr| type_of(side, site).is_none_or(|ty| is_named(&ty, &UNSIGNED) || is_named(&ty, &SIGNED));
    let is = match both.op {
        BinOp::Rem(_) => is_number(&both.right, "1") || is_left(&both.left),
        BinOp::Mul(_) | BinOp::BitAnd(_) => {
            (is_left(&both.left) || is_left(&both.right))
                && [&both.left, &both.right].iter().all(|side| is_plain(side, site))
        }
        BinOp::Div(_) | BinOp::Shl(_) | BinOp::Shr(_) => is_left(&both.left),
        _ => false,
    };
    is && is_whole(&both.left) && is_whole(&both.right)
}

/// Whether a type is in sight: one that is not may be a matrix, which is multiplied with numbers.
fn is_plain(value: &Expr, site: &Site<'_>) -> bool {
    match peel(value) {
        Expr::Lit(_) => true,
        Expr::Binary(both) => is_plain(&both.left, site) && is_plain(&both.right, site),
        value => is_count(value, site) || type_of(value, site).is_some(),
    }
}

/// Why a value is never less than another.
fn not_less(value: &Expr, least: &Expr, site: &Site<'_>) -> Option<String> {
    if is_zero(least) && (is_count(value, site) || is_unsigned(value)) {
        return Some(format!("`{}` is never below zero", shown(value)));
    }
    let ends = [(least, "MIN", value), (value, "MAX", least)];
    let end = ends.into_iter().find(|(side, end, other)| is_end(side, end) && !is_constant(other));
    end.map(|(side, ..)| format!("no number of its type is beyond `{}`", shown(side)))
}

/// A value that is cast where it stands to a number without a sign.
fn is_unsigned(value: &Expr) -> bool {
    matches!(peel(value), Expr::Cast(cast) if is_cast(cast, &UNSIGNED))
}

fn is_cast(cast: &ExprCast, to: &[&str]) -> bool {
    is_named(&cast.ty, to)
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

/// A length, also cast to a type that every length fits into.
fn is_count(expr: &Expr, site: &Site<'_>) -> bool {
    match peel(expr) {
        Expr::MethodCall(call) => {
            let name = call.method.to_string();
            call.args.is_empty()
                && matches!(name.as_str(), "len" | "count" | "capacity")
                && counts(&call.receiver, &name, site)
        }
        Expr::Cast(cast) => is_cast(cast, &["i64", "i128", "isize"]) && is_count(&cast.expr, site),
        _ => false,
    }
}

/// Whether a method of this name gives a number without a sign: what a type of the workspace gives is known where its file
/// says so, and all others are the standard library's, or like them.
fn counts(receiver: &Expr, name: &str, site: &Site<'_>) -> bool {
    let Some(ty) = type_of(receiver, site) else { return true };
    let own = type_name(&ty).and_then(|owner| site.facts.method(&owner, name));
    match own.map(|signature| &signature.output) {
        Some(ReturnType::Type(_, gives)) => is_named(gives, &UNSIGNED),
        Some(ReturnType::Default) => false,
        None => head(&ty, site).is_none_or(|path| !path.contains("::") || path.starts_with("std::")),
    }
}

fn is_zero(expr: &Expr) -> bool {
    is_number(expr, "0")
}

fn is_number(expr: &Expr, digits: &str) -> bool {
    matches!(peel(expr), Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == digits))
}

/// The pattern of `matches!`, unless it has a guard.
fn pattern(tokens: TokenStream) -> Option<Pat> {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let comma =
        tokens.iter().position(|token| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ','))?;
    let pattern: TokenStream = tokens[comma + 1..].iter().cloned().collect();
    syn::parse::Parser::parse2(Pat::parse_multi_with_leading_vert, pattern).ok()
}

fn takes_all(pattern: &Pat) -> bool {
    match pattern {
        Pat::Wild(_) => true,
        Pat::Paren(inner) => takes_all(&inner.pat),
        Pat::Or(or) => {
            let names: Vec<String> = or.cases.iter().filter_map(whole_variant).collect();
            let both = |one: &str, other: &str| {
                names.iter().any(|it| it == one) && names.iter().any(|it| it == other)
            };
            or.cases.iter().any(takes_all) || both("Some", "None") || both("Ok", "Err")
        }
        _ => false,
    }
}

/// The variant that a pattern takes whatever is in it.
fn whole_variant(pattern: &Pat) -> Option<String> {
    match pattern {
        Pat::TupleStruct(variant)
            if variant.elems.iter().all(|inner| matches!(inner, Pat::Wild(_) | Pat::Rest(_))) =>
        {
            Some(variant.path.segments.last()?.ident.to_string())
        }
        Pat::Ident(name) if name.subpat.is_none() => Some(name.ident.to_string()),
        Pat::Path(path) => Some(path.path.segments.last()?.ident.to_string()),
        _ => None,
    }
}

/// Why a variable has the value: it is bound to the literal where it stands, and cannot change.
fn bound(condition: &Expr, value: bool, site: &Site<'_>) -> Option<String> {
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
        .then(|| format!("`{name}` is always `{value}`"))
}

/// The `let` that binds a name, unless something nearer does.
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
                matches!(&**cond, Expr::Let(condition) if binds(&condition.pat, name))
            }
            Step::Arm(arm) => binds(&arm.pat, name),
            Step::Function(..) => true,
            _ => false,
        };
        if nearer {
            return None;
        }
    }
    None
}
