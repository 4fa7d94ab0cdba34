//! Texts that are put together from pieces: `format!` and `+`.

use quote::ToTokens;
use syn::{Expr, Ident, ImplItem, Item, Lit};

use crate::bound::{binds, statements_since};
use crate::calls::{chain, peel, variable};
use crate::site::Site;

/// A value that is put into a text.
pub struct Hole {
    /// The literal text in front of it, from the begin of the whole.
    pub before: String,
    /// What is put in.
    pub value: Expr,
    /// Whether it is written as `{:?}` does.
    pub is_debug: bool,
}

/// How many `let`s are followed.
const FUEL: u32 = 8;

/// Methods and functions that give a text as it is.
const SAME: &[&str] =
    &["as_str", "as_ref", "into", "to_owned", "to_string", "clone", "from", "new", "AssertSqlSafe"];

/// The values that a text is put together from, also where a variable holds it; none where nothing is evident.
pub fn holes(expr: &Expr, site: &Site<'_>) -> Vec<Hole> {
    let mut expr = peel(expr);
    for _ in 0..FUEL {
        if let Some(parts) = concatenated(expr) {
            return of_parts(parts);
        }
        let (methods, root) = chain(expr);
        if !methods.iter().all(|method| SAME.iter().any(|same| method.name == same)) {
            return Vec::new();
        }
        expr = match root {
            Expr::Macro(mac) if is_format(&mac.mac.path) => return of_format(&mac.mac),
            Expr::Binary(_) => return of_sum(root),
            Expr::Call(call) if keeps(call) => peel(&call.args[0]),
            _ => match variable(root).and_then(|name| held(name, site)) {
                Some(init) => peel(init),
                None => return Vec::new(),
            },
        };
    }
    Vec::new()
}

pub(crate) fn is_format(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|last| last.ident == "format")
}

/// `String::from(..)`, `AssertSqlSafe(..)`.
fn keeps(call: &syn::ExprCall) -> bool {
    let Expr::Path(function) = &*call.func else { return false };
    let last = function.path.segments.last();
    call.args.len() == 1 && last.is_some_and(|last| SAME.iter().any(|same| last.ident == same))
}

/// A text that is known, also where a `let` or a constant of the file holds it.
pub fn known(expr: &Expr, site: &Site<'_>) -> Option<String> {
    let root = chain(expr).1;
    let held = || held_or_constant(variable(root)?, site);
    literal(expr).or_else(|| literal(held().or_else(|| constant_of_path(root, site))?))
}

/// The only constant of the file that has the last name of a path: `paths::SHELL`, `Shells::SH`.
fn constant_of_path<'a>(expr: &Expr, site: &Site<'a>) -> Option<&'a Expr> {
    fn find<'a>(items: &'a [Item], name: &Ident, found: &mut Vec<&'a Expr>) {
        for item in items {
            match item {
                Item::Const(item) if item.ident == *name => found.push(&item.expr),
                Item::Mod(inner) => {
                    inner.content.iter().for_each(|(_, items)| find(items, name, found));
                }
                Item::Impl(own) => found.extend(own.items.iter().filter_map(|part| match part {
                    ImplItem::Const(part) if part.ident == *name => Some(&part.expr),
                    _ => None,
                })),
                _ => {}
            }
        }
    }
    let Expr::Path(path) = expr else { return None };
    let name = &path.path.segments.last().filter(|_| path.path.segments.len() > 1)?.ident;
    let mut found = Vec::new();
    find(&site.file.ast.items, name, &mut found);
    match found[..] {
        [only] => Some(only),
        _ => None,
    }
}

/// The values that `replace` puts into a text that is known: `"ls {}".replace("{}", path)`.
pub(crate) fn replaced(text: &Expr, site: &Site<'_>) -> Vec<Expr> {
    let text = variable(text).and_then(|name| held(name, site)).unwrap_or(text);
    let (methods, root) = chain(text);
    if known(root, site).is_none() {
        return Vec::new();
    }
    let puts = methods.iter().filter(|method| method.name == "replace" || method.name == "replacen");
    puts.filter_map(|method| method.args.get(1).copied().cloned()).collect()
}

