//! Kendall's tau: how many pairs of items two lists order alike, with ties.
//!
//! The crate `kendalls` (1.0.0, May 2025, without unsafe code) computes the same tau-b, equal to the oracle. It copies
//! and sorts its input on every call, which for lists of 50 items costs many times what counting does, and knows
//! neither tau-c nor how the items of two lists are matched, so the counting stands here.

use super::pair::ABSENT;
use super::{Measure, Pair};

const TAU_B: &str = "(P - Q) / √((P + Q + T)(P + Q + U)), where P counts the pairs of items that both lists order alike, Q \
     those that they order differently, T those tied in the first alone and U those tied in the second alone";

/// Tau-b over the items of both lists.
pub(super) static TAU_B_COMMON: Measure<Pair> = Measure {
    id: "kendall_tau_b.common",
    formula: TAU_B,
    source: "Kendall, \"The treatment of ties in ranking problems\", Biometrika 33(3), 1945",
    range: "-1 to 1; 1 for the same order with the same ties; over the items of both lists",
    undefined: "a list ties all of the items, or there are fewer than two",
    compute: |pair, _| tau_b_common(pair),
};
/// Tau-b over the items of either list.
pub(super) static TAU_B_UNION: Measure<Pair> = Measure {
    id: "kendall_tau_b.union_bottom_tied",
    formula: TAU_B,
    source: "Kendall, \"The treatment of ties in ranking problems\", Biometrika 33(3), 1945",
    range: "-1 to 1; 1 for the same order with the same ties; over the items of either list, those missing from a list \
            tied just below its last rank",
    undefined: "a list ties all of the items, or there are fewer than two",
    compute: |pair, _| tau_b_union(pair),
};
/// Tau-c over the items of both lists.
pub(super) static TAU_C_COMMON: Measure<Pair> = Measure {
    id: "kendall_tau_c.common",
    formula: "2(P - Q) / (n² (m - 1) / m), with m the smaller number of tie groups",
    source: "Stuart, \"The estimation and comparison of strengths of association in contingency tables\", Biometrika \
             40, 1953",
    range: "-1 to 1; 1 for the same order with as many ties; over the items of both lists",
    undefined: "a list ties all of the items, or there are fewer than two",
    compute: |pair, _| tau_c_common(pair),
};

/// Definition `kendall_tau_b.common`.
pub fn tau_b_common(pair: &Pair) -> Option<f64> {
    common(pair).tau_b()
}

/// Definition `kendall_tau_b.union_bottom_tied`.
pub fn tau_b_union(pair: &Pair) -> Option<f64> {
    let (mut a, mut b) = union(pair);
    Counts::of(&mut a, &mut b).tau_b()
}

/// Definition `kendall_tau_c.common`.
pub fn tau_c_common(pair: &Pair) -> Option<f64> {
    common(pair).tau_c()
}

/// Lists up to this length are held on the stack and counted pair by pair, which is faster than sorting.
const SHORT: usize = 128;

fn common(pair: &Pair) -> Counts {
    if pair.to.len() <= SHORT {
        let (mut a, mut b) = ([0; SHORT], [0; SHORT]);
        let count = fill_common(pair, &mut a, &mut b);
        Counts::of(&mut a[..count], &mut b[..count])
    } else {
        let (mut a, mut b) = common_columns(pair);
        Counts::of(&mut a, &mut b)
    }
}

/// The tie groups of the items of both lists, in the order of the first; says how many there are.
fn fill_common(pair: &Pair, a: &mut [u32], b: &mut [u32]) -> usize {
    let mut count = 0;
    for (top, to) in pair.tops_a.iter().zip(&pair.to) {
        if *to != ABSENT {
            a[count] = *top;
            b[count] = pair.tops_b[*to as usize];
            count += 1;
        }
    }
    count
}

/// The tie groups of the items of both lists, in the order of the first.
pub(super) fn common_columns(pair: &Pair) -> (Vec<u32>, Vec<u32>) {
    let (mut a, mut b) = (vec![0; pair.to.len()], vec![0; pair.to.len()]);
    let count = fill_common(pair, &mut a, &mut b);
    a.truncate(count);
    b.truncate(count);
    (a, b)
}

