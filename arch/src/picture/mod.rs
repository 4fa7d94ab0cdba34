//! The picture of the architecture, and of what a change does to it: what uses what, folded until it can be read.

mod fold;
mod json;
mod layout;
mod mermaid;
mod part;
mod read;
mod rows;
mod svg;

use std::collections::BTreeSet;

pub use read::Side;

use crate::path::beginnings;

/// The version of the JSON form, which [`SCHEMA_TEXT`] describes.
pub const SCHEMA: &str = "gatefold.arch-graph/1";

/// The JSON Schema of the JSON form.
pub const SCHEMA_TEXT: &str = include_str!("../../schema/graph.schema.json");

/// How many nodes a picture has unless somebody asks for more.
pub const NODES: usize = 40;

/// What the nodes of a picture are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum By {
    /// Packages, with their dependencies and the paths in their code.
    Crate,
    /// Modules, with the paths in their code.
    Module,
}

/// What became of a node or an edge between base and head.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// It is on both sides, or there is no base.
    Same,
    /// It is at head only.
    Added,
    /// It is at the base only.
    Removed,
}

/// Crates or modules, and what uses what.
#[derive(Clone, Debug)]
pub struct Picture {
    /// What the nodes are.
    pub by: By,
    /// Whether base and head are compared.
    pub compares: bool,
    /// The names of the policy's layers, highest first.
    pub layers: Vec<String>,
    /// Sorted by name.
    pub nodes: Vec<Node>,
    /// Sorted by where they start and where they end.
    pub edges: Vec<Edge>,
    /// Whether edges that only code for tests has are drawn; they are counted in any case.
    pub draws_tests: bool,
}

/// A crate, a module, or several that are folded into one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The place, with the package's name in front; of several, what they are.
    pub name: String,
    /// Index into the layers.
    pub layer: Option<usize>,
    /// Whether base and head have it; of several, whether they have any.
    pub status: Status,
    /// How many nodes it stands for, itself among them.
    pub stands_for: usize,
    /// How many of these were added.
    pub added: usize,
    /// How many of these were removed.
    pub removed: usize,
    /// The folder of the crate that it is in.
    pub(crate) folder: String,
    /// Whether somebody asked for it by name, so that it is folded last.
    pub(crate) asked: bool,
    /// Whether it stands for crates beside each other, which its name then counts.
    pub(crate) group: bool,
}

/// All that one node uses of another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Edge {
    /// Index into the nodes.
    pub from: usize,
    /// Index into the nodes.
    pub to: usize,
    /// How many pairs of crates or modules it stands for.
    pub stands_for: usize,
    /// How many of these were added.
    pub added: usize,
    /// How many of these were removed.
    pub removed: usize,
    /// Lines of manifests that say it, those for tests left out.
    pub manifest: usize,
    /// Paths in code that say it, those for tests left out.
    pub code: usize,
    /// Paths and dev-dependencies that are only there for tests.
    pub test: usize,
    /// File and line of the first reference; of what was removed, at the base.
    pub first: Option<(String, u32)>,
    /// The rules that it breaks.
    pub violates: BTreeSet<&'static str>,
}

/// How many nodes and edges came and went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Nodes that head has and the base has not.
    pub nodes_added: usize,
    /// Nodes that the base has and head has not.
    pub nodes_removed: usize,
    /// Edges that head has and the base has not.
    pub edges_added: usize,
    /// Edges that the base has and head has not.
    pub edges_removed: usize,
}

impl Changes {
    /// Whether nothing came and nothing went.
    pub fn none(&self) -> bool {
        *self == Changes::default()
    }
}

impl Node {
    /// What it stands for beside itself, and what of that changed, in words.
    fn more(&self) -> Option<String> {
        let mut words = Vec::new();
        if self.stands_for > 1 && !self.group {
            words.push(format!("and {} below", plural(self.stands_for - 1, "module")));
        }
        if self.status == Status::Same && self.added + self.removed > 0 {
            words.push(signed(self.added, self.removed));
        }
        (!words.is_empty()).then(|| words.join(", "))
    }

    /// What tells its status apart from others where there is no colour.
    fn sign(&self) -> &'static str {
        match self.status {
            Status::Same => "",
            Status::Added => "+ ",
            Status::Removed => "− ",
        }
    }
}

