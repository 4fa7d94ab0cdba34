//! The house rules of a policy, made ready: all patterns of a kind in one matcher.

use std::collections::{BTreeMap, HashMap, HashSet};

use findings::{Finding, Rule};
use source::{Code, DependencyKind, Names, Notes, Place};

use super::decided::{Each, HouseRule, Kind, TestCode};
use super::pattern::{self, Globs};
use super::rule::{self, named};
use super::set::{Gathered, Set};

/// What a pattern belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Belongs {
    /// Index into the rules.
    pub(super) rule: usize,
    /// Whether what it matches is forbidden, and not required.
    pub(super) forbids: bool,
}

/// One rule.
#[derive(Debug)]
pub(super) struct One {
    pub(super) rule: &'static Rule,
    pub(super) judges_tests: bool,
    /// In each of what something is required, if so.
    pub(super) each: Option<Each>,
    /// What is required, in words.
    pub(super) lacking: String,
    because: String,
    help: String,
}

impl One {
    /// A finding with why and what instead.
    pub(super) fn told(&self, finding: Finding) -> Finding {
        finding.help(&self.help).note(format!("because {} (`lints.house.{}`)", self.because, self.rule.id))
    }
}

/// Every house rule of a policy.
#[derive(Debug, Default)]
pub(crate) struct House {
    pub(super) rules: Vec<One>,
    pub(super) calls: Set<Belongs>,
    pub(super) methods: Set<Belongs>,
    pub(super) paths: Set<Belongs>,
    pub(super) macros: Set<Belongs>,
    pub(super) attributes: Set<Belongs>,
    /// By the table: `[dependencies]`, `[dev-dependencies]`, `[build-dependencies]`.
    pub(super) dependencies: [Set<Belongs>; 3],
    /// Functions of which something is required, by name.
    pub(super) functions: Set<usize>,
    /// Last names of the patterns of calls; `None` where one ends in a wildcard.
    last_of_calls: Option<HashSet<String>>,
    places: Places,
    /// The packages by their place in the workspace.
    packages: Vec<String>,
    mark: [u8; 32],
}

/// What is wrong with a house rule: which, and what.
#[derive(Debug)]
pub(crate) struct Unfit {
    pub(crate) rule: String,
    pub(crate) reason: String,
}

impl House {
    /// Makes rules ready for a workspace: its packages have names, and a pattern may name a re-export of one.
    pub(crate) fn of(decided: &BTreeMap<String, HouseRule>, code: &Code) -> Result<House, Unfit> {
        if decided.is_empty() {
            return Ok(House::default());
        }
        let packages = code.workspace.crates.iter().map(|krate| krate.name.clone()).collect();
        House::with(decided, packages, code.names())
    }

    /// Makes one rule ready that holds everywhere, for what is no part of any workspace.
    pub(crate) fn everywhere(id: &str, decided: &HouseRule) -> Result<House, Unfit> {
        let anywhere =
            HouseRule { within: HouseRule::default().within, except: Vec::new(), ..decided.clone() };
        House::with(&BTreeMap::from([(id.to_owned(), anywhere)]), Vec::new(), &Names::default())
    }

    fn with(
        decided: &BTreeMap<String, HouseRule>,
        packages: Vec<String>,
        names: &Names,
    ) -> Result<House, Unfit> {
        let mut building = Building::default();
        for (id, decided) in decided {
            building.add(id, decided, names).map_err(|reason| Unfit { rule: id.clone(), reason })?;
        }
        let mark = Notes::key(&[format!("{decided:?}{packages:?}{:?}", building.others).as_bytes()]);
        let all = |reason: globset::Error| Unfit { rule: "*".to_owned(), reason: reason.to_string() };
        building.house(packages, mark).map_err(all)
    }

    /// The rules as reports know them.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'static Rule> {
        self.rules.iter().map(|one| one.rule)
    }

    /// Whether a rule looks into code for tests.
    pub(crate) fn judges_tests(&self) -> bool {
        self.rules.iter().any(|one| one.judges_tests)
    }

    /// By what findings of a file are another's where the rules are.
    pub(crate) fn mark(&self) -> &[u8; 32] {
        &self.mark
    }

    /// Whether a method of this name may be one of a type that a pattern names.
    pub(super) fn may_be_called(&self, method: &str) -> bool {
        !self.calls.is_empty() && self.last_of_calls.as_ref().is_none_or(|names| names.contains(method))
    }

    /// The module of a place in code, inline modules left out; `None` where no target reaches the file.
    pub(super) fn module(&self, place: Option<&Place>) -> Option<String> {
        let place = place?;
        let package = self.packages.get(place.krate)?;
        Some(std::iter::once(package).chain(&place.module).cloned().collect::<Vec<_>>().join("::"))
    }

    /// Which rules hold at a place.
    pub(super) fn holding(&self, file: &str, module: Option<&str>) -> Vec<bool> {
        self.places.holding(file, module)
    }
}

/// Where each rule holds.
#[derive(Debug, Default)]
struct Places {
    /// By rule, whether it holds everywhere but where it is excepted.
    everywhere: Vec<bool>,
    files: Set<Belongs>,
    modules: Set<Belongs>,
}

impl Places {
    fn holding(&self, file: &str, module: Option<&str>) -> Vec<bool> {
        let mut holding = self.everywhere.clone();
        let module = module.map(pattern::slashed).unwrap_or_default();
        let files: Vec<&Belongs> = self.files.matching(file).chain(self.modules.matching(&module)).collect();
        files.iter().filter(|within| !within.forbids).for_each(|within| holding[within.rule] = true);
        files.iter().filter(|except| except.forbids).for_each(|except| holding[except.rule] = false);
        holding
    }
}

