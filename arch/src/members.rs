//! The crates and modules that a list of patterns names, each with everything below it.

use std::collections::BTreeSet;

use crate::graph::Graph;
use crate::path::{Pattern, beginnings, is_below};

/// What a list of a rule names.
pub(crate) struct Members<'m> {
    /// Crates and modules with everything below.
    whole: BTreeSet<&'m str>,
    /// What modules hold themselves.
    own: BTreeSet<&'m str>,
}

/// One of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Member<'m> {
    pub(crate) place: &'m str,
    /// Without the modules below.
    pub(crate) own: bool,
}

impl<'m> Members<'m> {
    pub(crate) fn of(graph: &Graph<'m>, patterns: &[Pattern]) -> Self {
        let (own, whole): (Vec<&Pattern>, Vec<&Pattern>) =
            patterns.iter().partition(|pattern| pattern.is_own());
        let named = |patterns: &[&Pattern]| {
            let places = graph.nodes.iter().copied();
            places.filter(|place| patterns.iter().any(|pattern| pattern.names(place))).collect()
        };
        Members { whole: named(&whole), own: named(&own) }
    }

    /// Every member.
    pub(crate) fn all(&self) -> Vec<Member<'m>> {
        let whole = self.whole.iter().map(|place| Member { place, own: false });
        whole.chain(self.own.iter().map(|place| Member { place, own: true })).collect()
    }

    /// Whether a whole crate is a member.
    pub(crate) fn has_crate(&self, name: &str) -> bool {
        self.whole.contains(name)
    }

    /// The outermost member that a place belongs to and that another place does not belong to.
    pub(crate) fn holding_without(&self, place: &'m str, other: &str) -> Option<Member<'m>> {
        let whole = beginnings(place).find(|above| self.whole.contains(above) && !is_below(other, above));
        let own = || (self.own.contains(place) && place != other).then_some(place);
        whole
            .map(|place| Member { place, own: false })
            .or_else(|| own().map(|place| Member { place, own: true }))
    }

    /// The outermost member that a place belongs to.
    pub(crate) fn holding(&self, place: &'m str) -> Option<Member<'m>> {
        let whole = beginnings(place).find(|above| self.whole.contains(above));
        let own = || self.own.contains(place).then_some(place);
        whole
            .map(|place| Member { place, own: false })
            .or_else(|| own().map(|place| Member { place, own: true }))
    }
}

impl Member<'_> {
    /// Whether a place belongs to it.
    pub(crate) fn holds(&self, place: &str) -> bool {
        if self.own { place == self.place } else { is_below(place, self.place) }
    }

    /// Whether one of the two holds all that the other does.
    pub(crate) fn overlaps(&self, other: &Member<'_>) -> bool {
        self.holds(other.place) || other.holds(self.place)
    }

    /// The nodes that belong to it.
    pub(crate) fn nodes(&self, graph: &Graph<'_>) -> Vec<usize> {
        let mut nodes: Vec<usize> = graph.node(self.place).into_iter().collect();
        if !self.own {
            // Not next to the place itself: `a-b` sorts between `a` and `a::b`.
            let below = format!("{}::", self.place);
            let first = graph.nodes.partition_point(|place| *place < below.as_str());
            let count = graph.nodes[first..].iter().take_while(|place| place.starts_with(&below)).count();
            nodes.extend(first..first + count);
        }
        nodes
    }
}

impl std::fmt::Display for Member<'_> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "`{}{}`", self.place, if self.own { "::self" } else { "" })
    }
}
