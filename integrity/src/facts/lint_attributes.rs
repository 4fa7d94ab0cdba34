//! Lints that attributes let through or ask for, wherever they stand: on items, fields, statements, and in macros.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use serde::{Deserialize, Serialize};
use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Attribute, ImplItem, Item, Macro, Meta, TraitItem};

use super::attributes::{self, last, metas};
use super::functions::described;
use super::tokens;

/// What one attribute says of one lint.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LintAttribute {
    /// `allow`, `expect`, `warn`, `deny`, `forbid`, or `automatically_derived`.
    pub(crate) word: String,
    /// `clippy::too_many_lines`
    pub(crate) lint: String,
    pub(crate) reasoned: bool,
    /// `#![..]`: for the whole module or crate.
    pub(crate) inner: bool,
    /// What it stands on or in: the name of the item, empty where it has none.
    pub(crate) item: String,
    /// Whether it stands in code for tests.
    pub(crate) test: bool,
    pub(crate) span: findings::Span,
}

/// The `allow` and `expect` of a file, and its `warn`, `deny` and `forbid`. With `support`, all of it is there for tests.
pub(super) fn of_file(file: &SourceFile, support: bool) -> (Vec<LintAttribute>, Vec<LintAttribute>) {
    let test = support || file.is_test() || attributes::read(file, &file.ast.attrs).for_tests();
    let mut reader = Reader { file, item: String::new(), test, found: Vec::new() };
    reader.visit_file(&file.ast);
    reader.found.into_iter().partition(|one| !["warn", "deny", "forbid"].contains(&one.word.as_str()))
}

struct Reader<'a> {
    file: &'a SourceFile,
    /// The innermost thing around that has a name.
    item: String,
    test: bool,
    found: Vec<LintAttribute>,
}

impl Reader<'_> {
    fn within(&mut self, name: String, attrs: &[Attribute], visit: impl FnOnce(&mut Self)) {
        let said = attributes::read(self.file, attrs);
        let outer = (self.item.clone(), self.test);
        if !name.is_empty() {
            self.item = name;
        }
        self.test |= said.test || said.for_tests();
        visit(self);
        (self.item, self.test) = outer;
    }

    /// What one attribute says of lints.
    fn add(&mut self, meta: &Meta, inner: bool, test: bool, span: findings::Span) {
        let name = last(meta);
        let mut push = |lint: String, reasoned: bool| {
            let (word, item) = (name.clone(), self.item.clone());
            self.found.push(LintAttribute { word, lint, reasoned, inner, item, test, span });
        };
        match name.as_str() {
            "allow" | "expect" | "warn" | "deny" | "forbid" => {
                let all = metas(meta);
                let is_reason =
                    |meta: &Meta| matches!(meta, Meta::NameValue(pair) if pair.path.is_ident("reason"));
                let reasoned = all.iter().any(is_reason);
                for lint in all.iter().filter(|meta| matches!(meta, Meta::Path(_))) {
                    push(tokens::line(lint).replace(' ', ""), reasoned);
                }
            }
            // Compiler and clippy pass over what a macro derived, and nobody writes this by hand.
            "automatically_derived" => push(name.clone(), false),
            "cfg_attr" => {
                let all = metas(meta);
                let test = test || all.first().is_some_and(|condition| condition.path().is_ident("test"));
                for meta in all.iter().skip(1) {
                    self.add(meta, inner, test, span);
                }
            }
            _ => {}
        }
    }

    /// The attributes among the tokens of a macro: its code is no syntax tree.
    fn scan(&mut self, stream: TokenStream) {
        let mut open = vec![stream.into_iter()];
        let mut before = [' ', ' '];
        while let Some(top) = open.last_mut() {
            let mark = match top.next() {
                None => {
                    open.pop();
                    ' '
                }
                Some(TokenTree::Group(group)) => {
                    let inner = before == ['#', '!'];
                    if group.delimiter() == Delimiter::Bracket && (inner || before[1] == '#') {
                        // What a macro writes is derived, if it says so.
                        if let Ok(meta) = syn::parse2::<Meta>(group.stream())
                            && last(&meta) != "automatically_derived"
                        {
                            let span = self.file.span_of(&group);
                            self.add(&meta, inner, self.test, span);
                        }
                    } else {
                        open.push(group.stream().into_iter());
                    }
                    ' '
                }
                Some(TokenTree::Punct(punct)) => punct.as_char(),
                Some(_) => ' ',
            };
            before = [before[1], mark];
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attrs, name) = described(item);
        self.within(name, attrs, |reader| visit::visit_item(reader, item));
    }

    fn visit_impl_item(&mut self, item: &'ast ImplItem) {
        let (attrs, name) = match item {
            ImplItem::Fn(method) => (&method.attrs, method.sig.ident.to_string()),
            ImplItem::Const(constant) => (&constant.attrs, constant.ident.to_string()),
            _ => return visit::visit_impl_item(self, item),
        };
        self.within(name, attrs, |reader| visit::visit_impl_item(reader, item));
    }

    fn visit_trait_item(&mut self, item: &'ast TraitItem) {
        let (attrs, name) = match item {
            TraitItem::Fn(method) => (&method.attrs, method.sig.ident.to_string()),
            TraitItem::Const(constant) => (&constant.attrs, constant.ident.to_string()),
            _ => return visit::visit_trait_item(self, item),
        };
        self.within(name, attrs, |reader| visit::visit_trait_item(reader, item));
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        let inner = matches!(attribute.style, syn::AttrStyle::Inner(_));
        let span = self.file.span_of(attribute);
        self.add(&attribute.meta, inner, self.test, span);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        let macro_name = call.path.segments.last().map(|last| last.ident.to_string()).unwrap_or_default();
        // Code that is written for others to compile.
        if macro_name.contains("quote") {
            return;
        }
        let name = if self.item.is_empty() { format!("{macro_name}!") } else { self.item.clone() };
        self.within(name, &[], |reader| reader.scan(call.tokens.clone()));
    }
}
