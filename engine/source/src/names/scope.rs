//! The names that are visible at a node of a syntax tree: those of the blocks around it, and which module it is in.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::known;
use crate::syntax::SourceFile;

/// Where in a file a path stands: as one walks down the tree, [`Scope::enter`] blocks and [`Scope::enter_module`]
/// inline modules. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Scope {
    frame: Rc<Frame>,
}

#[derive(Debug, Default)]
struct Frame {
    /// What is around; `None` where names end: at the file and at modules.
    outer: Option<Rc<Frame>>,
    /// Names of imports and what they mean, and whether that begins with `::`.
    imports: HashMap<String, (Vec<String>, bool)>,
    /// Names of items, which hide those around.
    items: HashSet<String>,
    /// Inline modules from the file.
    modules: Rc<[String]>,
    /// Whether this is a block, rather than a module or the file.
    block: bool,
}

impl Scope {
    /// The names of a file.
    pub fn of(file: &SourceFile) -> Self {
        Scope { frame: Rc::new(Frame::of(&file.ast.items, None, Rc::from([]), false)) }
    }

    /// The names within a block, which may have items of its own.
    #[must_use]
    pub fn enter(&self, block: &syn::Block) -> Self {
        let items = block.stmts.iter().filter_map(|statement| match statement {
            syn::Stmt::Item(item) => Some(item),
            _ => None,
        });
        let frame = Frame::of(items, Some(self.frame.clone()), self.frame.modules.clone(), true);
        if frame.imports.is_empty() && frame.items.is_empty() {
            return self.clone();
        }
        Scope { frame: Rc::new(frame) }
    }

    /// The names within an inline module, which sees nothing of the names around it.
    #[must_use]
    pub fn enter_module(&self, module: &syn::ItemMod) -> Self {
        let items = module.content.iter().flat_map(|(_, items)| items);
        let mut modules = self.frame.modules.to_vec();
        modules.push(text(&module.ident));
        Scope { frame: Rc::new(Frame::of(items, None, modules.into(), false)) }
    }

    /// Inline modules from the file.
    pub(super) fn modules(&self) -> &[String] {
        &self.frame.modules
    }

    /// Replaces the first segment by what the imports of the blocks around say that it means, and those of the module
    /// where `with_module`. `None` where it is an item of a block, which has no path.
    pub(super) fn unfold(
        &self,
        mut segments: Vec<String>,
        mut absolute: bool,
        with_module: bool,
    ) -> Option<(Vec<String>, bool)> {
        let mut frame = Some(&self.frame);
        while let Some(current) = frame.filter(|frame| frame.block || with_module) {
            // An import may begin with the name of another; a circle of them ends with their number.
            for _ in 0..=current.imports.len() {
                let Some((path, from_root)) = current.imports.get(segments.first()?).filter(|_| !absolute)
                else {
                    break;
                };
                let same = path.first() == segments.first();
                segments.splice(0..1, path.iter().cloned());
                absolute = *from_root;
                if same {
                    break;
                }
            }
            if current.block && !absolute && current.items.contains(segments.first()?) {
                return None;
            }
            frame = current.outer.as_ref();
        }
        Some((segments, absolute))
    }
}

impl Frame {
    fn of<'i>(
        items: impl IntoIterator<Item = &'i syn::Item>,
        outer: Option<Rc<Frame>>,
        modules: Rc<[String]>,
        block: bool,
    ) -> Self {
        let mut frame = Frame { outer, imports: HashMap::new(), items: HashSet::new(), modules, block };
        for item in items {
            let name = match item {
                syn::Item::Use(item) => {
                    frame.flatten(&item.tree, item.leading_colon.is_some(), &mut Vec::new());
                    continue;
                }
                syn::Item::Fn(item) => &item.sig.ident,
                syn::Item::Struct(item) => &item.ident,
                syn::Item::Enum(item) => &item.ident,
                syn::Item::Union(item) => &item.ident,
                syn::Item::Trait(item) => &item.ident,
                syn::Item::Type(item) => &item.ident,
                syn::Item::Const(item) => &item.ident,
                syn::Item::Static(item) => &item.ident,
                syn::Item::Mod(item) => &item.ident,
                _ => continue,
            };
            frame.items.insert(text(name));
        }
        frame
    }

    fn flatten(&mut self, tree: &syn::UseTree, absolute: bool, prefix: &mut Vec<String>) {
        match tree {
            syn::UseTree::Path(path) => {
                prefix.push(text(&path.ident));
                self.flatten(&path.tree, absolute, prefix);
                prefix.pop();
            }
            syn::UseTree::Name(name) => self.bind(text(&name.ident), None, absolute, prefix),
            syn::UseTree::Rename(rename) => {
                self.bind(text(&rename.ident), Some(text(&rename.rename)), absolute, prefix);
            }
            syn::UseTree::Group(group) => {
                for tree in &group.items {
                    self.flatten(tree, absolute, prefix);
                }
            }
            syn::UseTree::Glob(_) => {}
        }
    }

    fn bind(&mut self, name: String, rename: Option<String>, absolute: bool, prefix: &[String]) {
        let mut path = prefix.to_vec();
        if name != "self" || path.is_empty() {
            path.push(name);
        }
        if let Some(bound) = rename.or_else(|| path.last().cloned()) {
            self.imports.insert(bound, (path, absolute));
        }
    }
}

/// The text of a name, without `r#`.
pub(super) fn text(name: &proc_macro2::Ident) -> String {
    let text = name.to_string();
    text.strip_prefix("r#").map(str::to_owned).unwrap_or(text)
}

/// The canonical path in a file of which no workspace is known: by its own imports alone.
pub(super) fn canonical_without_workspace(segments: &[&str]) -> Option<String> {
    let (first, rest) = segments.split_first()?;
    if matches!(*first, "crate" | "self" | "super" | "Self") {
        return None;
    }
    let known = known::builtin_crate(first).or_else(|| known::prelude(first));
    if known.is_none() && rest.is_empty() {
        return None;
    }
    Some(known::canonical([&[known.unwrap_or(first)], rest].concat().join("::")))
}
