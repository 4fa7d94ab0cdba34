//! Folds a picture until it can be read: modules into what holds them, crates into what stands beside them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::rows::circles;
use super::{By, Edge, Node, Picture, Status, plural};

/// What is folded into one node: what stands in one place, and on one level of it as long as that is fine enough. What
/// stands on one level uses nothing of each other, so that no circle is drawn where there is none.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Group {
    place: Place,
    level: Option<usize>,
}

/// Where crates stand beside each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    Layer(usize),
    Folder(String),
    Anywhere,
}

struct Fold<'p> {
    picture: &'p Picture,
    limit: usize,
    /// How many nodes are left.
    left: usize,
    /// By node: what it is folded into.
    into: Vec<Option<usize>>,
    /// By node: the group that it is folded into.
    group: Vec<Option<Group>>,
    /// By group: how many nodes are folded into it.
    groups: BTreeMap<Group, usize>,
    /// By node: how many edges it has.
    edges: Vec<usize>,
    /// By node: how many stand above it, while that parts groups.
    level: Option<Vec<usize>>,
}

impl Picture {
    /// The same picture in at most so many nodes. First what did not change is folded, and among that what is used
    /// least: the deepest modules into what holds them, then crates of one layer, or of one folder, into one node.
    /// What somebody asked for, what came, what went and what breaks a rule is folded the same way once nothing else
    /// is left.
    pub fn folded(&self, limit: usize) -> Picture {
        let limit = limit.max(1);
        if self.nodes.len() <= limit {
            return self.clone();
        }
        let told = self.told_nodes();
        let mut fold = Fold::new(self, limit);
        for pass in [false, true] {
            fold.modules(&|node| told[node] == pass);
            fold.crates(&|node| told[node] == pass);
            // Neighbouring levels first, as long as that is enough.
            for _ in 0..usize::BITS {
                fold.join(|group| Group { level: group.level.map(|level| level / 2), ..group.clone() });
            }
            fold.join(|group| Group { level: None, ..group.clone() });
            fold.level = None;
        }
        fold.join(|_| Group { place: Place::Anywhere, level: None });
        fold.drawn()
    }

    /// By node: whether it must not be folded before others.
    fn told_nodes(&self) -> Vec<bool> {
        let mut told: Vec<bool> =
            self.nodes.iter().map(|node| node.asked || node.status != Status::Same).collect();
        for edge in self.edges.iter().filter(|edge| self.draws(edge) && edge.is_told()) {
            told[edge.from] = true;
            told[edge.to] = true;
        }
        told
    }
}

