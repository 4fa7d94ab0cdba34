//! What came of a ranking.
use crate::error::StageError;
use crate::scored::Scored;

/// The candidates that a stage took out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed<C> {
    /// The stage's name.
    pub stage: &'static str,
    /// What it took out; never empty.
    pub candidates: Vec<C>,
}

/// A stage that failed and was done without.
#[derive(Debug)]
pub struct Degraded {
    /// The stage's name.
    pub stage: &'static str,
    /// How it failed.
    pub error: StageError,
}

/// What came of a ranking: the answer and all that a reader needs to trust it.
#[derive(Debug)]
pub struct Outcome<Q, C> {
    /// The query with all that was added to it.
    pub query: Q,
    /// The answer, best first.
    pub ranked: Vec<Scored<C>>,
    /// Which stages took out what, in pipeline order.
    pub removed_by: Vec<Removed<C>>,
    /// The stages that were done without, in pipeline order.
    pub degraded: Vec<Degraded>,
    /// The candidates that were dropped because their score was not a finite number.
    pub non_finite: Vec<C>,
}

impl<Q, C> Outcome<Q, C> {
    pub(crate) fn of(query: Q) -> Self {
        Self {
            query,
            ranked: Vec::new(),
            removed_by: Vec::new(),
            degraded: Vec::new(),
            non_finite: Vec::new(),
        }
    }

    pub(crate) fn removed(&mut self, stage: &'static str, candidates: Vec<C>) {
        if !candidates.is_empty() {
            self.removed_by.push(Removed { stage, candidates });
        }
    }
}
