//! How crates reach crates over packages that are none: what `[patch]` puts in may depend on a member again.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};

use super::above::Above;
use super::manifest::Manifest;
use super::members::manifest_path;
use super::paths::Paths;
use super::{DependencyKind, dependencies};
use crate::code::Problem;
use crate::tree::Tree;

/// A crate that another depends on over packages of the tree that are none of the workspace's.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Detour {
    /// Index into the dependencies: the one that leads there.
    pub dependency: usize,
    /// Index into the workspace's crates: the member at the end.
    pub member: usize,
    /// The manifests between the two, in their order.
    pub through: Vec<String>,
}

/// The packages of one workspace that are no members, as far as something leads to them.
pub(super) struct Strangers<'a> {
    tree: &'a Tree,
    paths: &'a Paths<'a>,
    above: Above<'a>,
    /// By folder: the crates.
    members: HashMap<&'a str, usize>,
    /// By folder: the folders that a package depends on by path.
    needs: BTreeMap<String, Vec<String>>,
}

impl<'a> Strangers<'a> {
    pub(super) fn of(tree: &'a Tree, paths: &'a Paths<'a>, members: HashMap<&'a str, usize>) -> Self {
        Strangers { tree, paths, above: Above::of(tree, paths), members, needs: BTreeMap::new() }
    }

    /// The members that a package in this folder leads to, which is no member itself, each by a shortest way.
    pub(super) fn lead_to(
        &mut self,
        dir: &str,
        dependency: usize,
        problems: &mut Vec<Problem>,
    ) -> Vec<Detour> {
        let mut found: BTreeMap<usize, Detour> = BTreeMap::new();
        let mut seen = HashSet::from([dir.to_owned()]);
        let mut waiting = VecDeque::from([(dir.to_owned(), vec![manifest_path(dir)])]);
        while let Some((dir, through)) = waiting.pop_front() {
            for next in self.needs(&dir, problems) {
                if let Some(&member) = self.members.get(next.as_str()) {
                    found.entry(member).or_insert_with(|| Detour {
                        dependency,
                        member,
                        through: through.clone(),
                    });
                } else if seen.insert(next.clone()) {
                    let mut through = through.clone();
                    through.push(manifest_path(&next));
                    waiting.push_back((next, through));
                }
            }
        }
        found.into_values().collect()
    }

    /// The folders that a package depends on by path; whoever depends on it does not build its tests.
    fn needs(&mut self, dir: &str, problems: &mut Vec<Problem>) -> Vec<String> {
        if let Some(known) = self.needs.get(dir) {
            return known.clone();
        }
        let path = manifest_path(dir);
        let mut folders = Vec::new();
        // A package of another repository is none of the tree.
        if self.paths.contains(&path) {
            match Manifest::read(self.tree, &path) {
                Ok(manifest) => {
                    let shared = self.above.root_of(&manifest);
                    let root = shared.as_deref().unwrap_or(&manifest);
                    let entries = dependencies::entries(&manifest, root, &mut Vec::new());
                    let built =
                        entries.into_iter().filter(|entry| entry.dependency.kind != DependencyKind::Dev);
                    folders.extend(built.filter_map(|entry| entry.dependency.path));
                }
                Err(problem) => problems.push(problem),
            }
        }
        self.needs.insert(dir.to_owned(), folders.clone());
        folders
    }
}
