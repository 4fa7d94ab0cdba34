//! One entry of a list: what may be its name, its type, and what the code puts in where there is no value.

use findings::Location;
use proc_macro2::Span;
use syn::ext::IdentExt as _;
use syn::spanned::Spanned as _;
use syn::{Expr, Fields, Item, Lit};

use super::Unlisted;
use super::found::plain;
use crate::names::{Names, Scope};
use crate::syntax::SourceFile;

/// An entry, before the constants that it names are read.
pub(super) struct Entry {
    /// What may be its name, each with its place, in their order: the first that is a text is.
    pub(super) names: Vec<(Name, Location)>,
    pub(super) place: Location,
    pub(super) is_variant: bool,
    pub(super) dtype: Option<String>,
    pub(super) fill: Option<f64>,
}

/// What may be a name.
pub(super) enum Name {
    Text(String),
    /// The path of something that may be a constant, and a text.
    Constant(String),
}

/// Reads entries of one file.
pub(super) struct Reader<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) names: &'a Names,
    pub(super) scope: &'a Scope,
}

impl Reader<'_> {
    /// The entries of an item, in order.
    pub(super) fn item(&self, item: &Item) -> Result<Vec<Entry>, Unlisted> {
        match item {
            Item::Const(item) => self.list(&item.expr),
            Item::Static(item) => self.list(&item.expr),
            Item::Struct(item) => self.fields(&item.fields, item.ident.span()),
            Item::Enum(item) => Ok(item.variants.iter().map(|variant| self.variant(variant)).collect()),
            other => Err(Unlisted::at(&self.place(other.span()), "it is no list")),
        }
    }

    fn list(&self, expr: &Expr) -> Result<Vec<Entry>, Unlisted> {
        match plain(expr) {
            Expr::Array(array) => Ok(array.elems.iter().map(|entry| self.entry(entry)).collect()),
            other => Err(Unlisted::at(&self.place(other.span()), "it is no list that is written out")),
        }
    }

    fn entry(&self, entry: &Expr) -> Entry {
        let mut names = Vec::new();
        self.collect(entry, &mut names);
        let place = self.place(entry.span());
        Entry { names, place, is_variant: false, dtype: None, fill: fill(entry) }
    }

    /// What may be the name of an entry, up to the first text.
    fn collect(&self, entry: &Expr, names: &mut Vec<(Name, Location)>) {
        if matches!(names.last(), Some((Name::Text(_), _))) {
            return;
        }
        match plain(entry) {
            Expr::Lit(literal) => {
                if let Lit::Str(text) = &literal.lit {
                    names.push((Name::Text(text.value()), self.place(text.span())));
                }
            }
            Expr::Call(call) => call.args.iter().for_each(|argument| self.collect(argument, names)),
            Expr::MethodCall(call) => {
                self.collect(&call.receiver, names);
                call.args.iter().for_each(|argument| self.collect(argument, names));
            }
            Expr::Tuple(tuple) => tuple.elems.iter().for_each(|part| self.collect(part, names)),
            Expr::Struct(literal) => {
                let is_name = |field: &&syn::FieldValue| matches!(&field.member, syn::Member::Named(name) if name == "name");
                if let Some(field) = literal.fields.iter().find(is_name) {
                    self.collect(&field.expr, names);
                }
            }
            Expr::Path(path) => {
                let meant = self.names.resolve(self.file, self.scope, &path.path);
                names.extend(meant.map(|meant| (Name::Constant(meant), self.place(path.span()))));
            }
            _ => {}
        }
    }

    fn fields(&self, fields: &Fields, span: Span) -> Result<Vec<Entry>, Unlisted> {
        let Fields::Named(named) = fields else {
            return Err(Unlisted::at(&self.place(span), "its fields have no names"));
        };
        let entry = |field: &syn::Field| {
            let ident = field.ident.as_ref()?;
            let name = renamed(&field.attrs).unwrap_or_else(|| ident.unraw().to_string());
            let place = self.place(ident.span());
            let names = vec![(Name::Text(name), place.clone())];
            Some(Entry { names, place, is_variant: false, dtype: inner(&field.ty), fill: None })
        };
        Ok(named.named.iter().filter(|field| !skipped(&field.attrs)).filter_map(entry).collect())
    }

    fn variant(&self, variant: &syn::Variant) -> Entry {
        let given = renamed(&variant.attrs);
        let is_variant = given.is_none();
        let name = given.unwrap_or_else(|| variant.ident.unraw().to_string());
        let place = self.place(variant.ident.span());
        let names = vec![(Name::Text(name), place.clone())];
        Entry { names, place, is_variant, dtype: None, fill: None }
    }

    fn place(&self, span: Span) -> Location {
        Location::at(&self.file.path, self.file.span(span))
    }
}

