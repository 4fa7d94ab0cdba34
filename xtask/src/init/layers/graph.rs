//! Who builds upon whom: the packages of a workspace by name, and how high each stands.

use std::collections::{BTreeMap, BTreeSet};

use source::{DependencyKind, TargetKind, Workspace};

/// The packages, sorted by name. Two of one name are one node.
pub(super) struct Graph {
    pub(super) nodes: Vec<Node>,
}

/// One package.
pub(super) struct Node {
    pub(super) name: String,
    /// Its folder from the root.
    pub(super) dir: String,
    /// Whether it builds a program of its own.
    pub(super) has_binary: bool,
    /// What it depends on, dev-dependencies left out.
    pub(super) uses: BTreeSet<usize>,
    /// Everything that it stands upon, over any number of steps; itself only where it stands in a circle.
    pub(super) below: BTreeSet<usize>,
}

impl Graph {
    pub(super) fn of(workspace: &Workspace) -> Graph {
        let names: BTreeSet<&str> = workspace.crates.iter().map(|krate| krate.name.as_str()).collect();
        let index: BTreeMap<&str, usize> = names.iter().copied().zip(0..).collect();
        let mut nodes: Vec<Node> = names.iter().map(|name| Node::named(name)).collect();
        for krate in workspace.crates.iter().rev() {
            let node = &mut nodes[index[krate.name.as_str()]];
            node.dir.clone_from(&krate.dir);
            node.has_binary |= krate.targets.iter().any(|target| target.kind == TargetKind::Binary);
            let dependencies = krate.dependencies.iter().filter(|it| it.kind != DependencyKind::Dev);
            let detours = krate.detours.iter().filter(|detour| {
                krate.dependencies.get(detour.dependency).is_some_and(|it| it.kind != DependencyKind::Dev)
            });
            let used = dependencies.filter_map(|it| it.member).chain(detours.map(|detour| detour.member));
            node.uses.extend(used.map(|member| index[workspace.crates[member].name.as_str()]));
        }
        let below: Vec<BTreeSet<usize>> = (0..nodes.len()).map(|from| reached(&nodes, from)).collect();
        for (node, below) in nodes.iter_mut().zip(below) {
            node.below = below;
        }
        Graph { nodes }
    }

    /// The most packages that stand on top of each other below each package; those in a circle stand equally high.
    pub(super) fn heights(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.nodes.len()).collect();
        // Whoever stands upon another has more below it, so that the lower ones come first.
        order.sort_by_key(|node| self.nodes[*node].below.len());
        let mut heights = vec![0; self.nodes.len()];
        for node in order {
            let lower = self.nodes[node].below.iter().filter(|low| !self.nodes[**low].below.contains(&node));
            heights[node] = lower.map(|low| heights[*low] + 1).max().unwrap_or_default();
        }
        heights
    }

    /// The largest part of some packages that nothing outside of it, and of what stands higher already, depends on.
    pub(super) fn topmost(&self, wanted: &BTreeSet<usize>, higher: &BTreeSet<usize>) -> BTreeSet<usize> {
        let mut part = wanted.clone();
        loop {
            let outside = |user: &usize| !part.contains(user) && !higher.contains(user);
            let used: BTreeSet<usize> = (0..self.nodes.len())
                .filter(outside)
                .flat_map(|user| &self.nodes[user].uses)
                .copied()
                .collect();
            let before = part.len();
            part.retain(|node| !used.contains(node));
            if part.len() == before {
                return part;
            }
        }
    }

    /// Whether a package of a part uses another one of it.
    pub(super) fn has_edge_within(&self, part: &BTreeSet<usize>) -> bool {
        part.iter().any(|node| self.nodes[*node].uses.iter().any(|used| used != node && part.contains(used)))
    }
}

impl Node {
    fn named(name: &str) -> Node {
        Node {
            name: name.to_owned(),
            dir: String::new(),
            has_binary: false,
            uses: BTreeSet::new(),
            below: BTreeSet::new(),
        }
    }
}

fn reached(nodes: &[Node], from: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting: Vec<usize> = nodes[from].uses.iter().copied().collect();
    while let Some(node) = waiting.pop() {
        if reached.insert(node) {
            waiting.extend(&nodes[node].uses);
        }
    }
    reached
}
