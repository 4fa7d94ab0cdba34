//! The crates, the modules and every use of a path, as the rules see them.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use foldhash::fast::RandomState;
use source::{
    Code, Crate, Dependency, DependencyKind, Detour, Item, Module, Names, Reference, TargetKind, Workspace,
};

use crate::evidence::quoted;
use crate::path::{Pattern, beginnings, join};
use crate::{Error, Policy};

/// One side of a change. A place is the path of a module with the package's name in front: `now-playing::stages`.
/// What a binary holds lies below the name of its root file: `now-playing::main::flags`.
pub(crate) struct Map<'a> {
    pub(crate) workspace: &'a Workspace,
    pub(crate) names: &'a Names,
    /// Every crate and every module, by place.
    pub(crate) modules: BTreeMap<Arc<str>, Home>,
    /// The places of what the root files of binaries hold, with the package.
    pub(crate) binaries: BTreeMap<Arc<str>, &'a str>,
    /// By the index of a module: its place; none for what no target reaches.
    pub(crate) by_module: Vec<Option<Arc<str>>>,
    /// In the order of files and lines.
    pub(crate) uses: Vec<Use<'a>>,
    /// What the uses mean. The same may be there several times, and is there far less often than it is used.
    pub(crate) meanings: Vec<Meaning<'a>>,
    /// Which modules use which, in the order of their first uses. The same two may be there several times.
    pub(crate) pairs: Vec<Pair>,
    tests: bool,
}

/// Where a crate or a module is at home.
pub(crate) struct Home {
    pub(crate) krate: usize,
    /// The file that it is in; for a crate, its manifest.
    pub(crate) file: Arc<str>,
    /// Whether it belongs to a build script.
    pub(crate) builds: bool,
}

/// A path in the code that means something elsewhere.
pub(crate) struct Use<'a> {
    pub(crate) reference: &'a Reference,
    /// Index into the meanings.
    pub(crate) meaning: usize,
}

/// What a path means.
pub(crate) struct Meaning<'a> {
    /// For what is in the workspace, with the place of its module in front.
    pub(crate) to: Cow<'a, str>,
    /// The same as code writes it, with the name of the library.
    pub(crate) canonical: &'a str,
    /// The crate and the module that have it, where they are in the workspace.
    pub(crate) home: Option<(usize, Arc<str>)>,
}

/// That a module uses another one.
pub(crate) struct Pair {
    /// Index of a module.
    pub(crate) from: usize,
    /// Index of a module.
    pub(crate) to: usize,
    /// Index of the first use.
    pub(crate) first: usize,
    /// How many uses there are.
    pub(crate) count: usize,
}

/// That a crate needs a member, by a line of its manifest.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Need<'a> {
    pub(crate) dependency: &'a Dependency,
    pub(crate) member: usize,
    /// The manifests in between, of packages that are no members.
    pub(crate) through: &'a [String],
}

impl Need<'_> {
    /// What lies in between, as the end of a sentence.
    pub(crate) fn over(&self) -> Option<String> {
        let manifests: Vec<&str> = self.through.iter().map(String::as_str).collect();
        let are = if manifests.len() == 1 { "is no member" } else { "are no members" };
        (!manifests.is_empty())
            .then(|| format!(", over {}, which {are} of the workspace", quoted(&manifests)))
    }
}

/// The members that a crate needs, itself or over packages of the tree that are no members: what these depend on is
/// built with it.
pub(crate) fn all_needs<'a>(krate: &'a Crate) -> impl Iterator<Item = Need<'a>> {
    let direct = krate
        .dependencies
        .iter()
        .filter_map(|dependency| Some(Need { dependency, member: dependency.member?, through: &[] }));
    let over = |detour: &'a Detour| Need {
        dependency: &krate.dependencies[detour.dependency],
        member: detour.member,
        through: &detour.through,
    };
    direct.chain(krate.detours.iter().map(over))
}

