//! Constants, label sets and label values that registrations name, read where they are declared.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};

use super::MetricLabels;
use super::types::literal;
use crate::code::{Code, ItemKind, is_for_tests};
use crate::names::Scope;
use crate::syntax::SourceFile;

/// Constants, label sets and label values of the workspace, by canonical path.
#[derive(Default)]
pub(super) struct Declared {
    pub(super) texts: BTreeMap<String, String>,
    /// Each label with the canonical path of its type.
    sets: BTreeMap<String, Vec<(String, Option<String>)>>,
    values: BTreeMap<String, BTreeSet<String>>,
}

impl Declared {
    pub(super) fn of(code: &Code, paths: &BTreeSet<String>) -> Declared {
        let mut declared = Declared::default();
        declared.read(code, paths);
        // What labels are of, in a second round.
        let of: BTreeSet<String> =
            declared.sets.values().flatten().filter_map(|(_, of)| of.clone()).collect();
        declared.read(code, &of);
        declared
    }

    fn read(&mut self, code: &Code, paths: &BTreeSet<String>) {
        let lasts: BTreeSet<&str> = paths.iter().filter_map(|path| path.rsplit("::").next()).collect();
        let kinds = [ItemKind::Constant, ItemKind::Static, ItemKind::Struct, ItemKind::Enum];
        let items =
            code.names().items().filter(|item| kinds.contains(&item.kind()) && lasts.contains(item.name()));
        let mut places: BTreeMap<String, BTreeMap<(String, u32), String>> = BTreeMap::new();
        for item in items {
            let path = item.path();
            if paths.contains(&path) {
                let file = places.entry(item.file().to_string()).or_default();
                file.insert((item.name().to_owned(), item.line()), path);
            }
        }
        let read = code.each_file(&|file| places.contains_key(&file.path), &|file| {
            let mut reading = Reading { file, code, scope: Scope::of(file), found: Vec::new() };
            reading.visit_file(&file.ast);
            reading.found
        });
        for (file, found) in read {
            for (key, said) in found {
                let Some(path) = places[&file].get(&key) else { continue };
                match said {
                    Says::Text(text) => drop(self.texts.insert(path.clone(), text)),
                    Says::Set(set) => drop(self.sets.insert(path.clone(), set)),
                    Says::Values(values) => drop(self.values.insert(path.clone(), values)),
                }
            }
        }
    }

    pub(super) fn labels(&self, path: &str) -> MetricLabels {
        let of = |(label, of): &(String, Option<String>)| {
            (label.clone(), of.as_ref().and_then(|of| self.values.get(of).cloned()))
        };
        self.sets.get(path).map(|set| set.iter().map(of).collect())
    }
}

/// What one declaration says.
enum Says {
    Text(String),
    Set(Vec<(String, Option<String>)>),
    Values(BTreeSet<String>),
}

/// Reads the declarations of a file, each under its name and line.
struct Reading<'a> {
    file: &'a SourceFile,
    code: &'a Code,
    scope: Scope,
    found: Vec<((String, u32), Says)>,
}

impl<'ast> Visit<'ast> for Reading<'_> {
    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        if is_for_tests(&module.attrs) {
            return;
        }
        let outer = self.scope.clone();
        self.scope = self.scope.enter_module(module);
        visit::visit_item_mod(self, module);
        self.scope = outer;
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        if let Some(text) = literal(&item.expr) {
            self.say(&item.ident, Says::Text(text));
        }
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        if let Some(text) = literal(&item.expr) {
            self.say(&item.ident, Says::Text(text));
        }
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        // What is not derived, or derived under other names, is not known.
        let renamed = item.fields.iter().flat_map(|field| &field.attrs).chain(&item.attrs);
        if !derives(&item.attrs, "EncodeLabelSet") || renamed.into_iter().any(is_option) {
            return;
        }
        let of = |of: &syn::Type| match of {
            syn::Type::Path(path) => self.code.names().resolve(self.file, &self.scope, &path.path),
            _ => None,
        };
        let labels = item.fields.iter().filter_map(|field| {
            let name = field.ident.as_ref()?.to_string();
            Some((name.strip_prefix("r#").unwrap_or(&name).to_owned(), of(&field.ty)))
        });
        let labels = labels.collect();
        self.say(&item.ident, Says::Set(labels));
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        let renamed = item.variants.iter().flat_map(|variant| &variant.attrs).chain(&item.attrs);
        let plain = item.variants.iter().all(|variant| matches!(variant.fields, syn::Fields::Unit));
        if derives(&item.attrs, "EncodeLabelValue") && plain && !renamed.into_iter().any(is_option) {
            let values = item.variants.iter().map(|variant| variant.ident.to_string()).collect();
            self.say(&item.ident, Says::Values(values));
        }
    }
}

impl Reading<'_> {
    fn say(&mut self, name: &syn::Ident, says: Says) {
        self.found.push(((name.to_string(), self.file.span(name.span()).line), says));
    }
}

fn derives(attributes: &[syn::Attribute], name: &str) -> bool {
    attributes.iter().filter(|attribute| attribute.path().is_ident("derive")).any(|attribute| {
        let mut found = false;
        // What cannot be read derives nothing that is known.
        let read = attribute.parse_nested_meta(|path| {
            found |= path.path.segments.last().is_some_and(|last| last.ident == name);
            Ok(())
        });
        read.is_ok() && found
    })
}

/// Whether an attribute changes how something is encoded.
fn is_option(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("prometheus")
}
