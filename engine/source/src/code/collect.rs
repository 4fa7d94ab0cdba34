//! The facts of one file, read from its syntax tree.

mod attached;
mod declare;
mod items;
mod signature;

use std::collections::{HashMap, HashSet};

use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};

use super::facts::{Facts, Include, Name, PathFact, ScopeFact, ScopeKind};
use super::tokens;
use super::{attributes, facts};
use crate::syntax::{self, SourceFile};

/// Reads the facts of a text. A text that does not parse has a problem and nothing else.
pub(super) fn facts_of(path: &str, text: &std::sync::Arc<str>) -> Facts {
    let lines = text.lines().count() as u32;
    match syntax::parse_shared(path, text) {
        Ok(file) => Collector::read(&file, lines),
        Err(problem) => {
            Facts { problem: Some(problem), fragment: syntax::is_fragment(text), lines, ..Facts::default() }
        }
    }
}

struct Collector<'a> {
    file: &'a SourceFile,
    facts: Facts,
    known: HashMap<String, Name>,
    /// The scope that is being read.
    scope: u32,
    /// Names of generic parameters around.
    generics: Vec<String>,
    /// How many macro calls stand around what is read, so that it may not be there as it is written.
    in_macros: u32,
    /// Single names that were seen, by scope.
    seen: HashSet<(u32, Name, bool)>,
}

impl<'a> Collector<'a> {
    fn read(file: &'a SourceFile, lines: u32) -> Facts {
        let root = ScopeFact {
            parent: 0,
            kind: ScopeKind::File,
            test: attributes::is_for_tests(&file.ast.attrs),
            conditional: attributes::is_conditional(&file.ast.attrs),
            public: true,
            line: 1,
        };
        let facts = Facts {
            generated: attributes::is_generated(&file.text),
            lines,
            scopes: vec![root],
            ..Facts::default()
        };
        let mut collector = Collector {
            file,
            facts,
            known: HashMap::new(),
            scope: 0,
            generics: Vec::new(),
            in_macros: 0,
            seen: HashSet::new(),
        };
        collector.visit_file(&file.ast);
        collector.facts
    }

    fn intern(&mut self, ident: &Ident) -> Name {
        let text = ident.to_string();
        let text = text.strip_prefix("r#").unwrap_or(&text);
        self.intern_text(text)
    }

    fn intern_text(&mut self, text: &str) -> Name {
        if let Some(name) = self.known.get(text) {
            return *name;
        }
        let name = self.facts.names.len() as Name;
        self.facts.names.push(text.to_owned());
        self.known.insert(text.to_owned(), name);
        name
    }

    fn place(&self, span: Span) -> (u32, u32) {
        self.file.start(span)
    }

    /// Reads what stands in a scope of its own.
    fn within(&mut self, scope: ScopeFact, read: impl FnOnce(&mut Self)) {
        let index = self.facts.scopes.len() as u32;
        self.facts.scopes.push(scope);
        let outer = std::mem::replace(&mut self.scope, index);
        read(self);
        self.scope = outer;
    }

    /// A scope within the current one, which inherits whether it is for tests.
    fn inner(&self, kind: ScopeKind, test: bool, conditional: bool, line: u32) -> ScopeFact {
        let outer = &self.facts.scopes[self.scope as usize];
        ScopeFact {
            parent: self.scope,
            kind,
            test: test || outer.test,
            conditional: conditional || outer.conditional || self.in_macros > 0,
            public: false,
            line,
        }
    }

    /// Reads what generic parameters are visible in.
    fn with_generics(&mut self, generics: &syn::Generics, read: impl FnOnce(&mut Self)) {
        let outer = self.generics.len();
        self.generics.extend(generics.type_params().map(|parameter| parameter.ident.to_string()));
        self.generics.extend(generics.const_params().map(|parameter| parameter.ident.to_string()));
        read(self);
        self.generics.truncate(outer);
    }

    fn path<'i>(
        &mut self,
        segments: impl IntoIterator<Item = &'i Ident>,
        absolute: bool,
        is_macro: bool,
    ) -> Option<PathFact> {
        let mut segments = segments.into_iter();
        let first = segments.next()?;
        let (line, column) = self.place(first.span());
        let mut names = vec![self.intern(first)];
        for segment in segments {
            names.push(self.intern(segment));
        }
        Some(PathFact {
            scope: self.scope,
            segments: names,
            absolute,
            is_macro,
            guessed: false,
            line,
            column,
        })
    }

    fn add_path(&mut self, path: &syn::Path, length: usize, is_macro: bool) {
        let first = path.segments.first().map(|segment| &segment.ident);
        let own = |first: &Ident| first == "Self" || self.generics.iter().any(|generic| first == generic);
        if first.is_none_or(own) {
            return;
        }
        if length == 1 && path.leading_colon.is_none() {
            let name = first.map_or(0, |first| self.intern(first));
            if !self.seen.insert((self.scope, name, is_macro)) {
                return;
            }
        }
        let segments = path.segments.iter().take(length).map(|segment| &segment.ident);
        let fact = self.path(segments, path.leading_colon.is_some(), is_macro);
        self.facts.paths.extend(fact);
    }

    /// The trait of `<T as Trait>::name`, or a path without such a prefix.
    fn add_qualified(&mut self, qself: Option<&syn::QSelf>, path: &syn::Path) {
        let length = qself.map_or(path.segments.len(), |qself| qself.position);
        if length > 0 {
            self.add_path(path, length, false);
        }
        if let Some(qself) = qself {
            self.visit_type(&qself.ty);
        }
        for segment in &path.segments {
            self.visit_path_arguments(&segment.arguments);
        }
    }

    fn add_tokens(&mut self, tokens: &proc_macro2::TokenStream) {
        for path in tokens::paths(tokens) {
            let first = &path.segments[0];
            if first == "Self" || self.generics.iter().any(|generic| first == generic) {
                continue;
            }
            let fact = self.path(&path.segments, path.absolute && !path.crate_of_macro, path.is_macro);
            self.facts.paths.extend(fact.map(|fact| PathFact { guessed: true, ..fact }));
        }
    }

    fn add_include(&mut self, mac: &syn::Macro, items: bool) {
        if mac.path.segments.last().is_none_or(|last| last.ident != "include") {
            return;
        }
        let path = match mac.parse_body::<syn::LitStr>() {
            Ok(text) => Some(text.value()),
            Err(_) => beside_the_manifest(mac),
        };
        if let Some(path) = path {
            let (line, column) = self.place(mac.path.segments[0].ident.span());
            self.facts.includes.push(Include { scope: self.scope, path, items, line, column });
        }
    }
}