/// The tie groups of the items of either list, in the order of the first, those that it has not last.
pub(super) fn union(pair: &Pair) -> (Vec<u32>, Vec<u32>) {
    let place = |to: &u32| if *to == ABSENT { ABSENT } else { pair.tops_b[*to as usize] };
    let only_b = pair.tops_b.iter().zip(&pair.from).filter(|(_, from)| **from == ABSENT).map(|(top, _)| *top);
    let b: Vec<u32> = pair.to.iter().map(place).chain(only_b).collect();
    let mut a = pair.tops_a.clone();
    a.resize(b.len(), ABSENT);
    (a, b)
}

/// How many pairs of items there are of each kind.
struct Counts {
    items: u64,
    tied_a: u64,
    tied_b: u64,
    tied_both: u64,
    swapped: u64,
    groups_a: u64,
    groups_b: u64,
}

impl Counts {
    /// Of two columns of tie groups, of which the first never decreases. Both are overwritten.
    fn of(a: &mut [u32], b: &mut [u32]) -> Counts {
        let mut from = 0;
        let (mut tied_a, mut tied_both) = (0, 0);
        let mut groups_a = 0;
        for group in a.chunk_by(|above, below| above == below) {
            let tied = &mut b[from..from + group.len()];
            if tied.len() > 1 {
                tied.sort_unstable();
                tied_a += pairs(tied.len());
                tied_both +=
                    tied.chunk_by(|above, below| above == below).map(|run| pairs(run.len())).sum::<u64>();
            }
            groups_a += 1;
            from += group.len();
        }
        let mut counts =
            Counts { items: b.len() as u64, tied_a, tied_b: 0, tied_both, swapped: 0, groups_a, groups_b: 0 };
        if b.len() <= SHORT {
            counts.by_pairs(b);
        } else {
            counts.by_sorting(b, a);
        }
        counts
    }

    /// Without a branch, so that many pairs are counted at a time.
    fn by_pairs(&mut self, b: &[u32]) {
        let mut last_of_group = 0;
        for (rank, group) in b.iter().enumerate() {
            let (mut smaller, mut equal) = (0_u32, 0_u32);
            for other in &b[rank + 1..] {
                smaller += u32::from(other < group);
                equal += u32::from(other == group);
            }
            self.swapped += u64::from(smaller);
            self.tied_b += u64::from(equal);
            last_of_group += u64::from(equal == 0);
        }
        self.groups_b = last_of_group;
    }

    fn by_sorting(&mut self, b: &mut [u32], memory: &mut [u32]) {
        self.swapped = sort(b, memory);
        for group in b.chunk_by(|above, below| above == below) {
            self.tied_b += pairs(group.len());
            self.groups_b += 1;
        }
    }

    /// P - Q.
    fn balance(&self) -> f64 {
        let ordered = pairs(self.items as usize) + self.tied_both - self.tied_a - self.tied_b;
        ordered as f64 - 2.0 * self.swapped as f64
    }

    fn tau_b(&self) -> Option<f64> {
        let all = pairs(self.items as usize);
        let scale = ((all - self.tied_a) as f64).sqrt() * ((all - self.tied_b) as f64).sqrt();
        (scale > 0.0).then(|| (self.balance() / scale).clamp(-1.0, 1.0))
    }

    fn tau_c(&self) -> Option<f64> {
        let (items, groups) = (self.items as f64, self.groups_a.min(self.groups_b) as f64);
        (groups > 1.0).then(|| 2.0 * self.balance() / (items * items * (groups - 1.0) / groups))
    }
}

fn pairs(items: usize) -> u64 {
    let items = items as u64;
    items * items.saturating_sub(1) / 2
}

/// Sorts by merging ever longer runs and counts the pairs that stood the wrong way round.
fn sort(values: &mut [u32], memory: &mut [u32]) -> u64 {
    let mut swapped = 0;
    let mut width = 1;
    while width < values.len() {
        for (run, merged) in values.chunks(2 * width).zip(memory.chunks_mut(2 * width)) {
            let (left, right) = run.split_at(width.min(run.len()));
            swapped += merge(left, right, merged);
        }
        values.copy_from_slice(&memory[..values.len()]);
        width *= 2;
    }
    swapped
}

fn merge(left: &[u32], right: &[u32], merged: &mut [u32]) -> u64 {
    let (mut l, mut r) = (0, 0);
    let mut swapped = 0;
    for place in merged {
        if r == right.len() || (l < left.len() && left[l] <= right[r]) {
            *place = left[l];
            l += 1;
        } else {
            *place = right[r];
            r += 1;
            // It passes everything that is left over on the left.
            swapped += (left.len() - l) as u64;
        }
    }
    swapped
}
