//! Code that never runs: conditions that never hold, loops over nothing.

use syn::{Attribute, BinOp, Expr, ExprMethodCall, Lit, Meta, RangeLimits, UnOp};

use super::tokens;
use super::values::{Fixed, Values};

/// Whether attributes keep what they stand on from being compiled.
pub(super) fn is_compiled_out(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) if list.path.is_ident("cfg") => {
            predicate(&tokens::line(&list.tokens)) == Some(false)
        }
        _ => false,
    })
}

fn predicate(words: &str) -> Option<bool> {
    match words {
        "any ( )" | "false" | "FALSE" | "not ( test )" | "not ( all ( ) )" => Some(false),
        "all ( )" | "true" | "test" | "not ( any ( ) )" => Some(true),
        _ => None,
    }
}

/// The value of a condition that has the same one on every run.
pub(super) fn constant(condition: &Expr, values: &Values) -> Option<bool> {
    match condition {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Bool(flag) => Some(flag.value),
            _ => None,
        },
        Expr::Paren(inner) => constant(&inner.expr, values),
        Expr::Group(inner) => constant(&inner.expr, values),
        Expr::Unary(unary) if matches!(unary.op, UnOp::Not(_)) => Some(!constant(&unary.expr, values)?),
        Expr::Block(block) => match block.block.stmts.as_slice() {
            [syn::Stmt::Expr(inner, None)] => constant(inner, values),
            _ => None,
        },
        Expr::Macro(call) if call.mac.path.is_ident("cfg") => predicate(&tokens::line(&call.mac.tokens)),
        Expr::Path(path) => match values.get(&path.path.get_ident()?.to_string())? {
            Fixed::Flag(flag) | Fixed::Setting(flag) => Some(*flag),
            _ => None,
        },
        Expr::Call(call) if tokens::line(&call.func).ends_with("black_box") => {
            constant(call.args.first()?, values)
        }
        Expr::Binary(binary) => {
            let (left, right) = (constant(&binary.left, values), constant(&binary.right, values));
            match binary.op {
                BinOp::And(_) if left == Some(false) || right == Some(false) => Some(false),
                BinOp::Or(_) if left == Some(true) || right == Some(true) => Some(true),
                BinOp::And(_) | BinOp::Or(_) => left.and(right),
                op => ordered(op, number(&binary.left)?, number(&binary.right)?),
            }
        }
        _ => None,
    }
}

fn ordered(op: BinOp, left: f64, right: f64) -> Option<bool> {
    Some(match op {
        BinOp::Eq(_) => left == right,
        BinOp::Ne(_) => left != right,
        BinOp::Lt(_) => left < right,
        BinOp::Le(_) => left <= right,
        BinOp::Gt(_) => left > right,
        BinOp::Ge(_) => left >= right,
        _ => return None,
    })
}

fn number(expression: &Expr) -> Option<f64> {
    match expression {
        Expr::Lit(_) => tokens::number(&tokens::line(expression)),
        Expr::Paren(inner) => number(&inner.expr),
        _ => None,
    }
}

/// Whether there is nothing in what is iterated over.
pub(super) fn is_empty(list: &Expr, values: &Values) -> bool {
    match list {
        Expr::Reference(inner) => is_empty(&inner.expr, values),
        Expr::Paren(inner) => is_empty(&inner.expr, values),
        Expr::Group(inner) => is_empty(&inner.expr, values),
        Expr::Array(array) => array.elems.is_empty(),
        Expr::Repeat(repeat) => number(&repeat.len) == Some(0.0),
        Expr::Lit(literal) => matches!(&literal.lit, Lit::Str(text) if text.value().is_empty()),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            call.mac.tokens.is_empty() || tokens::line(&call.mac.tokens).ends_with("; 0")
        }
        Expr::Range(range) => {
            let start = range.start.as_deref().map_or(Some(0.0), number);
            let end = range.end.as_deref().and_then(number);
            let (Some(start), Some(end)) = (start, end) else { return false };
            start > end || start == end && matches!(range.limits, RangeLimits::HalfOpen(_))
        }
        Expr::Index(index) => matches!(&*index.index, Expr::Range(_)) && is_empty(&index.index, values),
        Expr::Call(call) => {
            let Expr::Path(made) = &*call.func else { return false };
            let names: Vec<String> = made.path.segments.iter().map(|part| part.ident.to_string()).collect();
            let [.., of, maker] = names.as_slice() else { return false };
            of.ends_with("Vec") && maker == "new" || (of == "iter" || of == "stream") && maker == "empty"
        }
        Expr::MethodCall(call) => is_emptied(call, values),
        Expr::Path(path) => path
            .path
            .get_ident()
            .is_some_and(|name| matches!(values.get(&name.to_string()), Some(Fixed::Empty))),
        _ => false,
    }
}

fn is_emptied(call: &ExprMethodCall, values: &Values) -> bool {
    const KEEP: &[&str] = &[
        "iter",
        "into_iter",
        "iter_mut",
        "map",
        "enumerate",
        "zip",
        "cloned",
        "copied",
        "rev",
        "skip",
        "step_by",
        "inspect",
        "chars",
        "bytes",
        "lines",
        "windows",
        "chunks",
        "filter",
        "take",
        "collect",
        "to_vec",
        "as_slice",
    ];
    let argument = call.args.first();
    let refuses = || match argument {
        Some(Expr::Closure(closure)) => constant(&closure.body, values) == Some(false),
        _ => false,
    };
    match call.method.to_string().as_str() {
        "take" if argument.and_then(number) == Some(0.0) => true,
        "skip" if argument.is_some_and(|count| tokens::line(count).ends_with("MAX")) => true,
        "filter" | "take_while" if refuses() => true,
        "windows"
            if argument.and_then(number).is_some_and(|size| {
                rows(&call.receiver, values).is_some_and(|rows| size > rows.len() as f64)
            }) =>
        {
            true
        }
        "zip" if argument.is_some_and(|other| is_empty(other, values)) => true,
        name => KEEP.contains(&name) && is_empty(&call.receiver, values),
    }
}

/// The rows of a table that is iterated over.
pub(super) fn rows(list: &Expr, values: &Values) -> Option<Vec<String>> {
    match list {
        Expr::Reference(inner) => rows(&inner.expr, values),
        Expr::Paren(inner) => rows(&inner.expr, values),
        Expr::Array(array) => Some(array.elems.iter().map(row).collect()),
        Expr::Macro(call) if call.mac.path.is_ident("vec") => {
            let rows: Vec<String> = source::macro_expressions(&call.mac).iter().map(row).collect();
            (rows.len() > 1).then_some(rows)
        }
        Expr::Path(path) => match values.get(&path.path.get_ident()?.to_string())? {
            Fixed::Rows(rows) => Some(rows.clone()),
            _ => None,
        },
        Expr::MethodCall(call) => {
            let mut rows = rows(&call.receiver, values)?;
            let count = || Some(number(call.args.first()?)? as usize);
            match call.method.to_string().as_str() {
                "iter" | "into_iter" | "enumerate" | "cloned" | "copied" | "rev" => {}
                "take" => rows.truncate(count()?),
                "skip" => drop(rows.drain(..count()?.min(rows.len()))),
                _ => return None,
            }
            Some(rows)
        }
        _ => None,
    }
}

fn row(row: &Expr) -> String {
    match row {
        Expr::Reference(inner) => self::row(&inner.expr),
        Expr::Paren(inner) => self::row(&inner.expr),
        Expr::Tuple(tuple) => tokens::line(&tuple.elems),
        row => tokens::line(row),
    }
}
