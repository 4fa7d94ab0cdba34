//! The names that are visible at a node: those of the file and those of the blocks around.

use std::collections::HashMap;
use std::rc::Rc;

use crate::syntax::SourceFile;

/// The names visible at a node.
#[derive(Clone, Debug)]
pub struct Scope {
    frame: Rc<Frame>,
}

#[derive(Debug, Default)]
struct Frame {
    outer: Option<Rc<Frame>>,
    names: HashMap<String, Vec<String>>,
}

impl Scope {
    /// The names of a file.
    pub fn of(file: &SourceFile) -> Self {
        Scope { frame: Rc::new(Frame { outer: None, names: uses(&file.ast.items) }) }
    }

    /// The names within a block, which may have `use` items of its own.
    #[must_use]
    pub fn enter(&self, block: &syn::Block) -> Self {
        let items = block.stmts.iter().filter_map(|statement| match statement {
            syn::Stmt::Item(item) => Some(item),
            _ => None,
        });
        self.inner(uses(items))
    }

    /// The names within an inline module, which sees nothing of the names around it.
    #[must_use]
    pub fn enter_module(&self, module: &syn::ItemMod) -> Self {
        let items = module.content.iter().flat_map(|(_, items)| items);
        Scope { frame: Rc::new(Frame { outer: None, names: uses(items) }) }
    }

    fn inner(&self, names: HashMap<String, Vec<String>>) -> Self {
        if names.is_empty() {
            return self.clone();
        }
        Scope { frame: Rc::new(Frame { outer: Some(self.frame.clone()), names }) }
    }

    pub(super) fn resolve(&self, path: &syn::Path) -> Option<String> {
        let mut segments: Vec<String> =
            path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if path.leading_colon.is_none() {
            // An alias of an alias: each step follows one `use`; a cycle ends with the number of steps.
            for _ in 0..16 {
                let Some(known) = self.lookup(&segments[0]) else { break };
                if known.first() == segments.first() {
                    segments.splice(0..1, known.iter().cloned());
                    break;
                }
                segments.splice(0..1, known.iter().cloned());
            }
        }
        match segments.first()?.as_str() {
            "std" | "core" | "alloc" => segments[0] = "std".to_owned(),
            "self" | "super" | "crate" | "Self" => return None,
            _ if segments.len() == 1 => return None,
            _ => {}
        }
        Some(segments.join("::"))
    }

    fn lookup(&self, name: &str) -> Option<&Vec<String>> {
        let mut frame = Some(&self.frame);
        while let Some(current) = frame {
            if let Some(path) = current.names.get(name) {
                return Some(path);
            }
            frame = current.outer.as_ref();
        }
        None
    }
}

fn uses<'a>(items: impl IntoIterator<Item = &'a syn::Item>) -> HashMap<String, Vec<String>> {
    let mut names = HashMap::new();
    for item in items {
        if let syn::Item::Use(item) = item {
            flatten(&item.tree, &mut Vec::new(), &mut names);
        }
    }
    names
}

fn flatten(tree: &syn::UseTree, prefix: &mut Vec<String>, names: &mut HashMap<String, Vec<String>>) {
    match tree {
        syn::UseTree::Path(path) => {
            prefix.push(path.ident.to_string());
            flatten(&path.tree, prefix, names);
            prefix.pop();
        }
        syn::UseTree::Name(name) => bind(&name.ident.to_string(), None, prefix, names),
        syn::UseTree::Rename(rename) => {
            bind(&rename.ident.to_string(), Some(rename.rename.to_string()), prefix, names);
        }
        syn::UseTree::Group(group) => {
            for tree in &group.items {
                flatten(tree, prefix, names);
            }
        }
        _ => {}
    }
}

fn bind(name: &str, rename: Option<String>, prefix: &[String], names: &mut HashMap<String, Vec<String>>) {
    let mut path = prefix.to_vec();
    if name != "self" {
        path.push(name.to_owned());
    }
    if let Some(bound) = rename.or_else(|| path.last().cloned()) {
        names.insert(bound, path);
    }
}
