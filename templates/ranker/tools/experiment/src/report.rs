//! The report, as it is written with `--json`.
use std::time::SystemTime;

use experiments::Experiment;
use serde::Serialize;

use crate::files::FileCounts;
use crate::judge::{Judgement, Verdict, judge};
use crate::ledger::{Ledger, LedgerCounts};
use crate::sample_ratio::SampleRatio;

/// What came of experiments.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Of when the report is, as RFC 3339.
    pub at: String,
    /// The probability of a false alarm that bounds are made for.
    pub alpha: f64,
    /// The files of exposures.
    pub exposures: Vec<FileCounts>,
    /// The files of outcomes.
    pub outcomes: Vec<FileCounts>,
    /// The experiments, by name.
    pub experiments: Vec<ExperimentReport>,
}

/// What came of one experiment.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ExperimentReport {
    /// Its name.
    pub name: String,
    /// Who answers for it.
    pub owner: String,
    /// What was expected.
    pub hypothesis: String,
    /// Where it stands: waiting, running, ended or stopped.
    pub standing: &'static str,
    /// When it begins, as RFC 3339.
    pub starts: Option<String>,
    /// When it ends, as RFC 3339.
    pub ends: String,
    /// Whether arms have the sizes that were configured.
    pub sample_ratio: SampleRatio,
    /// The arms, as configured.
    pub arms: Vec<ArmReport>,
    /// What was counted and what was not.
    pub counts: LedgerCounts,
}

/// What came of one arm.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArmReport {
    /// Its name.
    pub name: String,
    /// Its units.
    pub units: u64,
    /// How many of all units it should have, as a share.
    pub expected_share: f64,
    /// Its exposures.
    pub exposures: u64,
    /// Those of them whose answer was degraded.
    pub degraded_exposures: u64,
    /// What was found; `None` for control.
    pub judgement: Option<Judgement>,
}

impl ExperimentReport {
    /// Reports on an experiment as of `now`.
    pub fn of(experiment: &Experiment, ledger: &Ledger<'_>, now: SystemTime, alpha: f64) -> Self {
        let (events, samples): (Vec<_>, Vec<_>) = ledger.arms().into_iter().unzip();
        let (sample_ratio, judgements) = judge(experiment, &samples, now, alpha);
        let buckets: u32 = experiment.arms.iter().map(|arm| arm.to - arm.from).sum();
        let arms = experiment.arms.iter().zip(events).zip(samples).zip(judgements);
        Self {
            name: experiment.name.clone(),
            owner: experiment.owner.clone(),
            hypothesis: experiment.hypothesis.clone(),
            standing: experiment.standing(now).word(),
            starts: experiment.starts.map(rfc3339),
            ends: rfc3339(experiment.ends),
            sample_ratio,
            arms: arms
                .map(|(((arm, events), sample), judgement)| ArmReport {
                    name: arm.name.clone(),
                    units: sample.units,
                    expected_share: f64::from(arm.to - arm.from) / f64::from(buckets),
                    exposures: events.exposures,
                    degraded_exposures: events.degraded,
                    judgement,
                })
                .collect(),
            counts: ledger.counts(),
        }
    }
}

impl Report {
    /// Whether something calls for action: an arm that does harm, or an experiment that says nothing.
    pub fn alarms(&self) -> bool {
        let arms = self.experiments.iter().flat_map(|experiment| &experiment.arms);
        let mut verdicts = arms.filter_map(|arm| Some(arm.judgement.as_ref()?.verdict));
        verdicts.any(|verdict| matches!(verdict, Verdict::Harmful | Verdict::Invalid))
    }
}

/// A moment, to the second.
pub fn rfc3339(moment: SystemTime) -> String {
    humantime::format_rfc3339_seconds(moment).to_string()
}