/// What the `let` in sight puts into a variable, or what a constant of the file is.
pub fn held_or_constant<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<&'a Expr> {
    let constant = |item: &'a syn::Item| match item {
        syn::Item::Const(item) if item.ident == *name => Some(&*item.expr),
        _ => None,
    };
    held(name, site).or_else(|| site.file.ast.items.iter().find_map(constant))
}

/// The values that are put behind a text in a variable after its `let`, by `push_str` and `+=`.
pub fn grown<'a>(text: &Expr, site: &Site<'a>) -> Vec<&'a Expr> {
    let Some(name) = variable(chain(text).1) else { return Vec::new() };
    let is_name = |expr: &Expr| variable(expr) == Some(name);
    let added = |statement: &'a syn::Stmt| match statement {
        syn::Stmt::Expr(Expr::MethodCall(push), _)
            if push.method == "push_str" && is_name(&push.receiver) =>
        {
            push.args.first()
        }
        syn::Stmt::Expr(Expr::Binary(sum), _) => {
            let adds = matches!(sum.op, syn::BinOp::AddAssign(_)) && is_name(&sum.left);
            adds.then_some(&*sum.right)
        }
        _ => None,
    };
    statements_since(name, site).iter().filter_map(added).collect()
}

/// The values that `write!` and `writeln!` put behind a text in a variable after its `let`.
pub(crate) fn written(text: &Expr, site: &Site<'_>) -> Vec<Hole> {
    let Some(name) = variable(chain(text).1) else { return Vec::new() };
    let added = |statement: &syn::Stmt| {
        let mac = match statement {
            syn::Stmt::Macro(statement) => &statement.mac,
            syn::Stmt::Expr(expr, _) => match chain(expr).1 {
                Expr::Macro(mac) => &mac.mac,
                _ => return Vec::new(),
            },
            _ => return Vec::new(),
        };
        let writes = ["write", "writeln"].iter().any(|name| mac.path.is_ident(name));
        match source::macro_expressions(mac).split_first() {
            Some((to, given)) if writes && variable(to) == Some(name) => of_arguments(given),
            _ => Vec::new(),
        }
    };
    statements_since(name, site).iter().flat_map(added).collect()
}

/// The values of a list that a `let` begins with a literal and that is joined to a text, those that are pushed to it included.
pub(crate) fn joined(text: &Expr, site: &Site<'_>) -> Vec<Hole> {
    let text = variable(text).and_then(|name| held(name, site)).map_or(text, peel);
    let Expr::MethodCall(join) = peel(chain_without(text, SAME)) else { return Vec::new() };
    let Some(list) = variable(&join.receiver).filter(|_| join.method == "join" || join.method == "concat")
    else {
        return Vec::new();
    };
    let mut parts = match held(list, site).map(peel) {
        Some(Expr::Array(array)) => array.elems.iter().cloned().collect(),
        Some(Expr::Macro(mac)) if mac.mac.path.is_ident("vec") => source::macro_expressions(&mac.mac),
        _ => return Vec::new(),
    };
    let pushed = |statement: &syn::Stmt| match statement {
        syn::Stmt::Expr(Expr::MethodCall(push), _)
            if push.method == "push" && variable(&push.receiver) == Some(list) =>
        {
            push.args.first().cloned()
        }
        _ => None,
    };
    parts.extend(statements_since(list, site).iter().filter_map(pushed));
    of_parts(parts.iter().map(peel).collect())
}

/// What the last of some methods are called on.
fn chain_without<'e>(mut expr: &'e Expr, methods: &[&str]) -> &'e Expr {
    while let Expr::MethodCall(call) = peel(expr)
        && methods.iter().any(|name| call.method == name)
    {
        expr = &call.receiver;
    }
    expr
}

/// What the `let` in sight puts into a variable.
pub fn held<'a>(name: &syn::Ident, site: &Site<'a>) -> Option<&'a Expr> {
    let local = site.lets().find(|local| binds(&local.pat, name))?;
    Some(&*local.init.as_ref()?.expr)
}

/// The values of a `format!`, those that stand in the braces included.
pub fn of_format(mac: &syn::Macro) -> Vec<Hole> {
    of_arguments(&source::macro_expressions(mac))
}