/// The text that a constant is.
pub(super) fn text_of(item: &Item) -> Option<String> {
    let Item::Const(item) = item else { return None };
    match plain(&item.expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// The name that an attribute gives, as in `#[feature(name = "x")]` or `#[serde(rename = "x")]`.
fn renamed(attributes: &[syn::Attribute]) -> Option<String> {
    let mut name = None;
    for attribute in attributes.iter().filter(|attribute| is_about_names(attribute)) {
        // What cannot be read is another macro's own.
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("name") || meta.path.is_ident("rename") {
                name = Some(meta.value()?.parse::<syn::LitStr>()?.value());
            } else if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
    }
    name
}

fn skipped(attributes: &[syn::Attribute]) -> bool {
    let mut skipped = false;
    for attribute in attributes.iter().filter(|attribute| is_about_names(attribute)) {
        let _ = attribute.parse_nested_meta(|meta| {
            skipped |= meta.path.is_ident("skip");
            if meta.input.peek(syn::Token![=]) {
                meta.value()?.parse::<Expr>()?;
            }
            Ok(())
        });
    }
    skipped
}

fn is_about_names(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("feature") || attribute.path().is_ident("serde")
}

/// The name of a type, and of what an `Option` of it holds.
fn inner(ty: &syn::Type) -> Option<String> {
    let syn::Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let syn::PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return Some(last.ident.to_string());
    };
    match (last.ident == "Option", arguments.args.first()) {
        (true, Some(syn::GenericArgument::Type(of))) => inner(of),
        _ => None,
    }
}

/// The number of a closure that is `Some(value.unwrap_or(number))` and nothing else: it gives that number wherever there
/// is no value, so that nothing is ever missing.
fn fill(entry: &Expr) -> Option<f64> {
    let arguments = match plain(entry) {
        Expr::Call(call) => call.args.iter().collect::<Vec<_>>(),
        Expr::Struct(literal) => literal.fields.iter().map(|field| &field.expr).collect(),
        Expr::Tuple(tuple) => tuple.elems.iter().collect(),
        _ => return None,
    };
    arguments.into_iter().find_map(|argument| {
        let Expr::Closure(closure) = plain(argument) else { return None };
        let Expr::Call(call) = plain(&closure.body) else { return None };
        let is_some = matches!(plain(&call.func), Expr::Path(path) if path.path.is_ident("Some"));
        let (true, [only]) = (is_some, &call.args.iter().collect::<Vec<_>>()[..]) else { return None };
        let Expr::MethodCall(method) = plain(only) else { return None };
        match (method.method.to_string().as_str(), method.args.first()) {
            ("unwrap_or", Some(value)) => number(value),
            ("unwrap_or_default", None) => Some(0.0),
            _ => None,
        }
    })
}

fn number(expr: &Expr) -> Option<f64> {
    match plain(expr) {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Float(number) => number.base10_parse().ok(),
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        Expr::Unary(unary) if matches!(unary.op, syn::UnOp::Neg(_)) => number(&unary.expr).map(|it| -it),
        Expr::Path(path) if path.path.segments.last().is_some_and(|last| last.ident == "NAN") => {
            Some(f64::NAN)
        }
        _ => None,
    }
}
