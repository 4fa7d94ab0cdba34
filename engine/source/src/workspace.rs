//! The Cargo workspace, from its manifests; no cargo is started.

mod above;
mod dependencies;
mod detours;
mod features;
mod kept;
mod lock;
mod manifest;
mod members;
mod patches;
pub(crate) mod paths;
mod targets;

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::OnceLock;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, Key};
use crate::change::{Change, ChangeKind, FileChange};
use crate::code::{Problem, ProblemKind};
use crate::tree::Tree;
use above::Above;
use dependencies::Entry;
pub use detours::Detour;
use detours::Strangers;
pub use lock::{Lock, Locked};
use manifest::{Manifest, inherits, text};
use paths::Paths;

/// The packages of a root and what was wrong with their manifests.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Workspace {
    /// The members, sorted by folder; after those of each workspace the packages below its root that they reach by
    /// path and that are no members.
    pub crates: Vec<Crate>,
    /// Manifests that could not be understood.
    pub problems: Vec<Problem>,
}

/// One package.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Crate {
    /// Name of the package.
    pub name: String,
    /// Name of its library in code; `None` without a library.
    pub lib_name: Option<String>,
    /// Folder from the root; empty for the root itself.
    pub dir: String,
    /// Folder of the workspace that it is built in, where `Cargo.lock` lies.
    pub root: String,
    /// Whether it is no member of that workspace, only reached by path: `exclude` leaves it out.
    pub outside: bool,
    /// Path of its manifest.
    pub manifest: String,
    /// Edition, such as 2024.
    pub edition: u16,
    /// What it depends on.
    pub dependencies: Vec<Dependency>,
    /// The crates that it depends on over packages of the tree that are none, as `[patch]` puts them in.
    pub detours: Vec<Detour>,
    /// What its own features switch on, as `[features]` says it, in the order of the names.
    pub features: Vec<Feature>,
    /// What it builds.
    pub targets: Vec<Target>,
}

/// One entry of `[features]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// Its name.
    pub name: String,
    /// What it switches on, as written: `other`, `dep:package`, `package/feature`, `package?/feature`.
    pub enables: Vec<String>,
    /// Line in the manifest.
    pub line: u32,
}

/// One entry of a dependency table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dependency {
    /// The name that code writes, with underscores.
    pub name: String,
    /// The key as it stands in the table.
    pub key: String,
    /// Name of the package.
    pub package: String,
    /// In which table it stands.
    pub kind: DependencyKind,
    /// Whether a feature switches it on.
    pub optional: bool,
    /// Index into the workspace's crates, where it is one of them.
    pub member: Option<usize>,
    /// Line in the manifest.
    pub line: u32,
    /// Version requirement as written.
    pub requirement: Option<String>,
    /// The features that are asked for, with those that the workspace asks for; sorted.
    pub features: Vec<String>,
    /// Whether the default features are asked for.
    pub default_features: bool,
    /// The platform that it is for, as in `[target.…]`.
    pub platform: Option<String>,
    /// Folder from the root where it is given by path, member or not. None where that leads out of the root.
    pub path: Option<String>,
}

/// The table that a dependency stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum DependencyKind {
    /// `[dependencies]`
    Normal,
    /// `[dev-dependencies]`
    Dev,
    /// `[build-dependencies]`
    Build,
}

/// Something that Cargo builds from one root file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Target {
    /// What kind of target.
    pub kind: TargetKind,
    /// Its name, as in the manifest.
    pub name: String,
    /// Path of its root file.
    pub root: String,
}

/// Kinds of targets. The order is the order in which a file that several reach is attributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum TargetKind {
    /// A library, procedural macros included.
    Library,
    /// A binary.
    Binary,
    /// An integration test.
    Test,
    /// A benchmark.
    Bench,
    /// An example.
    Example,
    /// A build script.
    BuildScript,
}

impl Tree {
    /// The same tree, whose packages are found once, however many ask at the same time.
    #[must_use]
    pub fn with_packages_once(self) -> Tree {
        self.with(OnceLock::<Workspace>::new())
    }
}

