//! Reads the picture of two sides, and marks what findings say is wrong with it.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use findings::Finding;
use source::{Code, DependencyKind};

use super::{By, Edge, Node, Picture, Status};
use crate::graph::Graph;
use crate::layers::Layers;
use crate::map::Map;
use crate::path::beginnings;
use crate::policy::{Policy, TestCode};
use crate::{Error, rules};

/// One side of a change.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What was read of it.
    pub code: &'a Code,
}

impl Picture {
    /// The picture of head, or of what became of the base. The findings are those of head that are to be shown; the
    /// policy places both sides.
    ///
    /// # Errors
    /// As [`crate::check`].
    pub fn of<'f>(
        head: Side<'_>,
        base: Option<Side<'_>>,
        policy: &Policy,
        by: By,
        findings: impl IntoIterator<Item = &'f Finding>,
    ) -> Result<Picture, Error> {
        let policy = &*policy.in_force(&head.code.workspace)?;
        let now = Seen::of(head, policy, by)?;
        let before = base.map(|base| Seen::of(base, policy, by)).transpose()?;
        let mut picture = together(now, before, policy, by);
        for finding in findings {
            picture.mark(finding);
        }
        Ok(picture)
    }
}

/// What one side has.
struct Seen {
    nodes: BTreeMap<String, Node>,
    edges: BTreeMap<(String, String), Edge>,
}

impl Seen {
    fn of(side: Side<'_>, policy: &Policy, by: By) -> Result<Seen, Error> {
        let map = Map::of(side.code, policy);
        let layers = Layers::of(policy, &map)?;
        let mut seen = Seen { nodes: BTreeMap::new(), edges: BTreeMap::new() };
        for (place, home) in map.places() {
            let krate = &map.workspace.crates[home.krate];
            if by == By::Crate && place != krate.name {
                continue;
            }
            let layer = match by {
                By::Crate => layers.units_of_crate(home.krate).first().map(|unit| unit.layer),
                By::Module => layers.units(place).first().map(|unit| unit.layer),
            };
            // Two folders up from the manifest.
            let folder = krate.manifest.rsplitn(3, '/').nth(2).unwrap_or_default().to_owned();
            seen.nodes.insert(place.to_owned(), node(place, layer, folder));
        }
        let graph = uses(&map, by, |kind| kind != DependencyKind::Dev || policy.judges_tests());
        seen.take_in(&map, &graph, |edge, count, line| {
            edge.code += count;
            edge.manifest += line;
        });
        if !policy.judges_tests() {
            let judged = Policy { tests: TestCode::Judged, ..policy.clone() };
            let map = Map::of(side.code, &judged);
            let graph = uses(&map, by, |_| true);
            seen.take_in(&map, &graph, |edge, count, line| {
                edge.test += (count + line).saturating_sub(edge.code + edge.manifest + edge.test);
            });
        }
        Ok(seen)
    }

    /// Adds the edges of a graph. `count` says what a number of paths and of lines of manifests are.
    fn take_in(&mut self, map: &Map<'_>, graph: &Graph<'_>, count: impl Fn(&mut Edge, usize, usize)) {
        let mut counted: BTreeMap<(&str, &str), Counted> = BTreeMap::new();
        for edge in &graph.edges {
            let pair = (graph.nodes[edge.from], graph.nodes[edge.to]);
            // What only tests have belongs to what stands above it.
            let known = |place| beginnings(place).filter(|above| self.nodes.contains_key(*above)).last();
            let (Some(from), Some(to)) = (known(pair.0), known(pair.1)) else { continue };
            if from == to {
                continue;
            }
            let of_code = edge
                .first
                .map(|first| map.uses[first].reference)
                .map(|path| (path.file.to_string(), path.line));
            let of_line = edge
                .need
                .map(|(krate, need)| (map.workspace.crates[krate].manifest.clone(), need.dependency.line));
            let entry = counted.entry((from, to)).or_default();
            entry.paths += edge.count;
            entry.lines += usize::from(edge.need.is_some());
            entry.first = entry.first.take().or(of_code).or(of_line);
        }
        for ((from, to), Counted { paths, lines, first }) in counted {
            let edge = self.edges.entry((from.to_owned(), to.to_owned())).or_default();
            edge.stands_for = 1;
            edge.first = edge.first.take().or(first);
            count(edge, paths, lines);
        }
    }
}

/// What one graph says about an edge.
#[derive(Default)]
struct Counted {
    paths: usize,
    lines: usize,
    first: Option<(String, u32)>,
}

fn uses<'m>(map: &'m Map<'_>, by: By, wanted: impl Fn(DependencyKind) -> bool) -> Graph<'m> {
    match by {
        By::Crate => Graph::of_crates(map, |dependency| wanted(dependency.kind)),
        By::Module => Graph::of_modules(map),
    }
}

