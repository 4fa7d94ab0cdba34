//! Who reaches whom over a graph, by shortest chains.

use std::collections::VecDeque;

use crate::graph::Graph;

/// A shortest chain from one set of nodes to another.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chain {
    /// Index of the set that it starts in.
    pub(crate) from: usize,
    /// Index of the set that it ends in.
    pub(crate) to: usize,
    /// Every node on it: only the first is in the one set, and only the last in the other.
    pub(crate) nodes: Vec<usize>,
    /// Where only the nearest is shown: how many more sets are reached from the same one.
    pub(crate) more: usize,
}

/// Chains from sets to others.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Chains {
    pub(crate) chains: Vec<Chain>,
    /// Whether there is but one for each set, that to the nearest.
    pub(crate) nearest_only: bool,
}

/// How many chains over others are shown each by itself. Of more, that is as many findings as members times members, each
/// set's shortest one is.
const MOST_CHAINS: usize = 200;

/// How many edges are followed in search of a chain between each pair of sets. Above that it is the nearest set only
/// that is found from each, which costs two walks over the graph.
const MOST_STEPS: usize = 100_000_000;

/// A shortest chain from each set to each that it reaches and that `wanted` says of, in the order of the sets; of equally
/// short ones always the same. Where that would take too long, each set's chain to the nearest one; where there are more
/// than [`MOST_CHAINS`] of more than one edge, each set's shortest one of these.
pub(crate) fn chains(
    graph: &Graph<'_>,
    from: &[Vec<usize>],
    to: &[Vec<usize>],
    wanted: &dyn Fn(usize, usize) -> bool,
) -> Chains {
    within(MOST_STEPS, graph, from, to, wanted)
}

fn within(
    steps: usize,
    graph: &Graph<'_>,
    from: &[Vec<usize>],
    to: &[Vec<usize>],
    wanted: &dyn Fn(usize, usize) -> bool,
) -> Chains {
    let mut sets_of: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for (set, nodes) in to.iter().enumerate() {
        for node in nodes {
            sets_of[*node].push(set);
        }
    }
    if from.len().saturating_mul(graph.nodes.len() + graph.edges.len()) > steps {
        return Chains { chains: nearest(graph, from, to, wanted), nearest_only: true };
    }
    let mut found = Found::default();
    let mut walk = Walk { before: vec![None; graph.nodes.len()], seen: vec![usize::MAX; graph.nodes.len()] };
    for (start, nodes) in from.iter().enumerate() {
        let mut ends: Vec<(usize, usize)> = Vec::new();
        let mut reached = vec![false; to.len()];
        walk.each(graph, start, nodes, &mut |node| {
            for set in &sets_of[node] {
                if !reached[*set] && wanted(start, *set) {
                    reached[*set] = true;
                    ends.push((*set, node));
                }
            }
        });
        found.take(start, ends, &walk);
    }
    found.chains()
}

/// The chains that were found so far.
#[derive(Default)]
struct Found {
    /// Of each set, the shortest one over others first.
    all: Vec<Chain>,
    /// How many of them are over others.
    over_others: usize,
    nearest_only: bool,
}

impl Found {
    /// Takes in what one set reaches, the nearest first.
    fn take(&mut self, start: usize, ends: Vec<(usize, usize)>, walk: &Walk) {
        let is_direct = |end: usize| walk.before[end].is_some_and(|before| walk.before[before].is_none());
        let (direct, far): (Vec<_>, Vec<_>) = ends.into_iter().partition(|(_, end)| is_direct(*end));
        self.over_others += far.len();
        self.nearest_only |= self.over_others > MOST_CHAINS;
        let chain = |(to, end), more| Chain { from: start, to, nodes: walk.back(end), more };
        if let Some((first, others)) = far.split_first() {
            self.all.push(chain(*first, others.len()));
            if !self.nearest_only {
                self.all.extend(others.iter().map(|end| chain(*end, 0)));
            }
        }
        self.all.extend(direct.into_iter().map(|end| chain(end, 0)));
    }

    fn chains(self) -> Chains {
        let Found { all: mut chains, nearest_only, .. } = self;
        if nearest_only {
            let mut last = None;
            chains.retain(|chain| chain.nodes.len() == 2 || last.replace(chain.from) != Some(chain.from));
        } else {
            chains.iter_mut().for_each(|chain| chain.more = 0);
        }
        chains.sort_by_key(|chain| (chain.from, chain.to));
        Chains { chains, nearest_only }
    }
}

