//! Reads the facts of a file from its syntax.

use proc_macro2::Span;
use quote::ToTokens;
use source::{Lexed, SourceFile};
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Fields, Ident, Item, Meta, Pat, ReturnType, Signature, Stmt, Type};

use super::digest::hash;
use super::{FileFacts, Function, Key, copies, named, tokens};
use crate::calls::identifiers;
use crate::facts::type_name;
use crate::test_code::{is_called, is_test_only};
use crate::words::has_word;

/// The facts of a file.
pub(super) fn facts(file: &SourceFile) -> FileFacts {
    let mut collector = Collector {
        file,
        facts: FileFacts::default(),
        around: Vec::new(),
        owner: Owner::None,
        watched: None,
        for_tests: is_test_only(&file.ast.attrs),
        conditional: is_conditional(&file.ast.attrs),
    };
    collector.visit_file(&file.ast);
    // The facts of all files are held at a time.
    collector.facts.functions.shrink_to_fit();
    collector.facts.macros.shrink_to_fit();
    collector.facts.items.shrink_to_fit();
    collector.facts.conditional.shrink_to_fit();
    collector.facts
}

/// Whose function is read.
#[derive(Clone)]
enum Owner {
    None,
    Type(String),
    Trait(String),
    /// A type's, by a trait.
    Implements(String, String),
}

struct Collector<'f> {
    file: &'f SourceFile,
    facts: FileFacts,
    around: Vec<String>,
    owner: Owner,
    /// The attribute that has the functions of the block around watched.
    watched: Option<Box<str>>,
    for_tests: bool,
    /// Whether a `cfg` of a module around decides what is there.
    conditional: bool,
}

impl<'f> Collector<'f> {
    fn within(&mut self, name: String, attrs: &[Attribute], read: impl FnOnce(&mut Self)) {
        let outer = (self.for_tests, self.conditional);
        self.for_tests |= is_test_only(attrs);
        self.conditional |= is_conditional(attrs);
        self.around.push(name);
        read(self);
        self.around.pop();
        (self.for_tests, self.conditional) = outer;
    }

    fn owned(&mut self, owner: Owner, read: impl FnOnce(&mut Self)) {
        let outer = std::mem::replace(&mut self.owner, owner);
        read(self);
        self.owner = outer;
    }

    fn function(&mut self, attrs: &[Attribute], signature: &Signature, block: &Block) {
        let name = signature.ident.to_string();
        let (keys, owner): (Box<[Key]>, _) = match &self.owner {
            Owner::None => ([named::function(&name)].into(), None),
            Owner::Type(owner) | Owner::Trait(owner) => {
                ([named::of_type(owner, &name), named::method(&name)].into(), Some(owner.as_str()))
            }
            Owner::Implements(owner, of) => (
                [named::of_type(owner, &name), named::of_type(of, &name), named::method(&name)].into(),
                Some(owner.as_str()),
            ),
        };
        let braces = block.brace_token.span;
        let body = Lexed::of(self.text(braces.open(), braces.close()));
        let (mut does, count) = tokens::does(&body, owner);
        // A bound is checked by the compiler: `fn is_send<T: Send>() {}`
        does.asserts |= block.stmts.is_empty() && !signature.generics.params.is_empty();
        // What a type or trait has cannot be called for another one.
        let is_free = matches!(self.owner, Owner::None) && !self.conditional && !is_conditional(attrs);
        let has_shape = is_free && count >= copies::FEWEST && !copies::is_boilerplate(block);
        let shape = has_shape
            .then(|| copies::shape(signature, block, (&body, count), |first, last| self.text(first, last)));
        let of: Option<Box<str>> = match &self.owner {
            Owner::Implements(_, of) => Some(of.as_str().into()),
            _ => None,
        };
        let span = self.file.span(signature.ident.span());
        self.facts.functions.push(Function {
            path: self.path(&name),
            name: (span.line, span.column, span.end_line, span.end_column),
            for_tests: self.for_tests || is_test_only(attrs),
            is_test: is_test(attrs) && returns_nothing(signature) && !is_for_the_compiler(block),
            watched: of.as_ref().and_then(|_| watcher(attrs).or_else(|| self.watched.clone())),
            of,
            keys,
            does,
            said: tokens::said(self.text(signature.ident.span(), braces.close())),
            shape,
        });
    }

    fn path(&self, name: &String) -> Box<str> {
        self.around.iter().chain([name]).cloned().collect::<Vec<_>>().join("::").into()
    }

    /// The text of a piece of the file, whose tokens are read again faster than the tree is written out.
    fn text(&self, first: Span, last: Span) -> &'f str {
        let range = first.byte_range().start..last.byte_range().end;
        self.file.text.get(range).unwrap_or_default()
    }
}

/// Whether all that a body does is to declare things, and to say of which type something is.
fn is_for_the_compiler(block: &Block) -> bool {
    let is_declared = |statement: &Stmt| match statement {
        Stmt::Item(_) => true,
        Stmt::Local(local) => matches!(local.pat, Pat::Type(_)),
        _ => false,
    };
    !block.stmts.is_empty() && block.stmts.iter().all(is_declared)
}