fn of_arguments(arguments: &[Expr]) -> Vec<Hole> {
    let Some(Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. })) = arguments.first() else {
        return Vec::new();
    };
    let text = text.value();
    let positional: Vec<&Expr> =
        arguments[1..].iter().filter(|expr| !matches!(expr, Expr::Assign(_))).collect();
    let named = |name: &str| {
        arguments[1..].iter().find_map(|argument| match argument {
            Expr::Assign(assign) if assign.left.to_token_stream().to_string() == name => Some(&*assign.right),
            _ => None,
        })
    };

    let mut found = Vec::new();
    let mut before = String::new();
    let mut next = 0;
    let mut rest = text.as_str();
    while let Some(at) = rest.find(['{', '}']) {
        before.push_str(&rest[..at]);
        let brace = &rest[at..at + 1];
        rest = &rest[at + 1..];
        if let Some(escaped) = rest.strip_prefix(brace) {
            before.push_str(brace);
            rest = escaped;
            continue;
        }
        let Some((inside, after)) = rest.split_once('}').filter(|_| brace == "{") else { continue };
        rest = after;
        let name = inside.split(':').next().unwrap_or_default().trim();
        let value = match name.parse::<usize>() {
            Ok(index) => positional.get(index).map(|expr| (*expr).clone()),
            Err(_) if name.is_empty() => {
                next += 1;
                positional.get(next - 1).map(|expr| (*expr).clone())
            }
            Err(_) => named(name).cloned().or_else(|| syn::parse_str(name).ok()),
        };
        let is_debug = inside.contains('?');
        found.extend(value.map(|value| Hole { before: before.clone(), value, is_debug }));
    }
    found
}

/// The values of `"a" + &b + ".."`, where one of the parts is a literal text.
fn of_sum(expr: &Expr) -> Vec<Hole> {
    let mut parts = Vec::new();
    let mut rest = peel(expr);
    while let Expr::Binary(binary) = rest {
        if !matches!(binary.op, syn::BinOp::Add(_)) {
            return Vec::new();
        }
        parts.push(peel(&binary.right));
        rest = peel(&binary.left);
    }
    parts.push(rest);
    of_parts(parts.into_iter().rev().collect())
}

/// The parts of `["a", b].concat()` and `["a", b].join(" ")`.
fn concatenated(expr: &Expr) -> Option<Vec<&Expr>> {
    let Expr::MethodCall(call) = peel(expr) else { return None };
    let Expr::Array(parts) = peel(&call.receiver) else { return None };
    (call.method == "concat" || call.method == "join").then(|| parts.elems.iter().map(peel).collect())
}

/// The values among the parts of a text, where one of them is a literal.
fn of_parts(parts: Vec<&Expr>) -> Vec<Hole> {
    let mut before = String::new();
    let mut found = Vec::new();
    for part in parts {
        match literal(part) {
            Some(text) => before.push_str(&text),
            None => found.push(Hole { before: before.clone(), value: part.clone(), is_debug: false }),
        }
    }
    if before.is_empty() { Vec::new() } else { found }
}

/// An expression as a message names it.
pub fn shown(expr: &Expr) -> String {
    expr.to_token_stream().to_string().replace(' ', "")
}

/// The text of a literal, also of `"..".to_owned()`, `String::from("..")` and `concat!("..", "..")`.
pub fn literal(expr: &Expr) -> Option<String> {
    match chain(expr).1 {
        Expr::Lit(syn::ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
        Expr::Call(call) if keeps(call) => literal(&call.args[0]),
        Expr::Macro(mac) if mac.mac.path.segments.last().is_some_and(|last| last.ident == "concat") => {
            source::macro_expressions(&mac.mac).iter().map(piece).collect()
        }
        _ => None,
    }
}

/// What `concat!` makes of one of its literals.
fn piece(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            Lit::Char(letter) => Some(letter.value().to_string()),
            Lit::Bool(value) => Some(value.value.to_string()),
            Lit::Int(number) => Some(number.base10_digits().to_owned()),
            Lit::Float(number) => Some(number.base10_digits().to_owned()),
            _ => None,
        },
        other => literal(other),
    }
}
