//! What an experiment is: its arms, its dates, and what it is judged by.
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Deserialize;

use crate::moment;

/// Units of an experiment fall into this many buckets.
pub const BUCKETS: u32 = 1000;

/// The name of the arm that others are compared with. It has no parameters, so that a unit in it is served as if there
/// were no experiment.
pub const CONTROL: &str = "control";

/// An experiment: a salt, which buckets are in which arm, and what decides between the arms.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The experiment's name.
    pub name: String,
    /// What is hashed with the unit. Another salt deals all units anew. Experiments with the same salt exclude each
    /// other: no bucket is in arms of two of them.
    pub salt: String,
    /// Who answers for it.
    pub owner: String,
    /// What is expected, and why.
    pub hypothesis: String,
    /// Whether it is on: the kill switch.
    #[serde(default)]
    pub state: State,
    /// When it begins, as `2026-11-16` (midnight UTC) or `2026-11-16T09:00:00Z`; without, it has begun.
    #[serde(default, deserialize_with = "moment::optional")]
    pub starts: Option<SystemTime>,
    /// From when on nobody is assigned any more.
    #[serde(deserialize_with = "moment::required")]
    pub ends: SystemTime,
    /// What the experiment wants to change; without, it only has to do no harm.
    #[serde(default)]
    pub primary: Option<Metric>,
    /// What must not become worse by more than a margin.
    #[serde(default)]
    pub guardrails: Vec<Guardrail>,
    /// The arms, one of which is [`CONTROL`]; buckets in none of them are not in the experiment.
    pub arms: Vec<Arm>,
}

/// Whether an experiment is on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Within its dates, units are assigned.
    #[default]
    Running,
    /// Nobody is assigned, whatever the dates: all are served as in control, and no exposure tells of the experiment.
    Stopped,
}

/// Where an experiment stands at a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has not begun.
    Waiting,
    /// Units are assigned.
    Running,
    /// It is over.
    Ended,
    /// It was switched off.
    Stopped,
}

/// An arm of an experiment.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Arm {
    /// The arm's name.
    pub name: String,
    /// The first bucket that is in the arm.
    pub from: u32,
    /// The first bucket after it that is not.
    pub to: u32,
    /// What is different in this arm: numbers by name.
    #[serde(default)]
    pub parameters: BTreeMap<String, f64>,
}

/// Something that outcomes tell of a unit.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Metric {
    /// The metric's name, as outcomes have it.
    pub name: String,
    /// How the outcomes of many units become one number.
    pub kind: Kind,
    /// Which change is for the worse.
    pub bad: Direction,
}

/// A metric that must not become worse by more than a margin.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Guardrail {
    /// The metric's name, as outcomes have it.
    pub name: String,
    /// How the outcomes of many units become one number.
    pub kind: Kind,
    /// Which change is for the worse.
    pub bad: Direction,
    /// How much worse is tolerable.
    #[serde(with = "serde_yaml::with::singleton_map")]
    pub margin: Margin,
}

/// How the outcomes of many units become one number. A unit has one say in it, however many outcomes it has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The share of units with an outcome that is not 0.
    Proportion,
    /// The mean over units of the sum of a unit's outcomes; 0 for a unit without.
    Mean,
    /// The mean of all outcomes, such as skips per play; its precision follows from units, not from outcomes.
    Ratio,
}

/// Which change of a metric is for the worse.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Direction {
    /// More is worse.
    Increase,
    /// Less is worse.
    Decrease,
}

/// How much worse than control is tolerable; above 0.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Margin {
    /// By this much, in the metric's unit.
    Absolute(f64),
    /// By this share of what control has.
    Relative(f64),
}

impl Experiment {
    /// Where it stands at a moment.
    pub fn standing(&self, now: SystemTime) -> Standing {
        if self.state == State::Stopped {
            Standing::Stopped
        } else if now >= self.ends {
            Standing::Ended
        } else if self.starts.is_some_and(|starts| now < starts) {
            Standing::Waiting
        } else {
            Standing::Running
        }
    }

    /// Whether a moment, in milliseconds since 1970, is within its dates.
    pub fn covers(&self, at_ms: u64) -> bool {
        let moment = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(at_ms));
        moment.is_some_and(|at| at < self.ends && self.starts.is_none_or(|starts| starts <= at))
    }
}

impl Standing {
    /// In a word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Ended => "ended",
            Self::Stopped => "stopped",
        }
    }
}

impl Guardrail {
    /// The metric that it watches.
    pub fn metric(&self) -> Metric {
        Metric { name: self.name.clone(), kind: self.kind, bad: self.bad }
    }
}

impl Kind {
    /// In a word, as YAML has it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proportion => "proportion",
            Self::Mean => "mean",
            Self::Ratio => "ratio",
        }
    }
}
