//! The smallest set of edges whose removal leaves no circle: a minimum feedback arc set.
//!
//! Taking edges out so that no circle is left is the same as putting the nodes in a row and taking out the edges that
//! lead back. Up to [`MOST_EXACT`] nodes every row is weighed, by sets of nodes (Lawler, "A comment on minimum feedback
//! arc sets", 1964), as long as the [`Effort`] lasts. Beyond that the problem has no fast exact answer: the row is that of
//! Eades, Lin and Smyth, "A fast and effective heuristic for the feedback arc set problem" (1993), each node then moved
//! to where it costs least; and circles without a common edge are counted, since each of them must lose one.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, VecDeque};

/// An edge among nodes that are numbered from 0.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Arc {
    pub(crate) from: usize,
    pub(crate) to: usize,
    /// Of cuts of one size, that with the fewest uses is taken.
    pub(crate) uses: u64,
}

/// What to take out.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Cut {
    /// Indices of the arcs, sorted.
    pub(crate) arcs: Vec<usize>,
    /// How many any cut has at least; as many as there are arcs where this one is known to be a smallest.
    pub(crate) at_least: usize,
}

/// How many steps may still be spent, over all circles of a run, on answers that are better than the fast one.
#[derive(Debug)]
pub(crate) struct Effort(u64);

impl Default for Effort {
    fn default() -> Self {
        Effort(40_000_000)
    }
}

impl Effort {
    /// Whether there is enough left for so many steps, which are then spent.
    fn spend(&mut self, steps: u64) -> bool {
        let enough = self.0 >= steps;
        if enough {
            self.0 -= steps;
        }
        enough
    }
}

/// How many nodes may be put in a row in every way.
const MOST_EXACT: usize = 16;

/// How many nodes are in the lower half of a set.
const HALF: usize = MOST_EXACT / 2;

/// One arc more outweighs any number of uses.
const ONE_ARC: u64 = 1 << 40;

/// What to take out of a graph so that no circle is left.
pub(crate) fn smallest(nodes: usize, arcs: &[Arc], effort: &mut Effort) -> Cut {
    let steps = (nodes as u64) << nodes.min(40);
    if nodes <= MOST_EXACT && effort.spend(steps) {
        let cut = against(&exact(nodes, arcs), arcs);
        let at_least = cut.len();
        return Cut { arcs: cut, at_least };
    }
    let row = moved(greedy(nodes, arcs), arcs, effort);
    let cut = against(&row, arcs);
    let at_least = disjoint_circles(nodes, arcs, &cut, effort);
    Cut { arcs: cut, at_least }
}

/// The arcs that lead back in a row of nodes.
fn against(row: &[usize], arcs: &[Arc]) -> Vec<usize> {
    let position = positions(row);
    (0..arcs.len()).filter(|arc| position[arcs[*arc].from] > position[arcs[*arc].to]).collect()
}

fn positions(row: &[usize]) -> Vec<usize> {
    let mut position = vec![0; row.len()];
    for (index, node) in row.iter().enumerate() {
        position[*node] = index;
    }
    position
}

fn weight(arc: &Arc) -> u64 {
    // However many uses there are, thousands of arcs together stay below one arc more.
    ONE_ARC + arc.uses.min(1 << 20)
}

/// The row in which the least leads back. For each set of nodes the best row that begins with them is known from those
/// of the sets with one node less.
fn exact(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    // What a node's arcs into a set weigh, by the lower and the upper half of the set.
    let mut into = vec![[0_u64; 2 << HALF]; nodes];
    for arc in arcs {
        let (half, bit) = (arc.to / HALF, arc.to % HALF);
        for set in (0..1_usize << HALF).filter(|set| set & (1 << bit) != 0) {
            into[arc.from][(half << HALF) + set] += weight(arc);
        }
    }
    let low = (1_usize << HALF) - 1;
    let mut best = vec![(u64::MAX, 0_u8); 1 << nodes];
    best[0] = (0, 0);
    for set in 0..1_usize << nodes {
        let (cost, _) = best[set];
        for node in (0..nodes).filter(|node| set & (1 << node) == 0) {
            let back = into[node][set & low] + into[node][(1 << HALF) + (set >> HALF)];
            let other = &mut best[set | (1 << node)];
            if cost + back < other.0 {
                *other = (cost + back, node as u8);
            }
        }
    }
    let mut row = Vec::with_capacity(nodes);
    let mut set = (1_usize << nodes) - 1;
    while set != 0 {
        let node = usize::from(best[set].1);
        row.push(node);
        set &= !(1 << node);
    }
    row.reverse();
    row
}

/// Arcs by the node that they start at, and by the one that they end at.
struct Ends {
    out: Vec<Vec<usize>>,
    into: Vec<Vec<usize>>,
}

impl Ends {
    fn of(nodes: usize, arcs: &[Arc]) -> Ends {
        let mut ends = Ends { out: vec![Vec::new(); nodes], into: vec![Vec::new(); nodes] };
        for (index, arc) in arcs.iter().enumerate() {
            ends.out[arc.from].push(index);
            ends.into[arc.to].push(index);
        }
        ends
    }
}

