//! What the crates that `external` holds depend on, directly or through others, and the way there.

mod names;

use std::cell::Cell;
use std::collections::{BTreeMap, HashMap, VecDeque};

use findings::{Finding, Location, Rule};
use source::{Dependency, DependencyKind, Tree};

use crate::evidence::{of_dependency, reasoned};
use crate::map::Map;
use crate::packages::{Link, Packages};
use crate::path::Pattern;
use crate::policy::{Entry, External, Reach, TestCode};
use crate::{Error, Policy};

/// More links than are followed for one policy: a workspace of 500 crates and 2,000 packages has a tenth of it.
const MAX_STEPS: usize = 50_000_000;

/// All rules of `external` over one side of a change.
pub(crate) struct Externals<'m> {
    pub(crate) map: &'m Map<'m>,
    pub(crate) tree: &'m Tree,
    pub(crate) held: Vec<Held<'m>>,
    /// Where a rule asks for what is reached through others.
    pub(crate) packages: Option<Packages<'m>>,
    steps: Cell<usize>,
}

/// One rule and the crates that are held to it.
pub(crate) struct Held<'m> {
    pub(crate) name: &'m str,
    pub(crate) rule: &'m External,
    /// By crate.
    is_held: Vec<bool>,
    /// Modules of layers, which are held to it by what their code names.
    modules: Vec<Pattern>,
}

/// That a crate depends on a package from elsewhere, and how.
pub(crate) struct Way<'m> {
    pub(crate) krate: usize,
    /// The package's name.
    pub(crate) package: String,
    /// What the crate's manifest says of the first link.
    dependency: &'m Dependency,
    /// The names on the way, without the crate itself.
    through: Vec<String>,
    /// Where each link stands.
    places: Vec<Option<Location>>,
}

/// A node on the way to a target, and the link of it that leads on.
type Next = HashMap<usize, (usize, usize)>;

impl<'m> Externals<'m> {
    pub(crate) fn of(map: &'m Map<'m>, policy: &'m Policy, tree: &'m Tree) -> Result<Self, Error> {
        let mut held = Vec::new();
        for (name, rule) in &policy.external {
            let (crates, modules): (Vec<Pattern>, Vec<Pattern>) =
                policy.patterns(&rule.crates)?.into_iter().partition(Pattern::is_crate);
            held.push(Held { name, rule, is_held: crates_of(map, &crates), modules });
        }
        let any = held.iter().any(|held| held.rule.reach == Reach::Any);
        let packages = any.then(|| Packages::of(map, tree));
        Ok(Externals { map, tree, held, packages, steps: Cell::new(0) })
    }

    /// Whether more would have to be followed than is: then nothing is known of what was left out.
    pub(crate) fn gave_up(&self) -> bool {
        self.steps.get() > MAX_STEPS
    }

