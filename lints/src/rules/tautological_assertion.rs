//! Assertions that hold whatever the code does.

use findings::{Finding, rule};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, ExprCast, Lit, Macro, Pat, Type, UnOp};

use crate::calls::{method, peel, variable};
use crate::texts::shown;
use crate::{Check, Lint, Node, Site};

rule! {
    /// An assertion that cannot fail: one of two opposites (`is_ok() || is_err()`, `x || !x`), something or `true`, a
    /// remainder of one (`x % 1 == 0`), a length or an unsigned cast that is not below zero, a number that is not below the
    /// least of its type (`x >= u64::MIN`), a pattern that everything matches, and a variable that is `true` or `false` where
    /// it is bound and never changes.
    ///
    /// Literals and equal operands, as in `assert!(true)` and `assert_eq!(x, x)`, are found by `clippy`
    /// (`assertions_on_constants`, `eq_op`) and are not found again here: a test of `PartialEq` compares a value with itself.
    ///
    /// ## Why it hurts
    /// It looks like a check, it is counted as one, and it stays green when the ranking breaks.
    ///
    /// ## Example
    /// ```bad
    /// use std::assert as must;
    ///
    /// fn ranked(page: Result<Vec<f32>, Error>, shown: Option<u32>) {
    ///     assert!(page.is_ok() || page.is_err()); //~
    ///     debug_assert!(shown.is_none() || page.is_ok() || shown.is_some(), "shown or not"); //~
    ///     let page = page.unwrap_or_default();
    ///     std::assert!(page.len() >= 0); //~
    ///     must!(0 <= page.iter().count()); //~
    ///     assert!(page.is_empty() || !page.is_empty()); //~
    ///     assert!(matches!(shown, _)); //~
    ///     assert!(matches!(shown, Some(_) | None), "it is one of them"); //~
    ///     assert!(page.is_empty() || true, "empty or not"); //~
    ///     assert!(page.is_empty() || (shown.is_some() || !false)); //~
    ///     let sum = page.iter().map(|score| *score as u64).sum::<u64>();
    ///     assert!(sum % 1 == 0); //~
    ///     assert_eq!(sum % 1, 0, "a whole number"); //~
    ///     assert!(sum == 7 || 0 == sum % 1u64); //~
    ///     assert!(sum >= u64::MIN); //~
    ///     must!(std::i32::MAX >= (sum as i32)); //~
    ///     assert!(page[0] as usize >= 0); //~
    ///     assert!(page.len() as i64 >= 0); //~
    ///     let failed = false;
    ///     let check = || {
    ///         assert!(!failed); //~
    ///     };
    ///     tokio::select! {
    ///         page = later() => assert!(page.is_some() || page.is_none()), //~
    ///     }
    /// }
    /// ```
    ///
    /// ## Instead
    /// Say which of the two must hold.
    ///
    /// ```good
    /// fn ranked(page: Result<Vec<f32>, Error>, shown: Option<u32>, other: Option<u32>) {
    ///     assert!(page.is_ok());
    ///     assert!(shown.is_some() || other.is_none());
    ///     let page = page.unwrap_or_default();
    ///     assert!(page.len() >= 1);
    ///     assert!(page.iter().sum::<f32>() >= 0.0);
    ///     assert!(matches!(shown, Some(_)));
    ///     assert!(page[0] % 1.0 == 0.0, "a whole score");
    ///     assert_eq!(page.len() % 2, 0);
    ///     assert!(page.len() >= usize::MAX && page.len() > usize::MIN);
    ///     assert!(page.iter().sum::<f32>() >= f32::MIN);
    ///     assert!(usize::MAX >= 4_294_967_295 && usize::MAX as u64 <= u64::MAX);
    ///     assert!(usize::MAX >= MOST_PAGES);
    ///     assert!(shown.unwrap_or(0) as i32 >= 0 && page.len() as i16 >= 0);
    ///     assert!(page.is_empty() || false);
    ///     assert!(page.is_empty() || !shown.is_some());
    ///     let mut failed = false;
    ///     page.iter().for_each(|score| failed |= score.is_nan());
    ///     assert!(!failed);
    /// }
    /// ```
    pub static TAUTOLOGICAL_ASSERTION = {
        id: "tautological-assertion",
        guard: "lints",
        group: "test-integrity",
        level: Error,
        summary: "finds assertions that hold whatever the code does",
    };
}

pub(super) static LINT: Lint = Lint { rule: &TAUTOLOGICAL_ASSERTION, check: Check::Everywhere(check) };

fn check(node: &Node<'_>, site: &Site<'_>, findings: &mut Vec<Finding>) {
    let Node::Macro(mac) = node else { return };
    if !asserts(mac, site) && !compares(mac) {
        return;
    }
    let arguments = source::macro_expressions(mac);
    let reason = match (arguments.as_slice(), compares(mac)) {
        ([one, other, ..], true) => equal(one, other),
        ([condition, ..], false) => always(condition, site),
        _ => None,
    };
    if let Some(reason) = reason {
        findings.push(
            site.finding(&TAUTOLOGICAL_ASSERTION, mac, format!("this assertion cannot fail: {reason}"))
                .help("assert what must hold and can fail to"),
        );
    }
}

/// Whether a macro asserts that two values are equal.
fn compares(mac: &Macro) -> bool {
    let name = mac.path.segments.last().map(|last| last.ident.to_string());
    name.is_some_and(|name| matches!(name.as_str(), "assert_eq" | "debug_assert_eq" | "prop_assert_eq"))
}

