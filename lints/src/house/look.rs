//! The look that house rules take at a file, along the walk that all rules share.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use findings::{Finding, Location};
use quote::ToTokens;
use source::SourceFile;
use syn::punctuated::Punctuated;
use syn::{Attribute, Block, ExprMethodCall, ExprPath, Macro, Meta, Path, Signature, Token, UseTree};

use super::decided::Each;
use super::pattern::slashed;
use super::rules::{Belongs, House};
use super::set::Set;
use crate::bound::bound;
use crate::facts::type_name;
use crate::site::{Site, Step};
use crate::types;

/// A place in a file.
type Position = (u32, u32);

/// One file under the rules.
pub(crate) struct Look<'a> {
    house: &'a House,
    file: &'a SourceFile,
    /// Which rules hold, by the inline modules around.
    holding: RefCell<HashMap<String, Rc<[bool]>>>,
    /// Where something stands that a rule requires, and whether it is an attribute.
    had: RefCell<BTreeMap<(usize, bool), Vec<Position>>>,
    /// The functions of which something is required.
    functions: RefCell<Vec<Function>>,
}

/// What is seen, and from where.
pub(crate) struct Seen<'s, 'a> {
    pub(crate) site: &'s Site<'a>,
    pub(crate) in_tests: bool,
    pub(crate) findings: &'s mut Vec<Finding>,
}

struct Function {
    rule: usize,
    finding: Finding,
    /// Where its attributes begin, where it begins itself, and where it ends.
    bounds: [Position; 3],
}

/// What a pattern matched, in words.
#[derive(Clone, Copy)]
enum Said {
    Calls,
    Names,
    Uses,
    Bears,
}

/// How deep `cfg_attr` may stand in `cfg_attr`.
const DEPTH: u32 = 8;

impl<'a> Look<'a> {
    pub(crate) fn new(house: &'a House, file: &'a SourceFile) -> Self {
        Look {
            house,
            file,
            holding: RefCell::default(),
            had: RefCell::default(),
            functions: RefCell::default(),
        }
    }

    /// Whether a rule asks for paths wherever they stand, also in types and imports.
    pub(crate) fn wants_paths(&self) -> bool {
        !self.house.paths.is_empty()
    }

    /// A path that is an expression: a function that is called, or handed over.
    pub(crate) fn expression(&self, path: &ExprPath, seen: &mut Seen<'_, '_>) {
        if self.house.calls.is_empty() && self.house.methods.is_empty() {
            return;
        }
        let Some(last) = path.path.segments.last() else { return };
        if path.qself.is_some() || path.path.segments.len() > 1 {
            let name = last.ident.to_string();
            if names_a_type(path) {
                self.matched(&self.house.methods, &name, &name, Said::Calls, path, seen);
            }
        }
        if self.house.calls.is_empty() {
            return;
        }
        let canonical = seen.site.resolve_function(path).unwrap_or_else(|| written(&path.path));
        let is_matched = self.house.calls.matching(&slashed(&canonical)).next().is_some();
        let is_variable = || path.path.get_ident().is_some_and(|name| bound(name, seen.site).is_some());
        if is_matched && !is_variable() {
            self.matched(&self.house.calls, &canonical, &canonical, Said::Calls, path, seen);
        }
    }

    /// A call of a method.
    pub(crate) fn method(&self, call: &ExprMethodCall, seen: &mut Seen<'_, '_>) {
        let name = call.method.to_string();
        self.matched(&self.house.methods, &name, &name, Said::Calls, &call.method, seen);
        if !self.house.may_be_called(&name) {
            return;
        }
        let ty = types::type_of(&call.receiver, seen.site);
        if let Some(owner) = ty.and_then(|ty| types::head(&ty, seen.site)) {
            let path = format!("{owner}::{name}");
            self.matched(&self.house.calls, &path, &path, Said::Calls, &call.method, seen);
        }
    }

    /// A call of a macro.
    pub(crate) fn macro_call(&self, mac: &Macro, seen: &mut Seen<'_, '_>) {
        if self.house.macros.is_empty() && !self.wants_paths() {
            return;
        }
        let canonical = seen.site.resolve_macro(&mac.path).unwrap_or_else(|| written(&mac.path));
        self.matched(&self.house.macros, &canonical, &format!("{canonical}!"), Said::Uses, &mac.path, seen);
        self.matched(&self.house.paths, &canonical, &canonical, Said::Names, &mac.path, seen);
    }

    /// A path, wherever it stands.
    pub(crate) fn path(&self, path: &Path, seen: &mut Seen<'_, '_>) {
        if !self.wants_paths() {
            return;
        }
        let canonical = match seen.site.resolve(path) {
            Some(canonical) => canonical,
            // A name alone that means nothing elsewhere is a variable, a parameter or an item of this file.
            None if path.segments.len() == 1 => return,
            None => written(path),
        };
        self.matched(&self.house.paths, &canonical, &canonical, Said::Names, path, seen);
    }

