//! The facts of one file, read from its syntax tree.

mod attached;
mod declare;
mod items;
mod macros;
mod named;
mod paths;
mod signature;
mod types;

use std::sync::Arc;

use proc_macro2::{Ident, Span};
use syn::visit::{self, Visit};

use super::facts::{Facts, Name, ScopeFact, ScopeKind};
use super::{attributes, facts};
use crate::hashed::{HashMap, HashSet};
use crate::syntax::{self, SourceFile};

/// Reads the facts of a text. A text that does not parse has a problem and nothing else, unless it is a fragment.
pub(super) fn facts_of(path: &str, text: &Arc<str>) -> Facts {
    facts_and_file(path, text).0
}

/// The same, with the file that the text is, if it parses.
pub(super) fn facts_and_file(path: &str, text: &Arc<str>) -> (Facts, Option<SourceFile>) {
    let problem = match syntax::parse_code(path, text) {
        Ok(file) => return (facts_of_file(&file), Some(file)),
        Err(problem) => Some(problem),
    };
    let lines = text.lines().count() as u32;
    let facts = match syntax::parse_fragment(path, text) {
        Some((file, statements)) => {
            let facts = Collector::read(&file, &statements, lines);
            Facts { problem, fragment: true, ..facts }
        }
        None => Facts { problem, lines, ..Facts::default() },
    };
    (facts, None)
}

/// Reads the facts of a file that parses.
pub(crate) fn facts_of_file(file: &SourceFile) -> Facts {
    Collector::read(file, &[], file.text.lines().count() as u32)
}

struct Collector<'a> {
    file: &'a SourceFile,
    facts: Facts,
    known: HashMap<String, Name>,
    /// The scope that is being read.
    scope: u32,
    /// Names of generic parameters around.
    generics: Vec<String>,
    /// What `Self` stands for in the `impl` around, if that is a path.
    own_type: Option<paths::OwnType>,
    /// How many macro calls stand around what is read, so that it may not be there as it is written.
    in_macros: u32,
    /// How many `cfg(test)` stand on what is around within the scope.
    in_tests: u32,
    /// Names by which the file calls `include!`.
    includes: HashSet<String>,
    /// Names that patterns bind.
    locals: HashSet<Name>,
    /// Single names that were seen.
    seen: HashSet<paths::Single>,
}

impl<'a> Collector<'a> {
    fn read(file: &'a SourceFile, statements: &[syn::Stmt], lines: u32) -> Facts {
        let root = ScopeFact {
            parent: 0,
            kind: ScopeKind::File,
            test: attributes::is_for_tests(&file.ast.attrs),
            conditional: attributes::is_conditional(&file.ast.attrs),
            public: true,
            macro_use: false,
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
            known: HashMap::default(),
            scope: 0,
            generics: Vec::new(),
            own_type: None,
            in_macros: 0,
            in_tests: 0,
            includes: HashSet::from_iter(["include".to_owned()]),
            locals: HashSet::default(),
            seen: HashSet::default(),
        };
        collector.visit_file(&file.ast);
        for statement in statements {
            collector.visit_stmt(statement);
        }
        let Collector { mut facts, locals, .. } = collector;
        facts.sort_types();
        for path in &mut facts.paths {
            path.local &= locals.contains(&path.segments[0]);
        }
        facts.shrink();
        facts
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
        let name = self.facts.names.len();
        self.facts.names.push(text);
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
            test: test || outer.test || self.in_tests > 0,
            conditional: conditional || outer.conditional || self.in_macros > 0,
            public: false,
            macro_use: false,
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

    /// Reads what attributes stand on, which `cfg(test)` keeps to tests.
    fn under(&mut self, attributes: &[syn::Attribute], read: impl FnOnce(&mut Self)) {
        let test = attributes::is_for_tests(attributes);
        self.in_tests += u32::from(test);
        read(self);
        self.in_tests -= u32::from(test);
    }

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

impl<'ast> Visit<'ast> for Collector<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.declare(item);
        let imports = self.facts.imports.len() as u32;
        self.add_item(item);
        self.export(item, imports);
    }

