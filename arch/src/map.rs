//! The crates, the modules and every use of a path, as the rules see them.

use std::collections::{BTreeMap, HashMap};

use source::{Code, Crate, DependencyKind, Reference, TargetKind, Workspace};

use crate::Policy;
use crate::path::{beginnings, join};

/// One side of a change. A place is the path of a module with the package's name in front: `now-playing::stages`.
/// What a binary holds lies below the name of its root file: `now-playing::main::flags`.
pub(crate) struct Map<'a> {
    pub(crate) workspace: &'a Workspace,
    /// Every crate and every module, by place.
    pub(crate) modules: BTreeMap<String, Module>,
    /// The places of what the root files of binaries hold, with the package.
    pub(crate) binaries: BTreeMap<String, String>,
    /// In the order of files and lines.
    pub(crate) uses: Vec<Use<'a>>,
    tests: bool,
}

/// A crate or a module.
pub(crate) struct Module {
    pub(crate) krate: usize,
    /// A file that it is in; for a crate, its manifest.
    pub(crate) file: String,
    /// Whether it belongs to a build script.
    pub(crate) builds: bool,
}

/// A path in the code that means something elsewhere.
pub(crate) struct Use<'a> {
    /// The place that uses it.
    pub(crate) from: String,
    /// What is used: for what is in the workspace, with the package's name in front.
    pub(crate) to: String,
    /// The crate that it is in, where that is in the workspace.
    pub(crate) krate: Option<usize>,
    pub(crate) reference: &'a Reference,
}

impl<'a> Map<'a> {
    pub(crate) fn of(code: &'a Code, policy: &Policy) -> Map<'a> {
        let workspace = &code.workspace;
        let tests = policy.judges_tests();
        let mut map =
            Map { workspace, modules: BTreeMap::new(), binaries: BTreeMap::new(), uses: Vec::new(), tests };
        for (index, krate) in workspace.crates.iter().enumerate() {
            map.module(&krate.name, || Module { krate: index, file: krate.manifest.clone(), builds: false });
        }
        let mut roots = HashMap::new();
        for file in code.files() {
            let Some(place) = &file.place else { continue };
            let krate = &workspace.crates[place.krate];
            let root = root(krate, place.target, &file.path);
            if place.target == TargetKind::Binary {
                map.binaries.insert(root.clone(), krate.name.clone());
            }
            if tests || !place.is_test() {
                let builds = place.target == TargetKind::BuildScript;
                let module = || Module { krate: place.krate, file: file.path.clone(), builds };
                map.module(&place.module.iter().fold(root.clone(), |above, name| join(&above, name)), module);
            }
            roots.insert(file.path.as_str(), root);
        }
        let members = Members::of(workspace);
        for reference in code.names().references() {
            if reference.in_test && !tests {
                continue;
            }
            let krate = &workspace.crates[reference.krate];
            let root = roots.get(reference.file.as_str()).cloned().unwrap_or_else(|| krate.name.clone());
            let from = reference.module.iter().fold(root, |above, name| join(&above, name));
            // Modules that are written inline have no file of their own.
            map.module(&from, || Module {
                krate: reference.krate,
                file: reference.file.clone(),
                builds: false,
            });
            let (to, krate) = members.place(reference);
            map.uses.push(Use { from, to, krate, reference });
        }
        map
    }

    /// Adds a module and those above it.
    fn module(&mut self, place: &str, module: impl Fn() -> Module) {
        for above in beginnings(place) {
            if !self.modules.contains_key(above) {
                self.modules.insert(above.to_owned(), module());
            }
        }
    }

    /// The module that a path leads to, or that holds what it leads to.
    pub(crate) fn module_of<'p>(&self, path: &'p str) -> &'p str {
        beginnings(path).take_while(|beginning| self.modules.contains_key(*beginning)).last().unwrap_or(path)
    }

    /// The item that a path leads to: of `redb::Database::open` it is `redb::Database`.
    pub(crate) fn item_of<'p>(&self, path: &'p str) -> &'p str {
        let module = self.module_of(path);
        if module != path {
            return beginnings(path).find(|beginning| beginning.len() > module.len()).unwrap_or(path);
        }
        let is_type = |beginning: &&str| {
            let name = beginning.rsplit("::").next().unwrap_or_default();
            name.starts_with(char::is_uppercase)
        };
        beginnings(path).find(is_type).unwrap_or(path)
    }

    /// What a crate depends on, as far as the rules look: without dev-dependencies unless tests are judged.
    pub(crate) fn dependencies(&self, krate: usize) -> impl Iterator<Item = &'a source::Dependency> {
        let tests = self.tests;
        let dependencies = self.workspace.crates[krate].dependencies.iter();
        dependencies.filter(move |dependency| tests || dependency.kind != DependencyKind::Dev)
    }
}

/// What the code of a target lies below.
fn root(krate: &Crate, kind: TargetKind, file: &str) -> String {
    let folder = match kind {
        TargetKind::Library => return krate.name.clone(),
        TargetKind::BuildScript => return join(&krate.name, "build"),
        TargetKind::Test => "tests",
        TargetKind::Bench => "benches",
        TargetKind::Example => "examples",
        TargetKind::Binary => return join(&krate.name, &binary(krate, file)),
    };
    join(&krate.name, folder)
}

/// The name of the root file of the binary that a file belongs to: `main`, or the name of a file in `src/bin`.
fn binary(krate: &Crate, file: &str) -> String {
    let roots = || krate.targets.iter().filter(|target| target.kind == TargetKind::Binary);
    let shared =
        |root: &str| root.split('/').zip(file.split('/')).take_while(|(one, other)| one == other).count();
    let root = roots()
        .find(|target| target.root == file)
        .or_else(|| roots().max_by_key(|target| (shared(&target.root), std::cmp::Reverse(&target.root))));
    let Some(root) = root else { return "main".to_owned() };
    let mut parts = root.root.rsplit('/');
    let stem = parts.next().unwrap_or_default().trim_end_matches(".rs");
    let folder = parts.next().unwrap_or_default();
    let name = if stem == "main" && parts.next() == Some("bin") { folder } else { stem };
    name.replace('-', "_")
}

/// The crates of the workspace by the names of their libraries.
struct Members<'a> {
    workspace: &'a Workspace,
    by_library: HashMap<&'a str, Vec<usize>>,
}

impl<'a> Members<'a> {
    fn of(workspace: &'a Workspace) -> Self {
        let mut by_library: HashMap<&str, Vec<usize>> = HashMap::new();
        for (index, krate) in workspace.crates.iter().enumerate() {
            for name in krate.lib_name.iter() {
                by_library.entry(name).or_default().push(index);
            }
        }
        Members { workspace, by_library }
    }

    /// What a reference means as a place, and the crate of the workspace that it is in.
    fn place(&self, reference: &Reference) -> (String, Option<usize>) {
        let canonical = reference.canonical.as_str();
        let (first, rest) = canonical.split_at(canonical.find("::").unwrap_or(canonical.len()));
        let twins = self.by_library.get(first).map(Vec::as_slice).unwrap_or_default();
        let depends = |krate: &usize| {
            *krate == reference.krate
                || self.workspace.crates[reference.krate]
                    .dependencies
                    .iter()
                    .any(|dependency| dependency.member == Some(*krate))
        };
        match twins.iter().find(|krate| depends(krate)).or(twins.first()) {
            Some(krate) => (format!("{}{rest}", self.workspace.crates[*krate].name), Some(*krate)),
            None => (canonical.to_owned(), None),
        }
    }
}
