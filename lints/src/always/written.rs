//! Values that are written down in the test itself: nothing that is tested had a part in them.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Expr, ExprMethodCall, ExprPath, GenericArgument, Lit, Pat, Stmt, Type, UnOp};

use super::own::is_own;
use super::{Bound, Reason, binding};
use crate::Site;
use crate::calls::{method, peel, variable};
use crate::site::Step;
use crate::texts::shown;

/// What stands there, in one spelling.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Number(String),
    Text(String),
    Flag(bool),
    List(Vec<Value>),
    Tuple(Vec<Value>),
    /// A variant of `Option` or `Result`, by its path, with what is in it.
    Variant(String, Vec<Value>),
}

/// Why two values are equal: both are written down, and at least one of them away from the assertion, under a name. What
/// stands in the assertion on both sides is found by clippy.
pub(super) fn equal(one: &Expr, other: &Expr, site: &Site<'_>) -> Option<Reason> {
    let named = [one, other].into_iter().find(|side| variable(root(side)).is_some())?;
    let (value, same) = (written(one, site, NAMES)?, written(other, site, NAMES)?);
    let name = shown(root(named));
    (value == same).then(|| Reason::sure(format!("`{name}` is what the same code wrote down")))
}

/// Whether nothing is in what an iterator goes through: `windows` of a list that is written down and shorter.
pub(super) fn is_shorter(list: &Expr, name: &str, size: &Expr, site: &Site<'_>) -> bool {
    let count = || match peel(size) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse::<usize>().ok(),
            _ => None,
        },
        _ => None,
    };
    name == "windows"
        && match written(list, site, NAMES) {
            Some(Value::List(items)) => count().is_some_and(|count| count > items.len()),
            _ => false,
        }
}

/// Whether a value is written down.
pub(super) fn is_written(value: &Expr, site: &Site<'_>) -> bool {
    written(value, site, NAMES).is_some()
}

/// Names that stand for names, one after the other; within a list none is followed.
const NAMES: usize = 8;

fn written(value: &Expr, site: &Site<'_>, names: usize) -> Option<Value> {
    let all = |values: &mut dyn Iterator<Item = &Expr>| -> Option<Vec<Value>> {
        values.map(|value| written(value, site, 0)).collect()
    };
    match value {
        Expr::Paren(inner) => written(&inner.expr, site, names),
        Expr::Group(inner) => written(&inner.expr, site, names),
        Expr::Reference(inner) => written(&inner.expr, site, names),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Deref(_)) => written(&inner.expr, site, names),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Neg(_)) => match written(&inner.expr, site, names)? {
            Value::Number(number) => Some(Value::Number(format!("-{number}"))),
            _ => None,
        },
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => Some(Value::Number(number.base10_digits().to_owned())),
            Lit::Float(number) => Some(Value::Number(number.base10_digits().to_owned())),
            Lit::Str(text) => Some(Value::Text(text.value())),
            Lit::Bool(flag) => Some(Value::Flag(flag.value)),
            _ => None,
        },
        Expr::Array(list) => all(&mut list.elems.iter()).map(Value::List),
        Expr::Tuple(tuple) => all(&mut tuple.elems.iter()).map(Value::Tuple),
        Expr::Macro(inner) if is_list(&inner.mac) => {
            site.resolve_macro(&inner.mac.path).filter(|path| path == "std::vec")?;
            all(&mut source::macro_expressions(&inner.mac).iter()).map(Value::List)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let path = site.resolve_function(function)?;
            match path.as_str() {
                "std::string::String::from" | "std::vec::Vec::from" => {
                    written(call.args.first()?, site, names)
                }
                _ if is_variant(&path) => Some(Value::Variant(path, all(&mut call.args.iter())?)),
                _ => None,
            }
        }
        Expr::MethodCall(call) if call.method == "collect" => {
            let GenericArgument::Type(of) = call.turbofish.as_ref()?.args.first()? else { return None };
            collected(call, of, site, names)
        }
        Expr::MethodCall(call) => {
            let same = ["as_ref", "as_slice", "as_str", "clone", "to_owned", "to_vec"];
            let name = call.method.to_string();
            let keeps = call.args.is_empty() && same.contains(&name.as_str());
            keeps
                .then(|| written(&call.receiver, site, names))
                .flatten()
                .filter(|_| !is_own(&call.receiver, &name, site))
        }
        Expr::Path(path) => named(path, site, names),
        _ => None,
    }
}

