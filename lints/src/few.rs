//! Values of which there are few, because the program itself has them: its texts, and the variants of its enums.

use syn::{Expr, Item, ItemEnum, Pat, ReturnType, Stmt, Type};

use crate::bound::binds;
use crate::calls::{chain, ends, peel, variable};
use crate::facts::type_name;
use crate::site::{LOOK_BACK, Site, Step};
use crate::texts::{held_or_constant, is_format, of_format};
use crate::types::{head, type_of};

/// What must be few elsewhere in the workspace so that there are few of a value: of each of these, one of the names.
pub(crate) type Needs = Vec<Vec<String>>;

/// How a value is written out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    Display,
    Debug,
}

impl Shown {
    pub(crate) fn by(is_debug: bool) -> Shown {
        if is_debug { Shown::Debug } else { Shown::Display }
    }
}

/// How many variables and operands are followed.
const HOPS: u32 = 8;

/// Methods that give as many values as they are called on and handed.
const SAME: &[&str] = &[
    "as_deref",
    "as_ref",
    "as_str",
    "borrow",
    "clone",
    "cloned",
    "copied",
    "deref",
    "into",
    "to_lowercase",
    "to_owned",
    "to_string",
    "to_uppercase",
    "trim",
    "unwrap_or",
    "unwrap_or_default",
];

/// What must be few so that there are few of a value; nothing more where it is a text of the program by its type or where it
/// stands, or an enum without fields. None where nobody says how many there are.
pub(crate) fn few(value: &Expr, site: &Site<'_>) -> Option<Needs> {
    of(value, Shown::Display, HOPS, site)
}

/// Whether there are few of a value, whatever other files say.
pub(crate) fn is_few(value: &Expr, shown: Shown, site: &Site<'_>) -> bool {
    of(value, shown, HOPS, site).is_some_and(|needs| needs.is_empty())
}

fn of(value: &Expr, shown: Shown, hops: u32, site: &Site<'_>) -> Option<Needs> {
    let hops = hops.checked_sub(1)?;
    let here = |is_few: bool| is_few.then(Needs::new);
    match peel(value) {
        Expr::Lit(_) => here(true),
        Expr::If(_) | Expr::Match(_) | Expr::Block(_) => {
            all(ends(value).into_iter().map(|end| of(end, shown, hops, site)))
        }
        Expr::Macro(mac) if is_format(&mac.mac.path) => {
            all(of_format(&mac.mac).iter().map(|hole| of(&hole.value, Shown::by(hole.is_debug), hops, site)))
        }
        Expr::MethodCall(call) => {
            let same = || {
                let is_same = SAME.iter().any(|same| call.method == same);
                let parts = std::iter::once(&*call.receiver).chain(&call.args);
                is_same.then(|| all(parts.map(|part| of(part, shown, hops, site)))).flatten()
            };
            of_method(call, site).or_else(same)
        }
        Expr::Call(call) => {
            let Expr::Path(function) = &*call.func else { return None };
            let local = function.path.get_ident().and_then(|name| site.local_function(&name.to_string()));
            if let Some((signature, _)) = local {
                return here(gives_static_text(&signature.output));
            }
            let path = site.resolve_function(function)?;
            site.names.is_own(&path).then(|| vec![vec![path]])
        }
        Expr::Field(field) => {
            let syn::Member::Named(name) = &field.member else { return None };
            let owner = type_of(&field.base, site)?;
            let own = type_name(&owner).and_then(|owner| site.facts.field(&owner, &name.to_string()));
            if own.is_some_and(is_static_text) {
                return here(true);
            }
            let of_type = of_type(value, shown, site);
            let path = format!("{}::{name}", head(&owner, site)?);
            if of_type.is_some() || own.is_some() || !site.names.is_own(&path) {
                return of_type;
            }
            Some(vec![vec![path]])
        }
        path => {
            let bound = variable(path).and_then(|name| of_variable(name, shown, hops, site));
            bound.or_else(|| of_type(path, shown, site))
        }
    }
}

/// What all of some values need.
fn all(values: impl Iterator<Item = Option<Needs>>) -> Option<Needs> {
    let needs: Option<Vec<Needs>> = values.collect();
    Some(needs?.concat())
}

/// What a method of the workspace gives: a text by its type, or something of a value of which there are few.
fn of_method(call: &syn::ExprMethodCall, site: &Site<'_>) -> Option<Needs> {
    let owner = type_of(&call.receiver, site)?;
    let name = call.method.to_string();
    let own = type_name(&owner).and_then(|owner| site.facts.method(&owner, &name));
    if let Some(signature) = own {
        return gives_static_text(&signature.output).then(Needs::new);
    }
    let path = head(&owner, site)?;
    if let Some(item) = enum_here(&path, site) {
        return (call.args.is_empty() && has_few(item, shown_by(&name))).then(Needs::new);
    }
    let is_own = site.names.is_own(&path);
    let of_owner = if call.args.is_empty() { names_of(&path, shown_by(&name)) } else { Vec::new() };
    is_own.then(|| vec![[vec![format!("{path}::{name}")], of_owner].concat()])
}

/// What is called of an enum is made of all of it, but for what it is as a text.
fn shown_by(method: &str) -> Shown {
    if method == "to_string" { Shown::Display } else { Shown::Debug }
}