    fn visit_foreign_item(&mut self, item: &'ast syn::ForeignItem) {
        let (name, vis, attributes) = match item {
            syn::ForeignItem::Fn(it) => (&it.sig.ident, &it.vis, &it.attrs),
            syn::ForeignItem::Static(it) => (&it.ident, &it.vis, &it.attrs),
            syn::ForeignItem::Type(it) => (&it.ident, &it.vis, &it.attrs),
            _ => return visit::visit_foreign_item(self, item),
        };
        self.define(name, vis, false);
        self.under(attributes, |collector| visit::visit_foreign_item(collector, item));
    }

    fn visit_impl_item_fn(&mut self, function: &'ast syn::ImplItemFn) {
        let test = attributes::is_test_function(&function.attrs) || attributes::is_for_tests(&function.attrs);
        self.with_generics(&function.sig.generics, |collector| {
            collector.function_body(test, |collector| visit::visit_impl_item_fn(collector, function));
        });
    }

    fn visit_trait_item_fn(&mut self, function: &'ast syn::TraitItemFn) {
        let test = attributes::is_for_tests(&function.attrs);
        self.with_generics(&function.sig.generics, |collector| {
            collector.function_body(test, |collector| visit::visit_trait_item_fn(collector, function));
        });
    }

    fn visit_impl_item_const(&mut self, node: &'ast syn::ImplItemConst) {
        self.under(&node.attrs, |collector| visit::visit_impl_item_const(collector, node));
    }

    fn visit_impl_item_type(&mut self, node: &'ast syn::ImplItemType) {
        self.under(&node.attrs, |collector| visit::visit_impl_item_type(collector, node));
    }

    fn visit_trait_item_type(&mut self, node: &'ast syn::TraitItemType) {
        self.under(&node.attrs, |collector| visit::visit_trait_item_type(collector, node));
    }

    fn visit_field(&mut self, node: &'ast syn::Field) {
        self.under(&node.attrs, |collector| visit::visit_field(collector, node));
    }

    fn visit_variant(&mut self, node: &'ast syn::Variant) {
        self.under(&node.attrs, |collector| visit::visit_variant(collector, node));
    }

    fn visit_pat_type(&mut self, node: &'ast syn::PatType) {
        self.under(&node.attrs, |collector| visit::visit_pat_type(collector, node));
    }

    fn visit_field_value(&mut self, node: &'ast syn::FieldValue) {
        self.under(&node.attrs, |collector| visit::visit_field_value(collector, node));
    }

    fn visit_arm(&mut self, node: &'ast syn::Arm) {
        self.under(&node.attrs, |collector| visit::visit_arm(collector, node));
    }

    fn visit_local(&mut self, node: &'ast syn::Local) {
        self.under(&node.attrs, |collector| visit::visit_local(collector, node));
    }

    fn visit_stmt_macro(&mut self, node: &'ast syn::StmtMacro) {
        self.under(&node.attrs, |collector| visit::visit_stmt_macro(collector, node));
    }

    fn visit_expr(&mut self, node: &'ast syn::Expr) {
        match attributes::of_expression(node) {
            Some(attributes) => self.under(attributes, |collector| visit::visit_expr(collector, node)),
            None => visit::visit_expr(self, node),
        }
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

    fn visit_expr_call(&mut self, node: &'ast syn::ExprCall) {
        // What is called is hardly ever a local variable.
        match &*node.func {
            syn::Expr::Path(path) => self.add_qualified(path.qself.as_ref(), &path.path),
            function => self.visit_expr(function),
        }
        for argument in &node.args {
            self.visit_expr(argument);
        }
    }

    fn visit_expr_path(&mut self, node: &'ast syn::ExprPath) {
        match node.path.get_ident().filter(|_| node.qself.is_none()) {
            Some(name) => self.add_value(name),
            None => self.add_qualified(node.qself.as_ref(), &node.path),
        }
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

    fn visit_pat_ident(&mut self, node: &'ast syn::PatIdent) {
        let name = self.intern(&node.ident);
        self.locals.insert(name);
        visit::visit_pat_ident(self, node);
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

    fn visit_attribute(&mut self, attribute: &'ast syn::Attribute) {
        self.add_attribute(attribute);
    }

    // A visibility uses nothing that it names.
    fn visit_visibility(&mut self, _: &'ast syn::Visibility) {}
}
