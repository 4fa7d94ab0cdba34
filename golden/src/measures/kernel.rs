//! The measures over lists of numbers, for millions of short lists: memory is taken once and used again.

use super::Judged;
use super::pair::{ABSENT, Pair, tie};

/// Memory for one pair of lists after the other.
///
/// ```text
/// let mut kernel = Kernel::default();
/// for (before, after) in lists {
///     let pair = kernel.pair(before, after);
///     let overlap = measures::rbo_extrapolated(pair, 0.9);
///     let order = measures::tau_b_common(pair);
/// }
/// ```
#[derive(Clone, Debug, Default)]
pub struct Kernel {
    /// Open addressing over a power of two; a slot is taken if it bears the number of this pair.
    slots: Vec<Slot>,
    pairs: u32,
    pair: Pair,
    judged: Judged,
}

/// In the place of the number of a judgment: the list had the item already.
const SEEN: u32 = u32::MAX;

#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    pair: u32,
    id: u32,
    rank: u32,
}

impl Kernel {
    /// The pair of two lists of ids, best first, without ties. It lives until the next pair is asked for.
    pub fn pair(&mut self, a: &[u32], b: &[u32]) -> &Pair {
        self.look_up(a, b);
        self.pair.reset_ties();
        &self.pair
    }

    /// The pair of two lists of ids, best first, in which neighbours with exactly equal scores are tied. A list has as
    /// many scores as ids; an id without a score is untied.
    pub fn scored_pair<S: PartialEq>(&mut self, a: (&[u32], &[S]), b: (&[u32], &[S])) -> &Pair {
        self.look_up(a.0, b.0);
        self.pair.reset_ties();
        let tied = |scores: &[S], above: usize, rank: usize| {
            scores.get(above).zip(scores.get(rank)).is_some_and(|(above, score)| above == score)
        };
        self.pair.tied = tie(&mut self.pair.tops_a, |above, rank| tied(a.1, above, rank))
            | tie(&mut self.pair.tops_b, |above, rank| tied(b.1, above, rank));
        &self.pair
    }

    /// A list of ids, best first and without ties, as judgments see it. It lives until the next list is asked for. Of an
    /// id that is judged twice the first grade counts.
    pub fn judged(&mut self, ids: &[u32], grades: &[(u32, i32)]) -> &Judged {
        self.renew(grades.len());
        self.judged.clear();
        for (number, (id, grade)) in (0..).zip(grades) {
            if self.place(*id, number).is_none() {
                self.judged.judge(*grade);
            }
        }
        for id in ids {
            // A repetition is judged by nobody.
            let number = self.find(*id).map(|slot| std::mem::replace(&mut slot.rank, SEEN));
            let grade = number.and_then(|number| grades.get(number as usize));
            self.judged.rank(grade.map(|(_, grade)| *grade));
        }
        self.judged.finish();
        &self.judged
    }

    fn look_up(&mut self, a: &[u32], b: &[u32]) {
        self.renew(a.len() + b.len());
        self.pair.repeated = false;
        self.pair.to.clear();
        self.pair.to.resize(a.len(), ABSENT);
        self.pair.from.clear();
        for (rank, id) in (0..).zip(a) {
            let known = self.place(*id, rank);
            self.pair.repeated |= known.is_some();
        }
        let first_of_b = a.len() as u32;
        for (rank, id) in (0..).zip(b) {
            // What only `b` has is kept under ranks beyond `a`, so that its repetitions are seen, too.
            let known = self.place(*id, first_of_b.saturating_add(rank));
            let repeats = known.is_some_and(|place| place >= first_of_b);
            self.pair.repeated |= repeats;
            self.pair.meet(rank, known.filter(|_| !repeats));
        }
    }

    /// Forgets all ids, and makes room for as many.
    fn renew(&mut self, ids: usize) {
        let wanted = (2 * ids).next_power_of_two().max(64);
        if self.slots.len() < wanted || self.pairs == u32::MAX {
            self.slots.clear();
            self.slots.resize(wanted, Slot::default());
            self.pairs = 0;
        }
        self.pairs += 1;
    }

    /// Where the id stands already; else it stands at that rank from now on.
    fn place(&mut self, id: u32, rank: u32) -> Option<u32> {
        let (at, known) = self.slot(id, rank);
        known.then(|| self.slots[at].rank)
    }

    /// The slot of a known id.
    fn find(&mut self, id: u32) -> Option<&mut Slot> {
        let mask = self.slots.len() - 1;
        let mut at = home(id) & mask;
        while self.slots[at].pair == self.pairs {
            if self.slots[at].id == id {
                return Some(&mut self.slots[at]);
            }
            at = (at + 1) & mask;
        }
        None
    }

    /// The slot of the id, and whether it was known.
    fn slot(&mut self, id: u32, rank: u32) -> (usize, bool) {
        let mask = self.slots.len() - 1;
        let mut at = home(id) & mask;
        loop {
            let slot = &mut self.slots[at];
            if slot.pair != self.pairs {
                *slot = Slot { pair: self.pairs, id, rank };
                return (at, false);
            }
            if slot.id == id {
                return (at, true);
            }
            at = (at + 1) & mask;
        }
    }
}

/// Where the search for an id begins: multiplied by the golden ratio, so that neighbouring ids fall far from each other.
fn home(id: u32) -> usize {
    (u64::from(id).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) as usize
}