/// One walk after another, without clearing what the last one left.
struct Walk {
    before: Vec<Option<usize>>,
    /// The last walk that came by.
    seen: Vec<usize>,
}

impl Walk {
    /// Goes to every node that is reached from some, which are not among them, the nearest first.
    fn each(&mut self, graph: &Graph<'_>, number: usize, starts: &[usize], visit: &mut dyn FnMut(usize)) {
        let mut queue: VecDeque<usize> = starts.iter().copied().collect();
        for node in starts {
            (self.seen[*node], self.before[*node]) = (number, None);
        }
        while let Some(node) = queue.pop_front() {
            for edge in graph.from(node) {
                if self.seen[edge.to] != number {
                    (self.seen[edge.to], self.before[edge.to]) = (number, Some(node));
                    visit(edge.to);
                    queue.push_back(edge.to);
                }
            }
        }
    }

    /// The way to a node from where the last walk started.
    fn back(&self, end: usize) -> Vec<usize> {
        let mut nodes = vec![end];
        let mut at = end;
        while let Some(before) = self.before[at] {
            nodes.push(before);
            at = before;
        }
        nodes.reverse();
        nodes
    }
}

/// What a node reaches.
#[derive(Clone, Copy)]
struct Near {
    set: usize,
    distance: usize,
    next: usize,
}

/// For each set the chain to the nearest one: a walk backwards from all ends at once, on which each node remembers the
/// two nearest sets, since the nearest may be its own.
fn nearest(
    graph: &Graph<'_>,
    from: &[Vec<usize>],
    to: &[Vec<usize>],
    wanted: &dyn Fn(usize, usize) -> bool,
) -> Vec<Chain> {
    let mut users: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        users[edge.to].push(edge.from);
    }
    let mut near: Vec<Vec<Near>> = vec![Vec::new(); graph.nodes.len()];
    let mut queue = VecDeque::new();
    for (set, nodes) in to.iter().enumerate() {
        for node in nodes {
            if near[*node].len() < 2 {
                near[*node].push(Near { set, distance: 0, next: *node });
                queue.push_back((*node, set, 0));
            }
        }
    }
    while let Some((node, set, distance)) = queue.pop_front() {
        for user in &users[node] {
            let known = &mut near[*user];
            if known.len() < 2 && known.iter().all(|near| near.set != set) {
                known.push(Near { set, distance: distance + 1, next: node });
                queue.push_back((*user, set, distance + 1));
            }
        }
    }
    let mut found = Vec::new();
    for (start, nodes) in from.iter().enumerate() {
        let all = nodes.iter().flat_map(|node| near[*node].iter().map(move |near| (near, *node)));
        let ends = all.filter(|(near, _)| near.distance > 0 && wanted(start, near.set));
        let Some((end, first)) = ends.min_by_key(|(near, node)| (near.distance, near.set, *node)) else {
            continue;
        };
        let mut chain = vec![first];
        let mut at = *end;
        while at.distance > 0 {
            chain.push(at.next);
            let Some(next) = near[at.next].iter().find(|near| near.set == end.set) else { break };
            at = *next;
        }
        found.push(Chain { from: start, to: end.set, nodes: chain, more: 0 });
    }
    found
}