impl Edge {
    /// What tells it apart from others where there is no colour: what came, what went, and that it breaks a rule.
    fn sign(&self) -> String {
        let mut sign = match (self.status(), self.stands_for) {
            (Status::Added, 1) => "+".to_owned(),
            (Status::Removed, 1) => "−".to_owned(),
            _ => signed(self.added, self.removed),
        };
        if !self.violates.is_empty() {
            sign.push_str(if sign.is_empty() { "✗" } else { " ✗" });
        }
        sign
    }

    /// What became of it; of several, `Same` where base and head have any.
    pub fn status(&self) -> Status {
        Status::of(self.stands_for, self.added, self.removed)
    }

    /// Whether only code for tests has it.
    pub fn is_for_tests(&self) -> bool {
        self.manifest + self.code == 0
    }

    /// Whether something of it came, went or breaks a rule.
    pub fn is_told(&self) -> bool {
        self.added + self.removed > 0 || !self.violates.is_empty()
    }

    /// Takes in another edge that runs beside it.
    fn join(&mut self, other: &Edge) {
        self.stands_for += other.stands_for;
        self.added += other.added;
        self.removed += other.removed;
        self.manifest += other.manifest;
        self.code += other.code;
        self.test += other.test;
        // What is at head can be opened in the working tree, and what runs in production says more than a test.
        let worth = |edge: &Edge| {
            (
                edge.violates.is_empty(),
                edge.is_for_tests(),
                edge.status() == Status::Removed,
                edge.first.is_none(),
            )
        };
        if worth(other) < worth(self) || self.first.is_none() {
            self.first.clone_from(&other.first);
        }
        self.violates.extend(&other.violates);
    }
}

impl Status {
    fn of(stands_for: usize, added: usize, removed: usize) -> Status {
        match stands_for {
            all if all == added => Status::Added,
            all if all == removed => Status::Removed,
            _ => Status::Same,
        }
    }

    /// As it is written in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Status::Same => "same",
            Status::Added => "added",
            Status::Removed => "removed",
        }
    }
}

impl Picture {
    /// How many nodes and edges came and went, edges for tests left out unless they are drawn.
    pub fn changes(&self) -> Changes {
        let edges = || self.edges.iter().filter(|edge| self.draws(edge));
        Changes {
            nodes_added: self.nodes.iter().map(|node| node.added).sum(),
            nodes_removed: self.nodes.iter().map(|node| node.removed).sum(),
            edges_added: edges().map(|edge| edge.added).sum(),
            edges_removed: edges().map(|edge| edge.removed).sum(),
        }
    }

    /// Whether an edge is drawn.
    fn draws(&self, edge: &Edge) -> bool {
        self.draws_tests || !edge.is_for_tests() || !edge.violates.is_empty()
    }

    /// The node that a path leads to or through.
    fn node_of(&self, path: &str) -> Option<usize> {
        let node = |name: &str| self.nodes.binary_search_by(|node| node.name.as_str().cmp(name)).ok();
        match self.by {
            By::Crate => node(path.split("::").next().unwrap_or_default()),
            By::Module => beginnings(path).filter_map(node).last(),
        }
    }

    /// What the picture shows, in a sentence.
    fn told(&self) -> String {
        let noun = match self.by {
            By::Crate => "crate",
            By::Module => "module",
        };
        let all: usize = self.nodes.iter().map(|node| node.stands_for).sum();
        let edges = self.edges.iter().filter(|edge| self.draws(edge));
        let (count, broken) = edges.fold((0, 0), |(count, broken), edge| {
            (count + 1, broken + usize::from(!edge.violates.is_empty()))
        });
        let mut told = format!("{} and {} between them", plural(all, noun), plural(count, "edge"));
        if all > self.nodes.len() {
            told = format!(
                "{} in {}, {} between these",
                plural(all, noun),
                plural(self.nodes.len(), "node"),
                plural(count, "edge")
            );
        }
        if self.compares {
            let changes = self.changes();
            told.push_str(&format!(
                "; {}: +{} −{}, edges: +{} −{}",
                match self.by {
                    By::Crate => "crates",
                    By::Module => "modules",
                },
                changes.nodes_added,
                changes.nodes_removed,
                changes.edges_added,
                changes.edges_removed
            ));
        }
        if broken > 0 {
            told.push_str(&format!("; {} against the policy", plural(broken, "edge")));
        }
        told
    }
}

/// `+3 −1`, without what is none.
fn signed(added: usize, removed: usize) -> String {
    let part = |sign: &str, count: usize| (count > 0).then(|| format!("{sign}{count}"));
    [part("+", added), part("−", removed)].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// `1 crate`, `2 crates`.
fn plural(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

#[cfg(test)]
mod tests;