/// `concat!(env!("CARGO_MANIFEST_DIR"), "/path")`, marked by a leading `//`.
fn beside_the_manifest(mac: &syn::Macro) -> Option<String> {
    let concat = mac.parse_body::<syn::ExprMacro>().ok()?.mac;
    let parts = concat
        .parse_body_with(syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated)
        .ok()?;
    let mut parts = parts.into_iter();
    let (first, second) = (parts.next()?, parts.next()?);
    let (syn::Expr::Macro(env), syn::Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(path), .. }), None) =
        (first, second, parts.next())
    else {
        return None;
    };
    let variable = env.mac.parse_body::<syn::LitStr>().ok()?;
    let is_manifest_dir = concat.path.is_ident("concat") && variable.value() == "CARGO_MANIFEST_DIR";
    is_manifest_dir.then(|| format!("//{}", path.value().trim_start_matches('/')))
}

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.declare(item);
        let imports = self.facts.imports.len() as u32;
        self.add_item(item);
        self.export(item, imports);
    }

    fn visit_foreign_item(&mut self, item: &'ast syn::ForeignItem) {
        let (name, vis) = match item {
            syn::ForeignItem::Fn(it) => (&it.sig.ident, &it.vis),
            syn::ForeignItem::Static(it) => (&it.ident, &it.vis),
            syn::ForeignItem::Type(it) => (&it.ident, &it.vis),
            _ => return visit::visit_foreign_item(self, item),
        };
        self.define(name, vis, false);
        visit::visit_foreign_item(self, item);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let test = attributes::is_test_function(&function.attrs) || attributes::is_for_tests(&function.attrs);
        self.with_generics(&function.sig.generics, |collector| {
            collector.function_body(test, |collector| visit::visit_impl_item_fn(collector, function));
        });
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        self.with_generics(&function.sig.generics, |collector| {
            visit::visit_trait_item_fn(collector, function);
        });
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let has_items = block.stmts.iter().any(|statement| matches!(statement, syn::Stmt::Item(_)));
        if has_items {
            let line = self.place(block.brace_token.span.open()).0;
            let scope = self.inner(ScopeKind::Block, false, false, line);
            self.within(scope, |collector| visit::visit_block(collector, block));
        } else {
            visit::visit_block(self, block);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add_qualified(None, path);
    }

    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        self.add_qualified(node.qself.as_ref(), &node.path);
    }

    fn visit_type_path(&mut self, node: &'ast syn::TypePath) {
        self.add_qualified(node.qself.as_ref(), &node.path);
    }

    fn visit_expr_struct(&mut self, node: &'ast syn::ExprStruct) {
        self.add_qualified(node.qself.as_ref(), &node.path);
        for field in &node.fields {
            self.visit_field_value(field);
        }
        if let Some(rest) = &node.rest {
            self.visit_expr(rest);
        }
    }

    fn visit_pat_struct(&mut self, node: &'ast syn::PatStruct) {
        self.add_qualified(node.qself.as_ref(), &node.path);
        for field in &node.fields {
            self.visit_field_pat(field);
        }
    }

    fn visit_pat_tuple_struct(&mut self, node: &'ast syn::PatTupleStruct) {
        self.add_qualified(node.qself.as_ref(), &node.path);
        for pattern in &node.elems {
            self.visit_pat(pattern);
        }
    }

    fn visit_macro(&mut self, mac: &'ast syn::Macro) {
        self.add_path(&mac.path, mac.path.segments.len(), true);
        self.add_include(mac, false);
        self.add_tokens(&mac.tokens);
    }

    // Neither attributes nor visibilities use what they name.
    fn visit_attribute(&mut self, _: &'ast syn::Attribute) {}

    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}

impl Collector<'_> {
    /// The body of a function; that of a test is a scope of its own.
    fn function_body(&mut self, test: bool, read: impl FnOnce(&mut Self)) {
        if test {
            let line = self.facts.scopes[self.scope as usize].line;
            let scope = self.inner(ScopeKind::Block, true, false, line);
            self.within(scope, read);
        } else {
            read(self);
        }
    }

    fn define(&mut self, name: &Ident, vis: &syn::Visibility, exported_macro: bool) {
        let name = self.intern(name);
        let public = is_public(vis) || exported_macro;
        self.facts.items.push(facts::ItemFact { scope: self.scope, name, public, exported_macro });
    }
}

/// Whether something can be seen from outside of its module.
fn is_public(vis: &syn::Visibility) -> bool {
    match vis {
        syn::Visibility::Public(_) => true,
        syn::Visibility::Restricted(restricted) => !restricted.path.is_ident("self"),
        _ => false,
    }
}
