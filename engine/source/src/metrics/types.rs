//! Just as much of types as the registration of a metric needs: what a field or a local variable is declared as.

use std::collections::BTreeMap;

use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{Expr, GenericArgument, Lit, PathArguments, Type};

use super::MetricKind as Kind;
use super::registrations::Labelled;

/// What fields and local variables of a file are declared as, by name. Names that are declared as several things are
/// not told apart, and so are not known.
#[derive(Default)]
pub(super) struct Bindings<'a> {
    fields: BTreeMap<String, Option<&'a Type>>,
    locals: BTreeMap<String, Option<syn::Path>>,
}

impl<'a> Bindings<'a> {
    pub(super) fn of(file: &'a syn::File) -> Self {
        let mut bindings = Bindings::default();
        bindings.visit_file(file);
        bindings
    }

    /// The type of an expression as a path: `self.field.clone()`, `local`, `Counter::default()`.
    pub(super) fn type_of(&self, expression: &Expr) -> Option<syn::Path> {
        match expression {
            Expr::MethodCall(call) if call.method == "clone" => self.type_of(&call.receiver),
            Expr::Reference(inner) => self.type_of(&inner.expr),
            Expr::Paren(inner) => self.type_of(&inner.expr),
            Expr::Field(field) => match &field.member {
                syn::Member::Named(name) => match self.fields.get(&name.to_string())? {
                    Some(Type::Path(path)) => copied(&path.path),
                    _ => None,
                },
                syn::Member::Unnamed(_) => None,
            },
            Expr::Path(path) => {
                let name = path.path.get_ident()?.to_string();
                copied(self.locals.get(&name)?.as_ref()?)
            }
            Expr::Call(call) => constructed(call),
            _ => None,
        }
    }
}

impl<'a> Visit<'a> for Bindings<'a> {
    fn visit_field(&mut self, field: &'a syn::Field) {
        if let Some(name) = &field.ident {
            let seen = self.fields.entry(name.to_string());
            seen.and_modify(|known| *known = known.filter(|known| **known == field.ty))
                .or_insert(Some(&field.ty));
        }
    }

    fn visit_local(&mut self, local: &'a syn::Local) {
        let (pattern, declared) = match &local.pat {
            syn::Pat::Type(typed) => (&*typed.pat, Some(&*typed.ty)),
            other => (other, None),
        };
        if let syn::Pat::Ident(name) = pattern {
            let of = match (declared, local.init.as_ref().map(|init| &*init.expr)) {
                (Some(Type::Path(path)), _) => copied(&path.path),
                (None, Some(Expr::Call(call))) => constructed(call),
                _ => None,
            };
            let seen = self.locals.entry(name.ident.to_string());
            seen.and_modify(|known| {
                if *known != of {
                    *known = None;
                }
            })
            .or_insert(of);
        }
        visit::visit_local(self, local);
    }
}

/// The same path once more: the workspace builds `syn` without clones.
fn copied(path: &syn::Path) -> Option<syn::Path> {
    syn::parse2(path.to_token_stream()).ok()
}

/// The type that `Type::<..>::default()` makes.
fn constructed(call: &syn::ExprCall) -> Option<syn::Path> {
    let Expr::Path(function) = &*call.func else { return None };
    let mut path = copied(&function.path)?;
    let last = path.segments.pop()?;
    path.segments.pop_punct();
    let makes = ["default", "new", "new_with_constructor"].iter().any(|name| last.ident == name);
    (makes && !path.segments.is_empty()).then_some(path)
}

/// What a metric of this type emits, and by what it is labelled.
pub(super) fn metric_of_type(
    path: &syn::Path,
    resolve: &dyn Fn(&syn::Path) -> Option<String>,
) -> (Kind, Labelled) {
    let none = || Labelled::With(Vec::new());
    let is = |path: &syn::Path, name: &str| {
        let canonical = resolve(path).unwrap_or_default();
        canonical.starts_with("prometheus_client::") && canonical.rsplit("::").next() == Some(name)
    };
    for (name, kind) in [
        ("Counter", Kind::Counter),
        ("Gauge", Kind::Plain),
        ("Histogram", Kind::Histogram),
        ("Info", Kind::Info),
    ] {
        if is(path, name) {
            return (kind, if kind == Kind::Info { Labelled::Open } else { none() });
        }
    }
    if !is(path, "Family") {
        return (Kind::Open, Labelled::Open);
    }
    let types = arguments(path);
    let labels = types.first().and_then(resolve).map_or(Labelled::Open, Labelled::By);
    let kind = types.get(1).map_or(Kind::Open, |metric| match metric_of_type(metric, resolve) {
        (kind, Labelled::With(_)) => kind,
        _ => Kind::Open,
    });
    (kind, labels)
}

/// The types among a path's generic arguments.
pub(super) fn arguments(path: &syn::Path) -> Vec<syn::Path> {
    let Some(PathArguments::AngleBracketed(arguments)) = path.segments.last().map(|last| &last.arguments)
    else {
        return Vec::new();
    };
    let types = arguments.args.iter().filter_map(|argument| match argument {
        GenericArgument::Type(Type::Path(path)) => copied(&path.path),
        _ => None,
    });
    types.collect()
}

/// The value of a text literal.
pub(super) fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        Expr::Paren(inner) => literal(&inner.expr),
        Expr::MethodCall(call)
            if ["into", "to_string", "to_owned"].iter().any(|name| call.method == name) =>
        {
            literal(&call.receiver)
        }
        _ => None,
    }
}
