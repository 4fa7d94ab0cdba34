//! An arm held against control in one metric.
use experiments::{Direction, Kind, Margin, Metric};
use serde::{Serialize, Serializer};

use crate::interval::{Bounds, contrast, ratio_bounds};
use crate::sample::{Estimate, Sample};

/// What a metric says of an arm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Finding {
    /// It is better; only said of the primary metric.
    Better,
    /// It is not worse by more than its margin.
    Within,
    /// It is worse, and not shown to be so within its margin.
    Worse,
    /// It may be either.
    Unclear,
    /// There are no outcomes of it, so that whatever sends them may be broken.
    Unknown,
}

/// An arm compared with control, in one metric.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// The metric.
    pub metric: String,
    /// How outcomes become one number.
    #[serde(serialize_with = "kind_word")]
    pub kind: Kind,
    /// How much more, or if it is negative how much less, is tolerable; `None` for the primary metric.
    pub margin: Option<f64>,
    /// Whether the margin is a share of control's number.
    pub margin_is_relative: bool,
    /// What the numbers say.
    pub finding: Finding,
    /// The numbers; `None` if the finding is [`Finding::Unknown`].
    pub numbers: Option<Numbers>,
}

/// How the arm differs from control.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Numbers {
    /// Control's number.
    pub control: f64,
    /// The arm's.
    pub arm: f64,
    /// By how much the arm's is more.
    pub difference: f64,
    /// It is more by at least this.
    pub lower: f64,
    /// It is more by at most this.
    pub upper: f64,
    /// `lower` as a share of control's, if the margin is one; `None` also if control's may be 0.
    pub relative_lower: Option<f64>,
    /// `upper` as a share of control's, if the margin is one; `None` also if control's may be 0.
    pub relative_upper: Option<f64>,
    /// The probability that a bound is wrong: one-sided, of each of the four.
    pub level: f64,
}

/// Levels at which bounds hold, one-sided, corrected for how many comparisons there are (Bonferroni).
#[derive(Debug, Clone, Copy)]
pub(crate) struct Levels {
    /// For the primary metric and for guardrails: by arms. An arm has to pass all its guardrails, which needs no
    /// correction by guardrails.
    pub(crate) arm: f64,
    /// For harm: by arms and metrics, since one of them is enough.
    pub(crate) harm: f64,
}

/// Compares an arm with control.
pub(crate) fn compare(
    metric: &Metric,
    margin: Option<Margin>,
    arm: &Sample,
    control: &Sample,
    levels: Levels,
) -> Comparison {
    let sign = if metric.bad == Direction::Increase { 1.0 } else { -1.0 };
    let estimates = arm.estimate(metric.kind).zip(control.estimate(metric.kind));
    let known = estimates.filter(|_| arm.outcomes() + control.outcomes() > 0);
    Comparison {
        metric: metric.name.clone(),
        kind: metric.kind,
        margin: margin.map(|(Margin::Absolute(margin) | Margin::Relative(margin))| sign * margin),
        margin_is_relative: matches!(margin, Some(Margin::Relative(_))),
        finding: known
            .map_or(Finding::Unknown, |(arm, control)| finding(metric.bad, margin, &arm, &control, levels)),
        numbers: known.map(|(arm, control)| numbers(&arm, &control, margin, levels.arm)),
    }
}

fn numbers(arm: &Estimate, control: &Estimate, margin: Option<Margin>, level: f64) -> Numbers {
    let Bounds { lower, estimate, upper } = contrast(arm, control, 1.0, level);
    let (relative_lower, relative_upper) = match margin {
        Some(Margin::Relative(_)) => ratio_bounds(arm, control, level),
        _ => (None, None),
    };
    Numbers {
        control: control.value,
        arm: arm.value,
        difference: estimate,
        lower,
        upper,
        relative_lower: relative_lower.map(|ratio| ratio - 1.0),
        relative_upper: relative_upper.map(|ratio| ratio - 1.0),
        level,
    }
}

fn finding(
    bad: Direction,
    margin: Option<Margin>,
    arm: &Estimate,
    control: &Estimate,
    levels: Levels,
) -> Finding {
    let harm = |factor, level| Harm::of(bad, contrast(arm, control, factor, level));
    let fine = match (margin, bad) {
        (None, _) => harm(1.0, levels.arm).at_most < 0.0,
        (Some(Margin::Absolute(margin)), _) => harm(1.0, levels.arm).at_most < margin,
        (Some(Margin::Relative(margin)), Direction::Increase) => harm(1.0 + margin, levels.arm).at_most < 0.0,
        (Some(Margin::Relative(margin)), Direction::Decrease) => harm(1.0 - margin, levels.arm).at_most < 0.0,
    };
    match margin {
        None if fine => Finding::Better,
        Some(_) if fine => Finding::Within,
        _ if harm(1.0, levels.harm).at_least > 0.0 => Finding::Worse,
        _ => Finding::Unclear,
    }
}

/// A difference, counted in the direction that is for the worse.
struct Harm {
    at_least: f64,
    at_most: f64,
}

impl Harm {
    fn of(bad: Direction, bounds: Bounds) -> Self {
        match bad {
            Direction::Increase => Self { at_least: bounds.lower, at_most: bounds.upper },
            Direction::Decrease => Self { at_least: -bounds.upper, at_most: -bounds.lower },
        }
    }
}

fn kind_word<S: Serializer>(kind: &Kind, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(kind.word())
}
