//! One entry of a list: its name, its type, and what the code puts in where there is no value.

use findings::Location;
use heck::ToSnakeCase as _;
use proc_macro2::Span;
use source::{Code, ItemKind, SourceFile, Tree};
use syn::spanned::Spanned as _;
use syn::{Expr, Fields, Item, Lit};

use super::Given;
use super::found::{self, plain};

/// Where something cannot be read, and why.
pub(super) type Fault = (Span, String);

/// Reads entries of one file.
pub(super) struct Reader<'a> {
    pub(super) file: &'a SourceFile,
    pub(super) code: &'a Code,
    pub(super) tree: &'a Tree,
    pub(super) resolve: &'a dyn Fn(&SourceFile, &syn::Path) -> Option<String>,
}

impl Reader<'_> {
    /// The features of an item, in order.
    pub(super) fn item(&self, item: &Item) -> Result<Vec<Given>, Fault> {
        match item {
            Item::Const(item) => self.list(&item.expr),
            Item::Static(item) => self.list(&item.expr),
            Item::Struct(item) => self.fields(&item.fields, item.ident.span()),
            Item::Enum(item) => {
                let variant = |variant: &syn::Variant| {
                    let name =
                        renamed(&variant.attrs).unwrap_or_else(|| variant.ident.to_string().to_snake_case());
                    self.given(name, variant.ident.span(), None, None)
                };
                Ok(item.variants.iter().map(variant).collect())
            }
            other => Err((other.span(), "it is no list of features".to_owned())),
        }
    }

    fn list(&self, expr: &Expr) -> Result<Vec<Given>, Fault> {
        match plain(expr) {
            Expr::Array(array) => array.elems.iter().map(|entry| self.entry(entry)).collect(),
            other => Err((other.span(), "it is no list that is written out".to_owned())),
        }
    }

    fn entry(&self, entry: &Expr) -> Result<Given, Fault> {
        let (name, span) = self.name(entry).ok_or_else(|| {
            (entry.span(), "the entry shows no name: no text, and no constant that is one".to_owned())
        })?;
        Ok(self.given(name, span, None, fill(entry)))
    }

    /// The name that an entry begins with.
    fn name(&self, entry: &Expr) -> Option<(String, Span)> {
        match plain(entry) {
            Expr::Lit(literal) => match &literal.lit {
                Lit::Str(text) => Some((text.value(), text.span())),
                _ => None,
            },
            Expr::Call(call) => call.args.iter().find_map(|argument| self.name(argument)),
            Expr::MethodCall(call) => self
                .name(&call.receiver)
                .or_else(|| call.args.iter().find_map(|argument| self.name(argument))),
            Expr::Tuple(tuple) => tuple.elems.iter().find_map(|part| self.name(part)),
            Expr::Struct(literal) => {
                let is_name = |field: &&syn::FieldValue| matches!(&field.member, syn::Member::Named(name) if name == "name");
                literal.fields.iter().find(is_name).and_then(|field| self.name(&field.expr))
            }
            Expr::Path(path) => self.constant(&path.path).map(|name| (name, path.span())),
            _ => None,
        }
    }

    /// The text of a constant, wherever in the workspace it is.
    fn constant(&self, path: &syn::Path) -> Option<String> {
        let text = |item: &Item| match item {
            Item::Const(item) => match plain(&item.expr) {
                Expr::Lit(literal) => match &literal.lit {
                    Lit::Str(text) => Some(text.value()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        if let Some(name) = path.get_ident() {
            let here = |item: &&Item| matches!(item, Item::Const(item) if item.ident == *name);
            if let Some(found) = self.file.ast.items.iter().find(here).and_then(text) {
                return Some(found);
            }
        }
        let meant = (self.resolve)(self.file, path)?;
        let name = meant.rsplit("::").next()?;
        let item =
            self.code.names().items().find(|item| {
                item.kind() == ItemKind::Constant && item.name() == name && item.path() == meant
            })?;
        let file = source::parse(item.file(), &self.tree.text(item.file()).ok()?).ok()?;
        found::item(&file, name, item.line()).and_then(text)
    }

    fn fields(&self, fields: &Fields, span: Span) -> Result<Vec<Given>, Fault> {
        let Fields::Named(named) = fields else {
            return Err((span, "its fields have no names".to_owned()));
        };
        let feature = |field: &syn::Field| {
            let ident = field.ident.as_ref()?;
            let name = renamed(&field.attrs)
                .unwrap_or_else(|| ident.to_string().trim_start_matches("r#").to_owned());
            Some(self.given(name, ident.span(), inner(&field.ty), None))
        };
        Ok(named.named.iter().filter(|field| !skipped(&field.attrs)).filter_map(feature).collect())
    }

    fn given(&self, name: String, span: Span, dtype: Option<String>, fill: Option<f64>) -> Given {
        Given { name, place: Location::at(&self.file.path, self.file.span(span)), dtype, fill }
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
