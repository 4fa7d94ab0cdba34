//! The functions of a file with the modules and types around them, and what the rest of the file says.

use std::collections::{BTreeMap, BTreeSet};

use source::SourceFile;
use syn::{Attribute, Block, ImplItem, Item, ItemConst, ItemFn, ItemStatic, TraitItem};

use super::assertions::{Form, text_of};
use super::attributes::{self, Gate, Said};
use super::bodies::{self, Body};
use super::values::Values;
use super::{FileFacts, Function, Role, lint_attributes, macros, predicates, special, tokens, types};

/// Reads a parsed file. With `support`, all of it is there for tests.
pub(super) fn of_file(file: &SourceFile, support: bool) -> FileFacts {
    let around = Around::file(file, support);
    let mut facts = Reader::read(file, &around, None).facts;
    facts.types = types::of_file(file, around.test || around.support);
    if !around.test && !around.support {
        facts.special = special::of_file(file);
    }
    resolve_bounds(&mut facts);
    if !crate::generated::is_generated(&file.path, &file.text) {
        (facts.suppressions, facts.demands) = lint_attributes::of_file(file, around.support);
    }
    facts
}

/// A number that stands for all that is not there for tests, in tokens.
pub(super) fn production_of(file: &SourceFile, support: bool) -> u64 {
    let reader = Reader::read(file, &Around::file(file, support), Some(tokens::Digest::default()));
    reader.production.unwrap_or_default().finish()
}

/// What stands around an item.
#[derive(Clone)]
pub(super) struct Around {
    path: Vec<String>,
    gates: Vec<Gate>,
    test: bool,
    /// Whether only tests reach it, though it is built like production code.
    support: bool,
    maker: Option<String>,
}

impl Around {
    fn file(file: &SourceFile, support: bool) -> Around {
        let said = attributes::read(file, &file.ast.attrs);
        let test = file.is_test() || said.for_tests();
        let support = support || said.for_support();
        Around { path: Vec::new(), gates: said.gates, test, support, maker: None }
    }

    fn within(&self, name: String, said: Said) -> Around {
        let mut path = self.path.clone();
        path.push(name);
        let test = self.test || said.for_tests();
        let support = self.support || said.for_support();
        let mut gates = self.gates.clone();
        gates.extend(said.gates);
        Around { path, gates, test, support, maker: self.maker.clone() }
    }
}

pub(super) struct Reader<'a> {
    file: &'a SourceFile,
    values: Values,
    /// None where nobody asks for it.
    production: Option<tokens::Digest>,
    facts: FileFacts,
}

