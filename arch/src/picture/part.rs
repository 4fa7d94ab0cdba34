//! Parts of a picture: what is around one crate or module, and only what changed.

use super::{Edge, Picture};
use crate::path::is_below;

impl Picture {
    /// What is below a crate or module, and what it uses and is used by; `None` if there is no such place.
    pub fn around(&self, place: &str) -> Option<Picture> {
        let core: Vec<bool> = self.nodes.iter().map(|node| is_below(&node.name, place)).collect();
        if !core.contains(&true) {
            return None;
        }
        let touches = |edge: &Edge| (core[edge.from] || core[edge.to]) && self.draws(edge);
        let mut part = self.only(touches, |node| core[node]);
        for node in &mut part.nodes {
            node.asked = is_below(&node.name, place);
        }
        Some(part)
    }

    /// What came, what went, and what breaks a rule.
    pub fn only_changes(&self) -> Picture {
        self.only(
            |edge| self.draws(edge) && edge.is_told(),
            |node| self.nodes[node].added + self.nodes[node].removed > 0,
        )
    }

    /// These edges, their ends, and these nodes.
    fn only(&self, edges: impl Fn(&Edge) -> bool, nodes: impl Fn(usize) -> bool) -> Picture {
        let mut kept: Vec<bool> = (0..self.nodes.len()).map(nodes).collect();
        let wanted: Vec<&Edge> = self.edges.iter().filter(|edge| edges(edge)).collect();
        for edge in &wanted {
            kept[edge.from] = true;
            kept[edge.to] = true;
        }
        let mut moved = vec![0; self.nodes.len()];
        let mut next = 0;
        for (node, kept) in kept.iter().enumerate() {
            moved[node] = next;
            next += usize::from(*kept);
        }
        let edges = wanted.into_iter();
        Picture {
            edges: edges
                .map(|edge| Edge { from: moved[edge.from], to: moved[edge.to], ..edge.clone() })
                .collect(),
            nodes: self
                .nodes
                .iter()
                .zip(kept)
                .filter(|(_, kept)| *kept)
                .map(|(node, _)| node.clone())
                .collect(),
            layers: self.layers.clone(),
            ..*self
        }
    }

    /// The names nearest to one that is no place, for who mistyped it.
    pub fn like(&self, place: &str) -> Vec<&str> {
        let last = place.rsplit("::").next().unwrap_or_default();
        let names = self.nodes.iter().map(|node| node.name.as_str());
        let alike = names
            .filter(|name| !last.is_empty() && name.rsplit("::").next().is_some_and(|it| it.contains(last)));
        alike.take(3).collect()
    }
}