/// What a variable stands for that cannot change, and that no macro between may have bound anew; or a variant.
fn named(path: &ExprPath, site: &Site<'_>, names: usize) -> Option<Value> {
    let name = path.path.get_ident().filter(|_| path.qself.is_none() && names > 0);
    let Some(Bound { local, step, at }) = name.and_then(|name| binding(name, site)) else {
        let path = site.resolve(&path.path)?;
        return is_variant(&path).then(|| Value::Variant(path, Vec::new()));
    };
    let (pattern, ty) = match &local.pat {
        Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
        pattern => (pattern, None),
    };
    let stays = matches!(pattern, Pat::Ident(name) if name.mutability.is_none() && name.by_ref.is_none());
    let Step::Statements(statements, here) = site.steps[step] else { return None };
    if is_handed_over(&site.steps[step..]) {
        return None;
    }
    let is_plain = statements[at + 1..here].iter().all(|statement| match statement {
        Stmt::Macro(inner) => is_silent(inner, site),
        _ => true,
    });
    let steps = [&site.steps[..step], &[Step::Statements(statements, at)]].concat();
    let init = local.init.as_ref().filter(|_| stays && is_plain && local.attrs.is_empty())?;
    let site = &site.at(&steps);
    match (&*init.expr, ty) {
        (Expr::MethodCall(call), Some(ty)) if call.method == "collect" && call.turbofish.is_none() => {
            collected(call, ty, site, names - 1)
        }
        (Expr::MethodCall(call), Some(ty)) if call.method == "into" => {
            let is_std = is(ty, "std::vec::Vec", site) || is(ty, "std::string::String", site);
            is_std.then(|| written(&call.receiver, site, names - 1)).flatten()
        }
        (value, _) => written(value, site, names - 1),
    }
}

/// Whether what stands here is in code that something is given: that it still has what it took along may be what is tested.
fn is_handed_over(steps: &[Step<'_>]) -> bool {
    let is_handed = |pair: &[Step<'_>]| {
        matches!(
            pair,
            [Step::Expr(Expr::Call(_) | Expr::MethodCall(_)), Step::Expr(Expr::Closure(_) | Expr::Async(_)),]
        )
    };
    steps.windows(2).any(is_handed)
}

/// A list that is gone through and collected again as it was. A type of the workspace may make anything of it.
fn collected(call: &ExprMethodCall, of: &Type, site: &Site<'_>, names: usize) -> Option<Value> {
    const AS_IT_IS: [&str; 4] = ["cloned", "copied", "into_iter", "iter"];
    let mut list = &*call.receiver;
    while let Expr::MethodCall(call) = list
        && call.args.is_empty()
        && AS_IT_IS.iter().any(|name| call.method == name)
    {
        list = &call.receiver;
    }
    let value = is(of, "std::vec::Vec", site).then(|| written(list, site, names)).flatten();
    value.filter(|value| matches!(value, Value::List(_)))
}

fn is(ty: &Type, known: &str, site: &Site<'_>) -> bool {
    matches!(ty, Type::Path(path) if path.qself.is_none() && site.resolve(&path.path).as_deref() == Some(known))
}

/// Whether a macro binds nothing and changes nothing: one of the standard library that asserts or prints.
fn is_silent(inner: &syn::StmtMacro, site: &Site<'_>) -> bool {
    const NAMES: [&str; 8] =
        ["assert", "assert_eq", "assert_ne", "debug_assert", "debug_assert_eq", "dbg", "eprintln", "println"];
    let path = site.resolve_macro(&inner.mac.path);
    path.and_then(|path| Some(NAMES.contains(&path.strip_prefix("std::")?))).unwrap_or(false)
}

fn is_variant(path: &str) -> bool {
    ["std::option::Option::", "std::result::Result::"].iter().any(|of| path.starts_with(of))
}

/// Whether a macro lists its values, `vec![x, y]` and not `vec![x; 3]`, and not so many that reading them for each assertion
/// would take long.
fn is_list(mac: &syn::Macro) -> bool {
    fn is_short(tokens: TokenStream, left: &mut usize) -> bool {
        tokens.into_iter().all(|token| {
            *left = left.saturating_sub(1);
            *left > 0 && !matches!(&token, TokenTree::Group(group) if !is_short(group.stream(), left))
        })
    }
    let is_repeat = |token: TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';');
    is_short(mac.tokens.clone(), &mut 4_096) && !mac.tokens.clone().into_iter().any(is_repeat)
}

/// What a chain of methods is called on.
fn root(mut value: &Expr) -> &Expr {
    loop {
        value = peel(value);
        match method(value) {
            Some(call) if matches!(value, Expr::MethodCall(_)) => value = call.receiver,
            _ => return value,
        }
    }
}