impl<'a> Reader<'a> {
    fn read(file: &'a SourceFile, around: &Around, production: Option<tokens::Digest>) -> Reader<'a> {
        let asserting_macros = macros::asserting(&file.ast.items);
        let facts = FileFacts { asserting_macros, ..FileFacts::default() };
        let values = Values::of_file(file, around.test || around.support);
        let mut reader = Reader { file, values, production, facts };
        reader.items(&file.ast.items, around);
        reader
    }

    fn items(&mut self, items: &[Item], around: &Around) {
        for item in items {
            self.item(item, around);
        }
    }

    fn item(&mut self, item: &Item, around: &Around) {
        let (attrs, name) = described(item);
        let said = attributes::read(self.file, attrs);
        let test = around.test || said.test || said.for_tests();
        match item {
            Item::Mod(module) => match &module.content {
                Some((_, items)) => self.items(items, &around.within(name, said)),
                None => self.remember(item, test, &said),
            },
            Item::Fn(function) => {
                let parts = Parts { name, at: &function.sig, block: &function.block, node: function };
                self.function(parts, said.clone(), around);
                self.remember(item, test, &said);
            }
            Item::Impl(block) => {
                let inner = around.within(tokens::line(&block.self_ty), said.clone());
                for member in &block.items {
                    if let ImplItem::Fn(method) = member {
                        let said = attributes::read(self.file, &method.attrs);
                        let name = method.sig.ident.to_string();
                        self.function(
                            Parts { name, at: &method.sig, block: &method.block, node: method },
                            said,
                            &inner,
                        );
                    }
                }
                self.remember(item, inner.test, &said);
            }
            Item::Trait(definition) => {
                let inner = around.within(name, said.clone());
                for member in &definition.items {
                    if let TraitItem::Fn(method) = member
                        && let Some(block) = &method.default
                    {
                        let said = attributes::read(self.file, &method.attrs);
                        let name = method.sig.ident.to_string();
                        self.function(Parts { name, at: &method.sig, block, node: method }, said, &inner);
                    }
                }
                self.remember(item, inner.test, &said);
            }
            Item::Macro(definition) if definition.mac.path.is_ident("macro_rules") => {
                self.defined(name, definition, said.clone(), around);
                self.remember(item, test, &said);
            }
            Item::Macro(call) if call.ident.is_none() => {
                let makes_tests = self.generated(call, said.clone(), around);
                self.remember(item, test || makes_tests, &said);
            }
            Item::Const(ItemConst { expr, .. }) | Item::Static(ItemStatic { expr, .. })
                if test || around.support =>
            {
                self.facts.constants.insert(name, tokens::line(expr));
                self.remember(item, test, &said);
            }
            _ => self.remember(item, test, &said),
        }
    }

    /// Adds an item to what is production code.
    fn remember(&mut self, item: &Item, test: bool, said: &Said) {
        if test {
            return;
        }
        if let Some(production) = &mut self.production {
            production.add(item);
        }
        let (_, name) = described(item);
        self.facts.defined.insert(name);
        if let Item::Impl(block) = item {
            self.facts.defined.extend(block.items.iter().filter_map(|member| match member {
                ImplItem::Fn(method) => Some(method.sig.ident.to_string()),
                _ => None,
            }));
        }
        self.facts.features.extend(said.gates.iter().filter_map(|gate| feature(&gate.predicate)));
    }

    fn function(&mut self, parts: Parts<'_, impl quote::ToTokens>, said: Said, around: &Around) {
        let serves = around.test || around.support || said.for_tests() || said.for_support();
        let role = match (said.test, serves) {
            (true, _) => Role::Test,
            (false, true) => Role::Helper,
            (false, false) => return,
        };
        let known = self.facts.asserting_macros.clone();
        let body = bodies::of_block(self.file, parts.block, &self.values, &|name| known.contains(name));
        let made = self.made(parts.name, role, said, around, body);
        self.facts.functions.push(Function {
            span: self.file.span_of(&parts.at.ident),
            text: text_of(self.file, parts.node),
            parameters: parameters(parts.at),
            returns: returns(parts.at),
            body: tokens::of(parts.block),
            holds: predicates::of_block(self.file, parts.block, parts.at),
            ..made
        });
    }

    /// A macro that asserts, as a helper that is called with `!`.
    fn defined(&mut self, name: String, definition: &syn::ItemMacro, said: Said, around: &Around) {
        if !around.test && !around.support && !self.facts.asserting_macros.contains(&name) {
            return;
        }
        let body = bodies::of_definition(self.file, &definition.mac);
        let holds = predicates::of_macro(self.file, &definition.mac);
        if body.assertions.is_empty() && holds.is_empty() {
            return;
        }
        let made = self.made(format!("{name}!"), Role::Helper, said, around, body);
        self.facts.functions.push(Function {
            span: self.file.span_of(&definition.ident),
            text: text_of(self.file, definition),
            parameters: macros::parameters(&definition.mac.tokens),
            holds,
            body: tokens::of(&definition.mac.tokens),
            ..made
        });
    }

    /// The tests that the call of a macro makes; whether it made any.
    fn generated(&mut self, call: &syn::ItemMacro, said: Said, around: &Around) -> bool {
        let functions = macros::functions(&call.mac);
        let first = self.facts.functions.len();
        for function in &functions {
            let own = attributes::read(self.file, &function.attrs);
            let mut said = said.clone();
            said.gates.extend(own.gates);
            said.cases.extend(own.cases);
            said.test = own.test;
            said.test_when = own.test_when;
            said.harness = own.harness;
            said.ignored = own.ignored.or(said.ignored);
            said.should_panic = own.should_panic.or(said.should_panic);
            let maker = call.mac.path.segments.last().map(|segment| segment.ident.to_string());
            let around = Around { test: true, maker, ..around.clone() };
            let name = function.sig.ident.to_string();
            self.function(
                Parts { name, at: &function.sig, block: &function.block, node: function },
                said,
                &around,
            );
        }
        if macros::judges_nothing(&call.mac) {
            for function in &mut self.facts.functions[first..] {
                function.assertions.clear();
                function.calls.clear();
            }
        }
        let makes = macros::test_name(&call.mac, around.test, &self.facts.asserting_macros);
        if let Some(name) = makes.clone().filter(|_| functions.is_empty()) {
            let known = self.facts.asserting_macros.clone();
            let body = bodies::of_macro(self.file, &call.mac, &self.values, &|name| known.contains(name));
            let made = self.made(name, Role::Test, said, around, body);
            self.facts.functions.push(Function {
                span: self.file.span_of(&call.mac.path),
                text: text_of(self.file, call),
                body: tokens::of(&call.mac),
                ..made
            });
        }
        makes.is_some() || functions.iter().any(|function| attributes::read(self.file, &function.attrs).test)
    }

    fn made(&self, name: String, role: Role, said: Said, around: &Around, body: Body) -> Function {
        let mut gates = around.gates.clone();
        gates.extend(said.gates);
        gates.extend(said.test_when);
        gates.retain(|gate| gate.predicate != "test");
        Function {
            path: around.path.clone(),
            name,
            role,
            span: findings::Span::on_line(1, 1, 1),
            text: String::new(),
            ignored: said.ignored,
            gates,
            should_panic: said.should_panic,
            cases: said.cases,
            parameters: Vec::new(),
            returns: false,
            tables: body.tables,
            unrolled: body.unrolled,
            holds: Vec::new(),
            body: Vec::new(),
            assertions: body.assertions,
            calls: body.calls,
            leaves: body.leaves,
            maker: around.maker.clone(),
            harness: said.harness,
        }
    }
}

fn parameters(signature: &syn::Signature) -> Vec<String> {
    let name = |input: &syn::FnArg| match input {
        syn::FnArg::Receiver(_) => "self".to_owned(),
        syn::FnArg::Typed(typed) => tokens::of(&typed.pat).pop().unwrap_or_default(),
    };
    signature.inputs.iter().map(name).collect()
}

fn returns(signature: &syn::Signature) -> bool {
    let syn::ReturnType::Type(_, kind) = &signature.output else { return false };
    let kind = tokens::line(kind);
    let said = kind.trim_end_matches(' ');
    !(said.contains("Result < ( )")
        || said.contains("Result") && !said.contains('<')
        || said == "( )"
        || said == "!")
}

struct Parts<'a, N> {
    name: String,
    at: &'a syn::Signature,
    block: &'a Block,
    node: &'a N,
}

