//! One build asked again and again: how often, in which orders, and how often it is started anew.

use crate::capture::{Order, Replayed, Start, begin, run};
use crate::policy::Corpus;
use crate::requests::Case;
use crate::{Error, MIN_RUNS};

/// How often requests are asked, and how often the service is started for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    runs: usize,
    starts: usize,
}

impl Default for Runs {
    /// [`MIN_RUNS`] runs, each with a service of its own.
    fn default() -> Self {
        Runs::new(MIN_RUNS)
    }
}

impl Runs {
    /// That many runs, and no fewer than [`MIN_RUNS`], which share [`MIN_RUNS`] starts of the service evenly.
    pub fn new(runs: usize) -> Runs {
        Runs { runs: runs.max(MIN_RUNS), starts: MIN_RUNS }
    }

    /// How many runs there are.
    pub fn runs(self) -> usize {
        self.runs
    }

    /// How often the service is started.
    pub fn starts(self) -> usize {
        self.starts
    }

    /// Whether the service is started anew before this run, counted from 0.
    fn starts_before(self, run: usize) -> bool {
        let turn = |run: usize| run * self.starts / self.runs;
        run == 0 || turn(run) != turn(run - 1)
    }
}

/// Asks all cases in every run: the first as they stand, the second from the last to the first, each further one in an
/// order of its own, which is the same each time. `each` is told the run, counted from 0, and the answers in the order
/// of the cases.
pub(crate) fn repeat(
    start: &mut Start<'_>,
    corpus: &Corpus,
    cases: &[&Case],
    runs: Runs,
    each: &mut dyn FnMut(usize, Vec<Replayed>) -> Result<(), Error>,
) -> Result<(), Error> {
    let mut ask = begin(start, corpus)?;
    for turn in 0..runs.runs {
        if turn > 0 && runs.starts_before(turn) {
            // The old one ends before the new one begins: both would not have the machine that each alone has.
            drop(ask);
            ask = begin(start, corpus)?;
        }
        let order = match turn {
            0 => Order::Forward,
            1 => Order::Backward,
            turn => Order::Shuffled(turn),
        };
        each(turn, run(&mut ask, corpus, cases, order)?)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(runs: usize, expected: &[usize]) {
        let runs = Runs::new(runs);
        let starts: Vec<usize> = (0..runs.runs()).filter(|run| runs.starts_before(*run)).collect();
        assert_eq!(starts, expected);
    }

    #[test]
    fn runs_share_the_starts_evenly() {
        check(5, &[0, 1, 2, 3, 4]);
        check(1, &[0, 1, 2, 3, 4]);
        check(7, &[0, 2, 3, 5, 6]);
        check(300, &[0, 60, 120, 180, 240]);
    }
}