    /// What an import names.
    pub(crate) fn import(&self, item: &syn::ItemUse, seen: &mut Seen<'_, '_>) {
        let colon = item.leading_colon;
        let start = Path { leading_colon: colon, segments: Punctuated::new() };
        self.imported(&item.tree, start, seen);
    }

    fn imported(&self, tree: &UseTree, mut around: Path, seen: &mut Seen<'_, '_>) {
        let mut leaf = |around: &Path, name: &syn::Ident| {
            let mut path = around.clone();
            if name != "self" {
                path.segments.push(name.clone().into());
            }
            self.path_of_import(&path, seen);
        };
        match tree {
            UseTree::Path(path) => {
                around.segments.push(path.ident.clone().into());
                self.imported(&path.tree, around, seen);
            }
            UseTree::Name(name) => leaf(&around, &name.ident),
            UseTree::Rename(rename) => leaf(&around, &rename.ident),
            UseTree::Glob(_) => self.path_of_import(&around, seen),
            UseTree::Group(group) => {
                group.items.iter().for_each(|tree| self.imported(tree, around.clone(), seen));
            }
        }
    }

    /// `use redis;` names a crate.
    fn path_of_import(&self, path: &Path, seen: &mut Seen<'_, '_>) {
        let canonical = seen.site.resolve(path).unwrap_or_else(|| written(path));
        self.matched(&self.house.paths, &canonical, &canonical, Said::Names, path, seen);
    }

    /// An attribute, and those that it gives under a condition.
    pub(crate) fn attribute(&self, attribute: &Attribute, seen: &mut Seen<'_, '_>) {
        if self.house.attributes.is_empty() && !self.wants_paths() {
            return;
        }
        self.meta(&attribute.meta, attribute, DEPTH, seen);
    }

    fn meta(&self, meta: &Meta, whole: &Attribute, depth: u32, seen: &mut Seen<'_, '_>) {
        let arguments: Vec<Meta> = match meta {
            Meta::List(list) => list
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .map(|arguments| arguments.into_iter().collect())
                .unwrap_or_default(),
            _ => Vec::new(),
        };
        let path = meta.path();
        let (is_condition, is_unsafe) = (path.is_ident("cfg_attr"), path.is_ident("unsafe"));
        if is_condition || is_unsafe {
            let given = arguments.iter().skip(usize::from(is_condition)).filter(|_| depth > 0);
            given.for_each(|given| self.meta(given, whole, depth - 1, seen));
            return;
        }
        let names = written_and_meant(path, seen.site);
        let set = &self.house.attributes;
        for name in &names {
            self.matched(set, name, &format!("#[{name}]"), Said::Bears, whole, seen);
            self.matched(&self.house.paths, name, name, Said::Names, whole, seen);
            for argument in &arguments {
                let mut meant = written_and_meant(argument.path(), seen.site);
                meant.extend(argument.path().segments.last().map(|last| last.ident.to_string()));
                for argument in meant {
                    let text = format!("{name}({argument})");
                    self.matched(set, &text, &format!("#[{text}]"), Said::Bears, whole, seen);
                }
            }
        }
        if path.is_ident("derive") {
            arguments.iter().for_each(|argument| self.path(argument.path(), seen));
        }
    }

    /// A function with a body, seen from within.
    pub(crate) fn function(
        &self,
        attributes: &[Attribute],
        signature: &Signature,
        block: &Block,
        seen: &mut Seen<'_, '_>,
    ) {
        if self.house.functions.is_empty() {
            return;
        }
        let mut rules: Vec<usize> = names_of(signature, seen.site)
            .iter()
            .flat_map(|name| self.house.functions.matching(&slashed(name)).copied())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        for rule in rules {
            let one = &self.house.rules[rule];
            if !self.holds(rule, seen) {
                continue;
            }
            let start = self.start(signature);
            let first = attributes.first().map_or(start, |attribute| self.start(attribute));
            let span = self.file.span_of(block);
            let message = format!("`{}` has no {}, which this house requires", signature.ident, one.lacking);
            let finding = one.told(seen.site.finding(one.rule, &signature.ident, message));
            let bounds = [first, start, (span.end_line, span.end_column)];
            self.functions.borrow_mut().push(Function { rule, finding, bounds });
        }
    }