impl Workspace {
    /// Reads the manifests below a root. Where the root has none, every outermost manifest below it is one of a
    /// workspace, or a package, of its own.
    pub fn read(tree: &Tree) -> Self {
        match tree.has::<OnceLock<Workspace>>() {
            Some(found) => found.get_or_init(|| Workspace::find(tree)).clone(),
            None => Workspace::find(tree),
        }
    }

    /// The same, or what an earlier run found in the same manifests. The tree has these paths, which `id` stands for.
    pub(crate) fn read_or_kept(
        tree: &Tree,
        paths: &Paths<'_>,
        id: &Key,
        cache: &Cache,
        now: SystemTime,
    ) -> Self {
        let find = || kept::find(tree, paths, id, cache, now);
        match tree.has::<OnceLock<Workspace>>() {
            Some(found) => found.get_or_init(find).clone(),
            None => find(),
        }
    }

    fn find(tree: &Tree) -> Self {
        let paths = Paths::of(tree);
        let mut workspace = Workspace::default();
        for root in roots(&paths) {
            match Manifest::read(tree, &root) {
                Ok(root) => workspace.add(tree, &paths, &root),
                Err(problem) => workspace.problems.push(problem),
            }
        }
        workspace.problems.sort();
        workspace.problems.dedup();
        workspace
    }

    /// Those of base and head. Where no manifest differs and the same files are there, they are the same.
    pub fn of_both(change: &Change, base: &Tree) -> (Workspace, Workspace) {
        let head = Workspace::read(&change.head);
        let stays =
            |file: &FileChange| file.kind == ChangeKind::Modified && !members::is_manifest(&file.path);
        let same = head.problems.is_empty() && change.files.iter().all(stays);
        let base = if same { head.clone() } else { Workspace::read(base) };
        (base, head)
    }

    /// The members alone.
    pub fn members(&self) -> impl Iterator<Item = &Crate> {
        self.crates.iter().filter(|krate| !krate.outside)
    }

    fn add(&mut self, tree: &Tree, paths: &Paths, root: &Manifest) {
        let first = self.crates.len();
        let mut local = Vec::new();
        let mut names: HashMap<String, String> = HashMap::new();
        for manifest in members::find(tree, paths, root, &mut self.problems).values() {
            local.extend(self.take(paths, manifest, root, root, &mut names));
        }
        self.add_outsiders(tree, paths, root, &mut local, &mut names);
        let members = (first..).zip(&self.crates[first..]);
        let members: HashMap<String, (usize, Option<String>)> =
            members.map(|(index, member)| (member.dir.clone(), (index, member.lib_name.clone()))).collect();
        let patches = patches::find(tree, paths, root, &mut self.problems);
        for (index, entries) in (first..).zip(local) {
            let link = |entry: Entry| link(&members, &patches, entry);
            self.crates[index].dependencies = entries.into_iter().map(link).collect();
        }
        let by_dir = (first..).zip(&self.crates[first..]).map(|(index, member)| (member.dir.as_str(), index));
        let mut strangers = Strangers::of(tree, paths, by_dir.collect());
        let mut detours: Vec<Vec<Detour>> = Vec::new();
        for krate in &self.crates[first..] {
            let mut found = Vec::new();
            for (index, dependency) in krate.dependencies.iter().enumerate() {
                let dir = dependency.path.as_ref().or_else(|| patches.get(dependency.package.as_str()));
                if let Some(dir) = dir.filter(|_| dependency.member.is_none()) {
                    found.extend(strangers.lead_to(dir, index, &mut self.problems));
                }
            }
            detours.push(found);
        }
        for (krate, found) in self.crates[first..].iter_mut().zip(detours) {
            krate.detours = found;
        }
    }

    /// Takes up a package and gives what it depends on. It is built in the workspace of `root` and inherits from `shared`.
    fn take(
        &mut self,
        paths: &Paths,
        manifest: &Manifest,
        root: &Manifest,
        shared: &Manifest,
        names: &mut HashMap<String, String>,
    ) -> Option<Vec<Entry>> {
        let Some(name) = manifest.package().and_then(|package| text(package, "name")) else {
            self.problems.push(manifest.problem(1, "the package has no name"));
            return None;
        };
        if let Some(twin) = names.get(name) {
            let message = format!("`{twin}` has the name `{name}` too");
            self.problems.push(manifest.problem_of(ProblemKind::Twin, 1, message));
        } else {
            names.insert(name.to_owned(), manifest.path.clone());
        }
        let edition = edition(manifest, shared);
        let targets = targets::find(manifest, name, edition, paths, &mut self.problems);
        let library = targets.iter().find(|target| target.kind == TargetKind::Library);
        self.crates.push(Crate {
            name: name.to_owned(),
            lib_name: library.map(|library| library.name.clone()),
            dir: manifest.dir().to_owned(),
            root: root.dir().to_owned(),
            outside: false,
            manifest: manifest.path.clone(),
            edition,
            dependencies: Vec::new(),
            detours: Vec::new(),
            features: features::find(manifest),
            targets,
        });
        Some(dependencies::entries(manifest, shared, &mut self.problems))
    }

