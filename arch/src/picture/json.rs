//! The picture as JSON, in the schema `gatefold.arch-graph/1`.

use serde::Serialize;

use super::{By, Changes, Picture, SCHEMA};

#[derive(Serialize)]
struct Written<'p> {
    schema: &'static str,
    by: &'static str,
    compared: bool,
    layers: &'p [String],
    changes: WrittenChanges,
    nodes: Vec<WrittenNode<'p>>,
    edges: Vec<WrittenEdge<'p>>,
}

#[derive(Serialize)]
struct WrittenChanges {
    nodes: Counts,
    edges: Counts,
}

#[derive(Serialize)]
struct Counts {
    added: usize,
    removed: usize,
}

#[derive(Serialize)]
struct WrittenNode<'p> {
    name: &'p str,
    layer: Option<&'p str>,
    status: &'static str,
    stands_for: usize,
    added: usize,
    removed: usize,
}

#[derive(Serialize)]
struct WrittenEdge<'p> {
    from: &'p str,
    to: &'p str,
    status: &'static str,
    stands_for: usize,
    added: usize,
    removed: usize,
    kinds: Vec<&'static str>,
    counts: WrittenKinds,
    first: Option<Place<'p>>,
    violates: Vec<&'static str>,
}

#[derive(Serialize)]
struct WrittenKinds {
    manifest: usize,
    code: usize,
    test: usize,
}

#[derive(Serialize)]
struct Place<'p> {
    file: &'p str,
    line: u32,
}

impl Picture {
    /// The picture as JSON, with the edges of tests and those that a drawing leaves out.
    pub fn json(&self) -> String {
        let Changes { nodes_added, nodes_removed, edges_added, edges_removed } = self.changes();
        let name = |node: usize| self.nodes[node].name.as_str();
        let written = Written {
            schema: SCHEMA,
            by: match self.by {
                By::Crate => "crate",
                By::Module => "module",
            },
            compared: self.compares,
            layers: &self.layers,
            changes: WrittenChanges {
                nodes: Counts { added: nodes_added, removed: nodes_removed },
                edges: Counts { added: edges_added, removed: edges_removed },
            },
            nodes: self
                .nodes
                .iter()
                .map(|node| WrittenNode {
                    name: &node.name,
                    layer: node.layer.map(|layer| self.layers[layer].as_str()),
                    status: node.status.name(),
                    stands_for: node.stands_for,
                    added: node.added,
                    removed: node.removed,
                })
                .collect(),
            edges: self
                .edges
                .iter()
                .map(|edge| WrittenEdge {
                    from: name(edge.from),
                    to: name(edge.to),
                    status: edge.status().name(),
                    stands_for: edge.stands_for,
                    added: edge.added,
                    removed: edge.removed,
                    kinds: [("manifest", edge.manifest), ("code", edge.code), ("test", edge.test)]
                        .into_iter()
                        .filter_map(|(kind, count)| (count > 0).then_some(kind))
                        .collect(),
                    counts: WrittenKinds { manifest: edge.manifest, code: edge.code, test: edge.test },
                    first: edge.first.as_ref().map(|(file, line)| Place { file, line: *line }),
                    violates: edge.violates.iter().copied().collect(),
                })
                .collect(),
        };
        // Strings, numbers and lists of them always have a form in JSON.
        let mut text = serde_json::to_string_pretty(&written).unwrap_or_default();
        text.push('\n');
        text
    }
}
