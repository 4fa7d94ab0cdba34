//! Circles in a graph: which nodes use each other in circles, and a shortest way round.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

/// A graph of named nodes. The edges carry evidence.
pub(crate) struct Graph<E> {
    edges: BTreeMap<String, BTreeMap<String, E>>,
}

/// Nodes that use each other in circles.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Circle {
    /// All of them, sorted.
    pub(crate) members: Vec<String>,
    /// A shortest way from the first one back to it, which is not repeated at the end.
    pub(crate) way: Vec<String>,
}

/// What the search knows of a node.
#[derive(Clone, Copy)]
struct Seen {
    /// When it was entered.
    number: usize,
    /// The earliest node that is known to be reached from it and is still open.
    low: usize,
    /// Whether its component is not complete yet.
    open: bool,
}

impl<E> Graph<E> {
    pub(crate) fn new() -> Self {
        Graph { edges: BTreeMap::new() }
    }

    /// The evidence of an edge, `first` where it is new. An edge from a node to itself is none.
    pub(crate) fn edge(&mut self, from: &str, to: &str, first: impl FnOnce() -> E) -> Option<&mut E> {
        if from == to {
            return None;
        }
        Some(self.edges.entry(from.to_owned()).or_default().entry(to.to_owned()).or_insert_with(first))
    }

    /// The evidence of an edge.
    pub(crate) fn evidence(&self, from: &str, to: &str) -> Option<&E> {
        self.edges.get(from)?.get(to)
    }

    fn next<'g>(&'g self, node: &str) -> impl Iterator<Item = &'g str> + use<'g, E> {
        self.edges.get(node).into_iter().flatten().map(|(to, _)| to.as_str())
    }

    /// Every circle, sorted by its members. Two circles have no node in common.
    pub(crate) fn circles(&self) -> Vec<Circle> {
        let mut circles: Vec<Circle> = self
            .components()
            .into_iter()
            .filter_map(|members| {
                let way = self.way_round(&members)?;
                Some(Circle { members: members.iter().map(|name| (*name).to_owned()).collect(), way })
            })
            .collect();
        circles.sort_by(|one, other| one.members.cmp(&other.members));
        circles
    }

    /// The sets of nodes that reach each other, those of one node left out: Tarjan, "Depth-first search and linear
    /// graph algorithms" (1972), with a stack of its own in place of recursion.
    fn components(&self) -> Vec<BTreeSet<&str>> {
        let mut found = Vec::new();
        let mut seen: HashMap<&str, Seen> = HashMap::new();
        let mut open: Vec<&str> = Vec::new();
        for root in self.edges.keys().map(String::as_str) {
            if seen.contains_key(root) {
                continue;
            }
            let mut walk: Vec<(&str, Vec<&str>)> = Vec::new();
            let mut entered = Some(root);
            loop {
                if let Some(node) = entered.take() {
                    let number = seen.len();
                    seen.insert(node, Seen { number, low: number, open: true });
                    open.push(node);
                    walk.push((node, self.next(node).collect()));
                }
                let Some((node, left)) = walk.last_mut() else { break };
                let node = *node;
                if let Some(next) = left.pop() {
                    match seen.get(next).copied() {
                        None => entered = Some(next),
                        Some(other) if other.open => lower(&mut seen, node, other.number),
                        Some(_) => {}
                    }
                    continue;
                }
                walk.pop();
                let Seen { number, low, .. } = seen[node];
                if let Some((above, _)) = walk.last() {
                    lower(&mut seen, above, low);
                }
                if low == number {
                    let at = open.iter().rposition(|other| *other == node).unwrap_or_default();
                    let members: BTreeSet<&str> = open.drain(at..).collect();
                    for member in &members {
                        seen.entry(member).and_modify(|seen| seen.open = false);
                    }
                    if members.len() > 1 {
                        found.push(members);
                    }
                }
            }
        }
        found
    }

    /// A shortest way from the first member back to it.
    fn way_round(&self, members: &BTreeSet<&str>) -> Option<Vec<String>> {
        let start = *members.first()?;
        let mut from: BTreeMap<&str, &str> = BTreeMap::new();
        let mut queue = VecDeque::from([start]);
        while let Some(node) = queue.pop_front() {
            for next in self.next(node).filter(|next| members.contains(next)) {
                if next == start {
                    let mut way = vec![node.to_owned()];
                    let mut at = node;
                    while let Some(before) = from.get(at) {
                        way.push((*before).to_owned());
                        at = before;
                    }
                    way.reverse();
                    return Some(way);
                }
                if !from.contains_key(next) {
                    from.insert(next, node);
                    queue.push_back(next);
                }
            }
        }
        None
    }
}

fn lower(seen: &mut HashMap<&str, Seen>, node: &str, low: usize) {
    if let Some(seen) = seen.get_mut(node) {
        seen.low = seen.low.min(low);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Edges are written `a b`, circles as their members and the way round.
    #[track_caller]
    fn check(edges: &[&str], circles: &[(&str, &str)]) {
        let mut graph = Graph::new();
        for edge in edges {
            let (from, to) = edge.split_once(' ').expect("two nodes");
            graph.edge(from, to, || ());
        }
        let found = graph.circles();
        let found: Vec<_> =
            found.iter().map(|circle| (circle.members.join(" "), circle.way.join(" "))).collect();
        let wanted: Vec<_> =
            circles.iter().map(|(members, way)| ((*members).to_owned(), (*way).to_owned())).collect();
        assert_eq!(found, wanted, "{edges:?}");
    }

    #[test]
    fn a_graph_without_circles_has_none() {
        check(&[], &[]);
        check(&["a b", "b c", "a c"], &[]);
        check(&["a a", "a b"], &[]);
    }

    #[test]
    fn a_circle_is_shown_by_a_shortest_way_from_its_first_member() {
        check(&["a b", "b a"], &[("a b", "a b")]);
        check(&["a b", "b c", "c d", "d a", "c a"], &[("a b c d", "a b c")]);
        check(&["x a", "a b", "b a", "b y"], &[("a b", "a b")]);
    }

    #[test]
    fn every_circle_is_found_once() {
        check(&["a b", "b a", "c d", "d e", "e c", "b c"], &[("a b", "a b"), ("c d e", "c d e")]);
        check(&["a b", "b a", "b c", "c b"], &[("a b c", "a b")]);
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack_and_no_square_of_time() {
        let name = |number: usize| format!("n{number:06}");
        let mut graph = Graph::new();
        let count = 100_000;
        for number in 0..count {
            graph.edge(&name(number), &name((number + 1) % count), || ());
        }
        let circles = graph.circles();
        assert_eq!(circles.iter().map(|circle| circle.way.len()).collect::<Vec<_>>(), [count]);
    }
}
