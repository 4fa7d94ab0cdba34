//! The functions and other items of a file, one after the other, each with what is around it.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Attribute, Block, Fields, ImplItem, Item, Signature, TraitItem, Visibility};

use crate::code::{is_for_tests, is_test_function};
use crate::names::Scope;
use crate::syntax::SourceFile;

/// An item and where it stands.
pub(crate) struct Site<'a> {
    /// Modules of the file, then the trait or the type of an implementation.
    pub(crate) around: &'a [String],
    /// The names of the module.
    pub(crate) scope: &'a Scope,
    /// The type of the implementation around.
    pub(crate) itself: Option<&'a syn::Path>,
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) at: Span,
    /// What others see of it: of a function, how it is called.
    pub(crate) signature: Span,
    /// The same without what nobody else sees, to be compared.
    pub(crate) seen: TokenStream,
    /// All of it.
    pub(crate) tokens: TokenStream,
    pub(crate) block: Option<&'a Block>,
    pub(crate) is_function: bool,
    /// Whether it is there for tests, by its own words or those around.
    pub(crate) in_test: bool,
}

/// Visits every item of a file that is no module and no import; what an implementation or a trait has comes after it.
pub(crate) fn each(file: &SourceFile, visit: &mut dyn FnMut(&Site<'_>)) {
    let mut walk = Walk { around: Vec::new(), itself: None, in_test: false, visit };
    walk.items(&file.ast.items, &Scope::of(file));
}

struct Walk<'a, 'v> {
    around: Vec<String>,
    itself: Option<&'a syn::Path>,
    in_test: bool,
    visit: &'v mut dyn FnMut(&Site<'_>),
}

/// What a site is made from.
struct Found<'a> {
    name: String,
    at: Span,
    attributes: &'a [Attribute],
    signature: Span,
    seen: TokenStream,
    tokens: TokenStream,
    block: Option<&'a Block>,
    is_function: bool,
}

impl<'a> Walk<'a, '_> {
    fn items(&mut self, items: &'a [Item], scope: &Scope) {
        for item in items {
            self.item(item, scope);
        }
    }

    fn item(&mut self, item: &'a Item, scope: &Scope) {
        match item {
            Item::Use(_) | Item::ExternCrate(_) => {}
            Item::Mod(module) => {
                let outer = self.in_test;
                self.in_test |= is_for_tests(&module.attrs);
                self.around.push(module.ident.to_string());
                if let Some((_, items)) = &module.content {
                    self.items(items, &scope.enter_module(module));
                }
                self.around.pop();
                self.in_test = outer;
            }
            Item::Fn(it) => self.visit(function(&it.attrs, &it.sig, Some(&it.block), it), scope),
            Item::Impl(it) => {
                let of = it.trait_.as_ref().map(|(path, _)| path.to_token_stream());
                let header = [of, Some(it.self_ty.to_token_stream())]
                    .map(|part| part.map(|part| part.to_string().replace(' ', "")).unwrap_or_default());
                let name = if header[0].is_empty() { header[1].clone() } else { header.join(" for ") };
                let unsafety = it.unsafety.as_ref().map(ToTokens::to_token_stream).into_iter();
                let seen: TokenStream =
                    unsafety.chain([it.generics.to_token_stream(), it.self_ty.to_token_stream()]).collect();
                let at = it.impl_token.span;
                self.visit(whole(format!("impl {name}"), at, &it.attrs, at, &seen, &seen), scope);
                let (outer, outer_type) = (self.in_test, self.itself);
                self.in_test |= is_for_tests(&it.attrs);
                self.itself = match &*it.self_ty {
                    syn::Type::Path(ty) => Some(&ty.path),
                    _ => None,
                };
                self.around.push(name);
                for part in &it.items {
                    match part {
                        ImplItem::Fn(it) => {
                            self.visit(function(&it.attrs, &it.sig, Some(&it.block), it), scope)
                        }
                        ImplItem::Const(it) => {
                            let (name, at) = named(&it.ident);
                            self.visit(whole(name, at, &it.attrs, at, &it.ty, it), scope);
                        }
                        _ => {}
                    }
                }
                self.around.pop();
                (self.in_test, self.itself) = (outer, outer_type);
            }
            Item::Trait(it) => {
                let (name, at) = named(&it.ident);
                let of_its_own = it.items.iter().filter(|part| !matches!(part, TraitItem::Fn(_)));
                let parts = [it.generics.to_token_stream(), it.supertraits.to_token_stream()].into_iter();
                let seen: TokenStream = parts.chain(of_its_own.map(ToTokens::to_token_stream)).collect();
                self.visit(whole(name.clone(), at, &it.attrs, at, &seen, &seen), scope);
                let outer = self.in_test;
                self.in_test |= is_for_tests(&it.attrs);
                self.around.push(name);
                for part in &it.items {
                    if let TraitItem::Fn(it) = part {
                        self.visit(function(&it.attrs, &it.sig, it.default.as_ref(), it), scope);
                    }
                }
                self.around.pop();
                self.in_test = outer;
            }
            other => self.visit_other(other, scope),
        }
    }

    fn visit_other(&mut self, item: &'a Item, scope: &Scope) {
        let seen = seen(item);
        let (ident, attributes) = match item {
            Item::Struct(it) => (Some(&it.ident), &it.attrs),
            Item::Enum(it) => (Some(&it.ident), &it.attrs),
            Item::Union(it) => (Some(&it.ident), &it.attrs),
            Item::Const(it) => (Some(&it.ident), &it.attrs),
            Item::Static(it) => (Some(&it.ident), &it.attrs),
            Item::Type(it) => (Some(&it.ident), &it.attrs),
            Item::TraitAlias(it) => (Some(&it.ident), &it.attrs),
            Item::Macro(it) => {
                let called = it.mac.path.segments.last().map(|last| &last.ident);
                (it.ident.as_ref().or(called), &it.attrs)
            }
            _ => return,
        };
        let Some(ident) = ident else { return };
        let (name, at) = named(ident);
        self.visit(whole(name, at, attributes, at, &seen, item), scope);
    }

    fn visit(&mut self, found: Found<'_>, scope: &Scope) {
        let attributes = found.attributes;
        (self.visit)(&Site {
            around: &self.around,
            scope,
            itself: self.itself,
            in_test: self.in_test || is_for_tests(attributes) || is_test_function(attributes),
            name: found.name,
            at: found.at,
            signature: found.signature,
            seen: found.seen,
            tokens: found.tokens,
            block: found.block,
            is_function: found.is_function,
        });
    }
}

