//! Modules and crates that use each other in circles.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};

use findings::{Finding, rule};
use source::DependencyKind;

use crate::added::{Base, Before};
use crate::cut::Effort;
use crate::cycles::{Circle, circles, components};
use crate::evidence::{chained, quoted, reasoned};
use crate::exceptions::Excepted;
use crate::graph::{Edge, Graph};
use crate::map::Map;
use crate::path::{Pattern, beginnings, is_below};
use crate::policy::Entry;
use crate::relations::World;
use crate::{DevCycles, Error, Policy};

rule! {
    /// Modules that use each other in circles, right below the crates and modules that `acyclic` lists, and crates that
    /// depend on each other in circles: through dev-dependencies, which Cargo allows, where the policy says
    /// `dev_cycles: judged`.
    ///
    /// A finding names the smallest set of edges whose removal leaves no circle, and of such sets the one with the fewest
    /// uses. For up to 16 modules in a circle it is exact; of larger ones the finding says how small a set might be. Where a
    /// change closes a circle, it names what the change added, if that is enough.
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

pub(crate) fn find(world: &World<'_>, policy: &Policy, base: Base<'_>) -> Result<Vec<Finding>, Error> {
    let mut effort = Effort::default();
    let before = OnceCell::new();
    let before: Known<'_> = &|| before.get_or_init(|| Some(Before::of(base()?, policy))).as_ref();
    let mut findings = crates(world, policy, before, &mut effort);
    for (name, rule) in &policy.acyclic {
        let patterns = policy.patterns(&rule.members)?;
        let excepted = world.exceptions.of_rule("acyclic", name);
        let entry = Entry::named("acyclic", name, rule);
        for graph in below(world, &patterns) {
            let graph = without_excepted(graph, excepted);
            let told = |circle: &Circle| told(world, (&graph, before), circle, Some(&entry));
            findings.extend(circles(&graph, &mut effort).iter().filter_map(told));
        }
    }
    Ok(findings)
}

/// What used what at the base, if there is one, once somebody asks.
type Known<'b> = &'b dyn Fn() -> Option<&'b Before>;

fn crates(world: &World<'_>, policy: &Policy, before: Known<'_>, effort: &mut Effort) -> Vec<Finding> {
    let judged = policy.dev_cycles == DevCycles::Judged;
    let graph = Graph::of_crates(world.map, |dependency| judged || dependency.kind != DependencyKind::Dev);
    // Cargo sees manifests; a crate that only a path in the code leads to is no part of a circle.
    let graph = graph.without(|edge| edge.need.is_none());
    let told = |circle: &Circle| told(world, (&graph, before), circle, None);
    circles(&graph, effort).iter().filter_map(told).collect()
}

/// For each crate or module that is named, the modules right below it and what they use of each other.
fn below<'m>(world: &World<'m>, patterns: &[Pattern]) -> Vec<Graph<'m>> {
    let (map, graph) = (world.map, &world.modules);
    let named = |place: &str| patterns.iter().any(|pattern| pattern.names(place));
    // What a crate's binaries hold has no place right below the crate.
    let is_parent =
        |place: &str| named(place) || map.binaries.get(place).is_some_and(|package| named(package));
    let parents: BTreeSet<&str> = graph.nodes.iter().copied().filter(|place| is_parent(place)).collect();
    let mut below: BTreeMap<&str, Vec<(&'m str, &'m str, &Edge<'m>)>> = BTreeMap::new();
    for edge in &graph.edges {
        let (user, used) = (graph.nodes[edge.from], graph.nodes[edge.to]);
        let above = beginnings(user).filter_map(|above| parents.get(above).copied());
        for parent in above.filter(|parent| is_below(used, parent)) {
            if let (Some(from), Some(to)) = (child(map, parent, user), child(map, parent, used)) {
                below.entry(parent).or_default().push((from, to, edge));
            }
        }
    }
    let graph = |edges: Vec<(&'m str, &'m str, &Edge<'m>)>| {
        let mut nodes: Vec<&str> = edges.iter().flat_map(|(from, to, _)| [*from, *to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let node = |place: &&str| nodes.binary_search(place).unwrap_or_default();
        let edges = edges
            .iter()
            .map(|(from, to, edge)| Edge { from: node(from), to: node(to), ..Edge::clone(edge) })
            .collect();
        Graph::of(nodes, edges)
    };
    below.into_values().map(graph).collect()
}

/// The graph without what is let through. An exception was needed if what it lets through closes a circle.
fn without_excepted<'m>(graph: Graph<'m>, excepted: Excepted<'_>) -> Graph<'m> {
    if excepted.is_empty() {
        return graph;
    }
    let mut circle_of = vec![None; graph.nodes.len()];
    for (circle, members) in components(&graph).into_iter().enumerate() {
        for member in members {
            circle_of[member] = Some(circle);
        }
    }
    graph.without(|edge| {
        let (from, to) = (graph.nodes[edge.from], graph.nodes[edge.to]);
        match circle_of[edge.from].is_some() && circle_of[edge.from] == circle_of[edge.to] {
            true => excepted.lets(from, to),
            false => excepted.would_let(from, to),
        }
    })
}

/// The module right below another that a path leads to or through.
fn child<'p>(map: &Map<'_>, parent: &str, path: &'p str) -> Option<&'p str> {
    let name = path.strip_prefix(parent)?.strip_prefix("::")?.split("::").next()?;
    let child = &path[..parent.len() + 2 + name.len()];
    map.modules.contains_key(child).then_some(child)
}

/// How many of the edges to cut are shown.
const MOST_SHOWN: usize = 10;

fn told(
    world: &World<'_>,
    (graph, before): (&Graph<'_>, Known<'_>),
    circle: &Circle,
    rule: Option<&Entry<'_>>,
) -> Option<Finding> {
    let (map, tree) = (world.map, world.tree);
    let noun = if rule.is_some() { "modules" } else { "crates" };
    let next = circle.way.iter().cycle().skip(1);
    let links: Vec<&Edge<'_>> =
        circle.way.iter().zip(next).filter_map(|(from, to)| graph.between(*from, *to)).collect();
    let way = circle.way.iter().chain(circle.way.first()).map(|node| graph.nodes[*node]);
    let message = format!("{noun} use each other in a circle: {}", chained(way));
    // A circle of crates is one of manifests, whatever their code says.
    let place = |edge: &Edge<'_>| match rule {
        Some(_) => edge.location(map, tree),
        None => edge.in_manifest(map, tree),
    };
    let said = |edge: &Edge<'_>| match (rule, edge.count) {
        (Some(_), _) | (None, 0) => graph.said(edge),
        (None, count) => {
            let (from, to) = (graph.nodes[edge.from], graph.nodes[edge.to]);
            format!("`{from}` depends on `{to}` here, and names it {}", times(count))
        }
    };
    let mut finding = Finding::new(&DEPENDENCY_CYCLE, place(links.first()?)?, message);
    for edge in &links {
        finding = finding.note_at(place(edge)?, said(edge));
    }
    let members: Vec<&str> = circle.members.iter().map(|node| graph.nodes[*node]).collect();
    if circle.members.len() > circle.way.len() {
        finding = finding.note(format!(
            "{} {noun} reach each other, of which this is a shortest circle: {}",
            members.len(),
            quoted(&members)
        ));
    }
    let added = before().and_then(|before| before.to_cut(graph, circle, rule.is_none()));
    let cut: Vec<&Edge<'_>> =
        added.as_ref().unwrap_or(&circle.cut).iter().map(|edge| &graph.edges[*edge]).collect();
    let ends = |edge: &Edge<'_>| format!("`{}` -> `{}`", graph.nodes[edge.from], graph.nodes[edge.to]);
    for edge in cut.iter().take(MOST_SHOWN) {
        let uses = match edge.count {
            count if count > 0 && rule.is_none() => format!("which is named {}", times(count)),
            0 => "a dependency that no path in the code uses".to_owned(),
            1 => "1 use".to_owned(),
            count => format!("{count} uses, of which this is the first"),
        };
        finding = finding.note_at(place(edge)?, format!("to cut: {}, {uses}", ends(edge)));
    }
    finding = finding.note(match (&added, cut.len()) {
        (None, _) => how_small(circle),
        (Some(_), 1) => "without this edge no circle is left, and the change adds it".to_owned(),
        (Some(_), count) => {
            format!("without these {count} edges no circle is left, and the change adds them")
        }
    });
    let whose = if added.is_some() { ", which this change adds" } else { "" };
    let help = match cut.as_slice() {
        [edge] => format!("take out {}{whose}", ends(edge)),
        _ => format!("take out the {} edges to cut{whose}", cut.len()),
    };
    finding = match rule {
        Some(rule) => reasoned(finding, rule, help),
        None => finding.help(help),
    };
    Some(members.iter().fold(finding, |finding, member| finding.fact(*member)))
}

/// What is known of the size of the cut.
fn how_small(circle: &Circle) -> String {
    let more = circle.cut.len().saturating_sub(MOST_SHOWN);
    let rest = if more > 0 { format!(" (and {more} more)") } else { String::new() };
    match (circle.cut.len(), circle.at_least) {
        (1, _) => "without this edge no circle is left".to_owned(),
        (cut, least) if cut == least => {
            format!("without these {cut} edges{rest} no circle is left, and no smaller set does that")
        }
        (cut, least) => format!(
            "without these {cut} edges{rest} no circle is left; a smaller set has {least} edges at least"
        ),
    }
}

/// `once`, `twice`, `3 times`.
fn times(count: usize) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{count} times"),
    }
}