fn returns_nothing(signature: &Signature) -> bool {
    match &signature.output {
        ReturnType::Default => true,
        ReturnType::Type(_, ty) => matches!(&**ty, Type::Tuple(unit) if unit.elems.is_empty()),
    }
}

/// Whether attributes make a test that must not panic.
fn is_test(attrs: &[Attribute]) -> bool {
    let named = |names: &[&str]| attrs.iter().any(|attribute| is_called(attribute, names));
    named(&["test", "rstest", "test_case", "wasm_bindgen_test"]) && !named(&["should_panic", "template"])
}

/// The attribute that has what it stands on watched: by its name, it makes spans, times or counts.
fn watcher(attrs: &[Attribute]) -> Option<Box<str>> {
    const WORDS: &[&str] = &[
        "instrument",
        "instrumented",
        "trace",
        "traced",
        "timed",
        "metered",
        "measure",
        "measured",
        "observed",
        "counted",
        "stats",
        "metrics",
    ];
    let watches = |name: &Ident| has_word(&name.to_string(), WORDS);
    attrs.iter().find_map(|attribute| {
        let name = &attribute.path().segments.last()?.ident;
        match &attribute.meta {
            Meta::List(list) if name == "cfg_attr" => identifiers(&list.tokens).into_iter().find(watches),
            _ => Some(name.clone()).filter(watches),
        }
        .map(|name| name.to_string().into())
    })
}

/// The name of a type, trait, constant or static, and where it ends.
fn declared(item: &Item) -> Option<(&Ident, Span)> {
    Some(match item {
        Item::Struct(item) => match (&item.fields, &item.semi_token) {
            (Fields::Named(fields), _) => (&item.ident, fields.brace_token.span.close()),
            (_, Some(end)) => (&item.ident, end.span),
            _ => return None,
        },
        Item::Enum(item) => (&item.ident, item.brace_token.span.close()),
        Item::Union(item) => (&item.ident, item.fields.brace_token.span.close()),
        Item::Trait(item) => (&item.ident, item.brace_token.span.close()),
        Item::Type(item) => (&item.ident, item.semi_token.span),
        Item::Const(item) => (&item.ident, item.semi_token.span),
        Item::Static(item) => (&item.ident, item.semi_token.span),
        _ => return None,
    })
}

/// Whether a `cfg` decides if the function is there: then there may be another one like it.
fn is_conditional(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attribute| attribute.path().is_ident("cfg"))
}

impl<'a> Visit<'a> for Collector<'_> {
    fn visit_item(&mut self, item: &'a Item) {
        if let Item::Mod(module) = item
            && module.content.is_none()
            && (self.conditional || is_conditional(&module.attrs))
            && !is_test_only(&module.attrs)
        {
            let path = self.path(&module.ident.to_string()).replace("::", "/");
            // What stands around it says the same of all that is in it.
            let around = path.rsplit_once('/').map_or("", |(around, _)| around);
            let cfgs = module.attrs.iter().filter(|attribute| attribute.path().is_ident("cfg"));
            let cfgs: Vec<String> =
                cfgs.map(|attribute| attribute.meta.to_token_stream().to_string()).collect();
            self.facts.conditional.push((path.as_str().into(), hash((around, cfgs))));
        }
        if let Some((name, end)) = declared(item) {
            let said = tokens::said(self.text(name.span(), end));
            self.facts.items.push((self.path(&name.to_string()), said));
        }
        visit::visit_item(self, item);
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_impl_item_fn(&mut self, item: &'a syn::ImplItemFn) {
        self.function(&item.attrs, &item.sig, &item.block);
    }

    fn visit_trait_item_fn(&mut self, item: &'a syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.attrs, &item.sig, block);
        }
    }

    fn visit_item_impl(&mut self, item: &'a syn::ItemImpl) {
        let name = type_name(&item.self_ty).unwrap_or_else(|| "impl".to_owned());
        let of = item
            .trait_
            .as_ref()
            .and_then(|(path, _)| path.segments.last())
            .map(|last| last.ident.to_string());
        let owner = match of {
            Some(of) => Owner::Implements(name.clone(), of),
            None => Owner::Type(name.clone()),
        };
        let outer = std::mem::replace(&mut self.watched, watcher(&item.attrs));
        self.within(name, &item.attrs, |collector| {
            collector.owned(owner, |collector| visit::visit_item_impl(collector, item));
        });
        self.watched = outer;
    }

    fn visit_item_trait(&mut self, item: &'a syn::ItemTrait) {
        let name = item.ident.to_string();
        self.within(name.clone(), &item.attrs, |collector| {
            collector.owned(Owner::Trait(name), |collector| visit::visit_item_trait(collector, item));
        });
    }

    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        self.within(item.ident.to_string(), &item.attrs, |collector| visit::visit_item_mod(collector, item));
    }

    fn visit_item_macro(&mut self, item: &'a syn::ItemMacro) {
        if let Some(name) = &item.ident {
            let brackets = item.mac.delimiter.span();
            let text = self.text(brackets.open(), brackets.close());
            let (does, _) = tokens::does(&Lexed::of(text), None);
            self.facts.macros.push((named::called_macro(&name.to_string()), does));
        }
    }
}