impl<'a> Map<'a> {
    pub(crate) fn of(code: &'a Code, policy: &Policy) -> Map<'a> {
        let workspace = &code.workspace;
        let mut map = Map {
            workspace,
            names: code.names(),
            modules: BTreeMap::new(),
            binaries: BTreeMap::new(),
            by_module: Vec::new(),
            uses: Vec::new(),
            meanings: Vec::new(),
            pairs: Vec::new(),
            tests: policy.judges_tests(),
        };
        for (index, krate) in workspace.crates.iter().enumerate() {
            let home = Home { krate: index, file: krate.manifest.as_str().into(), builds: false };
            map.modules.insert(krate.name.as_str().into(), home);
        }
        let modules = code.names().modules();
        map.by_module = map.place(modules);
        map.read(code.names().references(), modules);
        map
    }

    /// Takes in the references, as far as the rules look.
    fn read(&mut self, references: &'a [Reference], modules: &'a [Module]) {
        // Equal texts are mostly one text, which is cheaper to look up by where it lies.
        let mut known: HashMap<(*const u8, Option<usize>), usize, RandomState> = HashMap::default();
        // By the module that is used: which used it last, and the pair that the two are. Uses stand in the order of files.
        let mut last: Vec<(usize, usize)> = vec![(usize::MAX, 0); modules.len()];
        self.uses.reserve(references.len());
        for reference in references {
            let is_placed = self.by_module.get(reference.from).is_some_and(Option::is_some);
            if !is_placed || (reference.in_test && !self.tests) {
                continue;
            }
            let text = (reference.canonical.as_ptr(), reference.to);
            let meaning = *known.entry(text).or_insert_with(|| {
                self.meanings.push(meaning(reference, modules, &self.by_module));
                self.meanings.len() - 1
            });
            let index = self.uses.len();
            self.uses.push(Use { reference, meaning });
            let Some(to) = reference.to else { continue };
            match last[to] {
                (from, pair) if from == reference.from => self.pairs[pair].count += 1,
                _ => {
                    last[to] = (reference.from, self.pairs.len());
                    self.pairs.push(Pair { from: reference.from, to, first: index, count: 1 });
                }
            }
        }
    }

    /// The place that has a use.
    pub(crate) fn user(&self, used: &Use<'_>) -> &str {
        self.by_module[used.reference.from].as_deref().unwrap_or_default()
    }

    /// What is used.
    pub(crate) fn meaning(&self, used: &Use<'_>) -> &Meaning<'a> {
        &self.meanings[used.meaning]
    }

    /// Gives every module its place; none for what no target reaches.
    fn place(&mut self, modules: &[Module]) -> Vec<Option<Arc<str>>> {
        let mut places: Vec<Option<Arc<str>>> = Vec::with_capacity(modules.len());
        for module in modules {
            let above = module.parent.and_then(|parent| places[parent].as_deref());
            let place = module.krate.and_then(|krate| {
                let package = &self.workspace.crates[krate];
                match (module.parent, above, module.path.last()) {
                    (Some(_), Some(above), Some(name)) => Some(join(above, name)),
                    (None, ..) => Some(root(package, module)),
                    _ => None,
                }
            });
            let place: Option<Arc<str>> = place.map(Arc::from);
            if let (Some(place), Some(krate)) = (&place, module.krate.filter(|_| self.tests || !module.test))
            {
                let builds = module.target == TargetKind::BuildScript;
                let home = Home { krate, file: module.file.clone(), builds };
                self.modules.entry(place.clone()).or_insert(home);
                if module.parent.is_none() && module.target == TargetKind::Binary {
                    self.binaries.insert(place.clone(), &self.workspace.crates[krate].name);
                }
            }
            places.push(place);
        }
        places
    }

    /// Whether a pattern names any crate or module.
    pub(crate) fn has_place(&self, pattern: &Pattern) -> bool {
        self.modules.keys().any(|place| pattern.names(place))
    }

    /// Whether code for tests is looked at.
    pub(crate) fn judges_tests(&self) -> bool {
        self.tests
    }

    /// Every crate and every module, those above before those below.
    pub(crate) fn places(&self) -> impl Iterator<Item = (&str, &Home)> {
        self.modules.iter().map(|(place, home)| (&**place, home))
    }

    /// Everything that is declared, by the place of the module that it is in, as far as the rules look.
    pub(crate) fn items(&self) -> impl Iterator<Item = (&Arc<str>, Item<'a>)> {
        let tests = self.tests;
        let placed = |item: Item<'a>| Some((self.by_module[item.module()?].as_ref()?, item));
        self.names.items().filter_map(placed).filter(move |(_, item)| tests || !item.in_test())
    }

    /// Reads patterns of items. What the workspace re-exports is meant where it is defined.
    pub(crate) fn canonical_patterns(&self, texts: &[String]) -> Result<Vec<Pattern>, Error> {
        let mut patterns = Pattern::read_all(texts)?;
        let defined = texts.iter().filter_map(|text| self.names.canonical(text));
        patterns.extend(defined.map(|path| Pattern::read(&path)).collect::<Result<Vec<_>, _>>()?);
        Ok(patterns)
    }

    /// The members that a crate needs, as far as the rules look: without dev-dependencies unless tests are judged.
    pub(crate) fn needs(&self, krate: usize) -> impl Iterator<Item = Need<'a>> + use<'a> {
        let tests = self.tests;
        let needs = all_needs(&self.workspace.crates[krate]);
        needs.filter(move |need| tests || need.dependency.kind != DependencyKind::Dev)
    }

    /// Whether a dependency is no member, as rules about packages from elsewhere count.
    pub(crate) fn is_from_elsewhere(&self, dependency: &Dependency) -> bool {
        dependency.member.is_none_or(|to| self.workspace.crates[to].outside)
    }

    /// What a crate depends on, as far as the rules look: without dev-dependencies unless tests are judged.
    pub(crate) fn dependencies(&self, krate: usize) -> impl Iterator<Item = &'a Dependency> + use<'a> {
        let tests = self.tests;
        let dependencies = self.workspace.crates[krate].dependencies.iter();
        dependencies.filter(move |dependency| tests || dependency.kind != DependencyKind::Dev)
    }
}

/// What a reference means.
fn meaning<'a>(reference: &'a Reference, modules: &'a [Module], places: &[Option<Arc<str>>]) -> Meaning<'a> {
    let canonical = &*reference.canonical;
    let home = reference.to.and_then(|to| Some((modules[to].krate?, places[to].clone()?)));
    let to = match (&home, reference.to) {
        (Some((_, place)), Some(to)) => {
            let rest = canonical.strip_prefix(&*modules[to].canonical).unwrap_or_default();
            let is_same = place.len() + rest.len() == canonical.len() && canonical.starts_with(&**place);
            if is_same { Cow::Borrowed(canonical) } else { Cow::Owned(format!("{place}{rest}")) }
        }
        _ => Cow::Borrowed(canonical),
    };
    Meaning { to, canonical, home }
}

impl Meaning<'_> {
    /// The item that is used: of `redb::Database::open` it is `redb::Database`.
    pub(crate) fn item(&self) -> &str {
        let is_type = |beginning: &&str| {
            let name = beginning.rsplit("::").next().unwrap_or_default();
            name.starts_with(char::is_uppercase)
        };
        let item = match &self.home {
            Some((_, module)) => beginnings(&self.to).find(|beginning| beginning.len() > module.len()),
            None => beginnings(&self.to).find(is_type),
        };
        item.unwrap_or(&self.to)
    }
}

/// The place of what the root file of a target holds.
fn root(krate: &Crate, module: &Module) -> String {
    let mut parts = module.file.rsplit('/');
    let stem = parts.next().unwrap_or_default().trim_end_matches(".rs");
    let below = match module.target {
        TargetKind::Library => return krate.name.clone(),
        TargetKind::BuildScript => "build",
        TargetKind::Test => "tests",
        TargetKind::Bench => "benches",
        TargetKind::Example => "examples",
        // `src/bin/seed.rs` and `src/bin/seed/main.rs` are both called `seed`.
        TargetKind::Binary => match (parts.next(), parts.next()) {
            (Some(folder), Some("bin")) if stem == "main" => folder,
            _ => stem,
        },
    };
    join(&krate.name, &below.replace('-', "_"))
}
