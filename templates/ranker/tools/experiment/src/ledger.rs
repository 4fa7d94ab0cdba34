//! What is known of the units of one experiment, from its exposures and outcomes.
use std::collections::{BTreeMap, HashSet};

use experiments::{Experiment, Exposure, Metric, Outcome};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::judge::ArmSample;
use crate::sample::{Sample, UnitTotal};

/// The units of an experiment. Takes in all exposures first, then outcomes.
///
/// Keeps a few numbers for each unit and sixteen bytes for each event, by which an event that was written twice is known.
#[derive(Debug)]
pub struct Ledger<'a> {
    experiment: &'a Experiment,
    metrics: Vec<Metric>,
    units: BTreeMap<String, Unit>,
    arms: Vec<ArmCounts>,
    counts: LedgerCounts,
    seen: HashSet<u128>,
}

/// Events of an arm.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ArmCounts {
    /// Its exposures.
    pub exposures: u64,
    /// Those of them whose answer was degraded.
    pub degraded: u64,
}

/// What was counted and what was not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LedgerCounts {
    /// Exposures that stood there already: requests that were tried again, or lines that were written twice.
    pub repeated_exposures: u64,
    /// Exposures outside the experiment's dates.
    pub exposures_outside_dates: u64,
    /// Exposures in an arm that the experiment does not have.
    pub exposures_in_unknown_arms: u64,
    /// Units that were seen in two arms; they are left out.
    pub units_in_two_arms: u64,
    /// Units that were seen in another arm than their bucket says, such as after ranges were moved; they are counted in
    /// the arm in which they were seen.
    pub units_not_where_assigned: u64,
    /// Outcomes that are counted.
    pub outcomes: u64,
    /// Outcomes that stood there already.
    pub repeated_outcomes: u64,
    /// Outcomes of units that were never exposed.
    pub outcomes_without_exposure: u64,
    /// Outcomes before their unit's first exposure, which cannot be its effect.
    pub outcomes_before_exposure: u64,
    /// Outcomes after the experiment's end.
    pub outcomes_after_end: u64,
}

#[derive(Debug)]
struct Unit {
    /// `None` for an arm that the experiment does not have.
    arm: Option<usize>,
    first_ms: u64,
    in_two_arms: bool,
    totals: Vec<UnitTotal>,
}

impl<'a> Ledger<'a> {
    /// The ledger of an experiment of which nothing is known yet.
    pub fn new(experiment: &'a Experiment) -> Self {
        let guardrails = experiment.guardrails.iter().map(experiments::Guardrail::metric);
        Self {
            experiment,
            metrics: experiment.primary.iter().cloned().chain(guardrails).collect(),
            units: BTreeMap::new(),
            arms: vec![ArmCounts::default(); experiment.arms.len()],
            counts: LedgerCounts::default(),
            seen: HashSet::new(),
        }
    }

    /// Takes in an exposure, if it is one of this experiment.
    pub fn expose(&mut self, exposure: &Exposure) {
        let Some(name) = exposure.arms.get(&self.experiment.name) else { return };
        if !self.experiment.covers(exposure.at_ms) {
            self.counts.exposures_outside_dates += 1;
            return;
        }
        if !self.seen.insert(identity(&[&exposure.service, &exposure.request_id, &exposure.unit, name])) {
            self.counts.repeated_exposures += 1;
            return;
        }
        let arm = self.experiment.arms.iter().position(|arm| arm.name == *name);
        match arm.and_then(|arm| self.arms.get_mut(arm)) {
            Some(counts) => {
                counts.exposures += 1;
                counts.degraded += u64::from(!exposure.degraded.is_empty());
            }
            None => self.counts.exposures_in_unknown_arms += 1,
        }
        let unit = self.units.entry(exposure.unit.clone()).or_insert_with(|| Unit {
            arm,
            first_ms: exposure.at_ms,
            in_two_arms: false,
            totals: vec![UnitTotal::default(); self.metrics.len()],
        });
        unit.in_two_arms |= unit.arm != arm;
        unit.first_ms = unit.first_ms.min(exposure.at_ms);
    }

    /// Takes in an outcome, if it is of one of the experiment's metrics. It counts for the arm that its unit was first
    /// seen in, whatever the unit was shown since: the analysis is by intention to treat.
    pub fn outcome(&mut self, outcome: &Outcome) {
        let Some(index) = self.metrics.iter().position(|metric| metric.name == outcome.metric) else {
            return;
        };
        let Some(unit) = self.units.get_mut(&outcome.unit) else {
            self.counts.outcomes_without_exposure += 1;
            return;
        };
        if outcome.at_ms < unit.first_ms {
            self.counts.outcomes_before_exposure += 1;
        } else if !self.experiment.covers(outcome.at_ms) {
            self.counts.outcomes_after_end += 1;
        } else if !self.seen.insert(identity(&[
            &outcome.unit,
            &outcome.metric,
            &outcome.at_ms.to_string(),
            &outcome.value.to_string(),
        ])) {
            self.counts.repeated_outcomes += 1;
        } else if let Some(total) = unit.totals.get_mut(index) {
            total.add(outcome.value);
            self.counts.outcomes += 1;
        }
    }

    /// The arms as they stand in the experiment, each with its events.
    pub fn arms(&self) -> Vec<(ArmCounts, ArmSample)> {
        let empty = ArmSample { units: 0, samples: vec![Sample::default(); self.metrics.len()] };
        let mut arms: Vec<_> = self.arms.iter().map(|counts| (*counts, empty.clone())).collect();
        for unit in self.units.values().filter(|unit| !unit.in_two_arms) {
            let Some((_, arm)) = unit.arm.and_then(|arm| arms.get_mut(arm)) else { continue };
            arm.units += 1;
            for (sample, total) in arm.samples.iter_mut().zip(&unit.totals) {
                sample.add(*total);
            }
        }
        arms
    }

    /// What was counted and what was not.
    pub fn counts(&self) -> LedgerCounts {
        let mut counts = self.counts;
        for (name, unit) in &self.units {
            counts.units_in_two_arms += u64::from(unit.in_two_arms);
            let seen = unit.arm.and_then(|arm| self.experiment.arms.get(arm));
            let moved = !unit.in_two_arms && seen != self.experiment.arm_of(name);
            counts.units_not_where_assigned += u64::from(moved);
        }
        counts
    }
}

/// Sixteen bytes that no two events share: of each part its length and itself, hashed.
fn identity(parts: &[&str]) -> u128 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().iter().take(16).fold(0, |number, byte| (number << 8) | u128::from(*byte))
}
