//! What is declared: kinds, visibilities, attributes, and the paths in signatures.

use proc_macro2::Span;
use syn::visit::Visit as _;
use syn::{Ident, Item};

use super::signature::Reader;
use super::{Collector, attributes};
use crate::code::declared::{Declared, ItemKind, Position, Visibility, WrittenPath};
use crate::code::tokens;

/// What is said of an item before its paths are read.
struct Head<'i> {
    kind: ItemKind,
    name: &'i Ident,
    visibility: Visibility,
    attributes: &'i [syn::Attribute],
    outer: Option<u32>,
}

impl Collector<'_> {
    /// Who can see what an import brought in.
    pub(super) fn export(&mut self, item: &Item, first: u32) {
        let seen = match item {
            Item::Use(it) => visibility(&it.vis),
            Item::ExternCrate(it) => visibility(&it.vis),
            Item::Type(it) => visibility(&it.vis),
            _ => return,
        };
        if seen != Visibility::Private {
            // What an alias mentions is no other thing that it brings in.
            let imports = (first..).zip(&self.facts.imports[first as usize..]);
            let imports = imports.filter(|(_, import)| !import.mention);
            self.facts.exports.extend(imports.map(|(import, _)| (import, seen)));
        }
    }

    pub(super) fn declare(&mut self, item: &Item) {
        let head = |kind, name, vis, attributes| Head {
            kind,
            name,
            visibility: visibility(vis),
            attributes,
            outer: None,
        };
        match item {
            Item::Fn(it) => {
                self.function(head(ItemKind::Function, &it.sig.ident, &it.vis, &it.attrs), &it.sig)
            }
            Item::Struct(it) => {
                let head = head(ItemKind::Struct, &it.ident, &it.vis, &it.attrs);
                self.declared(head, |reader| {
                    reader.generics(&it.generics, |reader| reader.fields(&it.fields, None, false));
                });
                self.field_types(it);
            }
            Item::Union(it) => {
                let head = head(ItemKind::Union, &it.ident, &it.vis, &it.attrs);
                self.declared(head, |reader| {
                    reader.generics(&it.generics, |reader| {
                        reader.fields(&it.fields.named, None, false);
                    });
                });
            }
            Item::Enum(it) => {
                let head = head(ItemKind::Enum, &it.ident, &it.vis, &it.attrs);
                self.declared(head, |reader| {
                    reader.generics(&it.generics, |reader| {
                        for variant in &it.variants {
                            reader.fields(&variant.fields, Some(&variant.ident), true);
                        }
                    });
                });
            }
            Item::Const(it) => {
                let head = head(ItemKind::Constant, &it.ident, &it.vis, &it.attrs);
                self.value(head, &it.ty);
            }
            Item::Static(it) => {
                let head = head(ItemKind::Static, &it.ident, &it.vis, &it.attrs);
                self.value(head, &it.ty);
            }
            Item::Type(it) => {
                let head = head(ItemKind::Alias, &it.ident, &it.vis, &it.attrs);
                self.declared(head, |reader| {
                    reader.generics(&it.generics, |reader| {
                        reader.types(Position::Aliased, None, |types| types.visit_type(&it.ty));
                    });
                });
            }
            Item::Mod(it) => {
                self.declared(head(ItemKind::Module, &it.ident, &it.vis, &it.attrs), |_| {});
            }
            Item::Trait(it) => self.trait_item(head(ItemKind::Trait, &it.ident, &it.vis, &it.attrs), it),
            Item::TraitAlias(it) => {
                let head = head(ItemKind::Trait, &it.ident, &it.vis, &it.attrs);
                self.declared(head, |reader| {
                    reader.generics(&it.generics, |reader| {
                        reader.bounds(Position::Supertrait, None, &it.bounds)
                    });
                });
            }
            Item::Impl(it) => self.implementation(it),
            Item::ForeignMod(it) => it.items.iter().for_each(|item| match item {
                syn::ForeignItem::Fn(it) => {
                    self.function(head(ItemKind::Function, &it.sig.ident, &it.vis, &it.attrs), &it.sig);
                }
                syn::ForeignItem::Static(it) => {
                    let head = head(ItemKind::Static, &it.ident, &it.vis, &it.attrs);
                    self.value(head, &it.ty);
                }
                _ => {}
            }),
            Item::Macro(it) => self.macro_item(it),
            _ => {}
        }
    }

    /// A macro that others can use names in their code what its body names.
    fn macro_item(&mut self, item: &syn::ItemMacro) {
        let Some(name) = item.ident.as_ref().filter(|_| item.mac.path.is_ident("macro_rules")) else {
            return;
        };
        let exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
        let visibility = if exported { Visibility::Public } else { Visibility::Private };
        let head = Head { kind: ItemKind::Macro, name, visibility, attributes: &item.attrs, outer: None };
        self.declared(head, |reader| {
            let paths = tokens::paths(&item.mac.tokens).found;
            for path in paths.iter().filter(|path| path.segments.len() > 1) {
                let absolute = path.absolute && !path.crate_of_macro;
                reader.mention(Position::Expansion, None, path.segments.iter(), absolute);
            }
        });
    }

    fn trait_item(&mut self, head: Head<'_>, item: &syn::ItemTrait) {
        let visibility = head.visibility;
        let outer = Some(self.facts.declared.len() as u32);
        self.with_generics(&item.generics, |collector| {
            collector.declared(head, |reader| {
                reader.bounds_of(&item.generics);
                reader.bounds(Position::Supertrait, None, &item.supertraits);
                for item in &item.items {
                    match item {
                        syn::TraitItem::Type(it) => reader.generics(&it.generics, |reader| {
                            let part = Some(&it.ident);
                            reader.bounds(Position::Associated, part, &it.bounds);
                            if let Some((_, default)) = &it.default {
                                reader.types(Position::Associated, part, |types| types.visit_type(default));
                            }
                        }),
                        syn::TraitItem::Const(it) => {
                            reader.types(Position::Associated, Some(&it.ident), |types| {
                                types.visit_type(&it.ty)
                            });
                        }
                        _ => {}
                    }
                }
            });
            for item in &item.items {
                if let syn::TraitItem::Fn(it) = item {
                    let name = &it.sig.ident;
                    let attributes = &it.attrs;
                    let head = Head { kind: ItemKind::Function, name, visibility, attributes, outer };
                    collector.function(head, &it.sig);
                }
            }
        });
    }

    fn implementation(&mut self, item: &syn::ItemImpl) {
        let itself = Ident::new("Self", Span::call_site());
        let name = last_name(&item.self_ty).unwrap_or(&itself);
        let outer = Some(self.facts.declared.len() as u32);
        let trait_of = item.trait_.as_ref();
        let head = Head {
            kind: ItemKind::Implementation,
            name,
            visibility: Visibility::Private,
            attributes: &item.attrs,
            outer: None,
        };
        let place = item.impl_token.span;
        self.with_generics(&item.generics, |collector| {
            collector.declared_at(head, place, |reader| {
                if let Some((path, _)) = trait_of {
                    reader.head(Position::Trait, path);
                }
                match &*item.self_ty {
                    syn::Type::Path(it) if it.qself.is_none() => reader.head(Position::Subject, &it.path),
                    other => reader.types(Position::Header, None, |types| types.visit_type(other)),
                }
                reader.bounds_of(&item.generics);
                for item in item.items.iter().filter(|_| trait_of.is_some()) {
                    match item {
                        syn::ImplItem::Type(it) => reader.generics(&it.generics, |reader| {
                            reader.types(Position::Associated, Some(&it.ident), |types| {
                                types.visit_type(&it.ty)
                            });
                        }),
                        syn::ImplItem::Const(it) => {
                            reader.types(Position::Associated, Some(&it.ident), |types| {
                                types.visit_type(&it.ty)
                            });
                        }
                        _ => {}
                    }
                }
            });
            for item in &item.items {
                // What a trait has can be seen as far as the trait: its own declaration says what.
                let seen = |vis| if trait_of.is_some() { Visibility::Private } else { visibility(vis) };
                match item {
                    syn::ImplItem::Fn(it) => {
                        let (name, visibility) = (&it.sig.ident, seen(&it.vis));
                        let head =
                            Head { kind: ItemKind::Function, name, visibility, attributes: &it.attrs, outer };
                        collector.function(head, &it.sig);
                    }
                    syn::ImplItem::Const(it) if trait_of.is_none() => {
                        let (name, visibility) = (&it.ident, seen(&it.vis));
                        let head =
                            Head { kind: ItemKind::Constant, name, visibility, attributes: &it.attrs, outer };
                        collector.value(head, &it.ty);
                    }
                    _ => {}
                }
            }
        });
    }

    fn function(&mut self, head: Head<'_>, signature: &syn::Signature) {
        let gives = match &signature.output {
            syn::ReturnType::Type(_, ty) => self.outermost(ty),
            syn::ReturnType::Default => None,
        };
        let index = self.facts.declared.len();
        self.declared(head, |reader| {
            reader.generics(&signature.generics, |reader| {
                for input in &signature.inputs {
                    if let syn::FnArg::Typed(input) = input {
                        let part = match &*input.pat {
                            syn::Pat::Ident(pattern) => Some(&pattern.ident),
                            _ => None,
                        };
                        reader.types(Position::Parameter, part, |types| types.visit_type(&input.ty));
                    }
                }
                reader.types(Position::Returned, None, |types| types.visit_return_type(&signature.output));
            });
        });
        self.facts.declared[index].gives = gives;
        self.result_type(index, signature);
    }

    /// A constant or a static.
    fn value(&mut self, head: Head<'_>, ty: &syn::Type) {
        let index = self.facts.declared.len();
        self.declared(head, |reader| reader.types(Position::Type, None, |types| types.visit_type(ty)));
        self.value_type(index, ty, &syn::Generics::default());
    }

    /// The path of a type, behind references.
    fn outermost(&mut self, ty: &syn::Type) -> Option<WrittenPath> {
        match ty {
            syn::Type::Path(path) if path.qself.is_none() => self.written(&path.path),
            syn::Type::Reference(to) => self.outermost(&to.elem),
            syn::Type::Paren(inner) => self.outermost(&inner.elem),
            syn::Type::Group(inner) => self.outermost(&inner.elem),
            syn::Type::ImplTrait(bounded) => bounded.bounds.iter().find_map(|bound| match bound {
                syn::TypeParamBound::Trait(bound) => self.written(&bound.path),
                _ => None,
            }),
            _ => None,
        }
    }

    fn declared(&mut self, head: Head<'_>, read: impl FnOnce(&mut Reader<'_, '_>)) {
        let place = head.name.span();
        self.declared_at(head, place, read);
    }

    fn declared_at(&mut self, head: Head<'_>, place: Span, read: impl FnOnce(&mut Reader<'_, '_>)) {
        let Head { kind, name, visibility, attributes: attached, outer } = head;
        let around = &self.facts.scopes[self.scope as usize];
        let outer_test = outer.is_some_and(|outer| self.facts.declared[outer as usize].test);
        let test = around.test
            || outer_test
            || attributes::is_for_tests(attached)
            || attributes::is_test_function(attached);
        let (line, column) = self.place(place);
        let first = self.facts.mentions.len() as u32;
        let declared = Declared {
            scope: self.scope,
            kind,
            name: self.intern(name),
            outer,
            visibility,
            test,
            line,
            column,
            attributes: self.attached(attached),
            mentions: (first, 0),
            gives: None,
        };
        let index = self.facts.declared.len();
        self.facts.declared.push(declared);
        // An alias is followed from wherever it is used, and who implements what is never private.
        let wanted =
            visibility >= Visibility::Crate || matches!(kind, ItemKind::Alias | ItemKind::Implementation);
        if wanted && !test {
            read(&mut Reader { collector: self, first: first as usize, visibility: Visibility::Public });
        }
        let count = self.facts.mentions.len() as u32 - first;
        self.facts.declared[index].mentions = (first, count);
    }
}

/// Who can see something, as far as its own words say.
pub(super) fn visibility(vis: &syn::Visibility) -> Visibility {
    match vis {
        syn::Visibility::Public(_) => Visibility::Public,
        syn::Visibility::Restricted(it) if it.path.is_ident("crate") => Visibility::Crate,
        syn::Visibility::Restricted(it) if it.path.is_ident("self") => Visibility::Private,
        syn::Visibility::Restricted(_) => Visibility::Within,
        syn::Visibility::Inherited => Visibility::Private,
    }
}

/// The last name of a type's path.
fn last_name(ty: &syn::Type) -> Option<&Ident> {
    match ty {
        syn::Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        syn::Type::Reference(to) => last_name(&to.elem),
        _ => None,
    }
}