/// The row of Eades, Lin and Smyth: what nothing leads to goes to the front, what leads nowhere to the back, and else
/// the node that has the most arcs more out than in goes to the front.
fn greedy(nodes: usize, arcs: &[Arc]) -> Vec<usize> {
    let ends = Ends::of(nodes, arcs);
    let mut out: Vec<usize> = ends.out.iter().map(Vec::len).collect();
    let mut into: Vec<usize> = ends.into.iter().map(Vec::len).collect();
    // Nodes that may be next, by how urgent they are; what is said of a node that changed since is passed over.
    let urgency = |out: usize, into: usize| match (out, into) {
        (0, _) => i64::MAX,
        (_, 0) => i64::MAX - 1,
        _ => out as i64 - into as i64,
    };
    let mut waiting: BinaryHeap<(i64, Reverse<usize>)> =
        (0..nodes).map(|node| (urgency(out[node], into[node]), Reverse(node))).collect();
    let mut gone = vec![false; nodes];
    let (mut front, mut back) = (Vec::new(), Vec::new());
    while let Some((said, Reverse(node))) = waiting.pop() {
        if gone[node] || said != urgency(out[node], into[node]) {
            continue;
        }
        gone[node] = true;
        if out[node] == 0 {
            back.push(node)
        } else {
            front.push(node)
        }
        for arc in &ends.out[node] {
            let to = arcs[*arc].to;
            if !gone[to] {
                into[to] -= 1;
                waiting.push((urgency(out[to], into[to]), Reverse(to)));
            }
        }
        for arc in &ends.into[node] {
            let from = arcs[*arc].from;
            if !gone[from] {
                out[from] -= 1;
                waiting.push((urgency(out[from], into[from]), Reverse(from)));
            }
        }
    }
    back.reverse();
    front.extend(back);
    front
}

/// The row after each node was moved to where the least leads back, until that helps no more or the effort is spent.
fn moved(mut row: Vec<usize>, arcs: &[Arc], effort: &mut Effort) -> Vec<usize> {
    let ends = Ends::of(row.len(), arcs);
    let mut position = positions(&row);
    let mut better = true;
    // A move shifts a part of the row, so that a round may cost the square of it.
    while better && effort.spend((row.len() * row.len() + arcs.len()) as u64) {
        better = false;
        for node in 0..row.len() {
            let at = position[node];
            let Some(place) = better_place(node, &position, &ends, arcs) else { continue };
            better = true;
            // The place is counted with the node still in its old one.
            let shifted = if place > at {
                row[at..place].rotate_left(1);
                at..place
            } else {
                row[place..=at].rotate_right(1);
                place..at + 1
            };
            for index in shifted {
                position[row[index]] = index;
            }
        }
    }
    row
}

/// Before which position a node costs less than where it is, and least.
fn better_place(node: usize, position: &[usize], ends: &Ends, arcs: &[Arc]) -> Option<usize> {
    // How the cost changes when the node passes each of its neighbours.
    let out = ends.out[node].iter().map(|arc| (position[arcs[*arc].to], weight(&arcs[*arc]) as i64));
    let into = ends.into[node].iter().map(|arc| (position[arcs[*arc].from], -(weight(&arcs[*arc]) as i64)));
    let mut passed: Vec<(usize, i64)> = out.chain(into).collect();
    passed.sort_unstable();
    let here: i64 = passed.iter().filter(|(at, _)| *at < position[node]).map(|(_, change)| change).sum();
    let (mut best, mut place) = (here, None);
    let mut cost = 0;
    if cost < best {
        (best, place) = (cost, Some(0));
    }
    for (index, (at, change)) in passed.iter().enumerate() {
        cost += change;
        let is_last = passed.get(index + 1).is_none_or(|(next, _)| next != at);
        if is_last && cost < best {
            (best, place) = (cost, Some(at + 1));
        }
    }
    place
}

/// How many circles without a common arc there are, as far as a search for short ones tells: each begins with an arc of
/// the cut. At least one, where there is anything to cut.
fn disjoint_circles(nodes: usize, arcs: &[Arc], cut: &[usize], effort: &mut Effort) -> usize {
    let ends = Ends::of(nodes, arcs);
    let mut used = vec![false; arcs.len()];
    let mut found = 0;
    for back in cut {
        if !effort.spend((nodes + arcs.len()) as u64) {
            break;
        }
        if used[*back] {
            continue;
        }
        if let Some(way) = way(arcs[*back].to, arcs[*back].from, &ends, arcs, &used) {
            found += 1;
            used[*back] = true;
            for arc in way {
                used[arc] = true;
            }
        }
    }
    found.max(usize::from(!cut.is_empty()))
}

/// The arcs of a shortest way over what is not used yet.
fn way(start: usize, end: usize, ends: &Ends, arcs: &[Arc], used: &[bool]) -> Option<Vec<usize>> {
    let mut by: Vec<Option<usize>> = vec![None; ends.out.len()];
    let mut queue = VecDeque::from([start]);
    while let Some(node) = queue.pop_front() {
        if node == end {
            let mut way = Vec::new();
            let mut at = end;
            while at != start {
                let arc = by[at]?;
                way.push(arc);
                at = arcs[arc].from;
            }
            return Some(way);
        }
        for arc in ends.out[node].iter().filter(|arc| !used[**arc]) {
            let to = arcs[*arc].to;
            if to != start && by[to].is_none() {
                by[to] = Some(*arc);
                queue.push_back(to);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests;