fn asserts(mac: &Macro, site: &Site<'_>) -> bool {
    let is_one = |name: &str| {
        matches!(name, "assert" | "debug_assert" | "prop_assert" | "async_assert" | "ensure" | "assert_true")
    };
    let Some(written) = mac.path.segments.last() else { return false };
    if is_one(&written.ident.to_string()) {
        return true;
    }
    mac.path.get_ident().is_some()
        && site
            .resolve_macro(&mac.path)
            .is_some_and(|path| path == "std::assert" || path == "std::debug_assert")
}

/// Why a condition always holds; `None` where it need not.
fn always(condition: &Expr, site: &Site<'_>) -> Option<String> {
    match peel(condition) {
        Expr::Binary(binary) => match binary.op {
            BinOp::Or(_) => opposites(condition).or_else(|| one_side(condition, site)),
            BinOp::Eq(_) => equal(&binary.left, &binary.right),
            BinOp::Ge(_) => not_less(&binary.left, &binary.right),
            BinOp::Le(_) => not_less(&binary.right, &binary.left),
            _ => None,
        },
        Expr::Macro(inner) if inner.mac.path.segments.last().is_some_and(|last| last.ident == "matches") => {
            let pattern = pattern(inner.mac.tokens.clone())?;
            takes_all(&pattern).then(|| format!("`{}` matches everything", pattern.to_token_stream()))
        }
        Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => bound(&not.expr, false, site),
        _ => bound(condition, true, site),
    }
}

/// Why a chain of `||` always holds by one of its sides alone.
fn one_side(condition: &Expr, site: &Site<'_>) -> Option<String> {
    let mut sides = Vec::new();
    operands(condition, &mut sides);
    sides.into_iter().find_map(|side| match is_true(side) {
        true => Some(format!("`{}` is one of its sides", shown(side))),
        false => always(side, site),
    })
}

/// `true`, or `!false`.
fn is_true(side: &Expr) -> bool {
    fn is(side: &Expr, value: bool) -> bool {
        match peel(side) {
            Expr::Lit(literal) => matches!(&literal.lit, Lit::Bool(literal) if literal.value == value),
            Expr::Unary(not) if matches!(not.op, UnOp::Not(_)) => is(&not.expr, !value),
            _ => false,
        }
    }
    is(side, true)
}

/// Why two values are always equal: a whole number leaves nothing when it is divided by one. The one of others is `1.0`.
fn equal(one: &Expr, other: &Expr) -> Option<String> {
    let by_one = |value: &Expr| match peel(value) {
        Expr::Binary(binary) if matches!(binary.op, BinOp::Rem(_)) => is_number(&binary.right, "1"),
        _ => false,
    };
    let remainder = match (is_zero(one), is_zero(other)) {
        (false, true) => one,
        (true, false) => other,
        _ => return None,
    };
    by_one(remainder).then(|| format!("`{}` is always zero", shown(remainder)))
}

/// Why a value is never less than another.
fn not_less(value: &Expr, least: &Expr) -> Option<String> {
    if is_zero(least) && (is_count(value) || is_unsigned(value)) {
        return Some(not_below(value));
    }
    let sides = [(least, "MIN", value), (value, "MAX", least)];
    let end = sides.into_iter().find(|(side, end, other)| is_end(side, end) && !is_constant(other));
    end.map(|(side, ..)| format!("no number of its type is beyond `{}`", shown(side)))
}

/// A value that is cast where it stands to a number without a sign.
fn is_unsigned(value: &Expr) -> bool {
    matches!(peel(value), Expr::Cast(cast) if is_cast(cast, &UNSIGNED))
}

fn is_cast(cast: &ExprCast, to: &[&str]) -> bool {
    matches!(&*cast.ty, Type::Path(path) if to.iter().any(|name| path.path.is_ident(name)))
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

fn not_below(count: &Expr) -> String {
    format!("`{}` is never below zero", shown(count))
}

/// A length, also cast to a type that every length fits into.
fn is_count(expr: &Expr) -> bool {
    match peel(expr) {
        Expr::MethodCall(call) => {
            call.args.is_empty()
                && (call.method == "len" || call.method == "count" || call.method == "capacity")
        }
        Expr::Cast(cast) => is_cast(cast, &["i64", "i128", "isize"]) && is_count(&cast.expr),
        _ => false,
    }
}

fn is_zero(expr: &Expr) -> bool {
    is_number(expr, "0")
}

fn is_number(expr: &Expr, digits: &str) -> bool {
    matches!(peel(expr), Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == digits))
}

/// The operands of `||` of which one is the opposite of another.
fn opposites(condition: &Expr) -> Option<String> {
    let mut sides = Vec::new();
    operands(condition, &mut sides);
    // Each as what it is about, and whether it says that it is so.
    let said: Vec<(String, bool)> = sides.iter().map(|side| said(side)).collect();
    let other = |(what, holds): &(String, bool)| said.contains(&(what.clone(), !holds));
    let (what, _) = said.iter().find(|side| other(side))?;
    Some(format!("`{what}` or its opposite always holds"))
}

/// The sides of a chain of `||`, which leans to the left.
fn operands<'e>(mut condition: &'e Expr, sides: &mut Vec<&'e Expr>) {
    const MOST: usize = 32;
    while let Expr::Binary(binary) = peel(condition)
        && matches!(binary.op, BinOp::Or(_))
        && sides.len() < MOST
    {
        sides.push(&binary.right);
        condition = &binary.left;
    }
    sides.push(condition);
}

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

/// A variable that is bound to the literal and cannot change.
fn bound(condition: &Expr, value: bool, site: &Site<'_>) -> Option<String> {
    let name = variable(condition)?;
    let local = site.lets().find(|local| crate::types::binds(&local.pat, name))?;
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
