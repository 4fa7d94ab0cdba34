//! Findings about who must not use whom: each use by itself, and chains of uses.

use std::collections::{BTreeSet, HashMap};

use findings::{Finding, Rule};
use source::{Dependency, DependencyKind, Tree};

use crate::evidence::{and_more, chained, of_dependency, reasoned};
use crate::exceptions::{Excepted, Exceptions};
use crate::graph::{Edge, Graph};
use crate::map::{Map, Use};
use crate::members::Member;
use crate::policy::Entry;
use crate::reach::{Chain, Chains, chains, closure};

/// One side of a change as the rules about relations see it.
pub(crate) struct World<'m> {
    pub(crate) map: &'m Map<'m>,
    pub(crate) modules: Graph<'m>,
    pub(crate) crates: Graph<'m>,
    pub(crate) exceptions: &'m Exceptions,
    pub(crate) tree: &'m Tree,
}

/// One rule of the policy about who must not use whom.
pub(crate) struct Relation<'r> {
    pub(crate) rule: &'static Rule,
    /// Where the policy says so.
    pub(crate) entry: Entry<'r>,
    pub(crate) excepted: Excepted<'r>,
    /// Why a module must not use another, as the end of a sentence; `None` where it may.
    pub(crate) forbids: &'r dyn Fn(&'r str, &'r str) -> Option<String>,
    /// Why a crate must not depend on another.
    pub(crate) forbids_crates: &'r dyn Fn(&'r str, &'r str) -> Option<String>,
    /// What to do, whatever the policy says.
    pub(crate) help: &'r str,
}

impl<'m> World<'m> {
    pub(crate) fn of(map: &'m Map<'m>, exceptions: &'m Exceptions, tree: &'m Tree) -> Self {
        let counts = |dependency: &Dependency| map.judges_tests() || dependency.kind != DependencyKind::Dev;
        World {
            map,
            modules: Graph::of_modules(map),
            crates: Graph::of_crates(map, counts),
            exceptions,
            tree,
        }
    }

    /// What is used although it must not be: one finding for each pair of modules, and one for each dependency that is
    /// not shown with these.
    pub(crate) fn direct<'r>(&'r self, relation: &Relation<'r>) -> Vec<Finding>
    where
        'm: 'r,
    {
        let mut findings = Vec::new();
        let mut shown = BTreeSet::new();
        let mut excepted = BTreeSet::new();
        for edge in &self.modules.edges {
            let (from, to) = (self.modules.nodes[edge.from], self.modules.nodes[edge.to]);
            let Some(why) = (relation.forbids)(from, to) else { continue };
            let Some(first) = edge.first.map(|first| &self.map.uses[first]) else { continue };
            let crates =
                (first.reference.krate, self.map.meaning(first).home.as_ref().map(|(krate, _)| *krate));
            if relation.excepted.lets(from, to) {
                excepted.insert(crates);
                continue;
            }
            let Some(location) = edge.location(self.map, self.tree) else { continue };
            let message = format!("`{from}` uses `{}`, {why}", self.map.meaning(first).item());
            let mut finding = Finding::new(relation.rule, location, message);
            for dependency in through(self.map, first) {
                let krate = &self.map.workspace.crates[first.reference.krate];
                let used = dependency.member.map(|member| self.map.workspace.crates[member].name.as_str());
                if used.is_some_and(|used| (relation.forbids_crates)(&krate.name, used).is_some()) {
                    let location = of_dependency(&krate.manifest, dependency, self.tree);
                    finding = finding.note_at(location, "the dependency that makes it possible");
                    shown.insert((first.reference.krate, dependency.member));
                }
            }
            if let Some(more) = and_more(edge.count - 1, "use") {
                finding = finding.note(format!("{more} of `{to}` in `{from}`"));
            }
            findings.push(relation.explained(finding).fact(from).fact(to));
        }
        for edge in &self.crates.edges {
            let (from, to) = (self.crates.nodes[edge.from], self.crates.nodes[edge.to]);
            let Some((krate, need)) = edge.need else { continue };
            let pair = (krate, Some(need.member));
            if shown.contains(&pair) {
                continue;
            }
            let Some(why) = (relation.forbids_crates)(from, to) else { continue };
            // What makes a use possible that is let through is let through with it.
            if relation.excepted.lets(from, to) || excepted.contains(&pair) {
                continue;
            }
            let Some(location) = edge.in_manifest(self.map, self.tree) else { continue };
            let over = need.over().unwrap_or_default();
            let message = format!("`{from}` depends on `{to}`{over}, {why}");
            let finding = Finding::new(relation.rule, location, message);
            findings.push(relation.explained(finding).fact(from).fact(to));
        }
        findings
    }