    /// What is missing, once all was seen. `in_tests` says whether the whole file is there for tests.
    pub(crate) fn finish(self, in_tests: bool, findings: &mut Vec<Finding>) {
        let mut had = self.had.into_inner();
        had.values_mut().for_each(|positions| positions.sort_unstable());
        let has = |rule: usize, is_attribute: bool, from: Position, to: Position| {
            had.get(&(rule, is_attribute)).is_some_and(|positions| {
                let next = positions.partition_point(|position| *position < from);
                positions.get(next).is_some_and(|position| *position < to)
            })
        };
        for Function { rule, finding, bounds: [first, start, end] } in self.functions.into_inner() {
            if !has(rule, true, first, start) && !has(rule, false, start, end) {
                findings.push(finding);
            }
        }
        let of_files = |one: &super::rules::One| one.each == Some(Each::File);
        if !self.house.rules.iter().any(of_files) {
            return;
        }
        let module = self.house.module(self.file.place.as_ref());
        let holding = self.house.holding(&self.file.path, module.as_deref());
        for (index, one) in self.house.rules.iter().enumerate().filter(|(_, one)| of_files(one)) {
            let asks = holding[index] && (one.judges_tests || !in_tests);
            if asks && !had.contains_key(&(index, true)) && !had.contains_key(&(index, false)) {
                let message = format!("the file has no {}, which this house requires", one.lacking);
                let place = Location::point(&self.file.path, 1, 1);
                findings.push(one.told(Finding::new(one.rule, place, message).fact(&one.lacking)));
            }
        }
    }

    /// Tells what the patterns that match a text forbid there, and notes what they require.
    fn matched(
        &self,
        set: &Set<Belongs>,
        text: &str,
        shown: &str,
        said: Said,
        node: &impl ToTokens,
        seen: &mut Seen<'_, '_>,
    ) {
        for &Belongs { rule, forbids } in set.matching(&slashed(text)) {
            if !self.holds(rule, seen) {
                continue;
            }
            if !forbids {
                let is_attribute = matches!(said, Said::Bears);
                self.had.borrow_mut().entry((rule, is_attribute)).or_default().push(self.start(node));
                continue;
            }
            let verb = match said {
                Said::Calls => "calls",
                Said::Names => "names",
                Said::Uses => "uses",
                Said::Bears => "bears",
            };
            let one = &self.house.rules[rule];
            let message = format!("{verb} `{shown}`, which this house forbids here");
            seen.findings.push(one.told(seen.site.finding(one.rule, node, message)));
        }
    }

    /// Whether a rule holds where something is seen.
    fn holds(&self, rule: usize, seen: &Seen<'_, '_>) -> bool {
        if seen.in_tests && !self.house.rules[rule].judges_tests {
            return false;
        }
        let inline: Vec<String> = seen
            .site
            .steps
            .iter()
            .filter_map(|step| match step {
                Step::Module(name) => Some(format!("::{name}")),
                _ => None,
            })
            .collect();
        let inline = inline.concat();
        if let Some(holding) = self.holding.borrow().get(&inline) {
            return holding[rule];
        }
        let module = self.house.module(self.file.place.as_ref()).map(|module| format!("{module}{inline}"));
        let holding: Rc<[bool]> = self.house.holding(&self.file.path, module.as_deref()).into();
        let holds = holding[rule];
        self.holding.borrow_mut().insert(inline, holding);
        holds
    }

    fn start(&self, node: &impl ToTokens) -> Position {
        let span = self.file.span_of(node);
        (span.line, span.column)
    }
}

/// A path as the code has it, without generics.
fn written(path: &Path) -> String {
    let segments: Vec<String> = path.segments.iter().map(|part| part.ident.to_string()).collect();
    segments.join("::")
}

/// What the path of an attribute is by its text, and what it means where that is another.
fn written_and_meant(path: &Path, site: &Site<'_>) -> Vec<String> {
    let mut names = vec![written(path)];
    let meant = site.resolve(path).or_else(|| site.resolve_macro(path));
    names.extend(meant.filter(|meant| *meant != names[0]));
    names
}

/// Whether a path is one of a type and what it has, as in `Option::unwrap` or `<T>::get`.
fn names_a_type(path: &ExprPath) -> bool {
    let owner = path.path.segments.iter().rev().nth(1);
    path.qself.is_some() || owner.is_some_and(|owner| owner.ident.to_string().starts_with(char::is_uppercase))
}

/// What a function is called: by itself, and with its type and its trait in front.
fn names_of(signature: &Signature, site: &Site<'_>) -> Vec<String> {
    let name = signature.ident.to_string();
    let mut names = vec![name.clone()];
    let around =
        site.steps.iter().rev().skip(1).find(|step| {
            matches!(step, Step::Impl(_) | Step::Trait(_) | Step::Function(..) | Step::Module(_))
        });
    match around {
        Some(Step::Impl(item)) => {
            let of = item.trait_.as_ref().and_then(|(path, _)| path.segments.last());
            names.extend(of.map(|of| format!("{}::{name}", of.ident)));
            names.extend(type_name(&item.self_ty).map(|ty| format!("{ty}::{name}")));
        }
        Some(Step::Trait(of)) => names.push(format!("{of}::{name}")),
        _ => {}
    }
    names
}