/// What the binding of a variable says, seen from where that stands.
fn of_variable(name: &syn::Ident, shown: Shown, hops: u32, site: &Site<'_>) -> Option<Needs> {
    let typed = |pat: &Pat| match pat {
        Pat::Type(typed) => is_static_text(&typed.ty).then(Needs::new),
        _ => None,
    };
    for (depth, step) in site.steps.iter().enumerate().rev() {
        match step {
            Step::Statements(statements, at) => {
                let from = at.saturating_sub(LOOK_BACK);
                let binding = |statement: &Stmt| matches!(statement, Stmt::Local(it) if binds(&it.pat, name));
                let Some(index) = statements[from..*at].iter().rposition(binding) else { continue };
                let Stmt::Local(local) = &statements[from + index] else { return None };
                let is_plain = match &local.pat {
                    Pat::Type(typed) => matches!(*typed.pat, Pat::Ident(_)),
                    pat => matches!(pat, Pat::Ident(_)),
                };
                let mut steps = site.steps[..depth].to_vec();
                steps.push(Step::Statements(statements, from + index));
                let init = || of(&local.init.as_ref()?.expr, shown, hops, &site.at(&steps));
                return typed(&local.pat).or_else(|| if is_plain { init() } else { None });
            }
            Step::Expr(Expr::ForLoop(each)) if binds(&each.pat, name) => {
                return are_literals(chain(&each.expr).1, site).then(Needs::new);
            }
            Step::Expr(Expr::Closure(closure)) => {
                if let Some(pat) = closure.inputs.iter().find(|pat| binds(pat, name)) {
                    return typed(pat);
                }
            }
            Step::Arm(arm) if binds(&arm.pat, name) => return None,
            Step::Function(signature, _) => {
                return signature.inputs.iter().find_map(|input| match input {
                    syn::FnArg::Typed(input) if binds(&input.pat, name) => {
                        is_static_text(&input.ty).then(Needs::new)
                    }
                    _ => None,
                });
            }
            _ => {}
        }
    }
    None
}

/// Whether a list is written out, also where a constant of the file holds it.
fn are_literals(list: &Expr, site: &Site<'_>) -> bool {
    let is_literal = |part: &Expr| match peel(part) {
        Expr::Lit(_) => true,
        Expr::Tuple(tuple) => tuple.elems.iter().all(|part| matches!(peel(part), Expr::Lit(_))),
        _ => false,
    };
    match variable(list).and_then(|name| held_or_constant(name, site)).map_or(list, peel) {
        Expr::Array(array) => array.elems.iter().all(is_literal),
        _ => false,
    }
}

/// What the type of a value says.
fn of_type(value: &Expr, shown: Shown, site: &Site<'_>) -> Option<Needs> {
    let path = head(&type_of(value, site)?, site)?;
    match enum_here(&path, site) {
        Some(item) => has_few(item, shown).then(Needs::new),
        None => site.names.is_own(&path).then(|| vec![names_of(&path, shown)]),
    }
}

/// An enum of the file by its path, or by its name where that is bound to nothing.
fn enum_here<'a>(path: &str, site: &Site<'a>) -> Option<&'a ItemEnum> {
    let is_meant = |item: &'a Item| match item {
        Item::Enum(item) if path.rsplit("::").next().is_some_and(|name| item.ident == name) => Some(item),
        _ => None,
    };
    let found = site.file.ast.items.iter().find_map(is_meant)?;
    let own = site.resolve(&found.ident.clone().into());
    (!path.contains("::") || own.as_deref() == Some(path)).then_some(found)
}

/// By which names a type is said to have few values that are written out.
fn names_of(path: &str, shown: Shown) -> Vec<String> {
    match shown {
        Shown::Display => vec![path.to_owned(), told(path)],
        Shown::Debug => vec![path.to_owned()],
    }
}

/// By which name a type is said to have few texts, whatever it holds.
pub(crate) fn told(path: &str) -> String {
    format!("{path} as text")
}

/// Whether an enum has few values that are written out: none of its variants holds anything, or none of its texts takes it up.
pub(crate) fn has_few(item: &ItemEnum, shown: Shown) -> bool {
    let is_plain_text = |attribute: &syn::Attribute| {
        attribute.path().is_ident("error")
            && attribute.parse_args::<syn::LitStr>().is_ok_and(|text| !text.value().contains(['{', '}']))
    };
    item.variants.iter().all(|variant| {
        variant.fields.is_empty() || shown == Shown::Display && variant.attrs.iter().any(is_plain_text)
    })
}

/// Whether a function gives a text that the program itself has.
pub(crate) fn gives_static_text(output: &ReturnType) -> bool {
    matches!(output, ReturnType::Type(_, ty) if is_static_text(ty))
}

/// `&'static str`
pub(crate) fn is_static_text(ty: &Type) -> bool {
    match ty {
        Type::Reference(to) => {
            let is_static = to.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
            is_static && matches!(&*to.elem, Type::Path(path) if path.path.is_ident("str"))
        }
        Type::Paren(inner) => is_static_text(&inner.elem),
        Type::Group(inner) => is_static_text(&inner.elem),
        _ => false,
    }
}