impl<'p> Fold<'p> {
    fn new(picture: &'p Picture, limit: usize) -> Fold<'p> {
        let count = picture.nodes.len();
        let mut edges = vec![0; count];
        let mut next: Vec<Vec<usize>> = vec![Vec::new(); count];
        for edge in picture.edges.iter().filter(|edge| picture.draws(edge)) {
            edges[edge.from] += 1;
            edges[edge.to] += 1;
            next[edge.from].push(edge.to);
        }
        Fold {
            picture,
            limit,
            left: count,
            into: vec![None; count],
            group: vec![None; count],
            groups: BTreeMap::new(),
            edges,
            level: Some(circles(&next).1),
        }
    }

    /// Folds modules into what holds them, the deepest and least used first.
    fn modules(&mut self, wanted: &dyn Fn(usize) -> bool) {
        let nodes = &self.picture.nodes;
        let depth = |node: usize| nodes[node].name.matches("::").count();
        let mut order: Vec<usize> = (0..nodes.len())
            .filter(|node| depth(*node) > 0 && self.into[*node].is_none() && wanted(*node))
            .collect();
        order.sort_by_key(|node| (Reverse(depth(*node)), self.edges[*node], *node));
        for node in order {
            if self.left <= self.limit {
                return;
            }
            let above = nodes[node].name.rsplit_once("::").and_then(|(above, _)| self.picture.node_of(above));
            if let Some(above) = above {
                self.into[node] = Some(above);
                self.left -= 1;
            }
        }
    }

    /// Folds what has nothing above it into groups, the least used first.
    fn crates(&mut self, wanted: &dyn Fn(usize) -> bool) {
        let nodes = &self.picture.nodes;
        let mut order: Vec<usize> = (0..nodes.len())
            .filter(|node| self.into[*node].is_none() && self.group[*node].is_none() && wanted(*node))
            .collect();
        order.sort_by_key(|node| (self.edges[*node], *node));
        for node in order {
            if self.left <= self.limit {
                return;
            }
            let place = match nodes[node].layer {
                Some(layer) => Place::Layer(layer),
                None => Place::Folder(nodes[node].folder.clone()),
            };
            let group = Group { place, level: self.level.as_ref().map(|level| level[node]) };
            let members = self.groups.entry(group.clone()).or_default();
            *members += 1;
            if *members > 1 {
                self.left -= 1;
            }
            self.group[node] = Some(group);
        }
    }

    /// Joins groups, where that is still needed.
    fn join(&mut self, into: impl Fn(&Group) -> Group) {
        if self.left <= self.limit {
            return;
        }
        let before = self.groups.len();
        let mut groups = BTreeMap::new();
        for (group, members) in &self.groups {
            *groups.entry(into(group)).or_default() += members;
        }
        self.groups = groups;
        self.left -= before - self.groups.len();
        for group in self.group.iter_mut().flatten() {
            *group = into(group);
        }
    }

    /// What a node is drawn as.
    fn end(&self, mut node: usize) -> (usize, Option<&Group>) {
        while let Some(above) = self.into[node] {
            node = above;
        }
        // A group of one is the node itself.
        let group =
            self.group[node].as_ref().filter(|group| self.groups.get(group).is_some_and(|many| *many > 1));
        (if group.is_some() { usize::MAX } else { node }, group)
    }

    fn drawn(&self) -> Picture {
        let picture = self.picture;
        let mut cells: BTreeMap<(Option<&Group>, usize), Node> = BTreeMap::new();
        for (index, node) in picture.nodes.iter().enumerate() {
            let (end, group) = self.end(index);
            let cell = cells.entry((group, end)).or_insert_with(|| match group {
                None => Node { stands_for: 0, added: 0, removed: 0, ..picture.nodes[end].clone() },
                Some(group) => Node {
                    name: String::new(),
                    layer: node.layer.filter(|_| group.place != Place::Anywhere),
                    group: true,
                    stands_for: 0,
                    added: 0,
                    removed: 0,
                    ..node.clone()
                },
            });
            cell.stands_for += node.stands_for;
            cell.added += node.added;
            cell.removed += node.removed;
        }
        let mut cells: Vec<((Option<&Group>, usize), Node)> = cells.into_iter().collect();
        for ((group, _), node) in &mut cells {
            node.status = Status::of(node.stands_for, node.added, node.removed);
            if let Some(group) = group {
                node.name = self.called(group, node.stands_for);
            }
        }
        cells.sort_by(|(_, one), (_, other)| one.name.cmp(&other.name));
        let place: BTreeMap<(Option<&Group>, usize), usize> =
            cells.iter().map(|(key, _)| *key).zip(0..).collect();
        let at = |node: usize| {
            let (end, group) = self.end(node);
            place[&(group, end)]
        };
        let mut edges: BTreeMap<(usize, usize), Edge> = BTreeMap::new();
        for edge in &picture.edges {
            let (from, to) = (at(edge.from), at(edge.to));
            if from != to {
                let moved = Edge { from, to, ..edge.clone() };
                edges.entry((from, to)).and_modify(|edge| edge.join(&moved)).or_insert(moved);
            }
        }
        Picture {
            nodes: cells.into_iter().map(|(_, node)| node).collect(),
            edges: edges.into_values().collect(),
            layers: picture.layers.clone(),
            ..*picture
        }
    }

    /// What a group is called: whoever has most edges in it, how many others there are, and where.
    fn called(&self, group: &Group, count: usize) -> String {
        let picture = self.picture;
        let members = (0..picture.nodes.len()).filter(|node| self.group[*node].as_ref() == Some(group));
        let first = members.max_by_key(|node| (self.edges[*node], Reverse(*node)));
        let first = first.map_or("", |node| picture.nodes[node].name.as_str());
        let noun = match picture.by {
            By::Crate => "crate",
            By::Module => "module",
        };
        let place = match &group.place {
            Place::Folder(folder) if !folder.is_empty() => format!(" in {folder}/"),
            Place::Layer(layer) => format!(" of {}", picture.layers[*layer]),
            _ => String::new(),
        };
        format!("{first} and {}{place}", plural(count - 1, &format!("other {noun}")))
    }
}
