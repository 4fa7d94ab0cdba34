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
    /// What globs open, and whether that begins with `::`.
    globs: Vec<(Vec<String>, bool)>,
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
        if frame.imports.is_empty() && frame.items.is_empty() && frame.globs.is_empty() {
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

    /// What a path means by the imports of the blocks around, and by those of the module where `with_module`. `None` where it
    /// is an item of a block, which has no path.
    pub(super) fn unfold(
        &self,
        segments: Vec<String>,
        absolute: bool,
        with_module: bool,
    ) -> Option<Unfolded> {
        let mut unfolded = Unfolded { segments, absolute, by_glob: Vec::new() };
        let mut frame = Some(&self.frame);
        while let Some(current) = frame.filter(|frame| frame.block || with_module) {
            let bound = current.follow(&mut unfolded);
            if unfolded.by_glob.len() < MAX_GLOBS && !bound && !unfolded.absolute {
                for (path, absolute) in &current.globs {
                    let mut opened =
                        Unfolded { segments: path.clone(), absolute: *absolute, by_glob: Vec::new() };
                    let mut around = Some(current);
                    while let Some(outer) = around.filter(|frame| frame.block || with_module) {
                        outer.follow(&mut opened);
                        around = outer.outer.as_ref();
                    }
                    opened.segments.extend(unfolded.segments.iter().cloned());
                    unfolded.by_glob.push((opened.segments, opened.absolute));
                }
            }
            if current.block && !unfolded.absolute && current.items.contains(unfolded.segments.first()?) {
                return None;
            }
            frame = current.outer.as_ref();
        }
        Some(unfolded)
    }
}

/// A path as it is to be looked up in the module around.
pub(super) struct Unfolded {
    /// With the first segment replaced by what an import of a block says that it means.
    pub(super) segments: Vec<String>,
    /// Whether it begins with `::`.
    pub(super) absolute: bool,
    /// What it is if a glob of a block has brought its first segment, the innermost first, and whether that begins with `::`.
    pub(super) by_glob: Vec<(Vec<String>, bool)>,
}

/// How many globs of blocks are asked for one name.
const MAX_GLOBS: usize = 16;

impl Frame {
    /// Replaces the first segment by what imports say that it means; gives whether one does.
    fn follow(&self, path: &mut Unfolded) -> bool {
        let mut bound = false;
        // An import may begin with the name of another; a circle of them ends with their number.
        for _ in 0..=self.imports.len() {
            let import =
                path.segments.first().filter(|_| !path.absolute).and_then(|first| self.imports.get(first));
            let Some((meant, from_root)) = import else { break };
            let same = meant.first() == path.segments.first();
            path.segments.splice(0..1, meant.iter().cloned());
            path.absolute = *from_root;
            bound = true;
            if same {
                break;
            }
        }
        bound
    }

    fn of<'i>(
        items: impl IntoIterator<Item = &'i syn::Item>,
        outer: Option<Rc<Frame>>,
        modules: Rc<[String]>,
        block: bool,
    ) -> Self {
        let mut frame = Frame { outer, modules, block, ..Frame::default() };
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
            syn::UseTree::Glob(_) => self.globs.push((prefix.clone(), absolute)),
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
