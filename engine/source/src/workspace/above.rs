//! The workspace whose folder a package lies in, from which it inherits.

use std::collections::HashMap;
use std::rc::Rc;

use super::manifest::Manifest;
use super::members::manifest_path;
use super::paths::{self, Paths};
use crate::tree::Tree;

/// The manifests above packages, each read once.
pub(super) struct Above<'a> {
    tree: &'a Tree,
    paths: &'a Paths<'a>,
    /// By folder; none where there is no root of a workspace.
    roots: HashMap<String, Option<Rc<Manifest>>>,
}

impl<'a> Above<'a> {
    pub(super) fn of(tree: &'a Tree, paths: &'a Paths<'a>) -> Self {
        Above { tree, paths, roots: HashMap::new() }
    }

    /// The root of the workspace that a package belongs to, where it is another one: what is inherited stands there.
    pub(super) fn root_of(&mut self, manifest: &Manifest) -> Option<Rc<Manifest>> {
        if manifest.is_workspace_root() {
            return None;
        }
        let mut dir = manifest.dir();
        while !dir.is_empty() {
            dir = paths::folder(dir);
            if let Some(root) = self.root_in(dir) {
                return Some(root);
            }
        }
        None
    }

    fn root_in(&mut self, dir: &str) -> Option<Rc<Manifest>> {
        if let Some(known) = self.roots.get(dir) {
            return known.clone();
        }
        let path = manifest_path(dir);
        let manifest = self.paths.contains(&path).then(|| Manifest::read(self.tree, &path).ok()).flatten();
        let root = manifest.filter(Manifest::is_workspace_root).map(Rc::new);
        self.roots.insert(dir.to_owned(), root.clone());
        root
    }
}
