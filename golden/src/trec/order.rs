//! In which order a run is read. It is a reading of the file and no part of any measure: a ranked list is the list that
//! the service returned, and is never re-sorted in silence.

/// How the items of one request come into order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// By the column `rank`, as the file states it: the default.
    #[default]
    Rank,
    /// By score, highest first, equal scores by id downwards: trec_eval 10, which holds scores in 64 bits.
    Score,
    /// By score rounded to 32 bits, highest first, equal ones by id downwards: trec_eval 9 and pytrec_eval.
    TrecEval,
    /// By score, highest first, equal scores by id upwards: ir_measures where it does not call trec_eval, as for the
    /// reciprocal rank at k and for compatibility.
    ScoreThenId,
    /// As ranx 0.3 sorts: by numba's quicksort, which leaves equal scores in an order of its own.
    Ranx,
    /// By score upwards with equal scores as they stand, then turned round: scikit-learn over numpy, where numpy's sort
    /// is stable, which it is for 16 items at most; above that the order of equal scores depends on the processor.
    Sklearn,
}

impl Order {
    /// The places of the items of a run in this order. `items` are ids and scores as they stand in the file; by
    /// [`Order::Rank`] they stay.
    pub fn of(self, items: &[(&str, f64)]) -> Vec<usize> {
        let mut places: Vec<usize> = (0..items.len()).collect();
        let down = |a: f64, b: f64| b.total_cmp(&a);
        match self {
            Order::Rank => {}
            Order::Score => places.sort_by(|a, b| {
                let (a, b) = (&items[*a], &items[*b]);
                down(a.1 + 0.0, b.1 + 0.0).then(b.0.cmp(a.0))
            }),
            Order::TrecEval => places.sort_by(|a, b| {
                let (a, b) = (&items[*a], &items[*b]);
                down(f64::from(a.1 as f32) + 0.0, f64::from(b.1 as f32) + 0.0).then(b.0.cmp(a.0))
            }),
            Order::ScoreThenId => places.sort_by(|a, b| {
                let (a, b) = (&items[*a], &items[*b]);
                down(a.1 + 0.0, b.1 + 0.0).then(a.0.cmp(b.0))
            }),
            Order::Ranx if items.len() <= LONGEST => quicksort(&mut places, |a, b| items[a].1 > items[b].1),
            Order::Ranx => places.sort_by(|a, b| down(items[*a].1 + 0.0, items[*b].1 + 0.0)),
            Order::Sklearn => {
                places.sort_by(|a, b| (items[*a].1 + 0.0).total_cmp(&(items[*b].1 + 0.0)));
                places.reverse();
            }
        }
        places
    }
}

/// Beyond this many items equal scores stay as they stand, since there are lists that a quicksort takes the square of
/// their length for.
const LONGEST: usize = 5_000;

/// Numba's quicksort, step by step, since what it makes of equal values follows from the steps: the median of three as
/// pivot, insertion below 15 places, the larger part later.
fn quicksort(places: &mut [usize], before: impl Fn(usize, usize) -> bool) {
    const SMALL: usize = 15;
    let mut parts = Vec::new();
    if let Some(last) = places.len().checked_sub(1) {
        parts.push((0, last));
    }
    while let Some((mut low, mut high)) = parts.pop() {
        while high.saturating_sub(low) >= SMALL && high > low {
            let pivot = partition(places, low, high, &before);
            if high - pivot > pivot - low {
                parts.push((pivot + 1, high));
                // The part below the pivot is never empty: the median of three is not the first.
                high = pivot.saturating_sub(1);
            } else {
                if pivot > low {
                    parts.push((low, pivot - 1));
                }
                low = pivot + 1;
            }
        }
        insert(places, low, high, &before);
    }
}

fn partition(places: &mut [usize], low: usize, high: usize, before: &impl Fn(usize, usize) -> bool) -> usize {
    let middle = usize::midpoint(low, high);
    if before(places[middle], places[low]) {
        places.swap(low, middle);
    }
    if before(places[high], places[middle]) {
        places.swap(high, middle);
    }
    if before(places[middle], places[low]) {
        places.swap(low, middle);
    }
    let pivot = places[middle];
    places.swap(high, middle);
    let (mut i, mut j) = (low, high - 1);
    loop {
        while i < high && before(places[i], pivot) {
            i += 1;
        }
        while j > low && before(pivot, places[j]) {
            j -= 1;
        }
        if i >= j {
            break;
        }
        places.swap(i, j);
        i += 1;
        j -= 1;
    }
    places.swap(i, high);
    i
}

fn insert(places: &mut [usize], low: usize, high: usize, before: &impl Fn(usize, usize) -> bool) {
    for i in low + 1..=high.min(places.len() - 1) {
        let mut j = i;
        while j > low && before(places[j], places[j - 1]) {
            places.swap(j, j - 1);
            j -= 1;
        }
    }
}
