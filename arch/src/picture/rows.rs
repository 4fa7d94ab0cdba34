//! The rows of a picture: every layer in rows of its own, in the order of the policy, and in each layer what uses above
//! what is used.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use super::{Edge, Picture};

/// How wide a row may get, in pixels, before it is broken into two.
const WIDEST: f64 = 1080.0;
/// Room between two nodes of a row, in pixels.
pub(super) const BESIDE: f64 = 26.0;

/// Where every node stands, from the top.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rows {
    /// By node.
    pub(super) row: Vec<usize>,
    /// The layers that have nodes, and at last what is in no layer.
    pub(super) bands: Vec<Band>,
}

/// The rows of one layer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Band {
    pub(super) layer: Option<usize>,
    pub(super) first: usize,
    pub(super) last: usize,
}

/// The edges that are drawn, and how many are not.
pub(super) struct Drawn<'p> {
    pub(super) edges: Vec<&'p Edge>,
    /// Because a longer way of edges says the same.
    pub(super) implied: usize,
    /// Because there are many others with more uses.
    pub(super) faint: usize,
}

/// The edges that are drawn. Nothing is left out of a small picture, and never what changed or breaks a rule.
pub(super) fn drawn(picture: &Picture) -> Drawn<'_> {
    let all: Vec<&Edge> = picture.edges.iter().filter(|edge| picture.draws(edge)).collect();
    let count = picture.nodes.len();
    if all.len() <= count * 3 / 2 {
        return Drawn { edges: all, implied: 0, faint: 0 };
    }
    let words = count.div_ceil(64);
    let mut next = vec![vec![0_u64; words]; count];
    let mut uses: Vec<Vec<usize>> = vec![Vec::new(); count];
    for edge in all.iter().filter(|edge| edge.removed < edge.stands_for) {
        next[edge.from][edge.to / 64] |= 1 << (edge.to % 64);
        uses[edge.from].push(edge.to);
    }
    let (circle, _) = circles(&uses);
    let before = all.len();
    let mut kept = Vec::with_capacity(before);
    for edge in all {
        if edge.is_told() {
            kept.push(edge);
            continue;
        }
        let bit = 1 << (edge.to % 64);
        next[edge.from][edge.to / 64] &= !bit;
        if !reaches(&next, &circle, edge.from, edge.to) {
            next[edge.from][edge.to / 64] |= bit;
            kept.push(edge);
        }
    }
    let implied = before - kept.len();
    let (told, mut same): (Vec<&Edge>, Vec<&Edge>) = kept.into_iter().partition(|edge| edge.is_told());
    let faint = same.len().saturating_sub(count * 5 / 2);
    same.sort_by_key(|edge| (Reverse(edge.manifest + edge.code), edge.from, edge.to));
    same.truncate(same.len() - faint);
    let mut edges = told;
    edges.append(&mut same);
    edges.sort_by_key(|edge| (edge.from, edge.to));
    Drawn { edges, implied, faint }
}

impl Drawn<'_> {
    /// What is left out, in words.
    pub(super) fn left_out(&self) -> Option<String> {
        let mut words = Vec::new();
        if self.implied > 0 {
            words.push(format!("{} that a longer way implies", self.implied));
        }
        if self.faint > 0 {
            words.push(format!("{} with the fewest uses", self.faint));
        }
        (!words.is_empty()).then(|| format!("unchanged edges left out: {}", words.join(", ")))
    }
}

/// Whether a way leads from one node to another that passes no circle of either: in a circle, everything would imply
/// everything.
fn reaches(next: &[Vec<u64>], circle: &[usize], from: usize, to: usize) -> bool {
    let mut seen = vec![0_u64; next[from].len()];
    let mut open = vec![from];
    while let Some(node) = open.pop() {
        for (word, bits) in next[node].iter().enumerate() {
            let mut fresh = bits & !seen[word];
            seen[word] |= fresh;
            while fresh != 0 {
                let found = word * 64 + fresh.trailing_zeros() as usize;
                fresh &= fresh - 1;
                if found == to {
                    return circle[from] != circle[to];
                }
                if circle[found] != circle[from] && circle[found] != circle[to] {
                    open.push(found);
                }
            }
        }
    }
    false
}

