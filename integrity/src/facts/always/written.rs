//! Values that a test wrote down itself: nothing that is tested had a part in them.

use syn::{BinOp, Expr, ExprClosure, ExprMethodCall, Lit, Pat, Type, UnOp};

use super::Values;
use crate::facts::tokens;

/// Whether two values are the same one, written down twice or under a name.
pub(super) fn are_same(one: &Expr, other: &Expr, values: &Values) -> bool {
    let value = written(one, values);
    value.is_some() && value == written(other, values)
}

/// A value as it is written down: a literal, a list of them, or what stands for one and cannot change.
pub(crate) fn written(value: &Expr, values: &Values) -> Option<String> {
    let listed = |items: &mut dyn Iterator<Item = &Expr>| -> Option<String> {
        let items: Option<Vec<String>> = items.map(|item| written(item, values)).collect();
        Some(items?.join(" , "))
    };
    match value {
        Expr::Paren(inner) => written(&inner.expr, values),
        Expr::Group(inner) => written(&inner.expr, values),
        Expr::Reference(inner) => written(&inner.expr, values),
        Expr::Unary(inner) if matches!(inner.op, UnOp::Neg(_)) => {
            Some(format!("- {}", written(&inner.expr, values)?))
        }
        Expr::Lit(literal) => matches!(literal.lit, Lit::Int(_) | Lit::Float(_) | Lit::Str(_) | Lit::Bool(_))
            .then(|| tokens::line(literal)),
        Expr::Array(list) => Some(format!("[ {} ]", listed(&mut list.elems.iter())?)),
        Expr::Tuple(tuple) => Some(format!("( {} )", listed(&mut tuple.elems.iter())?)),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let repeats = tokens::of(&call.mac.tokens).iter().any(|token| token == ";");
            let items = source::macro_expressions(&call.mac);
            Some(format!("[ {} ]", listed(&mut items.iter())?)).filter(|_| !repeats)
        }
        Expr::MethodCall(call) => {
            const SAME: [&str; 6] = ["as_ref", "as_slice", "as_str", "clone", "to_owned", "to_vec"];
            let name = call.method.to_string();
            let keeps = call.args.is_empty() && SAME.contains(&name.as_str()) && !values.is_own(&name);
            match &call.turbofish {
                Some(of) if name == "collect" => {
                    let is_list = tokens::line(of).contains(": < Vec");
                    is_list.then(|| collected(call, values)).flatten()
                }
                _ => keeps.then(|| written(&call.receiver, values)).flatten(),
            }
        }
        Expr::Call(call) if call.args.len() == 1 => {
            let path = tokens::of(&call.func).concat();
            let is_std = ["Vec::from", "String::from"].iter().any(|end| {
                path.strip_suffix(end).is_some_and(|before| before.is_empty() || before.ends_with("::"))
            });
            is_std.then(|| written(&call.args[0], values)).flatten()
        }
        Expr::Path(path) => values.written(&path.path.get_ident()?.to_string()).map(str::to_owned),
        _ => None,
    }
}

/// What is bound to a declared type: `into()` and `collect()` go by that. A type of the workspace may make anything of it.
pub(crate) fn written_as(ty: Option<&Type>, value: &Expr, values: &Values) -> Option<String> {
    let is = |name: &str| matches!(ty, Some(Type::Path(path)) if path.path.segments.last().is_some_and(|last| last.ident == name));
    match value {
        Expr::MethodCall(call) if call.method == "into" && (is("Vec") || is("String")) => {
            written(&call.receiver, values)
        }
        Expr::MethodCall(call) if call.method == "collect" && is("Vec") => collected(call, values),
        _ => written(value, values),
    }
}

/// A list that is gone through and collected again as it was.
fn collected(call: &ExprMethodCall, values: &Values) -> Option<String> {
    const AS_IT_IS: [&str; 4] = ["cloned", "copied", "into_iter", "iter"];
    let mut list = &*call.receiver;
    while let Expr::MethodCall(call) = list
        && call.args.is_empty()
        && AS_IT_IS.iter().any(|name| call.method == name)
    {
        list = &call.receiver;
    }
    written(list, values).filter(|list| list.starts_with('['))
}

/// Whether a closure compares what it is given with itself, `|id| id == id`, and what it goes through is written down.
pub(super) fn is_itself(closure: &ExprClosure, receiver: &Expr, values: &Values) -> bool {
    let (Some(Pat::Ident(name)), 1) = (closure.inputs.first(), closure.inputs.len()) else { return false };
    let Expr::Binary(both) = &*closure.body else { return false };
    let is_it = |side: &Expr| matches!(side, Expr::Path(path) if path.path.get_ident() == Some(&name.ident));
    let mut root = receiver;
    while let Expr::MethodCall(call) = root {
        root = &call.receiver;
    }
    matches!(both.op, BinOp::Eq(_))
        && is_it(&both.left)
        && is_it(&both.right)
        && written(root, values).is_some()
}