#[derive(Default)]
struct Building {
    rules: Vec<One>,
    everywhere: Vec<bool>,
    files: Gathered<Belongs>,
    modules: Gathered<Belongs>,
    sets: HashMap<&'static str, Gathered<Belongs>>,
    methods: Gathered<Belongs>,
    functions: Gathered<usize>,
    last_of_calls: HashSet<String>,
    calls_end_in_wildcards: bool,
    /// What patterns that name re-exports stand for.
    others: Vec<String>,
}

impl Building {
    fn add(&mut self, id: &str, decided: &HouseRule, names: &Names) -> Result<(), String> {
        let index = self.rules.len();
        let each = decided.require.each;
        let instead = decided.instead.as_deref().map(rule::one_line).filter(|instead| !instead.is_empty());
        self.rules.push(One {
            rule: rule::rule(id, decided),
            judges_tests: decided.tests == TestCode::Judged,
            each,
            lacking: named(&decided.require.has),
            because: rule::one_line(&decided.because),
            help: instead.unwrap_or_else(|| format!("see `cargo xtask explain {id}`")),
        });
        for (things, forbids) in [(&decided.forbid, true), (&decided.require.has, false)] {
            for (key, kind, texts) in things.lists() {
                for text in texts {
                    self.pattern(key, kind, text, Belongs { rule: index, forbids }, names)?;
                }
            }
        }
        for name in decided.require.named.iter().filter(|_| each == Some(Each::Function)) {
            self.functions.add(&pattern::function(name)?, index).map_err(|error| error.to_string())?;
        }
        self.everywhere.push(false);
        for (places, is_except) in [(&decided.within, false), (&decided.except, true)] {
            for text in places {
                self.place(text, Belongs { rule: index, forbids: is_except })?;
            }
        }
        Ok(())
    }

    fn pattern(
        &mut self,
        key: &'static str,
        kind: Kind,
        text: &str,
        of: Belongs,
        names: &Names,
    ) -> Result<(), String> {
        let mut globs = match pattern::read(kind, text)? {
            Globs::Method(name) => return self.methods.add(&name, of).map_err(|error| error.to_string()),
            Globs::Whole(globs) => globs,
        };
        if let Some(other) = defined_elsewhere(kind, text, names) {
            if let Globs::Whole(more) = pattern::read(kind, &other)? {
                globs.extend(more);
            }
            self.others.push(other);
        }
        for glob in globs {
            if kind == Kind::Call {
                let last = glob.rsplit('/').next().unwrap_or_default();
                self.calls_end_in_wildcards |= last.contains('*');
                self.last_of_calls.insert(last.to_owned());
            }
            self.sets.entry(key).or_default().add(&glob, of).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    fn place(&mut self, text: &str, of: Belongs) -> Result<(), String> {
        let add =
            |set: &mut Gathered<Belongs>, glob: &str| set.add(glob, of).map_err(|error| error.to_string());
        match pattern::place(text)? {
            pattern::Place::Everywhere if of.forbids => add(&mut self.files, "**"),
            pattern::Place::Everywhere => {
                self.everywhere[of.rule] = true;
                Ok(())
            }
            pattern::Place::Files(glob) => add(&mut self.files, &glob),
            pattern::Place::Modules(globs) => globs.iter().try_for_each(|glob| add(&mut self.modules, glob)),
        }
    }

    fn house(mut self, packages: Vec<String>, mark: [u8; 32]) -> Result<House, globset::Error> {
        let mut set = |key: &str| self.sets.remove(key).unwrap_or_default().set();
        Ok(House {
            calls: set("calls")?,
            paths: set("paths")?,
            macros: set("macros")?,
            attributes: set("attributes")?,
            dependencies: [set("dependencies")?, set("dev_dependencies")?, set("build_dependencies")?],
            methods: self.methods.set()?,
            functions: self.functions.set()?,
            rules: self.rules,
            last_of_calls: (!self.calls_end_in_wildcards).then_some(self.last_of_calls),
            places: Places {
                everywhere: self.everywhere,
                files: self.files.set()?,
                modules: self.modules.set()?,
            },
            packages,
            mark,
        })
    }
}

/// The canonical path of what a pattern names by a re-export of the workspace. Of a path that ends in what only its type
/// has, that of the type with the rest.
fn defined_elsewhere(kind: Kind, text: &str, names: &Names) -> Option<String> {
    let is_path = matches!(kind, Kind::Call | Kind::Path | Kind::Macro);
    if !is_path || text.contains('*') || !text.contains("::") {
        return None;
    }
    let text = text.trim_end_matches('!');
    let (owner, last) = text.rsplit_once("::")?;
    let canonical = names.canonical(text).or_else(|| {
        names.canonical(owner).map(|owner| format!("{owner}::{last}")).filter(|_| owner.contains("::"))
    })?;
    (pattern::slashed(&canonical) != pattern::slashed(text)).then_some(canonical)
}

/// Which of the three sets of dependencies a table has.
pub(super) fn table(kind: DependencyKind) -> usize {
    match kind {
        DependencyKind::Normal => 0,
        DependencyKind::Dev => 1,
        DependencyKind::Build => 2,
    }
}

/// The rules of a section, for whoever lists them.
pub(crate) fn listed(decided: &BTreeMap<String, HouseRule>) -> Vec<&'static Rule> {
    decided.iter().map(|(id, decided)| rule::rule(id, decided)).collect()
}
