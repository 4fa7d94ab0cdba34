//! Which lines an exception covers: the statement or item that begins on its own line, or on the next one with code.
//!
//! What is inside of that statement or item has to be excepted on its own: an exception above a function covers its
//! signature and attributes, one above a loop the loop's head. Otherwise one line above a module would except a file.

use std::collections::{BTreeMap, BTreeSet};

use source::SourceFile;
use syn::visit::{self, Visit};

use super::comments::{Comment, Language, language};

/// The extents of the statements and items of a file, read when the first is asked for.
pub(super) struct Extents<'t> {
    path: &'t str,
    text: &'t str,
    /// Lines that hold nothing but a comment.
    comments: BTreeSet<u32>,
    /// The lines that hold more, in their order.
    code: Option<Vec<u32>>,
    nodes: Option<Nodes>,
}

/// By the line on which a statement or item begins: its lines, without those of the statements and items inside.
type Nodes = BTreeMap<u32, BTreeSet<u32>>;

impl<'t> Extents<'t> {
    pub(super) fn new(path: &'t str, text: &'t str, comments: &[Comment<'_>]) -> Extents<'t> {
        let comments = comments.iter().filter(|comment| comment.alone).map(|comment| comment.line).collect();
        Extents { path, text, comments, code: None, nodes: None }
    }

    /// The lines that an exception in this comment covers.
    pub(super) fn of(&mut self, comment: &Comment<'_>) -> BTreeSet<u32> {
        let line = if comment.alone { self.next_code(comment.line) } else { Some(comment.line) };
        let Some(line) = line else { return BTreeSet::new() };
        let (path, text) = (self.path, self.text);
        let nodes = self.nodes.get_or_insert_with(|| nodes(path, text));
        let mut lines = nodes.get(&line).cloned().unwrap_or_default();
        lines.insert(line);
        lines
    }

    fn next_code(&mut self, after: u32) -> Option<u32> {
        let (text, comments) = (self.text, &self.comments);
        let code = self.code.get_or_insert_with(|| {
            let lines = (1..).zip(text.lines());
            let code = lines.filter(|(number, line)| !line.trim().is_empty() && !comments.contains(number));
            code.map(|(number, _)| number).collect()
        });
        code.get(code.partition_point(|number| *number <= after)).copied()
    }
}

fn nodes(path: &str, text: &str) -> Nodes {
    if language(path) != Some(Language::Rust) {
        return Nodes::new();
    }
    source::with_stack(|| {
        // A file that is no Rust is a finding of its own; here its exceptions cover their line.
        let Ok(file) = source::parse(path, text) else { return Nodes::new() };
        let mut visitor = Visitor { file: &file, nodes: Nodes::new(), inside: Vec::new() };
        visitor.visit_file(&file.ast);
        visitor.nodes
    })
}

struct Visitor<'f> {
    file: &'f SourceFile,
    nodes: Nodes,
    /// Of each statement or item that is open: the lines of those inside of it.
    inside: Vec<BTreeSet<u32>>,
}

impl Visitor<'_> {
    /// Notes a node and goes on inside of it.
    fn node(
        &mut self,
        node: &impl quote::ToTokens,
        attributes: &[syn::Attribute],
        within: impl FnOnce(&mut Self),
    ) {
        let span = self.file.span_of(node);
        let whole = span.line..=span.end_line;
        self.inside.push(BTreeSet::new());
        within(self);
        let inside = self.inside.pop().unwrap_or_default();
        let own: BTreeSet<u32> = whole.clone().filter(|line| !inside.contains(line)).collect();
        // An exception may stand above the attributes, or between them and what they belong to.
        let last_attribute = attributes.iter().rfind(|it| matches!(it.style, syn::AttrStyle::Outer));
        let head_end = last_attribute.map(|attribute| {
            let end = self.file.span_of(attribute).end_line;
            let mut lines = node.to_token_stream().into_iter().map(|token| self.file.span(token.span()).line);
            lines.find(|line| *line > end).unwrap_or(end)
        });
        let head = span.line..=head_end.unwrap_or(span.line);
        for line in head {
            self.nodes.entry(line).or_default().extend(&own);
        }
        if let Some(outer) = self.inside.last_mut() {
            // The line on which a node begins may belong to what is around it as well.
            outer.extend(whole);
        }
    }
}

impl<'ast> Visit<'ast> for Visitor<'_> {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        let attributes = item_attributes(item);
        self.node(item, attributes, |visitor| visit::visit_item(visitor, item));
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        let attributes = match item {
            syn::ImplItem::Const(item) => &item.attrs[..],
            syn::ImplItem::Fn(item) => &item.attrs,
            syn::ImplItem::Type(item) => &item.attrs,
            syn::ImplItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        self.node(item, attributes, |visitor| visit::visit_impl_item(visitor, item));
    }

    fn visit_trait_item(&mut self, item: &'ast syn::TraitItem) {
        let attributes = match item {
            syn::TraitItem::Const(item) => &item.attrs[..],
            syn::TraitItem::Fn(item) => &item.attrs,
            syn::TraitItem::Type(item) => &item.attrs,
            syn::TraitItem::Macro(item) => &item.attrs,
            _ => &[],
        };
        self.node(item, attributes, |visitor| visit::visit_trait_item(visitor, item));
    }

    fn visit_stmt(&mut self, statement: &'ast syn::Stmt) {
        match statement {
            // The item notes itself.
            syn::Stmt::Item(_) => visit::visit_stmt(self, statement),
            syn::Stmt::Local(local) => {
                self.node(statement, &local.attrs, |visitor| visit::visit_stmt(visitor, statement));
            }
            _ => self.node(statement, &[], |visitor| visit::visit_stmt(visitor, statement)),
        }
    }
}

fn item_attributes(item: &syn::Item) -> &[syn::Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::ExternCrate(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::ForeignMod(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::TraitAlias(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Union(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}