fn node(name: &str, layer: Option<usize>, folder: String) -> Node {
    Node {
        name: name.to_owned(),
        layer,
        status: Status::Same,
        stands_for: 1,
        added: 0,
        removed: 0,
        folder,
        asked: false,
        group: false,
    }
}

/// One picture of both sides.
fn together(now: Seen, before: Option<Seen>, policy: &Policy, by: By) -> Picture {
    let compares = before.is_some();
    let before = before.unwrap_or(Seen { nodes: BTreeMap::new(), edges: BTreeMap::new() });
    let mut nodes = now.nodes;
    for (name, node) in &mut nodes {
        if compares && !before.nodes.contains_key(name) {
            (node.status, node.added) = (Status::Added, 1);
        }
    }
    for (name, mut node) in before.nodes {
        (node.status, node.removed) = (Status::Removed, 1);
        nodes.entry(name).or_insert(node);
    }
    let mut edges = now.edges;
    for (pair, edge) in &mut edges {
        // An edge that only tests had is another one.
        let was = before.edges.get(pair).filter(|was| !was.is_for_tests() || edge.is_for_tests());
        edge.added = usize::from(compares && was.is_none());
    }
    for (pair, mut edge) in before.edges {
        edge.removed = 1;
        match edges.get_mut(&pair) {
            None => _ = edges.insert(pair, edge),
            // What was in use is left to tests: the use is gone.
            Some(now) if now.is_for_tests() && !edge.is_for_tests() => *now = edge,
            Some(_) => {}
        }
    }
    let index: HashMap<&str, usize> = nodes.keys().map(String::as_str).zip(0..).collect();
    let edges = edges
        .into_iter()
        .filter_map(|((from, to), edge)| {
            Some(Edge { from: *index.get(&*from)?, to: *index.get(&*to)?, ..edge })
        })
        .collect();
    Picture {
        by,
        compares,
        layers: policy.layers.iter().map(|layer| layer.name.clone()).collect(),
        draws_tests: policy.judges_tests(),
        edges,
        nodes: nodes.into_values().collect(),
    }
}

impl Picture {
    /// Marks the edges that a finding is about.
    fn mark(&mut self, finding: &Finding) {
        let id = finding.rule.id;
        if id == rules::dependency_cycle::DEPENDENCY_CYCLE.id {
            return self.mark_circle(finding);
        }
        let [from, to, ..] = finding.facts.as_slice() else { return };
        let (Some(from), Some(to)) = (self.node_of(from), self.node_of(to)) else { return };
        let at = |edge: &Edge| (edge.from, edge.to);
        match self.edges.binary_search_by_key(&(from, to), at) {
            Ok(edge) => _ = self.edges[edge].violates.insert(id),
            // What is reached through others is broken by the whole way. These two rules are about a step.
            Err(_) if from != to && !["layer-broken", "forbidden-path"].contains(&id) => {
                for pair in self.way(from, to) {
                    if let Ok(edge) = self.edges.binary_search_by_key(&pair, at) {
                        self.edges[edge].violates.insert(id);
                    }
                }
            }
            Err(_) => {}
        }
    }

    /// Marks the edges between the members of a circle.
    fn mark_circle(&mut self, finding: &Finding) {
        let members: BTreeSet<&str> = finding.facts.iter().map(String::as_str).collect();
        let member: Vec<Option<&str>> = self
            .nodes
            .iter()
            .map(|node| beginnings(&node.name).filter_map(|above| members.get(above).copied()).last())
            .collect();
        for edge in &mut self.edges {
            if let (Some(from), Some(to)) = (member[edge.from], member[edge.to])
                && from != to
                && edge.removed == 0
            {
                edge.violates.insert(finding.rule.id);
            }
        }
    }

    /// A shortest way at head, as pairs of nodes; empty where there is none.
    fn way(&self, from: usize, to: usize) -> Vec<(usize, usize)> {
        let mut before: HashMap<usize, usize> = HashMap::new();
        let mut queue = VecDeque::from([from]);
        while let Some(node) = queue.pop_front() {
            let begin = self.edges.partition_point(|edge| edge.from < node);
            for edge in self.edges[begin..].iter().take_while(|edge| edge.from == node) {
                if edge.removed > 0 || edge.is_for_tests() || edge.to == from || before.contains_key(&edge.to)
                {
                    continue;
                }
                before.insert(edge.to, node);
                queue.push_back(edge.to);
            }
            if before.contains_key(&to) {
                break;
            }
        }
        let mut way = Vec::new();
        let mut at = to;
        while let Some(above) = before.get(&at) {
            way.push((*above, at));
            at = *above;
        }
        way
    }
}