/// By node: the number of its circle, which is its own alone where it is in none, and its level: whatever it uses
/// outside its circle is on a later one.
pub(super) fn circles(next: &[Vec<usize>]) -> (Vec<usize>, Vec<usize>) {
    let all: Vec<usize> = (0..next.len()).collect();
    let order = finished(next, &all);
    let mut back: Vec<Vec<usize>> = vec![Vec::new(); next.len()];
    for (from, targets) in next.iter().enumerate() {
        for to in targets {
            back[*to].push(from);
        }
    }
    // Kosaraju: what a search backward from whoever was finished last finds is one circle, and circles are found in the
    // order in which they use each other.
    let mut circle = vec![usize::MAX; next.len()];
    let mut level_of: Vec<usize> = Vec::new();
    for start in order.iter().rev() {
        if circle[*start] != usize::MAX {
            continue;
        }
        let number = level_of.len();
        circle[*start] = number;
        let (mut open, mut level) = (vec![*start], 0);
        while let Some(node) = open.pop() {
            for above in &back[node] {
                match circle[*above] {
                    usize::MAX => {
                        circle[*above] = number;
                        open.push(*above);
                    }
                    other if other != number => level = level.max(level_of[other] + 1),
                    _ => {}
                }
            }
        }
        level_of.push(level);
    }
    let level = circle.iter().map(|number| level_of[*number]).collect();
    (circle, level)
}

impl Rows {
    pub(super) fn of(picture: &Picture, edges: &[&Edge], width: impl Fn(usize) -> f64) -> Rows {
        let mut members: BTreeMap<(bool, Option<usize>), Vec<usize>> = BTreeMap::new();
        for (node, it) in picture.nodes.iter().enumerate() {
            members.entry((it.layer.is_none(), it.layer)).or_default().push(node);
        }
        let mut rows = Rows { row: vec![0; picture.nodes.len()], bands: Vec::new() };
        let mut next = 0;
        for ((_, layer), nodes) in members {
            let first = next;
            for level in levels(&nodes, edges) {
                let mut room = WIDEST;
                for node in level {
                    let needs = width(node) + BESIDE;
                    if room < needs && room < WIDEST {
                        next += 1;
                        room = WIDEST;
                    }
                    room -= needs;
                    rows.row[node] = next;
                }
                next += 1;
            }
            rows.bands.push(Band { layer, first, last: next - 1 });
        }
        rows
    }
}

/// The nodes of a layer, each level above what it uses. What closes a circle does not count.
fn levels(nodes: &[usize], edges: &[&Edge]) -> Vec<Vec<usize>> {
    let place: BTreeMap<usize, usize> = nodes.iter().copied().zip(0..).collect();
    let mut next: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
    let mut used = vec![0_usize; nodes.len()];
    for edge in edges {
        if let (Some(from), Some(to)) = (place.get(&edge.from), place.get(&edge.to)) {
            next[*from].push(*to);
            used[*to] += 1;
        }
    }
    // What nobody uses comes first, so that circles are entered from above.
    let mut starts: Vec<usize> = (0..nodes.len()).collect();
    starts.sort_by_key(|node| (used[*node] > 0, *node));
    let order = finished(&next, &starts);
    let mut done = vec![0; nodes.len()];
    for (at, node) in order.iter().enumerate() {
        done[*node] = at;
    }
    let mut level = vec![0_usize; nodes.len()];
    // Whoever is finished last uses the others.
    for node in order.iter().rev() {
        for to in next[*node].iter().filter(|to| done[**to] < done[*node]) {
            level[*to] = level[*to].max(level[*node] + 1);
        }
    }
    let mut levels: Vec<Vec<usize>> = vec![Vec::new(); level.iter().max().map_or(0, |last| last + 1)];
    for (node, level) in level.into_iter().enumerate() {
        levels[level].push(nodes[node]);
    }
    levels
}

/// The nodes in the order in which a search from these starts is done with them.
fn finished(next: &[Vec<usize>], starts: &[usize]) -> Vec<usize> {
    let mut seen = vec![false; next.len()];
    let mut order = Vec::with_capacity(next.len());
    for start in starts {
        let mut walk = Vec::new();
        if !std::mem::replace(&mut seen[*start], true) {
            walk.push((*start, 0));
        }
        while let Some((node, at)) = walk.last_mut() {
            match next[*node].get(*at) {
                Some(to) => {
                    *at += 1;
                    if !std::mem::replace(&mut seen[*to], true) {
                        walk.push((*to, 0));
                    }
                }
                None => {
                    order.push(*node);
                    walk.pop();
                }
            }
        }
    }
    order
}