    /// Takes up the packages below the root that members reach by path and that are none. `local` has what the members
    /// depend on.
    fn add_outsiders(
        &mut self,
        tree: &Tree,
        paths: &Paths,
        root: &Manifest,
        local: &mut Vec<Vec<Entry>>,
        names: &mut HashMap<String, String>,
    ) {
        let first = self.crates.len() - local.len();
        let mut known: HashSet<String> = self.crates[first..].iter().map(|krate| krate.dir.clone()).collect();
        let by_path = |entry: &Entry| entry.dependency.path.clone();
        let mut waiting: VecDeque<String> = local.iter().flatten().filter_map(by_path).collect();
        let mut above = Above::of(tree, paths);
        while let Some(dir) = waiting.pop_front() {
            let path = members::manifest_path(&dir);
            // What is not there, or beside the root, is a package from elsewhere.
            let is_ours = paths::is_below(&dir, root.dir()) && paths.contains(&path);
            if !is_ours || !known.insert(dir) {
                continue;
            }
            let manifest = match Manifest::read(tree, &path) {
                Ok(manifest) if manifest.package().is_some() => manifest,
                Ok(manifest) => {
                    self.problems.push(manifest.problem(1, "there is no `[package]`"));
                    continue;
                }
                Err(problem) => {
                    self.problems.push(problem);
                    continue;
                }
            };
            let shared = above.root_of(&manifest);
            let shared = shared.as_deref().unwrap_or(&manifest);
            let Some(entries) = self.take(paths, &manifest, root, shared, names) else { continue };
            if let Some(krate) = self.crates.last_mut() {
                krate.outside = true;
            }
            // Whoever depends on a package does not build its tests.
            let built = entries.iter().filter(|entry| entry.dependency.kind != DependencyKind::Dev);
            waiting.extend(built.filter_map(by_path));
            local.push(entries);
        }
    }
}

/// Finds the member that a dependency means, and the name of its library.
fn link(
    members: &HashMap<String, (usize, Option<String>)>,
    patches: &HashMap<String, String>,
    entry: Entry,
) -> Dependency {
    let mut dependency = entry.dependency;
    let dir = dependency.path.as_ref().or_else(|| patches.get(dependency.package.as_str()));
    let Some((index, library)) = dir.and_then(|dir| members.get(dir)) else { return dependency };
    dependency.member = Some(*index);
    if let Some(name) = library.as_ref().filter(|_| !entry.renamed) {
        dependency.name.clone_from(name);
    }
    dependency
}

fn edition(manifest: &Manifest, root: &Manifest) -> u16 {
    let written = manifest.package().and_then(|package| package.get("edition"));
    let inherited = || root.get(&["workspace", "package", "edition"]);
    let written = written.and_then(|item| if inherits(item) { inherited() } else { Some(item) });
    // Cargo's default for a manifest that says nothing.
    written.and_then(|item| item.as_str()?.parse().ok()).unwrap_or(2015)
}

/// The manifest of the root, else the outermost ones below it.
fn roots(paths: &Paths) -> Vec<String> {
    let mut roots: Vec<String> = Vec::new();
    // By depth, so that the outermost come first.
    let mut manifests: Vec<&str> =
        paths.all().iter().copied().filter(|path| members::is_manifest(path)).collect();
    manifests.sort_by_key(|path| (path.matches('/').count(), *path));
    for path in manifests {
        let dir = paths::folder(path);
        if !roots.iter().any(|root| paths::is_below(dir, paths::folder(root))) {
            roots.push(path.to_owned());
        }
    }
    roots
}
