//! Items: what they define, what they import, and the modules that they open.

use syn::visit::{self, Visit as _};
use syn::{Item, UseTree};

use super::{Collector, attributes, is_public, paths};
use crate::code::facts::{Binds, Declaration, Import, PathFact, ScopeKind};

impl Collector<'_> {
    pub(super) fn add_item(&mut self, item: &Item) {
        match item {
            Item::Mod(it) => {
                self.under(&it.attrs, |collector| collector.add_attributes(&it.attrs));
                self.module(it);
            }
            Item::Use(it) => self.under(&it.attrs, |collector| collector.import(it)),
            Item::ExternCrate(it) => self.under(&it.attrs, |collector| collector.extern_crate(it)),
            Item::Macro(it) => self.under(&it.attrs, |collector| {
                collector.add_attributes(&it.attrs);
                collector.item_macro(it);
            }),
            Item::Fn(it) => {
                self.define(&it.sig.ident, &it.vis, false);
                if let Some(derive) = attributes::derive_macro(&it.attrs) {
                    self.define(&derive, &it.vis, false);
                }
                let test = attributes::is_test_function(&it.attrs) || attributes::is_for_tests(&it.attrs);
                self.with_generics(&it.sig.generics, |collector| {
                    collector.function_body(test, |collector| visit::visit_item_fn(collector, it));
                });
            }
            Item::Impl(it) => {
                let test = attributes::is_for_tests(&it.attrs);
                self.with_generics(&it.generics, |collector| {
                    let own = paths::OwnType::of(&it.self_ty).filter(|own| !collector.is_parameter(own));
                    let outer = std::mem::replace(&mut collector.own_type, own);
                    collector.function_body(test, |collector| visit::visit_item_impl(collector, it));
                    collector.own_type = outer;
                });
            }
            _ => self.define_item(item),
        }
    }

    /// Items that have a name and no names within.
    fn define_item(&mut self, item: &Item) {
        let (name, vis, generics, attributes) = match item {
            Item::Struct(it) => (&it.ident, &it.vis, Some(&it.generics), &it.attrs),
            Item::Union(it) => (&it.ident, &it.vis, Some(&it.generics), &it.attrs),
            Item::Trait(it) => (&it.ident, &it.vis, Some(&it.generics), &it.attrs),
            Item::TraitAlias(it) => (&it.ident, &it.vis, Some(&it.generics), &it.attrs),
            Item::Const(it) => (&it.ident, &it.vis, None, &it.attrs),
            Item::Static(it) => (&it.ident, &it.vis, None, &it.attrs),
            Item::Enum(it) => {
                return self.under(&it.attrs, |collector| collector.enumeration(it));
            }
            Item::Type(it) => return self.under(&it.attrs, |collector| collector.type_alias(it)),
            Item::Verbatim(tokens) => return self.add_tokens(tokens),
            _ => return visit::visit_item(self, item),
        };
        self.define(name, vis, false);
        let none = syn::Generics::default();
        self.under(attributes, |collector| {
            collector.with_generics(generics.unwrap_or(&none), |collector| {
                let outer = collector.own_type.take();
                visit::visit_item(collector, item);
                collector.own_type = outer;
            });
        });
    }

    fn module(&mut self, module: &syn::ItemMod) {
        let name = self.intern(&module.ident);
        let (line, column) = self.place(module.ident.span());
        let test = attributes::is_for_tests(&module.attrs);
        let conditional = attributes::is_conditional(&module.attrs);
        let attributes::GivenPaths { paths, for_tests, always } = attributes::paths(&module.attrs);
        let public = is_public(&module.vis);
        match &module.content {
            Some((_, items)) => {
                let kind = ScopeKind::Module { name, path: paths.into_iter().next() };
                let mut scope = self.inner(kind, test, conditional, line);
                scope.public = public;
                scope.macro_use = attributes::brings_macros(&module.attrs);
                self.within(scope, |collector| {
                    for item in items {
                        collector.visit_item(item);
                    }
                });
            }
            None => {
                let scope = self.inner(ScopeKind::Block, test, conditional, line);
                let declaration = Declaration {
                    scope: self.scope,
                    name,
                    paths,
                    beside: !always,
                    test: scope.test,
                    conditional: scope.conditional,
                    public,
                    macro_use: attributes::brings_macros(&module.attrs),
                    line,
                    column,
                };
                if !for_tests.is_empty() {
                    let other =
                        Declaration { paths: for_tests, beside: false, test: true, ..declaration.clone() };
                    self.facts.declarations.push(other);
                }
                self.facts.declarations.push(declaration);
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

    /// `type X = path` means what the path means, so that an alias hides nothing; and so do the other paths in it:
    /// `type X = Box<path>`.
    fn type_alias(&mut self, alias: &syn::ItemType) {
        let target = match &*alias.ty {
            syn::Type::Path(path) if path.qself.is_none() => Some(&path.path),
            _ => None,
        };
        let parameter = |path: &syn::Path| {
            alias.generics.type_params().any(|parameter| path.is_ident(&parameter.ident))
                || path.segments.first().is_some_and(|first| first.ident == "Self")
        };
        let public = is_public(&alias.vis);
        let name = self.intern(&alias.ident);
        let aliases = |collector: &mut Self, path: Option<_>, mention: bool| {
            let import = path.map(|path| Import {
                path,
                binds: Binds::Name(name),
                public,
                is_use: false,
                mention,
                macro_use: false,
            });
            collector.facts.imports.extend(import);
        };
        match target.filter(|path| !parameter(path)) {
            Some(target) => {
                let segments = target.segments.iter().map(|segment| &segment.ident);
                let path = self.path(segments, target.leading_colon.is_some(), false);
                aliases(self, path, false);
            }
            None => self.define(&alias.ident, &alias.vis, false),
        }
        // What stands in its attributes is no part of what it means.
        alias.attrs.iter().for_each(|attribute| self.visit_attribute(attribute));
        let first = self.facts.paths.len();
        // An alias names again what was named before.
        let seen = std::mem::take(&mut self.seen);
        self.with_generics(&alias.generics, |collector| {
            collector.visit_generics(&alias.generics);
            collector.visit_type(&alias.ty);
        });
        self.seen.extend(seen);
        let place =
            target.and_then(|target| target.segments.first()).map(|name| self.place(name.ident.span()));
        let says_more = |path: &PathFact| {
            let name = self.facts.name(path.segments[0]);
            let known = path.segments.len() == 1 && crate::names::is_known_everywhere(name);
            !path.is_macro && !known && Some((path.line, path.column)) != place
        };
        let mentioned: Vec<PathFact> =
            self.facts.paths[first..].iter().filter(|path| says_more(path)).cloned().collect();
        for path in mentioned {
            aliases(self, Some(path), true);
        }
    }

    fn extern_crate(&mut self, item: &syn::ItemExternCrate) {
        let itself = item.ident == "self";
        let bound = item.rename.as_ref().map_or(&item.ident, |(_, rename)| rename);
        let binds = if bound == "_" { Binds::Nothing } else { Binds::Name(self.intern(bound)) };
        let place = self.place(item.ident.span());
        let segment = if itself { self.intern_text("crate") } else { self.intern(&item.ident) };
        let mut path = self.path_at([segment].into_iter().collect(), place);
        path.absolute = !itself;
        let macro_use = attributes::brings_macros(&item.attrs);
        let public = is_public(&item.vis);
        self.facts.imports.push(Import { path, binds, public, is_use: false, mention: false, macro_use });
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
        let path = match path {
            Some(path) => path,
            None => {
                let root = self.intern_text("crate");
                self.path_at([root].into_iter().collect(), (1, 1))
            }
        };
        if let (UseTree::Rename(rename), Some(_)) =
            (tree, last.filter(|last| *last == "include" && prefix.len() == 1))
        {
            self.includes.insert(rename.rename.to_string());
        }
        let import = Import { path, binds, public, is_use: true, mention: false, macro_use: false };
        self.facts.imports.push(import);
    }
}
