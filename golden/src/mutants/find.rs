//! Every mutant of one file: its syntax tree walked once, with the item around each place.

use std::collections::HashMap;
use std::ops::Range;

use source::SourceFile;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, ImplItemFn, Item, ItemFn, Lit, Stmt, Type};

use super::edit::Mutant;
use super::operators::{
    Edit, OPERATORS, STATEMENT_DROPPED, STATEMENTS_SWAPPED, STEPS, Text, WEIGHT_CHANGED, heavier,
};

/// The mutants of a file of Rust.
pub(super) fn in_rust(file: &SourceFile) -> Vec<Mutant> {
    let mut finder = Finder { text: Text(&file.text), items: Vec::new(), found: Vec::new() };
    finder.visit_file(&file.ast);
    let found = finder.found;
    named(&file.path, &file.text, found)
}

/// The mutants of a file of configuration: every number with a fraction that stands alone behind a key, as YAML, TOML
/// and JSON write them.
pub(super) fn in_configuration(path: &str, text: &str) -> Vec<Mutant> {
    let mut found = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let mut at = start;
        for piece in line.split('#').next().unwrap_or_default().split_inclusive([',', '{', '}', '[', ']']) {
            let content = piece.trim_end_matches([',', '}', ']']).trim_end();
            if let Some((key, value)) = content.split_once([':', '='])
                && value.contains('.')
                && let Ok(number) = value.trim().parse::<f64>()
            {
                let end = at + content.len();
                let edit = Edit { range: end - value.trim_start().len()..end, after: heavier(number) };
                found.push(Found { operator: WEIGHT_CHANGED, item: key.trim().to_owned(), edit });
            }
            at += piece.len();
        }
        start += line.len();
    }
    named(path, text, found)
}

struct Found {
    operator: &'static str,
    item: String,
    edit: Edit,
}

/// Gives each its id. An edit that two operators make is the first's.
fn named(path: &str, text: &str, found: Vec<Found>) -> Vec<Mutant> {
    let mut alike: HashMap<String, u32> = HashMap::new();
    let mut taken: HashMap<(Range<usize>, String), ()> = HashMap::new();
    let mut mutants = Vec::new();
    for Found { operator, item, edit } in found {
        let before = text.get(edit.range.clone()).unwrap_or_default().to_owned();
        if taken.insert((edit.range.clone(), edit.after.clone()), ()).is_some() || before == edit.after {
            continue;
        }
        let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
        let facts = [path, &item, operator, &plain(&before), &plain(&edit.after)].join("\n");
        let place = alike.entry(facts.clone()).or_default();
        *place += 1;
        let id = findings::digest(format!("{facts}\n{place}").as_bytes())[..10].to_owned();
        let line = text[..edit.range.start].matches('\n').count() as u32 + 1;
        let file = path.to_owned();
        mutants.push(Mutant { id, operator, file, item, line, range: edit.range, before, after: edit.after });
    }
    mutants.sort_by_key(|mutant| mutant.range.start);
    mutants
}

struct Finder<'a> {
    text: Text<'a>,
    items: Vec<String>,
    found: Vec<Found>,
}

impl Finder<'_> {
    fn found(&mut self, operator: &'static str, edit: Edit) {
        self.found.push(Found { operator, item: self.items.join("::"), edit });
    }

    fn within(&mut self, item: String, visit: impl FnOnce(&mut Self)) {
        self.items.push(item);
        visit(self);
        self.items.pop();
    }

    fn constant(&mut self, name: String, expr: &Expr) {
        self.within(name, |finder| {
            if let Expr::Lit(literal) = expr
                && let Lit::Int(number) = &literal.lit
                && let Some(more) = number.base10_parse::<u64>().ok().and_then(|value| value.checked_add(1))
            {
                let after = format!("{more}{}", number.suffix());
                finder.found(WEIGHT_CHANGED, Edit { range: finder.text.range(literal), after });
            }
            finder.visit_expr(expr);
        });
    }

    fn statements(&mut self, statements: &[Stmt]) {
        for statement in statements {
            if let Some((call, _)) = step(statement) {
                let range = self.text.range(statement);
                if STEPS.iter().any(|name| call.method == name) {
                    self.found(STATEMENT_DROPPED, Edit { range, after: String::new() });
                }
            }
        }
        for pair in statements.windows(2) {
            if let (Some((_, one)), Some((_, other))) = (step(&pair[0]), step(&pair[1]))
                && self.text.of(one) == self.text.of(other)
                && let Some(edit) = self.text.swap(&pair[0], &pair[1])
            {
                self.found(STATEMENTS_SWAPPED, edit);
            }
        }
    }
}

/// A statement that calls a method for what it does, and what it is called on.
fn step(statement: &Stmt) -> Option<(&syn::ExprMethodCall, &Expr)> {
    match statement {
        Stmt::Expr(Expr::MethodCall(call), Some(_)) => Some((call, &call.receiver)),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Finder<'_> {
    fn visit_item(&mut self, item: &'ast Item) {
        let (attributes, name) = match item {
            Item::Mod(module) => (&module.attrs, module.ident.to_string()),
            Item::Impl(block) => {
                if block.trait_.as_ref().is_some_and(|(path, ..)| shows(path)) {
                    return;
                }
                (&block.attrs, named_type(&block.self_ty))
            }
            Item::Trait(definition) => (&definition.attrs, definition.ident.to_string()),
            Item::Fn(function) => (&function.attrs, function.sig.ident.to_string()),
            Item::Const(constant) if !is_test(&constant.attrs) => {
                return self.constant(constant.ident.to_string(), &constant.expr);
            }
            Item::Static(constant) if !is_test(&constant.attrs) => {
                return self.constant(constant.ident.to_string(), &constant.expr);
            }
            _ => return,
        };
        if !is_test(attributes) {
            self.within(name, |finder| visit::visit_item(finder, item));
        }
    }

    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.visit_block(&function.block);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        if !is_test(&function.attrs) {
            self.within(function.sig.ident.to_string(), |finder| finder.visit_block(&function.block));
        }
    }

    fn visit_impl_item_const(&mut self, constant: &'ast syn::ImplItemConst) {
        if !is_test(&constant.attrs) {
            self.constant(constant.ident.to_string(), &constant.expr);
        }
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        self.statements(&block.stmts);
        visit::visit_block(self, block);
    }

    fn visit_expr(&mut self, expr: &'ast Expr) {
        let mut edits = Vec::new();
        for operator in OPERATORS {
            (operator.find)(expr, &self.text, &mut edits);
            for edit in edits.drain(..) {
                self.found(operator.id, edit);
            }
        }
        visit::visit_expr(self, expr);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_type(&mut self, _: &'ast Type) {}

    fn visit_pat(&mut self, _: &'ast syn::Pat) {}
}

/// Whether an implementation only says how something is shown.
fn shows(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|last| ["Debug", "Display", "Error"].iter().any(|name| last.ident == name))
}

fn named_type(ty: &Type) -> String {
    match ty {
        Type::Path(path) => path.path.segments.last().map_or_else(String::new, |last| last.ident.to_string()),
        Type::Reference(reference) => named_type(&reference.elem),
        _ => String::new(),
    }
}

/// Whether what has these attributes is only there for tests.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let path = attribute.path();
        path.segments.last().is_some_and(|last| last.ident == "test")
            || path.is_ident("cfg")
                && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}
