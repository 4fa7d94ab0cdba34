//! Modules and crates that use each other in circles.

use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, Location, rule};
use source::{DependencyKind, Tree};

use crate::cycles::{Circle, Graph};
use crate::evidence::{of_dependency, of_reference, reasoned};
use crate::map::{Map, Use};
use crate::path::{Pattern, beginnings, is_below};
use crate::{Acyclic, DevCycles, Error, Policy};

rule! {
    /// Modules that use each other in circles, right below the crates and modules that `acyclic` lists, and crates that
    /// depend on each other in circles: through dev-dependencies, which Cargo allows, where the policy says
    /// `dev_cycles: judged`.
    ///
    /// ## Why it hurts
    /// Modules in a circle are one module in several files: none can be read, tested or moved to a crate of its own
    /// without all the others, and each change may reach each of them.
    ///
    /// ## Example
    /// ```bad
    /// arch:
    ///   acyclic:
    ///     modules: { members: [ranker], because: a module is read after those that it uses }
    ///
    /// crate ranker
    /// ranker/src/score.rs | use crate::select::Slate; //~
    /// ranker/src/score.rs | pub struct Score;
    /// ranker/src/select.rs | pub struct Slate(Vec<crate::score::Score>);
    /// ```
    ///
    /// ## Instead
    /// Move what both need to a module of its own.
    /// ```good
    /// arch:
    ///   acyclic:
    ///     modules: { members: [ranker], because: a module is read after those that it uses }
    ///
    /// crate ranker
    /// ranker/src/score.rs | use crate::slate::Slate;
    /// ranker/src/select.rs | use crate::score::Score;
    /// ranker/src/slate.rs | pub struct Slate;
    /// ```
    pub static DEPENDENCY_CYCLE = {
        id: "dependency-cycle",
        guard: "arch",
        group: "graph",
        level: Error,
        summary: "finds modules and crates that use each other in circles",
    };
}

/// Why two nodes are linked.
struct Link {
    location: Location,
    count: usize,
}

pub(crate) fn find(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Result<Vec<Finding>, Error> {
    let mut findings = crates(map, policy, tree);
    for rule in policy.acyclic.values() {
        findings.extend(modules(map, rule, &policy.patterns(&rule.members)?, tree));
    }
    Ok(findings)
}

fn crates(map: &Map<'_>, policy: &Policy, tree: &Tree) -> Vec<Finding> {
    let mut graph = Graph::new();
    for krate in &map.workspace.crates {
        for dependency in &krate.dependencies {
            let dev = dependency.kind == DependencyKind::Dev;
            let Some(member) = dependency.member.filter(|_| !dev || policy.dev_cycles == DevCycles::Judged)
            else {
                continue;
            };
            let location = || of_dependency(&krate.manifest, dependency, tree);
            let link = || Link { location: location(), count: 0 };
            if let Some(link) = graph.edge(&krate.name, &map.workspace.crates[member].name, link) {
                link.count += 1;
            }
        }
    }
    let circles = graph.circles();
    circles.iter().filter_map(|circle| told(&graph, circle, "crates", None)).collect()
}

fn modules(map: &Map<'_>, rule: &Acyclic, patterns: &[Pattern], tree: &Tree) -> Vec<Finding> {
    let named = |place: &str| patterns.iter().any(|pattern| pattern.names(place));
    // What a crate's binaries hold has no place right below the crate.
    let is_parent =
        |place: &str| named(place) || map.binaries.get(place).is_some_and(|package| named(package));
    let parents: BTreeSet<&str> =
        map.places().map(|(place, _)| place).filter(|place| is_parent(place)).collect();
    let mut graphs: BTreeMap<&str, Graph<(&Use<'_>, usize)>> = BTreeMap::new();
    for used in &map.uses {
        let Some((_, module)) = &used.home else { continue };
        let above = beginnings(&used.from).filter_map(|above| parents.get(above));
        for parent in above.filter(|parent| is_below(module, parent)) {
            let children = (child(map, parent, &used.from), child(map, parent, module));
            let (Some(from), Some(to)) = children else { continue };
            if let Some((_, count)) =
                graphs.entry(parent).or_insert_with(Graph::new).edge(from, to, || (used, 0))
            {
                *count += 1;
            }
        }
    }
    let mut findings = Vec::new();
    for graph in graphs.values() {
        for circle in graph.circles() {
            let mut links = Graph::new();
            for (from, to) in steps(&circle) {
                if let Some((used, count)) = graph.evidence(from, to) {
                    links.edge(from, to, || Link {
                        location: of_reference(used.reference, tree),
                        count: *count,
                    });
                }
            }
            findings.extend(told(&links, &circle, "modules", Some(rule)));
        }
    }
    findings
}

/// The module right below another that a path leads to or through.
fn child<'p>(map: &Map<'_>, parent: &str, path: &'p str) -> Option<&'p str> {
    let name = path.strip_prefix(parent)?.strip_prefix("::")?.split("::").next()?;
    let child = &path[..parent.len() + 2 + name.len()];
    map.modules.contains_key(child).then_some(child)
}

fn steps(circle: &Circle) -> impl Iterator<Item = (&str, &str)> {
    let next = circle.way.iter().cycle().skip(1);
    circle.way.iter().zip(next).map(|(from, to)| (from.as_str(), to.as_str()))
}

fn told(graph: &Graph<Link>, circle: &Circle, noun: &str, rule: Option<&Acyclic>) -> Option<Finding> {
    let links: Vec<(&str, &str, &Link)> =
        steps(circle).filter_map(|(from, to)| Some((from, to, graph.evidence(from, to)?))).collect();
    let (_, _, first) = links.first()?;
    let way: Vec<String> =
        circle.way.iter().chain(circle.way.first()).map(|name| format!("`{name}`")).collect();
    let message = format!("{noun} use each other in a circle: {}", way.join(" -> "));
    let mut finding = Finding::new(&DEPENDENCY_CYCLE, first.location.clone(), message);
    for (from, to, link) in &links {
        let text = match link.count {
            1 => format!("`{from}` uses `{to}` here"),
            count => format!("`{from}` uses `{to}` here, the first of {count} times"),
        };
        finding = finding.note_at(link.location.clone(), text);
    }
    if circle.members.len() > circle.way.len() {
        let members: Vec<String> = circle.members.iter().map(|name| format!("`{name}`")).collect();
        finding = finding.note(format!(
            "{} {noun} reach each other, of which this is a shortest circle: {}",
            members.len(),
            members.join(", ")
        ));
    }
    let (from, to, _) = links.iter().min_by_key(|(_, _, link)| link.count)?;
    let help = format!("break one of the links; `{from}` -> `{to}` has the fewest uses");
    finding = match rule {
        Some(rule) => reasoned(finding, &rule.because, rule.instead.as_ref(), help),
        None => finding.help(help),
    };
    Some(circle.members.iter().fold(finding, |finding, member| finding.fact(member)))
}
