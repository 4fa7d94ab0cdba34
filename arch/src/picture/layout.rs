//! Where everything is drawn: the rows are the picture's own, all else is `dagre`'s.

use std::collections::BTreeMap;

use dagre::graph::{Graph, GraphOptions};
use dagre::{EdgeLabel, LayoutOptions, NodeLabel};

use super::rows::{BESIDE, Rows};
use super::{Edge, Picture};

/// Room between two rows, in pixels.
const BELOW: f64 = 62.0;

/// A drawing: its size, and what stands where in it.
pub(super) struct Layout {
    /// By node, its middle.
    pub(super) nodes: Vec<(f64, f64)>,
    /// By edge, from where it starts to where it ends.
    pub(super) edges: Vec<Vec<(f64, f64)>>,
    pub(super) width: f64,
    pub(super) height: f64,
}

impl Layout {
    /// Lays out nodes of these sizes. An edge that leads upward is drawn from below.
    pub(super) fn of(
        picture: &Picture,
        edges: &[&Edge],
        rows: &Rows,
        size: impl Fn(usize) -> (f64, f64),
    ) -> Layout {
        let mut graph: Graph<NodeLabel, EdgeLabel> =
            Graph::with_options(GraphOptions { directed: true, multigraph: true, compound: false });
        for node in 0..picture.nodes.len() {
            let (width, height) = size(node);
            graph.set_node(name(node), Some(NodeLabel { width, height, ..NodeLabel::default() }));
        }
        for (index, edge) in edges.iter().enumerate() {
            let (above, below) = oriented(edge, rows);
            let minlen = rows.row[below] - rows.row[above];
            let label = EdgeLabel {
                minlen: i32::try_from(minlen).unwrap_or(i32::MAX / 4),
                weight: 2,
                ..EdgeLabel::default()
            };
            graph.set_edge(name(above), name(below), Some(label), Some(&name(index)));
        }
        for (above, below) in pins(picture, edges, rows) {
            graph.set_edge(name(above), name(below), Some(EdgeLabel::default()), Some("pin"));
        }
        let options =
            LayoutOptions { nodesep: BESIDE, edgesep: 14.0, ranksep: BELOW, ..LayoutOptions::default() };
        dagre::layout(&mut graph, Some(options));

        let nodes: Vec<(f64, f64)> = (0..picture.nodes.len())
            .map(|node| {
                let label = graph.node(&name(node));
                label.and_then(|label| label.x.zip(label.y)).unwrap_or_default()
            })
            .collect();
        let ends: Vec<(usize, usize)> = edges.iter().map(|edge| (edge.from, edge.to)).collect();
        let edges = edges.iter().enumerate().map(|(index, edge)| {
            let (above, below) = oriented(edge, rows);
            let label = graph.edge(&name(above), &name(below), Some(&name(index)));
            let mut points: Vec<(f64, f64)> = label
                .map(|label| label.points.iter().map(|point| (point.x, point.y)).collect())
                .unwrap_or_default();
            if above != edge.from {
                points.reverse();
            }
            points
        });
        let mut drawn: Vec<Vec<(f64, f64)>> = edges.collect();
        ports(&nodes, &mut drawn, &ends, &size);
        let mut layout = Layout { nodes, edges: drawn, width: 0.0, height: 0.0 };
        layout.fit(size);
        layout
    }

    /// Moves everything to the upper left, since what is not drawn has left room there.
    fn fit(&mut self, size: impl Fn(usize) -> (f64, f64)) {
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        let mut see = |x: f64, y: f64| {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        };
        for (node, (x, y)) in self.nodes.iter().enumerate() {
            let (width, height) = size(node);
            see(x - width / 2.0, y - height / 2.0);
            see(x + width / 2.0, y + height / 2.0);
        }
        self.edges.iter().flatten().for_each(|(x, y)| see(*x, *y));
        if low.0 > high.0 {
            return;
        }
        let points = self.nodes.iter_mut().chain(self.edges.iter_mut().flatten());
        points.for_each(|(x, y)| (*x, *y) = (*x - low.0, *y - low.1));
        (self.width, self.height) = (high.0 - low.0, high.1 - low.1);
    }
}

/// Lets every edge leave below or above its nodes, beside each other in the order in which they part, so that none
/// crosses a neighbour of its row.
fn ports(
    nodes: &[(f64, f64)],
    edges: &mut [Vec<(f64, f64)>],
    ends: &[(usize, usize)],
    size: impl Fn(usize) -> (f64, f64),
) {
    // By node and side.
    let mut bound: BTreeMap<(usize, bool), Vec<Bound>> = BTreeMap::new();
    for (index, (points, (from, to))) in edges.iter().zip(ends).enumerate() {
        let ([_, second, ..], [.., last_but_one, _]) = (points.as_slice(), points.as_slice()) else {
            continue;
        };
        for (node, next, is_end) in [(*from, second, false), (*to, last_but_one, true)] {
            let is_below = next.1 > nodes[node].1;
            bound.entry((node, is_below)).or_default().push(Bound { x: next.0, edge: index, is_end });
        }
    }
    for ((node, is_below), mut list) in bound {
        list.sort_by(|one, other| one.x.total_cmp(&other.x).then(one.edge.cmp(&other.edge)));
        let ((x, y), (width, height)) = (nodes[node], size(node));
        let count = list.len() as f64;
        for (place, Bound { x: to, edge, is_end }) in list.into_iter().enumerate() {
            let reach = width * 0.36;
            let port = match count {
                1.0 => to.clamp(x - reach, x + reach),
                _ => x - reach + 2.0 * reach * (place as f64 + 0.5) / count,
            };
            let side = if is_below { 1.0 } else { -1.0 };
            let point = (port, y + side * height / 2.0);
            // It leaves straight, and turns where nothing stands.
            let straight = (port, point.1 + side * BELOW / 4.0);
            let points = &mut edges[edge];
            let at = if is_end { points.len() - 1 } else { 0 };
            points[at] = point;
            points.insert(if is_end { at } else { 1 }, straight);
        }
    }
}

/// An end of an edge at a node.
struct Bound {
    /// Where the edge is bound for.
    x: f64,
    edge: usize,
    is_end: bool,
}

fn name(index: usize) -> String {
    index.to_string()
}

/// The ends of an edge, the upper first.
fn oriented(edge: &Edge, rows: &Rows) -> (usize, usize) {
    if rows.row[edge.from] <= rows.row[edge.to] { (edge.from, edge.to) } else { (edge.to, edge.from) }
}

/// Edges that are not drawn and hold the nodes in their rows: with every edge as long as the rows say, the shortest
/// drawing has each node in its own row as soon as all of them hang together.
fn pins(picture: &Picture, edges: &[&Edge], rows: &Rows) -> Vec<(usize, usize)> {
    let mut first: Vec<Option<usize>> = vec![None; picture.nodes.len()];
    for (node, row) in rows.row.iter().enumerate() {
        first[*row].get_or_insert(node);
    }
    let mut hangs = vec![false; picture.nodes.len()];
    for edge in edges {
        hangs[oriented(edge, rows).1] = true;
    }
    let mut pins = Vec::new();
    for (node, row) in rows.row.iter().enumerate() {
        let row_of = |row: usize| first.get(row).copied().flatten();
        match row.checked_sub(1) {
            Some(above) if !hangs[node] => pins.extend(row_of(above).map(|above| (above, node))),
            None => pins.extend(row_of(1).map(|below| (node, below))),
            Some(_) => {}
        }
    }
    pins
}
