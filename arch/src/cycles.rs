//! Circles in a graph: which nodes use each other in circles, a shortest way round, and what to cut.

use std::collections::VecDeque;

use crate::cut::{Arc, Cut, Effort};
use crate::graph::Graph;

/// Nodes that use each other in circles.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Circle {
    /// All of them, sorted.
    pub(crate) members: Vec<usize>,
    /// A shortest way from the first one back to it, which is not repeated at the end.
    pub(crate) way: Vec<usize>,
    /// Indices of the edges that end every circle among the members when they are taken out.
    pub(crate) cut: Vec<usize>,
    /// No smaller number of edges does that.
    pub(crate) at_least: usize,
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

/// Every circle, sorted by its members. Two circles have no node in common.
pub(crate) fn circles(graph: &Graph<'_>, effort: &mut Effort) -> Vec<Circle> {
    let mut components = components(graph);
    components.sort();
    components.into_iter().map(|members| circle(graph, members, effort)).collect()
}

fn circle(graph: &Graph<'_>, members: Vec<usize>, effort: &mut Effort) -> Circle {
    let inside = |node: usize| members.binary_search(&node).ok();
    let mut edges = Vec::new();
    let mut arcs = Vec::new();
    for (from, node) in members.iter().enumerate() {
        let first = graph.index_of(*node);
        for (offset, edge) in graph.from(*node).iter().enumerate() {
            if let Some(to) = inside(edge.to) {
                edges.push(first + offset);
                arcs.push(Arc { from, to, uses: edge.count.max(1) as u64 });
            }
        }
    }
    let Cut { arcs: cut, at_least } = crate::cut::smallest(members.len(), &arcs, effort);
    let way = way_round(graph, &members);
    Circle { way, cut: cut.into_iter().map(|arc| edges[arc]).collect(), at_least, members }
}

/// The sets of nodes that reach each other, each sorted, those of one node left out: Tarjan, "Depth-first search and
/// linear graph algorithms" (1972), with a stack of its own in place of recursion.
pub(crate) fn components(graph: &Graph<'_>) -> Vec<Vec<usize>> {
    let mut found = Vec::new();
    let mut seen: Vec<Option<Seen>> = vec![None; graph.nodes.len()];
    let mut entered_so_far = 0;
    let mut open: Vec<usize> = Vec::new();
    for root in 0..graph.nodes.len() {
        if seen[root].is_some() {
            continue;
        }
        // A node, and how many of its edges were followed.
        let mut walk: Vec<(usize, usize)> = Vec::new();
        let mut entered = Some(root);
        loop {
            if let Some(node) = entered.take() {
                let number = entered_so_far;
                entered_so_far += 1;
                seen[node] = Some(Seen { number, low: number, open: true });
                open.push(node);
                walk.push((node, 0));
            }
            let Some((node, followed)) = walk.last_mut() else { break };
            let node = *node;
            if let Some(edge) = graph.from(node).get(*followed) {
                *followed += 1;
                match seen[edge.to] {
                    None => entered = Some(edge.to),
                    Some(other) if other.open => lower(&mut seen[node], other.number),
                    Some(_) => {}
                }
                continue;
            }
            walk.pop();
            let Some(Seen { number, low, .. }) = seen[node] else { continue };
            if let Some((above, _)) = walk.last() {
                lower(&mut seen[*above], low);
            }
            if low == number {
                let at = open.iter().rposition(|other| *other == node).unwrap_or_default();
                let mut members: Vec<usize> = open.drain(at..).collect();
                members.sort_unstable();
                close(&mut seen, &members);
                if members.len() > 1 {
                    found.push(members);
                }
            }
        }
    }
    found
}

fn lower(seen: &mut Option<Seen>, low: usize) {
    if let Some(seen) = seen {
        seen.low = seen.low.min(low);
    }
}

fn close(seen: &mut [Option<Seen>], members: &[usize]) {
    for member in members {
        if let Some(seen) = &mut seen[*member] {
            seen.open = false;
        }
    }
}

/// A shortest way from the first member back to it.
fn way_round(graph: &Graph<'_>, members: &[usize]) -> Vec<usize> {
    let Some(&start) = members.first() else { return Vec::new() };
    let position = |node: usize| members.binary_search(&node).ok();
    let mut before: Vec<Option<usize>> = vec![None; members.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        for edge in graph.from(node) {
            if edge.to == start {
                let mut way = vec![node];
                let mut at = node;
                while let Some(earlier) = position(at).and_then(|at| before[at]) {
                    way.push(earlier);
                    at = earlier;
                }
                way.reverse();
                return way;
            }
            if let Some(at) = position(edge.to).filter(|at| before[*at].is_none()) {
                before[at] = Some(node);
                queue.push_back(edge.to);
            }
        }
    }
    members.to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing;

    /// Edges are written `a b`, circles as their members and the way round.
    #[track_caller]
    fn check(edges: &[&str], wanted: &[(&str, &str)]) {
        let edges: Vec<(&str, &str)> =
            edges.iter().map(|edge| edge.split_once(' ').expect("two nodes")).collect();
        let graph = testing::graph(&edges);
        let names =
            |nodes: &[usize]| nodes.iter().map(|node| graph.nodes[*node]).collect::<Vec<_>>().join(" ");
        let found = circles(&graph, &mut Effort::default());
        let found: Vec<_> = found.iter().map(|circle| (names(&circle.members), names(&circle.way))).collect();
        let wanted: Vec<_> =
            wanted.iter().map(|(members, way)| ((*members).to_owned(), (*way).to_owned())).collect();
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
    fn what_to_cut_is_edges_of_the_graph() {
        let graph = testing::graph(&[("a", "b"), ("b", "a"), ("b", "c"), ("c", "a"), ("x", "a")]);
        let circles = circles(&graph, &mut Effort::default());
        let cut: Vec<(&str, &str)> = circles[0]
            .cut
            .iter()
            .map(|edge| (graph.nodes[graph.edges[*edge].from], graph.nodes[graph.edges[*edge].to]))
            .collect();
        assert_eq!((cut, circles[0].at_least), (vec![("a", "b")], 1));
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack_and_no_square_of_time() {
        let count = 100_000;
        let names: Vec<String> = (0..count).map(|number| format!("n{number:06}")).collect();
        let edges: Vec<(&str, &str)> =
            (0..count).map(|number| (names[number].as_str(), names[(number + 1) % count].as_str())).collect();
        let graph = testing::graph(&edges);
        let circles = circles(&graph, &mut Effort::default());
        assert_eq!(
            circles.iter().map(|circle| (circle.way.len(), circle.cut.len())).collect::<Vec<_>>(),
            [(count, 1)]
        );
    }
}
