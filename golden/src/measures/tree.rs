//! A Fenwick tree: how many values lie below another one, and what they weigh, while values are added.

/// Counts and weights by place. Adding and asking take the logarithm of the number of places.
pub(super) struct Tree(Vec<(u64, f64)>);

impl Tree {
    pub(super) fn new(places: usize) -> Tree {
        Tree(vec![(0, 0.0); places])
    }

    pub(super) fn add(&mut self, place: usize, weight: f64) {
        let mut at = place;
        while let Some((count, sum)) = self.0.get_mut(at) {
            *count += 1;
            *sum += weight;
            at |= at + 1;
        }
    }

    /// How many values stand at places below, and their weight.
    pub(super) fn below(&self, place: usize) -> (u64, f64) {
        let mut at = place;
        let (mut count, mut weight) = (0, 0.0);
        while at > 0 {
            count += self.0[at - 1].0;
            weight += self.0[at - 1].1;
            at &= at - 1;
        }
        (count, weight)
    }
}
