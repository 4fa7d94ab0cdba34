//! Items: what they define, what they import, and the modules that they open.

use syn::visit::{self, Visit as _};
use syn::{Item, UseTree};

use super::{Collector, attributes, is_public, tokens};
use crate::code::facts::{Binds, Declaration, Import, PathFact, ScopeKind};
use crate::syntax;

/// How many macros within one another are read as items.
const MAX_MACROS: u32 = 8;

impl Collector<'_> {
    pub(super) fn add_item(&mut self, item: &Item) {
        match item {
            Item::Mod(it) => self.module(it),
            Item::Use(it) => self.import(it),
            Item::ExternCrate(it) => self.extern_crate(it),
            Item::Macro(it) => self.item_macro(it),
            Item::Fn(it) => {
                self.define(&it.sig.ident, &it.vis, false);
                let test = attributes::is_test_function(&it.attrs) || attributes::is_for_tests(&it.attrs);
                self.with_generics(&it.sig.generics, |collector| {
                    collector.function_body(test, |collector| visit::visit_item_fn(collector, it));
                });
            }
            Item::Struct(it) => {
                self.define(&it.ident, &it.vis, false);
                self.with_generics(&it.generics, |collector| visit::visit_item_struct(collector, it));
            }
            Item::Union(it) => {
                self.define(&it.ident, &it.vis, false);
                self.with_generics(&it.generics, |collector| visit::visit_item_union(collector, it));
            }
            Item::Enum(it) => self.enumeration(it),
            Item::Trait(it) => {
                self.define(&it.ident, &it.vis, false);
                self.with_generics(&it.generics, |collector| visit::visit_item_trait(collector, it));
            }
            Item::TraitAlias(it) => {
                self.define(&it.ident, &it.vis, false);
                self.with_generics(&it.generics, |collector| visit::visit_item_trait_alias(collector, it));
            }
            Item::Type(it) => self.type_alias(it),
            Item::Const(it) => {
                self.define(&it.ident, &it.vis, false);
                visit::visit_item_const(self, it);
            }
            Item::Static(it) => {
                self.define(&it.ident, &it.vis, false);
                visit::visit_item_static(self, it);
            }
            Item::Impl(it) => {
                let test = attributes::is_for_tests(&it.attrs);
                self.with_generics(&it.generics, |collector| {
                    collector.function_body(test, |collector| visit::visit_item_impl(collector, it));
                });
            }
            Item::Verbatim(tokens) => self.add_tokens(tokens),
            _ => visit::visit_item(self, item),
        }
    }

    fn module(&mut self, module: &syn::ItemMod) {
        let name = self.intern(&module.ident);
        let (line, column) = self.place(module.ident.span());
        let test = attributes::is_for_tests(&module.attrs);
        let conditional = attributes::is_conditional(&module.attrs);
        let (paths, always) = attributes::paths(&module.attrs);
        let public = is_public(&module.vis);
        match &module.content {
            Some((_, items)) => {
                let kind = ScopeKind::Module { name, path: paths.into_iter().next() };
                let mut scope = self.inner(kind, test, conditional, line);
                scope.public = public;
                self.within(scope, |collector| {
                    for item in items {
                        collector.visit_item(item);
                    }
                });
            }
            None => {
                let scope = self.inner(ScopeKind::Block, test, conditional, line);
                self.facts.declarations.push(Declaration {
                    scope: self.scope,
                    name,
                    paths,
                    beside: !always,
                    test: scope.test,
                    conditional: scope.conditional,
                    public,
                    line,
                    column,
                });
            }
        }
    }

    fn enumeration(&mut self, enumeration: &syn::ItemEnum) {
        let name = self.intern(&enumeration.ident);
        let line = self.place(enumeration.ident.span()).0;
        let mut scope = self.inner(ScopeKind::Enum { name }, false, false, line);
        scope.public = is_public(&enumeration.vis);
        self.within(scope, |collector| {
            for variant in &enumeration.variants {
                collector.define(&variant.ident, &syn::Visibility::Public(Default::default()), false);
            }
        });
        self.with_generics(&enumeration.generics, |collector| visit::visit_item_enum(collector, enumeration));
    }

    /// `type X = path` means what the path means, so that an alias hides nothing.
    fn type_alias(&mut self, alias: &syn::ItemType) {
        let target = match &*alias.ty {
            syn::Type::Path(path) if path.qself.is_none() => Some(&path.path),
            _ => None,
        };
        let parameter = |path: &syn::Path| {
            alias.generics.type_params().any(|parameter| path.is_ident(&parameter.ident))
                || path.segments.first().is_some_and(|first| first.ident == "Self")
        };
        match target.filter(|path| !parameter(path)) {
            Some(target) => {
                let segments = target.segments.iter().map(|segment| &segment.ident);
                let path = self.path(segments, target.leading_colon.is_some(), false);
                let binds = Binds::Name(self.intern(&alias.ident));
                let public = is_public(&alias.vis);
                let import = path.map(|path| Import { path, binds, public, is_use: false, mention: false });
                self.facts.imports.extend(import);
            }
            None => self.define(&alias.ident, &alias.vis, false),
        }
        self.with_generics(&alias.generics, |collector| visit::visit_item_type(collector, alias));
    }

    fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let itself = item.ident == "self";
        let bound = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
        let binds = if bound == "_" { Binds::Nothing } else { Binds::Name(self.intern(bound)) };
        let (line, column) = self.place(item.ident.span());
        let segment = if itself { self.intern_text("crate") } else { self.intern(&item.ident) };
        let path = PathFact {
            scope: self.scope,
            segments: vec![segment],
            absolute: !itself,
            is_macro: false,
            guessed: false,
            line,
            column,
        };
        self.facts.imports.push(Import {
            path,
            binds,
            public: is_public(&item.vis),
            is_use: false,
            mention: false,
        });
    }

    fn import(&mut self, item: &syn::ItemUse) {
        let absolute = item.leading_colon.is_some();
        let public = is_public(&item.vis);
        self.use_tree(&item.tree, absolute, public, &mut Vec::new());
    }

    fn use_tree<'t>(
        &mut self,
        tree: &'t UseTree,
        absolute: bool,
        public: bool,
        prefix: &mut Vec<&'t syn::Ident>,
    ) {
        let (last, binds) = match tree {
            UseTree::Path(path) => {
                prefix.push(&path.ident);
                self.use_tree(&path.tree, absolute, public, prefix);
                prefix.pop();
                return;
            }
            UseTree::Group(group) => {
                for tree in &group.items {
                    self.use_tree(tree, absolute, public, prefix);
                }
                return;
            }
            UseTree::Glob(_) => (None, Binds::All),
            UseTree::Name(name) => {
                let bound = if name.ident == "self" { prefix.last().copied() } else { Some(&name.ident) };
                let Some(bound) = bound else { return };
                (Some(&name.ident), Binds::Name(self.intern(bound)))
            }
            UseTree::Rename(rename) if rename.rename == "_" => (Some(&rename.ident), Binds::Nothing),
            UseTree::Rename(rename) => (Some(&rename.ident), Binds::Name(self.intern(&rename.rename))),
        };
        // `a::{self}` is `a`; `self` on its own is the module.
        let last = last.filter(|last| *last != "self" || prefix.is_empty());
        let path = self.path(prefix.iter().copied().chain(last), absolute, false);
        // `use *` and `use ::*` are the crate's root.
        let whole = path.is_none().then(|| self.intern_text("crate"));
        let path = path.or_else(|| {
            whole.map(|root| PathFact {
                scope: self.scope,
                segments: vec![root],
                absolute: false,
                is_macro: false,
                guessed: false,
                line: 1,
                column: 1,
            })
        });
        self.facts.imports.extend(path.map(|path| Import {
            path,
            binds,
            public,
            is_use: true,
            mention: false,
        }));
    }

    /// A macro among items. Its body may have items as they are (`cfg_rt! { mod x; }`), or in braces
    /// (`cfg_if!`); else its paths are read from the tokens.
    fn item_macro(&mut self, item: &syn::ItemMacro) {
        if item.mac.path.is_ident("macro_rules") {
            if let Some(name) = &item.ident {
                let exported = item.attrs.iter().any(|attribute| attribute.path().is_ident("macro_export"));
                self.define(name, &syn::Visibility::Inherited, exported);
            }
            self.add_tokens(&item.mac.tokens);
            return;
        }
        self.add_path(&item.mac.path, item.mac.path.segments.len(), true);
        self.add_include(&item.mac, true);
        let items = if self.in_macros < MAX_MACROS { syntax::items_in_macro(&item.mac) } else { None };
        match items {
            Some(items) => {
                self.in_macros += 1;
                for item in &items {
                    self.visit_item(item);
                }
                self.in_macros -= 1;
            }
            None => {
                for name in tokens::definitions(&item.mac.tokens) {
                    self.define(&name, &syn::Visibility::Public(Default::default()), false);
                }
                self.add_tokens(&item.mac.tokens);
            }
        }
    }
}
