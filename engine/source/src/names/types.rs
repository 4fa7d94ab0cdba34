//! What the code of the workspace says of the types of fields, functions, constants and statics.

use crate::hashed::HashMap;

use super::Names;
use super::asked::Wanted;
use super::table::{Base, Guess, Query};
use crate::code::{Forest, Mount, TypeFact};

/// Where the modules of a tree begin.
#[derive(Debug, Default)]
pub(super) struct Beginnings {
    /// The nodes of the roots by the name that a crate has in paths.
    roots: HashMap<String, Vec<u32>>,
    /// The mounts of each file, by their index.
    mounts: HashMap<u32, Vec<u32>>,
}

impl Beginnings {
    fn of(forest: &Forest) -> Self {
        let mut beginnings = Beginnings::default();
        for root in forest.roots.iter().filter(|root| root.krate.is_some()) {
            beginnings.roots.entry(root.name.clone()).or_default().push(root.node);
        }
        for (mount, index) in forest.mounts.iter().zip(0..) {
            beginnings.mounts.entry(mount.file).or_default().push(index);
        }
        beginnings
    }
}

impl Names {
    /// The type of what has a canonical path, with canonical paths in it that begin with `::`. None where nobody says it, or
    /// where a `cfg` decides between several.
    pub(super) fn type_of(&self, path: &[&str], wanted: Wanted) -> Option<String> {
        let (name, around) = path.split_last()?;
        let of_module = (wanted == Wanted::Value).then(|| self.said(around, None, name, wanted)).flatten();
        of_module.or_else(|| {
            let (owner, module) = around.split_last()?;
            self.said(module, Some(owner), name, wanted)
        })
    }

    /// Every struct by its canonical path with the type of a field, written as [`Asking::field`](super::Asking::field) does,
    /// for each of its fields whose type says something.
    pub fn fields(&self) -> impl Iterator<Item = (String, String)> {
        self.facts.read_all();
        self.forest.mounts.iter().flat_map(move |mount| {
            let facts = &self.facts[mount.file as usize];
            facts.types.iter().filter(|said| said.is_field).filter_map(move |said| {
                let node = mount.node(said.scope);
                let around = self.table.symbols.display(self.table.places.get(node as usize)?.path);
                let owner = facts.name(said.owner?);
                let module: Vec<&str> = around.split("::").collect();
                let ty = self.meant(node, facts.name(said.text), &module, Some(owner));
                Some((format!("{around}::{owner}"), ty))
            })
        })
    }

    /// Whether a name is that of a crate of the workspace.
    pub(super) fn is_own_crate(&self, name: &str) -> bool {
        self.beginnings().roots.contains_key(name)
    }

    fn said(&self, module: &[&str], owner: Option<&str>, name: &str, wanted: Wanted) -> Option<String> {
        let is_field = wanted == Wanted::Field;
        self.modules_at(module).into_iter().find_map(|node| {
            let mount = self.mount_of(node)?;
            let of_type = self.facts[mount.file as usize].types_of(owner, name, is_field);
            // An implementation may stand elsewhere in the file.
            let is_here = |said: &&TypeFact| owner.is_some() && !is_field || mount.node(said.scope) == node;
            let mut meant = of_type.iter().filter(is_here).map(|said| {
                let text = self.facts[mount.file as usize].name(said.text);
                self.meant(mount.node(said.scope), text, module, owner)
            });
            let first = meant.next()?;
            meant.all(|other| other == first).then_some(first)
        })
    }

    /// The text of a type with what its names mean in a place.
    fn meant(&self, node: u32, text: &str, module: &[&str], owner: Option<&str>) -> String {
        let is_name = |letter: char| letter.is_alphanumeric() || matches!(letter, '_' | ':');
        let mut meant = String::new();
        let mut rest = text;
        while let Some(end) = rest.find(is_name) {
            meant.push_str(&rest[..end]);
            rest = &rest[end..];
            let (path, behind) = rest.split_at(rest.find(|letter| !is_name(letter)).unwrap_or(rest.len()));
            match path {
                "Self" => {
                    let steps = module.iter().copied().chain(owner);
                    steps.for_each(|step| meant.extend(["::", step]));
                }
                _ => meant.push_str(&self.path_meant(node, path)),
            }
            rest = behind;
        }
        meant + rest
    }

    fn path_meant(&self, node: u32, path: &str) -> String {
        let segments: Vec<&str> = path.trim_start_matches("::").split("::").collect();
        let absolute = path.starts_with("::");
        let query = Query { node, segments: &segments, absolute, is_use: false, is_macro: false };
        let found = self.table.find(query, Guess::Leaf, &mut |_, _| {});
        match found.into_iter().find(|found| !found.mention) {
            Some(found) => {
                let canonical = self.table.display(found, &segments);
                if canonical.contains("::") { format!("::{canonical}") } else { canonical }
            }
            None => path.to_owned(),
        }
    }

    fn modules_at(&self, path: &[&str]) -> Vec<u32> {
        let Some((krate, inner)) = path.split_first() else { return Vec::new() };
        let roots = self.beginnings().roots.get(*krate).map(Vec::as_slice).unwrap_or_default();
        let segments: Vec<&str> = std::iter::once("crate").chain(inner.iter().copied()).collect();
        let below = |root: &u32| {
            let query =
                Query { node: *root, segments: &segments, absolute: false, is_use: false, is_macro: false };
            let found = self.table.find(query, Guess::Nothing, &mut |_, _| {});
            found.into_iter().find_map(|found| match found.base {
                Base::Node(node) if found.used == segments.len() => Some(node),
                _ => None,
            })
        };
        roots.iter().filter_map(below).collect()
    }

    /// The mount that a module's items come from.
    pub(super) fn mount_of(&self, node: u32) -> Option<Mount> {
        let file = self.forest.nodes.get(node as usize)?.file;
        let mut mounts =
            self.beginnings().mounts.get(&file)?.iter().map(|index| self.forest.mounts[*index as usize]);
        let scopes = self.facts[file as usize].scopes.len().max(1) as u32;
        let has =
            |mount: &Mount| node == mount.top || (mount.first..mount.first + scopes - 1).contains(&node);
        mounts.find(has)
    }

    fn beginnings(&self) -> &Beginnings {
        self.beginnings.get_or_init(|| Beginnings::of(&self.forest))
    }
}
