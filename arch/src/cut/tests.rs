//! What is cut, beside what trying every set of edges finds.

use super::*;

fn arcs(edges: &[(usize, usize)]) -> Vec<Arc> {
    edges.iter().map(|(from, to)| Arc { from: *from, to: *to, uses: 1 }).collect()
}

/// Whether what is left has no circle: nodes that nothing leads to are taken away until none is left.
fn is_free_of_circles(nodes: usize, arcs: &[Arc], cut: &[usize]) -> bool {
    let mut left: Vec<Arc> =
        arcs.iter().enumerate().filter(|(index, _)| !cut.contains(index)).map(|(_, arc)| *arc).collect();
    let mut nodes: Vec<usize> = (0..nodes).collect();
    loop {
        let free = |node: &usize| !left.iter().any(|arc| arc.to == *node);
        let (gone, rest): (Vec<usize>, Vec<usize>) = nodes.iter().partition(|node| free(node));
        if rest.is_empty() || gone.is_empty() {
            return rest.is_empty();
        }
        left.retain(|arc| !gone.contains(&arc.from));
        nodes = rest;
    }
}

/// By trying every set of arcs.
fn by_trying(nodes: usize, arcs: &[Arc]) -> usize {
    let sets = (0..1_usize << arcs.len()).filter(|set| {
        let cut: Vec<usize> = (0..arcs.len()).filter(|arc| set & (1 << arc) != 0).collect();
        is_free_of_circles(nodes, arcs, &cut)
    });
    sets.map(|set| set.count_ones() as usize).min().expect("all of them is one")
}

/// Numbers that look random and are the same in every run: a linear congruential generator.
fn numbers(seed: u64) -> impl FnMut(usize) -> usize {
    let mut state = seed;
    move |below| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    }
}

fn random(nodes: usize, count: usize, seed: u64) -> Vec<Arc> {
    let mut number = numbers(seed);
    let mut edges: Vec<(usize, usize)> = (0..count).map(|_| (number(nodes), number(nodes))).collect();
    edges.retain(|(from, to)| from != to);
    edges.sort_unstable();
    edges.dedup();
    arcs(&edges)
}

#[test]
fn a_small_cut_is_as_small_as_trying_every_set_of_edges_finds() {
    for seed in 0..60 {
        let (nodes, count) = (2 + seed as usize % 6, 3 + seed as usize % 9);
        let arcs = random(nodes, count, seed);
        let cut = smallest(nodes, &arcs, &mut Effort::default());
        assert!(is_free_of_circles(nodes, &arcs, &cut.arcs), "{arcs:?}");
        assert_eq!((cut.arcs.len(), cut.at_least), (by_trying(nodes, &arcs), cut.arcs.len()), "{arcs:?}");
    }
}

#[test]
fn of_cuts_of_one_size_the_one_with_the_fewest_uses_is_taken() {
    let arc = |from, to, uses| Arc { from, to, uses };
    let circle = [arc(0, 1, 3), arc(1, 2, 1), arc(2, 0, 2)];
    assert_eq!(smallest(3, &circle, &mut Effort::default()).arcs, [1]);
    // One edge with many uses is still one edge.
    let eight = [arc(0, 1, 900), arc(1, 2, 1), arc(2, 0, 1), arc(1, 3, 1), arc(3, 0, 1)];
    assert_eq!(smallest(4, &eight, &mut Effort::default()).arcs, [0]);
}

#[test]
fn the_fast_answer_leaves_no_circle_and_is_no_smaller_than_its_bound() {
    for seed in 0..40 {
        let nodes = 3 + seed as usize % 12;
        let arcs = random(nodes, 4 * nodes, seed);
        let best = smallest(nodes, &arcs, &mut Effort::default());
        let row = moved(greedy(nodes, &arcs), &arcs, &mut Effort::default());
        let fast = against(&row, &arcs);
        assert!(is_free_of_circles(nodes, &arcs, &fast), "{arcs:?}");
        let bound = disjoint_circles(nodes, &arcs, &fast, &mut Effort::default());
        assert!(bound <= best.arcs.len() && best.arcs.len() <= fast.len(), "{bound} {best:?} {fast:?}");
        assert!(fast.len() <= best.arcs.len() + 2, "{} of {}", fast.len(), best.arcs.len());
    }
}

#[test]
fn a_large_circle_is_cut_once_and_known_to_need_one() {
    let count = 5000;
    let round: Vec<(usize, usize)> = (0..count).map(|node| (node, (node + 1) % count)).collect();
    let cut = smallest(count, &arcs(&round), &mut Effort::default());
    assert_eq!((cut.arcs.len(), cut.at_least), (1, 1));
}

#[test]
fn pairs_that_use_each_other_need_one_edge_each() {
    let count = 2000;
    let pairs: Vec<(usize, usize)> =
        (0..count - 1).flat_map(|node| [(node, node + 1), (node + 1, node)]).collect();
    let cut = smallest(count, &arcs(&pairs), &mut Effort::default());
    assert_eq!((cut.arcs.len(), cut.at_least), (count - 1, count - 1));
}

#[test]
fn without_effort_the_answer_is_rougher_and_never_missing() {
    let arcs = random(14, 60, 7);
    let cut = smallest(14, &arcs, &mut Effort(0));
    assert!(is_free_of_circles(14, &arcs, &cut.arcs));
    assert!(cut.at_least >= 1 && cut.at_least <= cut.arcs.len());
    assert_eq!(smallest(14, &arcs, &mut Effort(0)), cut, "the same in every run");
}

#[test]
fn the_thickest_of_graphs_costs_no_more_than_the_effort() {
    let nodes = 400;
    let all: Vec<(usize, usize)> = (0..nodes)
        .flat_map(|from| (0..nodes).map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
        .collect();
    let mut effort = Effort::default();
    let cut = smallest(nodes, &arcs(&all), &mut effort);
    assert_eq!(cut.arcs.len(), nodes * (nodes - 1) / 2);
    assert!(cut.at_least >= 1 && effort.0 < Effort::default().0);
}