/// The feature that a predicate asks for.
fn feature(predicate: &str) -> Option<String> {
    Some(predicate.strip_prefix("feature = \"")?.strip_suffix('"')?.to_owned())
}

/// Bounds that are constants of the file get their value, and snapshots of constants are what they are.
fn resolve_bounds(facts: &mut FileFacts) {
    let values: BTreeMap<&str, f64> = facts
        .constants
        .iter()
        .filter_map(|(name, value)| Some((name.as_str(), tokens::number(value)?)))
        .collect();
    let is_text = |name: &String| facts.constants.get(name).is_some_and(|value| tokens::is_literal(value));
    for assertion in facts.functions.iter_mut().flat_map(|function| &mut function.assertions) {
        if assertion.form == Form::Snapshot && assertion.bound_name.as_ref().is_some_and(is_text) {
            assertion.form = Form::Constant;
        }
        let value = assertion.bound_name.as_deref().and_then(|name| values.get(name));
        assertion.bound = match (assertion.bound, value) {
            (Some(bound), Some(value)) => Some(super::assertions::Bound { value: *value, ..bound }),
            (Some(bound), None) if bound.value.is_nan() => None,
            (bound, _) => bound,
        };
    }
}

/// The attributes of an item, and its name.
pub(super) fn described(item: &Item) -> (&[Attribute], String) {
    let none: &[Attribute] = &[];
    match item {
        Item::Const(item) => (&item.attrs, item.ident.to_string()),
        Item::Enum(item) => (&item.attrs, item.ident.to_string()),
        Item::Fn(ItemFn { attrs, sig, .. }) => (attrs, sig.ident.to_string()),
        Item::Impl(item) => (&item.attrs, tokens::line(&item.self_ty)),
        Item::Macro(item) => (&item.attrs, item.ident.as_ref().map(ToString::to_string).unwrap_or_default()),
        Item::Mod(item) => (&item.attrs, item.ident.to_string()),
        Item::Static(item) => (&item.attrs, item.ident.to_string()),
        Item::Struct(item) => (&item.attrs, item.ident.to_string()),
        Item::Trait(item) => (&item.attrs, item.ident.to_string()),
        Item::Type(item) => (&item.attrs, item.ident.to_string()),
        Item::Union(item) => (&item.attrs, item.ident.to_string()),
        Item::Use(item) => (&item.attrs, String::new()),
        Item::ExternCrate(item) => (&item.attrs, item.ident.to_string()),
        _ => (none, String::new()),
    }
}

/// Names that the macros of a file give to their tests.
pub(super) type Names = BTreeSet<String>;