    /// What a crate's manifest has from elsewhere, as far as the rule looks.
    pub(crate) fn dependencies(&self, held: &Held<'m>, krate: usize) -> impl Iterator<Item = &'m Dependency> {
        let build = held.rule.build;
        self.map.dependencies(krate).filter(move |dependency| {
            self.map.is_from_elsewhere(dependency)
                && (build == TestCode::Judged || dependency.kind != DependencyKind::Build)
        })
    }

    /// The ways to packages that are meant, but for those that begin with or lead through crates that are let: a shortest
    /// one for each crate and package. A way ends at the next crate that is held to the rule, which has a way of its own.
    pub(crate) fn ways_to(&self, held: &Held<'m>, meant: &Pattern, let_through: &[bool]) -> Vec<Way<'m>> {
        let is_let = |krate: usize| let_through.get(krate).copied().unwrap_or(false);
        let Some(packages) = self.packages.as_ref().filter(|_| held.rule.reach == Reach::Any) else {
            let crates = held.crates().filter(|krate| !is_let(*krate));
            return crates
                .flat_map(|krate| self.direct(held, krate, |package| meant.names(package)))
                .collect();
        };
        let mut ways: BTreeMap<(usize, &str), Way<'m>> = BTreeMap::new();
        let targets = packages.nodes.iter().enumerate();
        for (target, node) in targets.filter(|(_, node)| !node.is_member && meant.names(&node.name)) {
            let mut next: Next = HashMap::new();
            let mut queue = VecDeque::from([target]);
            while let Some(to) = queue.pop_front() {
                for &(from, index) in &packages.into[to] {
                    self.steps.set(self.steps.get() + 1);
                    let link = &packages.links[from][index];
                    if self.gave_up()
                        || from == target
                        || next.contains_key(&from)
                        || is_let(from)
                        || !self.counts(held, from, link)
                    {
                        continue;
                    }
                    next.insert(from, (index, to));
                    if !held.holds(from) {
                        queue.push_back(from);
                    } else if let Some(way) = self.way(packages, from, target, &next) {
                        let shorter = |other: &Way<'_>| way.through.len() < other.through.len();
                        if ways.get(&(from, node.name.as_str())).is_none_or(shorter) {
                            ways.insert((from, &node.name), way);
                        }
                    }
                }
            }
        }
        ways.into_values().collect()
    }

    /// The ways to packages that are not among those that are allowed: a shortest one for each crate and package. What
    /// lies behind such a package is not looked at.
    pub(crate) fn ways_beyond(&self, held: &Held<'m>, allowed: &[Pattern]) -> Vec<Way<'m>> {
        let allows = |package: &str| allowed.iter().any(|pattern| pattern.names(package));
        let Some(packages) = self.packages.as_ref().filter(|_| held.rule.reach == Reach::Any) else {
            return held
                .crates()
                .flat_map(|krate| self.direct(held, krate, |package| !allows(package)))
                .collect();
        };
        let allowed: Vec<bool> =
            packages.nodes.iter().map(|node| node.is_member || allows(&node.name)).collect();
        let mut ways = Vec::new();
        for krate in held.crates() {
            // Backwards: from where each node was entered.
            let mut before: HashMap<usize, (usize, usize)> = HashMap::new();
            let mut queue = VecDeque::from([krate]);
            let mut found: BTreeMap<&str, usize> = BTreeMap::new();
            while let Some(from) = queue.pop_front() {
                for (index, link) in packages.links[from].iter().enumerate() {
                    self.steps.set(self.steps.get() + 1);
                    let to = link.to;
                    if self.gave_up()
                        || to == krate
                        || before.contains_key(&to)
                        || !self.counts(held, from, link)
                    {
                        continue;
                    }
                    if held.holds(to) {
                        continue;
                    }
                    before.insert(to, (from, index));
                    if allowed[to] {
                        queue.push_back(to);
                    } else {
                        found.entry(&packages.nodes[to].name).or_insert(to);
                    }
                }
            }
            for target in found.into_values() {
                let mut next = HashMap::new();
                let mut at = target;
                while let Some(&(from, index)) = before.get(&at) {
                    next.insert(from, (index, at));
                    at = from;
                }
                ways.extend(self.way(packages, krate, target, &next));
            }
        }
        ways
    }

    /// Whether a link counts for a rule: dev-dependencies are those of a crate that is held to it.
    fn counts(&self, held: &Held<'m>, from: usize, link: &Link<'_>) -> bool {
        link.dependency.is_none_or(|dependency| match dependency.kind {
            DependencyKind::Normal => true,
            DependencyKind::Build => held.rule.build == TestCode::Judged,
            DependencyKind::Dev => held.holds(from) && self.map.judges_tests(),
        })
    }

    fn direct(&self, held: &Held<'m>, krate: usize, meant: impl Fn(&str) -> bool) -> Vec<Way<'m>> {
        let mut ways: BTreeMap<&str, Way<'m>> = BTreeMap::new();
        for dependency in self.dependencies(held, krate).filter(|dependency| meant(&dependency.package)) {
            let manifest = &self.map.workspace.crates[krate].manifest;
            ways.entry(&dependency.package).or_insert_with(|| Way {
                krate,
                package: dependency.package.clone(),
                dependency,
                through: vec![dependency.package.clone()],
                places: vec![Some(of_dependency(manifest, dependency, self.tree))],
            });
        }
        ways.into_values().collect()
    }

    fn way(&self, packages: &Packages<'m>, krate: usize, target: usize, next: &Next) -> Option<Way<'m>> {
        let (first, _) = next.get(&krate)?;
        let dependency = packages.links[krate][*first].dependency?;
        let package = packages.nodes[target].name.clone();
        let mut way = Way { krate, package, dependency, through: Vec::new(), places: Vec::new() };
        let mut at = krate;
        while at != target {
            let (index, to) = next.get(&at)?;
            way.through.push(packages.nodes[*to].shown.clone());
            way.places.push(packages.place(at, &packages.links[at][*index], self.map, self.tree));
            at = *to;
        }
        Some(way)
    }

    /// The finding that a way is: `wrong` says what is wrong with it, behind `and`.
    pub(crate) fn told(
        &self,
        rule: &'static Rule,
        held: &Held<'_>,
        way: &Way<'_>,
        wrong: &str,
        help: String,
    ) -> Finding {
        let krate = &self.map.workspace.crates[way.krate];
        let message = match way.through.as_slice() {
            [] | [_] => format!("`{}` depends on `{}`, and {wrong}", krate.name, way.package),
            [first, .., last] => {
                let more = match way.through.len() {
                    2 => String::new(),
                    more => format!(" and {} more", more - 2),
                };
                format!("`{}` reaches `{last}` through `{first}`{more}, and {wrong}", krate.name)
            }
        };
        let location = of_dependency(&krate.manifest, way.dependency, self.tree);
        let mut finding = Finding::new(rule, location, message);
        if way.through.len() > 1 {
            let names = std::iter::once(&krate.name).chain(&way.through);
            for ((from, to), place) in names.zip(&way.through).zip(&way.places) {
                let text = format!("`{from}` depends on `{to}` here");
                finding = match place {
                    Some(place) => finding.note_at(place.clone(), text),
                    None => finding.note(text),
                };
            }
        }
        reasoned(finding, &Entry::named("external", held.name, held.rule), help)
            .fact(&krate.name)
            .fact(&way.package)
    }
}

impl Held<'_> {
    /// The crates that are held to the rule.
    pub(crate) fn crates(&self) -> impl Iterator<Item = usize> {
        self.is_held.iter().enumerate().filter_map(|(krate, is_held)| is_held.then_some(krate))
    }

    fn holds(&self, node: usize) -> bool {
        self.is_held.get(node).copied().unwrap_or(false)
    }
}

/// Which crates some patterns name.
pub(crate) fn crates_of(map: &Map<'_>, patterns: &[Pattern]) -> Vec<bool> {
    let named = |name: &str| patterns.iter().any(|pattern| !pattern.is_own() && pattern.names(name));
    map.workspace.crates.iter().map(|krate| named(&krate.name)).collect()
}
