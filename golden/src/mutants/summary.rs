//! The mutants of a service, counted.

use super::excused::Excused;
use super::run::{Outcome, Tried};

/// How many mutants ended how. Every mutant counts once.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Summary {
    /// A ranking changed, or the service broke.
    pub seen: usize,
    /// Nothing changed, and nobody says why.
    pub unseen: usize,
    /// Nothing changed, and the file of excused mutants says why the corpus has no request that shows it.
    pub known: usize,
    /// Nothing changed, and the file of excused mutants says why no corpus could show it.
    pub equivalent: usize,
    /// It does not build, so it is no fault that could be made.
    pub unbuildable: usize,
    /// It did not build or answer in time, which may be the machine's doing: counted as neither seen nor not.
    pub timed_out: usize,
    /// Of those that were seen: the service did not start, or an answer was no ranking.
    pub broke: usize,
}

impl Summary {
    /// Counts.
    pub fn of(tried: &[Tried], excused: &Excused) -> Summary {
        let mut summary = Summary::default();
        for Tried { mutant, outcome } in tried {
            match outcome {
                Outcome::Unbuildable => summary.unbuildable += 1,
                Outcome::Unseen if excused.is_equivalent(mutant) => summary.equivalent += 1,
                Outcome::Unseen if excused.is_known(mutant) => summary.known += 1,
                Outcome::Unseen => summary.unseen += 1,
                Outcome::Seen { .. } => summary.seen += 1,
                Outcome::Broke(_) => {
                    summary.seen += 1;
                    summary.broke += 1;
                }
                Outcome::TimedOut => summary.timed_out += 1,
            }
        }
        summary
    }

    /// The share of mutants that were seen, of those that build, answer in time and could be;
    /// 1 where there are none.
    pub fn share(&self) -> f64 {
        match self.seen + self.unseen + self.known {
            0 => 1.0,
            all => self.seen as f64 / all as f64,
        }
    }
}
