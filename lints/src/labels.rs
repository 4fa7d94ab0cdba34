//! Labels of metrics, as calls and macros set or declare them.

use proc_macro2::{TokenStream, TokenTree};
use source::MacroBody;
use syn::{Expr, Macro};

use crate::calls::{Call, peel, variable};
use crate::site::Site;
use crate::texts::{held, is_format, literal};

/// A label as far as the code says it.
#[derive(Default)]
pub(crate) struct Label {
    /// What it is called.
    pub(crate) name: Option<String>,
    /// What it is set to.
    pub(crate) value: Option<Expr>,
}

/// The labels that a call sets or declares.
pub(crate) fn of_call(call: &Call<'_>, site: &Site<'_>) -> Vec<Label> {
    let name = call.name;
    let arguments: Vec<&Expr> = match call.expr {
        Expr::MethodCall(call) => call.args.iter().collect(),
        Expr::Call(call) => call.args.iter().collect(),
        _ => return Vec::new(),
    };
    if name == "with_label_values" || name == "get_metric_with_label_values" || name == "remove_label_values"
    {
        let values = arguments.last().map(|list| elements(list, site)).unwrap_or_default();
        return values.into_iter().map(|value| Label { value: Some(value), name: None }).collect();
    }
    if name == "add" || name == "record" {
        let pairs = arguments.get(1).map(|list| elements(list, site)).unwrap_or_default();
        return pairs.iter().filter_map(key_value).collect();
    }
    if name == "get_or_create" {
        let Some(Expr::Struct(literal)) = arguments.first().map(|label| peel(label)) else {
            return Vec::new();
        };
        let fields = literal.fields.iter().map(|field| Label {
            name: match &field.member {
                syn::Member::Named(name) => Some(name.to_string()),
                syn::Member::Unnamed(_) => None,
            },
            value: Some(field.expr.clone()),
        });
        return fields.collect();
    }
    let declares = call
        .path
        .as_deref()
        .is_some_and(|path| path.strip_prefix("prometheus::").is_some_and(|rest| rest.ends_with("Vec::new")));
    if declares { arguments.last().map(|list| names_in(list, site)).unwrap_or_default() } else { Vec::new() }
}

/// The labels that a macro sets or declares.
pub(crate) fn of_macro(mac: &Macro, body: &MacroBody, site: &Site<'_>) -> Vec<Label> {
    let Some(last) = mac.path.segments.last() else { return Vec::new() };
    let vector = last.ident.to_string();
    if vector.starts_with("register_") && vector.contains("_vec") {
        return body.expressions().iter().flat_map(|list| names_in(list, site)).collect();
    }
    let is_metric = || {
        ["counter", "gauge", "histogram"].iter().any(|kind| last.ident == kind)
            && site.resolve_macro(&mac.path).is_none_or(|path| path.starts_with("metrics::"))
    };
    let renamed = || {
        site.resolve_macro(&mac.path).is_some_and(|path| {
            ["metrics::counter", "metrics::gauge", "metrics::histogram"].contains(&path.as_str())
        })
    };
    if mac.tokens.is_empty() || !(is_metric() || renamed()) {
        return Vec::new();
    }
    let pairs = pairs(mac);
    let labels = if pairs.is_empty() { in_lists(mac, site) } else { pairs };
    // A metric with a value in its name is as many as a label with it makes.
    let named = parts(mac).into_iter().next().and_then(|name| syn::parse2(name.into_iter().collect()).ok());
    let named = named.filter(|name| is_put_together(name, site));
    named.map(|name| Label { value: Some(name), name: None }).into_iter().chain(labels).collect()
}

/// Whether the name of a metric is a `format!`, also where a `let` holds it.
fn is_put_together(name: &Expr, site: &Site<'_>) -> bool {
    let name = variable(name).and_then(|name| held(name, site)).map_or(name, peel);
    matches!(name, Expr::Macro(mac) if is_format(&mac.mac.path))
}

/// The elements of a list that is written out, also where a `let` holds it.
fn elements(list: &Expr, site: &Site<'_>) -> Vec<Expr> {
    let list = peel(list);
    match variable(list).and_then(|name| held(name, site)).map_or(list, peel) {
        Expr::Array(array) => array.elems.iter().cloned().collect(),
        Expr::Macro(mac) if mac.mac.path.is_ident("vec") => source::macro_expressions(&mac.mac),
        _ => Vec::new(),
    }
}

/// The names in a list of literals: those of the labels of a metric.
fn names_in(list: &Expr, site: &Site<'_>) -> Vec<Label> {
    let elements = elements(list, site);
    let names = elements.iter().filter_map(literal);
    names.map(|name| Label { name: Some(name), value: None }).collect()
}

/// The labels of `counter!("name", &labels)`, of pairs or of `Label`s.
fn in_lists(mac: &Macro, site: &Site<'_>) -> Vec<Label> {
    let given = source::macro_expressions(mac);
    let lists = given.iter().skip(1).flat_map(|list| elements(list, site));
    lists.filter_map(|pair| key_value(&pair)).collect()
}

/// `KeyValue::new(key, value)`, `Label::new(key, value)` and `(key, value)`.
fn key_value(expr: &Expr) -> Option<Label> {
    let call = match peel(expr) {
        Expr::Call(call) => call,
        Expr::Tuple(pair) if pair.elems.len() == 2 => {
            return Some(Label { name: literal(&pair.elems[0]), value: Some(pair.elems[1].clone()) });
        }
        _ => return None,
    };
    let Expr::Path(function) = &*call.func else { return None };
    let segments = &function.path.segments;
    let is_pair = segments.len() > 1
        && ["KeyValue", "Label"].iter().any(|name| segments[segments.len() - 2].ident == name);
    let mut arguments = call.args.iter();
    let (key, value) = (arguments.next()?, arguments.next()?);
    is_pair.then(|| Label { name: literal(key), value: Some(value.clone()) })
}

/// What stands between the commas of a macro.
fn parts(mac: &Macro) -> Vec<Vec<TokenTree>> {
    let mut parts: Vec<Vec<TokenTree>> = vec![Vec::new()];
    for token in mac.tokens.clone() {
        match &token {
            TokenTree::Punct(punct) if punct.as_char() == ',' => parts.push(Vec::new()),
            _ => parts.last_mut().into_iter().for_each(|part| part.push(token.clone())),
        }
    }
    parts
}

/// The labels of `counter!("name", "key" => value)`.
fn pairs(mac: &Macro) -> Vec<Label> {
    let pair = |part: Vec<TokenTree>| {
        let arrow = part.windows(2).position(|pair| match pair {
            [TokenTree::Punct(equals), TokenTree::Punct(greater)] => {
                equals.as_char() == '=' && greater.as_char() == '>'
            }
            _ => false,
        })?;
        let key: TokenStream = part[..arrow].iter().cloned().collect();
        let value: TokenStream = part[arrow + 2..].iter().cloned().collect();
        let key = syn::parse2::<Expr>(key).ok();
        Some(Label { name: key.as_ref().and_then(literal), value: syn::parse2(value).ok() })
    };
    parts(mac).into_iter().filter_map(pair).collect()
}
