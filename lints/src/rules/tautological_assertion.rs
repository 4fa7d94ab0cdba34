//! Assertions that hold whatever the code does.

use findings::{Finding, rule};
use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{BinOp, Expr, Lit, Macro, Pat, UnOp};

use crate::calls::{method, peel, variable};
use crate::{Check, Lint, Node, Site};

rule! {
    /// An assertion that cannot fail: one of two opposites (`is_ok() || is_err()`, `x || !x`), a length that is not below
    /// zero, a pattern that everything matches, and a variable that is `true` or `false` where it is bound and never changes.
    ///
    /// Literals and equal operands, as in `assert!(true)` and `assert_eq!(x, x)`, are found by `clippy`
    /// (`assertions_on_constants`, `eq_op`) and are not found again here.
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
    if !asserts(mac, site) {
        return;
    }
    let Some(condition) = source::macro_expressions(mac).into_iter().next() else { return };
    if let Some(reason) = always(&condition, site) {
        findings.push(
            site.finding(&TAUTOLOGICAL_ASSERTION, mac, format!("this assertion cannot fail: {reason}"))
                .help("assert what must hold and can fail to"),
        );
    }
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
            BinOp::Or(_) => opposites(condition),
            BinOp::Ge(_) if is_count(&binary.left) && is_zero(&binary.right) => Some(not_below(&binary.left)),
            BinOp::Le(_) if is_zero(&binary.left) && is_count(&binary.right) => {
                Some(not_below(&binary.right))
            }
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

fn not_below(count: &Expr) -> String {
    format!("`{}` is never below zero", count.to_token_stream().to_string().replace(' ', ""))
}

fn is_count(expr: &Expr) -> bool {
    matches!(peel(expr), Expr::MethodCall(call)
        if call.args.is_empty() && (call.method == "len" || call.method == "count" || call.method == "capacity"))
}

fn is_zero(expr: &Expr) -> bool {
    matches!(peel(expr), Expr::Lit(literal)
        if matches!(&literal.lit, Lit::Int(number) if number.base10_digits() == "0"))
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
                let receiver = peel(method.receiver).to_token_stream().to_string().replace(' ', "");
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
