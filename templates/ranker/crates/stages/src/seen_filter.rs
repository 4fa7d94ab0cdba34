//! No repeats of what the viewer has just had.
use std::collections::BTreeSet;

use pipeline::Filter;

/// Takes out what the viewer has just had.
#[derive(Debug)]
pub struct SeenFilter<Q, C> {
    seen: fn(&Q) -> &BTreeSet<String>,
    id: fn(&C) -> &str,
}

impl<Q, C> SeenFilter<Q, C> {
    /// Takes out candidates whose `id` is among those `seen`.
    pub fn new(seen: fn(&Q) -> &BTreeSet<String>, id: fn(&C) -> &str) -> Self {
        Self { seen, id }
    }
}

impl<Q, C> Filter<Q, C> for SeenFilter<Q, C> {
    fn name(&self) -> &'static str {
        "seen"
    }

    fn keep(&self, query: &Q, candidate: &C) -> bool {
        !(self.seen)(query).contains((self.id)(candidate))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use pipeline::Filter;

    use super::SeenFilter;

    #[test]
    fn what_was_seen_is_taken_out_and_nothing_else() {
        let filter = SeenFilter::<BTreeSet<String>, &str>::new(|query| query, |candidate| candidate);
        let seen = BTreeSet::from(["a".to_owned()]);
        assert!(!filter.keep(&seen, &"a"));
        assert!(filter.keep(&seen, &"b"));
    }
}