fn function<'a>(
    attributes: &'a [Attribute],
    signature: &Signature,
    block: Option<&'a Block>,
    item: &impl ToTokens,
) -> Found<'a> {
    let (name, at) = named(&signature.ident);
    Found {
        name,
        at,
        attributes,
        signature: syn::spanned::Spanned::span(signature),
        seen: signature.to_token_stream(),
        tokens: item.to_token_stream(),
        block,
        is_function: true,
    }
}

fn whole<'a>(
    name: String,
    at: Span,
    attributes: &'a [Attribute],
    signature: Span,
    seen: &impl ToTokens,
    item: &impl ToTokens,
) -> Found<'a> {
    let (seen, tokens) = (seen.to_token_stream(), item.to_token_stream());
    Found { name, at, attributes, signature, seen, tokens, block: None, is_function: false }
}

fn named(ident: &proc_macro2::Ident) -> (String, Span) {
    let text = ident.to_string();
    (text.strip_prefix("r#").map(str::to_owned).unwrap_or(text), ident.span())
}

/// What others see of an item that is no function.
fn seen(item: &Item) -> TokenStream {
    let is_public = |visibility: &Visibility| matches!(visibility, Visibility::Public(_));
    match item {
        Item::Struct(it) => {
            let fields = it.fields.iter().filter(|field| is_public(&field.vis));
            let fields = fields.flat_map(|field| {
                [field.ident.to_token_stream(), field.ty.to_token_stream()]
                    .into_iter()
                    .collect::<TokenStream>()
            });
            it.generics.to_token_stream().into_iter().chain(fields).collect()
        }
        Item::Enum(it) => {
            let variants = it.variants.iter().flat_map(|variant| {
                let fields = match &variant.fields {
                    Fields::Unit => TokenStream::new(),
                    fields => fields.to_token_stream(),
                };
                let value = variant.discriminant.as_ref().map(|(_, value)| value.to_token_stream());
                let parts = [variant.ident.to_token_stream(), fields, value.unwrap_or_default()];
                parts.into_iter().collect::<TokenStream>()
            });
            it.generics.to_token_stream().into_iter().chain(variants).collect()
        }
        Item::Const(it) => it.ty.to_token_stream(),
        Item::Static(it) => it.ty.to_token_stream(),
        other => other.to_token_stream(),
    }
}