    /// What is reached over others although it must not be, a finding for each pair of members. What is used directly
    /// is found by [`World::direct`]; of very many, each member's shortest chain is, with how many more there are. Chains are of modules and the paths in their code; where there is none, between
    /// whole crates, of crates and their dependencies.
    pub(crate) fn reached<'r>(
        &'r self,
        relation: &Relation<'r>,
        from: &[Member<'m>],
        to: &[Member<'m>],
    ) -> Vec<Finding>
    where
        'm: 'r,
    {
        let mut findings = Vec::new();
        let mut found = BTreeSet::new();
        // Members of which not every chain of modules is known, so that one of crates may say the same again.
        let mut summed = BTreeSet::new();
        for level in [Level::Modules, Level::Crates] {
            let whole = match level {
                Level::Modules => &self.modules,
                Level::Crates => &self.crates,
            };
            let nodes = |member: &Member<'m>| match level {
                Level::Modules => member.nodes(whole),
                // Modules reach each other by what they use, not by what their crates depend on.
                Level::Crates => whole.node(member.place).filter(|_| !member.own).into_iter().collect(),
            };
            let starts: Vec<Vec<usize>> = from.iter().map(nodes).collect();
            let ends: Vec<Vec<usize>> = to.iter().map(nodes).collect();
            let without = self.without_excepted(whole, relation.excepted, &starts, &ends);
            let graph = without.as_ref().unwrap_or(whole);
            let wanted = |one: usize, other: usize| !summed.contains(&one) && !from[one].overlaps(&to[other]);
            let Chains { chains, nearest_only } = chains(graph, &starts, &ends, &wanted);
            for chain in &chains {
                let (one, other) = (&from[chain.from], &to[chain.to]);
                if !found.insert((one.place, other.place)) || chain.nodes.len() == 2 {
                    continue;
                }
                findings.extend(self.told(graph, relation, chain, (one, other)));
            }
            if nearest_only {
                summed.extend(chains.iter().map(|chain| chain.from));
            }
        }
        findings
    }

    /// The graph without what is let through; `None` where nothing is. An exception was needed if what it lets through
    /// lies on a chain from a start to an end.
    fn without_excepted(
        &self,
        graph: &Graph<'m>,
        excepted: Excepted<'_>,
        starts: &[Vec<usize>],
        ends: &[Vec<usize>],
    ) -> Option<Graph<'m>> {
        if excepted.is_empty() {
            return None;
        }
        let from = closure(graph, starts.iter().flatten().copied(), false);
        let to = closure(graph, ends.iter().flatten().copied(), true);
        let all_excepted = self.all_excepted(excepted);
        Some(graph.without(|edge| {
            let (user, used) = (graph.nodes[edge.from], graph.nodes[edge.to]);
            if !(from[edge.from] && to[edge.to]) {
                return excepted.would_let(user, used);
            }
            let crates = edge.need.map(|(krate, need)| (krate, need.member));
            let uses = crates.and_then(|crates| all_excepted.get(&crates)).into_iter().flatten();
            // Each of them is asked, so that each exception is known to be needed.
            let each = uses.filter(|(user, used)| excepted.lets(user, used)).count();
            excepted.lets(user, used) || each > 0
        }))
    }

    /// By two crates: the uses of the one by the other, where all of them are let through.
    fn all_excepted(&self, excepted: Excepted<'_>) -> HashMap<(usize, usize), Vec<(&'m str, &'m str)>> {
        let mut excepted_uses: HashMap<(usize, usize), Option<Vec<_>>> = HashMap::new();
        for edge in &self.modules.edges {
            let Some(first) = edge.first.map(|first| &self.map.uses[first]) else { continue };
            let Some((home, _)) = self.map.meaning(first).home else { continue };
            let pair = (self.modules.nodes[edge.from], self.modules.nodes[edge.to]);
            let uses = excepted_uses.entry((first.reference.krate, home)).or_insert_with(|| Some(Vec::new()));
            match uses {
                Some(uses) if excepted.would_let(pair.0, pair.1) => uses.push(pair),
                _ => *uses = None,
            }
        }
        excepted_uses.into_iter().filter_map(|(crates, uses)| Some((crates, uses?))).collect()
    }

    fn told(
        &self,
        graph: &Graph<'m>,
        relation: &Relation<'_>,
        chain: &Chain,
        ends: (&Member<'_>, &Member<'_>),
    ) -> Option<Finding> {
        let nodes = &chain.nodes;
        let links: Vec<&Edge<'_>> =
            nodes.windows(2).filter_map(|pair| graph.between(pair[0], pair[1])).collect();
        let (one, other) = ends;
        let way = chained(nodes.iter().map(|node| graph.nodes[*node]));
        let message = format!("{one} reaches {other}, and must not: {way}");
        let location = links.first()?.location(self.map, self.tree)?;
        let mut finding = Finding::new(relation.rule, location, message);
        for edge in &links {
            finding = finding.note_at(edge.location(self.map, self.tree)?, graph.said(edge));
        }
        if let Some(more) = and_more(chain.more, "place") {
            finding = finding.note(format!("{more} that {one} reaches and must not"));
        }
        Some(relation.explained(finding).fact(one.place).fact(other.place))
    }
}

/// What the nodes of a graph are.
#[derive(Clone, Copy)]
enum Level {
    Modules,
    Crates,
}

impl Relation<'_> {
    fn explained(&self, finding: Finding) -> Finding {
        reasoned(finding, &self.entry, self.help)
    }
}

/// The dependencies on members by which a path is reached: that on the crate which has it, and that on the crate whose
/// re-export is written.
pub(crate) fn through<'m>(map: &Map<'m>, used: &'m Use<'_>) -> impl Iterator<Item = &'m Dependency> {
    let home = map.meaning(used).home.as_ref().map(|(krate, _)| *krate);
    let written = used.reference.written.trim_start_matches("::").split("::").next().unwrap_or_default();
    map.dependencies(used.reference.krate)
        .filter(move |dependency| dependency.member == home || dependency.name == written)
        .filter(|dependency| dependency.member.is_some())
}
