//! Drawings of graphs as they come: nothing overlaps, nothing is lost, large ones are folded.

use super::layout::Layout;
use super::rows::{Rows, drawn};
use super::*;

/// A picture of so many modules in crates of ten and layers of three crates, with edges as a generator deals them: some
/// lead upward, some close circles, some came and some went.
fn dealt(seed: u64, nodes: usize, edges: usize) -> Picture {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut deal = |below: usize| {
        // Marsaglia, "Xorshift RNGs" (2003).
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap_or_default() % below.max(1)
    };
    let layers = 1 + deal(5);
    let list = (0..nodes).map(|node| {
        let krate = format!("crate-{:04}", node / 10);
        let name = if node % 10 == 0 { krate } else { format!("{krate}::m{}", node % 10) };
        let layer = Some(node / 30 % (layers + 1)).filter(|layer| *layer < layers);
        Node {
            name,
            layer,
            status: Status::Same,
            stands_for: 1,
            added: 0,
            removed: 0,
            folder: "src".to_owned(),
            asked: false,
            group: false,
        }
    });
    let mut pairs = BTreeSet::new();
    for _ in 0..edges {
        let pair = (deal(nodes), deal(nodes));
        if pair.0 != pair.1 {
            pairs.insert(pair);
        }
    }
    let list: Vec<Node> = list.collect();
    let edges = pairs.into_iter().map(|(from, to)| {
        let mut edge = Edge { from, to, stands_for: 1, code: 1, ..Edge::default() };
        match deal(12) {
            0 => edge.added = 1,
            1 => edge.removed = 1,
            2 => _ = edge.violates.insert("layer-broken"),
            _ => {}
        }
        edge
    });
    Picture {
        by: By::Module,
        compares: true,
        layers: (0..layers).map(|layer| format!("layer {layer}")).collect(),
        edges: edges.collect(),
        nodes: list,
        draws_tests: true,
    }
}

#[test]
fn in_every_drawing_each_node_has_its_own_room_and_each_layer_its_rows() {
    for seed in 1..=24 {
        let nodes = 2 + (seed as usize * 7) % 45;
        let picture = dealt(seed, nodes, nodes * (seed as usize % 5));
        let drawn = drawn(&picture);
        let size = |_| (120.0, 30.0);
        let rows = Rows::of(&picture, &drawn.edges, |node| size(node).0);
        let layout = Layout::of(&picture, &drawn.edges, &rows, size);
        for one in 0..nodes {
            for other in one + 1..nodes {
                let ((x, y), (u, v)) = (layout.nodes[one], layout.nodes[other]);
                assert!(
                    (x - u).abs() > 119.0 || (y - v).abs() > 29.0,
                    "seed {seed}: {one} and {other} overlap"
                );
                let order = rows.row[one].cmp(&rows.row[other]);
                assert!(
                    order != std::cmp::Ordering::Less || y < v,
                    "seed {seed}: {one} is not above {other}"
                );
                let (one, other) = (&picture.nodes[one], &picture.nodes[other]);
                let layers = (one.layer.unwrap_or(usize::MAX), other.layer.unwrap_or(usize::MAX));
                assert!(
                    layers.0 >= layers.1 || order == std::cmp::Ordering::Less,
                    "seed {seed}: layers in order"
                );
            }
        }
        for (edge, points) in drawn.edges.iter().zip(&layout.edges) {
            assert!(points.len() >= 3, "seed {seed}: an edge without a way");
            let near = |node: usize, point: &(f64, f64)| {
                let (x, y) = layout.nodes[node];
                (point.0 - x).abs() <= 60.0 && ((point.1 - y).abs() - 15.0).abs() < 0.1
            };
            let (first, last) = (points.first().expect("a point"), points.last().expect("a point"));
            assert!(
                near(edge.from, first) && near(edge.to, last),
                "seed {seed}: an edge ends beside its node"
            );
            let inside = |(x, y): &(f64, f64)| {
                (-0.1..=layout.width + 0.1).contains(x) && (-0.1..=layout.height + 0.1).contains(y)
            };
            assert!(points.iter().all(inside), "seed {seed}: an edge leaves the drawing");
        }
    }
}

#[test]
fn what_is_left_out_is_unchanged_and_said() {
    for seed in 1..=20 {
        let picture = dealt(seed, 40, 600);
        let drawn = drawn(&picture);
        let told = |edges: usize| drawn.edges.iter().filter(|edge| edge.is_told()).count() == edges;
        assert!(told(picture.edges.iter().filter(|edge| edge.is_told()).count()), "seed {seed}");
        assert_eq!(drawn.edges.len() + drawn.implied + drawn.faint, picture.edges.len());
        assert!(drawn.left_out().is_some());
    }
}

#[test]
fn a_picture_without_circles_leaves_out_only_what_a_longer_way_of_drawn_edges_says() {
    for seed in 1..=20 {
        let mut picture = dealt(seed, 30, 160);
        picture.edges.retain(|edge| edge.from < edge.to && edge.removed == 0);
        let drawn = drawn(&picture);
        let kept: BTreeSet<(usize, usize)> = drawn.edges.iter().map(|edge| (edge.from, edge.to)).collect();
        for edge in &picture.edges {
            let mut open = vec![edge.from];
            let mut seen = BTreeSet::new();
            while let Some(node) = open.pop() {
                let next = kept.iter().filter(|(from, _)| *from == node).map(|(_, to)| *to);
                open.extend(next.filter(|to| seen.insert(*to)));
            }
            assert!(drawn.faint > 0 || seen.contains(&edge.to), "seed {seed}: {} -> {}", edge.from, edge.to);
        }
    }
}

#[test]
fn a_very_large_picture_is_folded_and_drawn() {
    let picture = dealt(7, 5_000, 50_000);
    for limit in [1, 2, 40, 200] {
        let folded = picture.folded(limit);
        assert!(folded.nodes.len() <= limit);
        assert_eq!(folded.nodes.iter().map(|node| node.stands_for).sum::<usize>(), 5_000);
    }
    assert!(picture.folded(40).svg().len() < 500_000);
}

#[test]
fn crates_of_one_folder_on_many_levels_are_not_folded_into_one() {
    // A hundred crates in a row, each of which uses the next.
    let mut row = dealt(1, 1_000, 0);
    let link = |krate: usize| Edge {
        from: krate * 10,
        to: krate * 10 + 10,
        stands_for: 1,
        code: 1,
        ..Edge::default()
    };
    row.edges = (0..99).map(link).collect();
    row.nodes.iter_mut().for_each(|node| node.layer = None);
    row.layers.clear();
    let folded = row.folded(40);
    assert!((20..=40).contains(&folded.nodes.len()), "{}", folded.nodes.len());
}
