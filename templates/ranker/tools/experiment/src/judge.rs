//! The verdict on each arm.
use std::time::SystemTime;

use experiments::{CONTROL, Experiment};
use serde::Serialize;

use crate::compare::{Comparison, Finding, Levels, compare};
use crate::sample::Sample;
use crate::sample_ratio::SampleRatio;

/// The probability with which an experiment that changes nothing may be said to change something, one half to each side.
pub const ALPHA: f64 = 0.05;

/// With fewer units in an arm, nothing is said of it: bounds hold where means are near normal.
pub const MIN_UNITS: u64 = 100;

/// The units of an arm.
#[derive(Debug, Clone, Default)]
pub struct ArmSample {
    /// How many they are.
    pub units: u64,
    /// What they did: of the primary metric if there is one, then of the guardrails.
    pub samples: Vec<Sample>,
}

/// What may be done with an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Shown to be better where it wants to be, and nowhere worse than is tolerable.
    #[serde(rename = "ship-able")]
    Shippable,
    /// Shown to be worse.
    Harmful,
    /// Shown to be neither.
    Inconclusive,
    /// Nothing can be said: arms cannot be compared, or are too small.
    Invalid,
}

/// What was found of an arm other than control.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Judgement {
    /// What may be done with it.
    pub verdict: Verdict,
    /// Why it is not ship-able.
    pub reasons: Vec<String>,
    /// The primary metric, if there is one.
    pub primary: Option<Comparison>,
    /// The guardrails.
    pub guardrails: Vec<Comparison>,
}

/// Judges the arms of an experiment. `arms` stand as in the experiment, and so do the judgements; control has none.
pub fn judge(
    experiment: &Experiment,
    arms: &[ArmSample],
    now: SystemTime,
    alpha: f64,
) -> (SampleRatio, Vec<Option<Judgement>>) {
    let sizes: Vec<_> =
        arms.iter().zip(&experiment.arms).map(|(sample, arm)| (sample.units, arm.to - arm.from)).collect();
    let ratio = SampleRatio::of(&sizes);
    let metrics = usize::from(experiment.primary.is_some()) + experiment.guardrails.len();
    let arm = alpha / 2.0 / arms.len().saturating_sub(1).max(1) as f64;
    let levels = Levels { arm, harm: arm / metrics.max(1) as f64 };
    let is_control: Vec<_> = experiment.arms.iter().map(|arm| arm.name == CONTROL).collect();
    let Some(control) = arms.iter().zip(&is_control).find_map(|(arm, is)| is.then_some(arm)) else {
        return (ratio, vec![None; arms.len()]);
    };
    let judgements = arms.iter().zip(&is_control).map(|(arm, is_control)| {
        if *is_control {
            return None;
        }
        let (primary, guardrails) = comparisons(experiment, arm, control, levels);
        let (verdict, reasons) = match invalid(ratio, arm.units.min(control.units)) {
            Some(reason) => (Verdict::Invalid, vec![reason]),
            None => decide(experiment, primary.as_ref(), &guardrails, now),
        };
        Some(Judgement { verdict, reasons, primary, guardrails })
    });
    (ratio, judgements.collect())
}

fn comparisons(
    experiment: &Experiment,
    arm: &ArmSample,
    control: &ArmSample,
    levels: Levels,
) -> (Option<Comparison>, Vec<Comparison>) {
    let mut pairs = arm.samples.iter().zip(&control.samples);
    let primary = experiment.primary.as_ref().and_then(|metric| {
        let (arm, control) = pairs.next()?;
        Some(compare(metric, None, arm, control, levels))
    });
    let guardrails = experiment.guardrails.iter().zip(pairs).map(|(guardrail, (arm, control))| {
        compare(&guardrail.metric(), Some(guardrail.margin), arm, control, levels)
    });
    (primary, guardrails.collect())
}

fn invalid(ratio: SampleRatio, fewest: u64) -> Option<String> {
    if fewest < MIN_UNITS {
        Some(format!("an arm has {fewest} units, fewer than {MIN_UNITS}"))
    } else if ratio.mismatch {
        Some(
            "the arms do not have the sizes that were configured: find out why before anything else"
                .to_owned(),
        )
    } else {
        None
    }
}

fn decide(
    experiment: &Experiment,
    primary: Option<&Comparison>,
    guardrails: &[Comparison],
    now: SystemTime,
) -> (Verdict, Vec<String>) {
    let metrics = || primary.into_iter().chain(guardrails);
    let worse: Vec<_> = metrics()
        .filter(|comparison| comparison.finding == Finding::Worse)
        .map(|comparison| format!("`{}` is worse", comparison.metric))
        .collect();
    if !worse.is_empty() {
        return (Verdict::Harmful, worse);
    }
    let mut reasons: Vec<_> = metrics()
        .filter_map(|comparison| {
            let metric = &comparison.metric;
            match comparison.finding {
                Finding::Better | Finding::Within => None,
                Finding::Unknown => Some(format!("there are no outcomes of `{metric}`")),
                _ if comparison.margin.is_none() => Some(format!("`{metric}` is not shown to be better")),
                _ => Some(format!("`{metric}` is not shown to be within its margin")),
            }
        })
        .collect();
    if metrics().next().is_none() {
        reasons.push("the experiment names no metric".to_owned());
    }
    if now < experiment.ends {
        reasons.push("it has not run to its end, before which only harm is told".to_owned());
    }
    if reasons.is_empty() { (Verdict::Shippable, reasons) } else { (Verdict::Inconclusive, reasons) }
}
