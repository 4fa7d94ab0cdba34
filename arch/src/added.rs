//! Which edges of a circle a change added: what was there before was used all along, and is not what to take out.

use std::collections::BTreeSet;

use source::Code;

use crate::Policy;
use crate::cycles::{Circle, components};
use crate::graph::Graph;
use crate::map::Map;
use crate::path::is_below;

/// The most added edges of one circle that are weighed.
const MOST: usize = 32;

/// How to come by the base's code, where there is a base: it is read only when something comes of it.
pub(crate) type Base<'b> = &'b dyn Fn() -> Option<&'b Code>;

/// What used what at the base.
pub(crate) struct Before {
    modules: BTreeSet<(String, String)>,
    crates: BTreeSet<(String, String)>,
}

impl Before {
    /// As the policy that judges has it.
    pub(crate) fn of(code: &Code, policy: &Policy) -> Before {
        let map = Map::of(code, policy);
        let pairs = |graph: &Graph<'_>| {
            let named = |node: usize| graph.nodes[node].to_owned();
            graph.edges.iter().map(|edge| (named(edge.from), named(edge.to))).collect()
        };
        let crates = Graph::of_crates(&map, |_| true).without(|edge| edge.need.is_none());
        Before { modules: pairs(&Graph::of_modules(&map)), crates: pairs(&crates) }
    }

    fn has(&self, from: &str, to: &str, of_crates: bool) -> bool {
        let pairs = if of_crates { &self.crates } else { &self.modules };
        pairs.iter().any(|(user, used)| is_below(user, from) && is_below(used, to))
    }

    /// The edges that a change added to a circle and without which none is left, in the place of those that are to be cut
    /// anyway; `None` where that takes others as well, or where those were added too.
    pub(crate) fn to_cut(&self, graph: &Graph<'_>, circle: &Circle, of_crates: bool) -> Option<Vec<usize>> {
        let is_member = |node: usize| circle.members.binary_search(&node).is_ok();
        let is_added = |at: &usize| {
            let edge = &graph.edges[*at];
            let is_inside = is_member(edge.from) && is_member(edge.to);
            is_inside && !self.has(graph.nodes[edge.from], graph.nodes[edge.to], of_crates)
        };
        if circle.cut.iter().all(is_added) {
            return None;
        }
        let mut cut: Vec<usize> = (0..graph.edges.len()).filter(is_added).take(MOST + 1).collect();
        let ends = |cut: &[usize]| {
            let gone: BTreeSet<(usize, usize)> =
                cut.iter().map(|at| (graph.edges[*at].from, graph.edges[*at].to)).collect();
            let stays =
                |from: usize, to: usize| is_member(from) && is_member(to) && !gone.contains(&(from, to));
            components(&graph.without(|edge| !stays(edge.from, edge.to))).is_empty()
        };
        if cut.is_empty() || cut.len() > MOST || !ends(&cut) {
            return None;
        }
        // What is used most stays if it can.
        let mut by_uses = cut.clone();
        by_uses.sort_by_key(|at| std::cmp::Reverse(graph.edges[*at].count));
        for at in by_uses {
            let without: Vec<usize> = cut.iter().copied().filter(|other| *other != at).collect();
            if ends(&without) {
                cut = without;
            }
        }
        Some(cut)
    }
}