/// The nodes that are reached from some, these among them, and backwards the nodes that reach some.
pub(crate) fn closure(graph: &Graph<'_>, starts: impl Iterator<Item = usize>, backwards: bool) -> Vec<bool> {
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); graph.nodes.len()];
    for edge in &graph.edges {
        let (from, to) = if backwards { (edge.to, edge.from) } else { (edge.from, edge.to) };
        next[from].push(to);
    }
    let mut inside = vec![false; graph.nodes.len()];
    let mut open: Vec<usize> = starts.collect();
    while let Some(node) = open.pop() {
        if !std::mem::replace(&mut inside[node], true) {
            open.extend(next[node].iter().filter(|node| !inside[**node]));
        }
    }
    inside
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing;

    /// Sets are written by their nodes, chains as they are found.
    #[track_caller]
    fn check(edges: &[(&str, &str)], from: &[&str], to: &[&str], every: &[&str], near: &[&str]) {
        let graph = testing::graph(edges);
        let sets = |sets: &[&str]| -> Vec<Vec<usize>> {
            let node = |name: &str| graph.node(name).expect("it is a node");
            sets.iter().map(|set| set.split(' ').map(node).collect()).collect()
        };
        let (starts, ends) = (sets(from), sets(to));
        let wanted = |one: usize, other: usize| starts[one] != ends[other];
        for (steps, expected) in [(MOST_STEPS, every), (0, near)] {
            let found = within(steps, &graph, &starts, &ends, &wanted);
            let shown: Vec<String> = found
                .chains
                .iter()
                .map(|chain| chain.nodes.iter().map(|node| graph.nodes[*node]).collect::<Vec<_>>().join(" "))
                .collect();
            assert_eq!(shown, expected, "{edges:?} with {steps} steps");
        }
    }

    #[test]
    fn the_shortest_chain_is_found_and_always_the_same_one() {
        let edges =
            [("a", "b"), ("a", "c"), ("b", "d"), ("c", "d"), ("d", "e"), ("a", "x"), ("x", "y"), ("y", "d")];
        check(&edges, &["a"], &["e"], &["a b d e"], &["a b d e"]);
        check(&edges, &["e"], &["a"], &[], &[]);
        check(&edges, &["a x"], &["d"], &["a b d"], &["a b d"]);
        check(&edges, &["a"], &["d", "y"], &["a b d", "a x y"], &["a b d"]);
    }

    #[test]
    fn members_that_reach_each_other_are_found_in_pairs() {
        let edges = [("a", "m"), ("m", "b"), ("b", "n"), ("n", "a"), ("n", "c")];
        let each = ["a", "b", "c"];
        check(&edges, &each, &each, &["a m b", "a m b n c", "b n a", "b n c"], &["a m b", "b n a"]);
    }

    #[test]
    fn a_chain_leaves_its_set_at_once_and_circles_do_not_matter() {
        let edges = [("a", "a2"), ("a2", "m"), ("m", "a"), ("m", "t"), ("t", "t2"), ("t2", "a")];
        check(&edges, &["a a2"], &["t t2"], &["a2 m t"], &["a2 m t"]);
        check(&edges, &["t t2"], &["a a2"], &["t2 a"], &["t2 a"]);
    }

    #[test]
    fn of_many_chains_each_sets_shortest_one_over_others_is_found_and_how_many_more_there_are() {
        // Members in a ring: each uses the next one, and reaches the others.
        for (count, chains, nearest_only) in [(15, 15 * 13, false), (16, 16, true), (1_000, 1_000, true)] {
            let names: Vec<String> = (0..count).map(|number| format!("n{number:03}")).collect();
            let next = |at: usize| (names[at].as_str(), names[(at + 1) % count].as_str());
            let ring: Vec<(&str, &str)> = (0..count).map(next).collect();
            let graph = testing::graph(&ring);
            let sets: Vec<Vec<usize>> = (0..count).map(|node| vec![node]).collect();
            let found = super::chains(&graph, &sets, &sets, &|one, other| one != other);
            let far: Vec<&Chain> = found.chains.iter().filter(|chain| chain.nodes.len() > 2).collect();
            assert_eq!((far.len(), found.nearest_only), (chains, nearest_only));
            assert_eq!(found.chains.len(), far.len() + count);
            for chain in far {
                let shown = if nearest_only { (3, count - 3) } else { (chain.nodes.len(), 0) };
                assert_eq!((chain.nodes.len(), chain.more), shown, "{chain:?}");
            }
        }
    }

    #[test]
    fn a_long_chain_needs_no_deep_stack() {
        let names: Vec<String> = (0..100_000).map(|number| format!("n{number:06}")).collect();
        let edges: Vec<(&str, &str)> =
            names.windows(2).map(|pair| (pair[0].as_str(), pair[1].as_str())).collect();
        let graph = testing::graph(&edges);
        let (first, last) = (vec![vec![0]], vec![vec![names.len() - 1]]);
        for steps in [MOST_STEPS, 0] {
            let found = within(steps, &graph, &first, &last, &|_, _| true);
            assert_eq!(found.chains[0].nodes.len(), names.len());
        }
        assert_eq!(closure(&graph, [5].into_iter(), true).iter().filter(|inside| **inside).count(), 6);
    }
}
