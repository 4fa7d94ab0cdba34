//! What uses what: crates or modules as nodes, and edges that know their first use and how many there are.

use std::collections::HashMap;

use findings::Location;
use source::{Dependency, Tree};

use crate::evidence::{of_dependency, of_reference};
use crate::map::{Map, Need, all_needs};

/// Crates or modules and what uses what. An edge from a node to itself is none.
pub(crate) struct Graph<'m> {
    /// The places, sorted.
    pub(crate) nodes: Vec<&'m str>,
    /// Sorted by where they start and where they end; of each pair there is one.
    pub(crate) edges: Vec<Edge<'m>>,
    /// For each node, where its edges begin, and at last where they end.
    begins: Vec<usize>,
}

/// All that one node uses of another.
#[derive(Clone, Debug)]
pub(crate) struct Edge<'m> {
    /// Index into the nodes.
    pub(crate) from: usize,
    /// Index into the nodes.
    pub(crate) to: usize,
    /// Index of the first use in the code, into the map's uses; `None` where only a manifest says it.
    pub(crate) first: Option<usize>,
    /// How many uses there are in the code.
    pub(crate) count: usize,
    /// Between crates, the first line of a manifest that says it, with the crate whose manifest it is.
    pub(crate) need: Option<(usize, Need<'m>)>,
}

impl<'m> Graph<'m> {
    /// The modules, a crate's root among them under the crate's name, and the paths in their code.
    pub(crate) fn of_modules(map: &'m Map<'_>) -> Graph<'m> {
        let nodes: Vec<&str> = map.places().map(|(place, _)| place).collect();
        let by_place: HashMap<&str, usize> = nodes.iter().copied().zip(0..).collect();
        let by_module: Vec<Option<usize>> = map
            .by_module
            .iter()
            .map(|place| place.as_ref().and_then(|place| by_place.get(&**place).copied()))
            .collect();
        let uses = map.pairs.iter().filter_map(|pair| {
            let (from, to) = (by_module[pair.from]?, by_module[pair.to]?);
            Some(Edge { from, to, first: Some(pair.first), count: pair.count, need: None })
        });
        Graph::of(nodes, uses.collect())
    }

    /// The crates, by their dependencies and by the paths in their code. `wanted` says which dependencies count.
    pub(crate) fn of_crates(map: &'m Map<'_>, wanted: impl Fn(&Dependency) -> bool) -> Graph<'m> {
        let crates = &map.workspace.crates;
        let mut by_name: Vec<usize> = (0..crates.len()).collect();
        by_name.sort_by_key(|krate| crates[*krate].name.as_str());
        let mut node = vec![0; crates.len()];
        for (index, krate) in by_name.iter().enumerate() {
            node[*krate] = index;
        }
        let mut edges = Vec::new();
        for (krate, package) in crates.iter().enumerate() {
            let needs = all_needs(package).filter(|need| wanted(need.dependency));
            edges.extend(needs.map(|need| Edge {
                from: node[krate],
                to: node[need.member],
                first: None,
                count: 0,
                need: Some((krate, need)),
            }));
        }
        edges.extend(map.pairs.iter().filter_map(|pair| {
            let first = &map.uses[pair.first];
            let to = node[map.meaning(first).home.as_ref()?.0];
            let from = node[first.reference.krate];
            Some(Edge { from, to, first: Some(pair.first), count: pair.count, need: None })
        }));
        Graph::of(by_name.iter().map(|krate| crates[*krate].name.as_str()).collect(), edges)
    }

    /// A graph of these nodes, which are sorted; edges of one pair become one.
    pub(crate) fn of(nodes: Vec<&'m str>, mut edges: Vec<Edge<'m>>) -> Graph<'m> {
        edges.retain(|edge| edge.from != edge.to);
        // Stable: of one pair, what came first stays first.
        edges.sort_by_key(|edge| (edge.from, edge.to));
        edges.dedup_by(|other, edge| {
            let same = (edge.from, edge.to) == (other.from, other.to);
            if same {
                edge.join(other);
            }
            same
        });
        let mut begins = vec![0; nodes.len() + 1];
        for edge in &edges {
            begins[edge.from + 1] += 1;
        }
        for node in 0..nodes.len() {
            begins[node + 1] += begins[node];
        }
        Graph { nodes, edges, begins }
    }

    /// The index of a node.
    pub(crate) fn node(&self, place: &str) -> Option<usize> {
        self.nodes.binary_search(&place).ok()
    }

    /// The edges that start at a node.
    pub(crate) fn from(&self, node: usize) -> &[Edge<'m>] {
        &self.edges[self.begins[node]..self.begins[node + 1]]
    }

    /// The index of the first edge that starts at a node.
    pub(crate) fn index_of(&self, node: usize) -> usize {
        self.begins[node]
    }

    /// The edge between two nodes.
    pub(crate) fn between(&self, from: usize, to: usize) -> Option<&Edge<'m>> {
        let edges = self.from(from);
        edges.binary_search_by_key(&to, |edge| edge.to).ok().map(|index| &edges[index])
    }

    /// The same graph without some of its edges.
    pub(crate) fn without(&self, left_out: impl Fn(&Edge<'m>) -> bool) -> Graph<'m> {
        let kept = self.edges.iter().filter(|edge| !left_out(edge)).cloned().collect();
        Graph::of(self.nodes.clone(), kept)
    }
}

impl Graph<'_> {
    /// What an edge says where it is shown as a link of a chain.
    pub(crate) fn said(&self, edge: &Edge<'_>) -> String {
        let (from, to) = (self.nodes[edge.from], self.nodes[edge.to]);
        let over = edge.need.filter(|_| edge.first.is_none()).and_then(|(_, need)| need.over());
        match edge.count {
            0 => format!("`{from}` depends on `{to}` here{}", over.unwrap_or_default()),
            1 => format!("`{from}` uses `{to}` here"),
            count => format!("`{from}` uses `{to}` here, the first of {count} times"),
        }
    }
}

impl<'m> Edge<'m> {
    /// Where the first use stands, or the dependency where there is none.
    pub(crate) fn location(&self, map: &Map<'_>, tree: &Tree) -> Option<Location> {
        match self.first {
            Some(first) => Some(of_reference(map.uses[first].reference, tree)),
            None => self.in_manifest(map, tree),
        }
    }

    /// Where the dependency stands.
    pub(crate) fn in_manifest(&self, map: &Map<'_>, tree: &Tree) -> Option<Location> {
        let (krate, need) = self.need?;
        Some(of_dependency(&map.workspace.crates[krate].manifest, need.dependency, tree))
    }

    fn join(&mut self, other: &Edge<'m>) {
        self.count += other.count;
        self.first = match (self.first, other.first) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        self.need = self.need.or(other.need);
    }
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A graph of these edges and of the nodes that they name.
    pub(crate) fn graph<'m>(edges: &[(&'m str, &'m str)]) -> Graph<'m> {
        let mut nodes: Vec<&str> = edges.iter().flat_map(|(from, to)| [*from, *to]).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let node = |place: &str| nodes.binary_search(&place).expect("it is among them");
        let edge = |(from, to): &(&str, &str)| Edge {
            from: node(from),
            to: node(to),
            first: None,
            count: 1,
            need: None,
        };
        let edges = edges.iter().map(edge).collect();
        Graph::of(nodes, edges)
    }
}
