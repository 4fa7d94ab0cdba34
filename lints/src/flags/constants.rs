//! Constants that have the keys of flags, by their canonical paths, whichever file they are in.

use std::collections::{BTreeSet, HashMap};

use source::{Asking, Code, Scope, Tree};
use syn::{Expr, ImplItem, Item};

use crate::calls::peel;
use crate::texts::literal;

/// What a constant is.
enum Value {
    Text(String),
    /// The canonical path of another one.
    Other(String),
}

/// How many constants are followed from one to the next.
const MOST: usize = 8;

/// The texts of the constants that are wanted, by their canonical paths; those that no file says are left out.
pub(super) fn find(code: &Code, tree: &Tree, mut wanted: BTreeSet<String>) -> HashMap<String, String> {
    let mut all: HashMap<String, Value> = HashMap::new();
    let mut open = wanted.clone();
    for _ in 0..MOST {
        if open.is_empty() {
            break;
        }
        let names: Vec<&str> = open.iter().filter_map(|path| path.rsplit("::").next()).collect();
        let has_one = |path: &str| {
            tree.text(path).is_ok_and(|text| {
                ["const ", "static "].iter().any(|word| text.contains(word))
                    && names.iter().any(|name| text.contains(name))
            })
        };
        let found = code.each_file(&|file| has_one(&file.path), &|file| {
            let asking = code.names().asking(&file.path);
            let mut constants = Constants { names: &asking, wanted: &open, found: Vec::new() };
            constants.items(&file.ast.items, &Scope::of(file));
            constants.found
        });
        all.extend(found.into_iter().flat_map(|(_, found)| found));
        let others = all.values().filter_map(|value| match value {
            Value::Other(path) => Some(path.clone()),
            Value::Text(_) => None,
        });
        open = others.filter(|path| wanted.insert(path.clone())).collect();
    }
    let text = |path: &String| {
        let mut value = all.get(path)?;
        for _ in 0..MOST {
            match value {
                Value::Text(text) => return Some((path.clone(), text.clone())),
                Value::Other(other) => value = all.get(other)?,
            }
        }
        None
    };
    wanted.iter().filter_map(text).collect()
}

struct Constants<'c> {
    names: &'c Asking<'c>,
    wanted: &'c BTreeSet<String>,
    found: Vec<(String, Value)>,
}

impl Constants<'_> {
    fn items(&mut self, items: &[Item], scope: &Scope) {
        for item in items {
            match item {
                Item::Const(item) => self.add(item.ident.clone().into(), &item.expr, scope),
                Item::Static(item) => self.add(item.ident.clone().into(), &item.expr, scope),
                Item::Impl(item) => {
                    let syn::Type::Path(owner) = &*item.self_ty else { continue };
                    for part in &item.items {
                        let ImplItem::Const(part) = part else { continue };
                        let mut path = owner.path.clone();
                        path.segments.push(part.ident.clone().into());
                        self.add(path, &part.expr, scope);
                    }
                }
                Item::Mod(module) => {
                    let inner = scope.enter_module(module);
                    module.content.iter().for_each(|(_, items)| self.items(items, &inner));
                }
                _ => {}
            }
        }
    }

    fn add(&mut self, path: syn::Path, value: &Expr, scope: &Scope) {
        let Some(path) = self.names.resolve(scope, &path).filter(|path| self.wanted.contains(path)) else {
            return;
        };
        let value = literal(value).map(Value::Text).or_else(|| match peel(value) {
            Expr::Path(other) => self.names.resolve(scope, &other.path).map(Value::Other),
            _ => None,
        });
        self.found.extend(value.map(|value| (path, value)));
    }
}
