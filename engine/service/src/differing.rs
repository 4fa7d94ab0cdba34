//! Protos of a tree as far as they differ from another tree's: what both have alike is compiled once.

use std::collections::{BTreeMap, BTreeSet};

use prost_reflect::DescriptorPool;
use source::Tree;

use crate::compile::{compile_named, names, parse};
use crate::parallel::beside_each_other;
use crate::{DescriptorSet, Protos};

/// Which protos of a tree another one has with the same text.
#[derive(Clone, Debug, Default)]
pub struct Alike {
    /// The path of every proto of the tree, by the name that imports use.
    paths: BTreeMap<String, String>,
    /// Names with the same text on both sides.
    alike: BTreeSet<String>,
    /// Names that one of the two has and the other has not, or not with the same text.
    apart: BTreeSet<String>,
    /// Whether two files of a tree have the same name, so that it says less than it should.
    is_unclear: bool,
}

impl Alike {
    /// Compares the protos below the roots of both trees. `is_same` says of two paths, the tree's and the other's, whether
    /// their texts are known to be the same; where it cannot say, the texts are read.
    pub fn of(
        (tree, roots): (&Tree, &[String]),
        (other, others): (&Tree, &[String]),
        is_same: impl Fn(&str, &str) -> Option<bool> + Sync,
    ) -> Alike {
        let mut errors = Vec::new();
        let paths = names(tree, roots, &mut errors);
        let theirs = names(other, others, &mut errors);
        let both: Vec<(&String, &String, &String)> =
            paths.iter().filter_map(|(name, path)| Some((name, path, theirs.get(name)?))).collect();
        let same = beside_each_other(&both, |(_, path, their)| {
            let read = || tree.read(path).is_ok_and(|bytes| Ok(bytes) == other.read(their));
            is_same(path, their).unwrap_or_else(read)
        });
        let alike: BTreeSet<String> =
            both.iter().zip(same).filter(|(_, same)| *same).map(|((name, ..), _)| (*name).clone()).collect();
        let apart =
            paths.keys().chain(theirs.keys()).filter(|name| !alike.contains(*name)).cloned().collect();
        Alike { alike, apart, is_unclear: !errors.is_empty(), paths }
    }

    /// Whether it is worth while to leave out what is alike.
    pub fn are_most(&self) -> bool {
        !self.is_unclear && self.alike.len() > self.apart.len()
    }

    /// Compiles the tree's protos that differ from the other's, those that import them, directly or not, and what any of
    /// those needs. What is left out has the same text on both sides, and everything that it imports has.
    ///
    /// None where that cannot be said: something does not compile on either side, or is written in an edition.
    pub fn compile_others(&self, tree: &Tree, other: &Protos) -> Option<Protos> {
        let is_plain =
            |protos: &Protos| protos.errors.is_empty() && protos.features == crate::Features::default();
        if self.is_unclear || !is_plain(other) {
            return None;
        }
        let imports = self.imports(tree, &other.pool)?;
        let importers = importers(&imports);
        let mut wanted: BTreeSet<&str> = self.apart.iter().map(String::as_str).collect();
        spread(&mut wanted, &importers);
        spread(&mut wanted, &imports);
        let paths = self.paths.iter().filter(|(name, _)| wanted.contains(name.as_str()));
        let paths: BTreeMap<String, String> =
            paths.map(|(name, path)| (name.clone(), path.clone())).collect();
        let protos = compile_named(tree, paths, Vec::new(), &DescriptorSet::default());
        is_plain(&protos).then_some(protos)
    }

    /// What every proto of the tree imports. What is alike imports what it imports in the other tree.
    fn imports(&self, tree: &Tree, other: &DescriptorPool) -> Option<BTreeMap<&str, Vec<String>>> {
        let of_pool =
            |name: &str| Some(other.get_file_by_name(name)?.file_descriptor_proto().dependency.clone());
        let of_text = |name: &str, path: &str| Some(parse(tree, name, path).ok()?.dependency);
        let each = self.paths.iter().map(|(name, path)| {
            let imports = if self.alike.contains(name) { of_pool(name) } else { of_text(name, path) };
            Some((name.as_str(), imports?))
        });
        each.collect()
    }
}

/// Who imports a file, by its name.
fn importers<'a>(imports: &'a BTreeMap<&'a str, Vec<String>>) -> BTreeMap<&'a str, Vec<&'a str>> {
    let mut importers: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, imports) in imports {
        for import in imports {
            importers.entry(import).or_default().push(name);
        }
    }
    importers
}

/// Adds everything that is reached.
fn spread<'a, N: AsRef<str>>(found: &mut BTreeSet<&'a str>, edges: &'a BTreeMap<&'a str, Vec<N>>) {
    let mut open: Vec<&str> = found.iter().copied().collect();
    while let Some(name) = open.pop() {
        for next in edges.get(name).into_iter().flatten().map(AsRef::as_ref) {
            if found.insert(next) {
                open.push(next);
            }
        }
    }
}
