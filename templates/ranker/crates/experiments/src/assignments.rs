//! Assignment of units, such as viewers, to arms: pure, and stable for as long as the salt stands.
use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Units of an experiment fall into this many buckets.
pub const BUCKETS: u32 = 1000;

/// An experiment: a salt, and which buckets are in which arm.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Experiment {
    /// The experiment's name.
    pub name: String,
    /// What is hashed with the unit. Another salt deals all units anew.
    pub salt: String,
    /// The arms; buckets in none of them are not in the experiment.
    pub arms: Vec<Arm>,
}

/// An arm of an experiment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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

/// The arm that a unit is in.
#[derive(Debug, Clone, PartialEq)]
pub struct Assigned {
    /// The experiment's name.
    pub experiment: String,
    /// The arm's name.
    pub arm: String,
    /// What is different in this arm.
    pub parameters: BTreeMap<String, f64>,
}

/// The experiments of a service.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Assignments {
    experiments: Vec<Experiment>,
}

/// Experiments that contradict themselves.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// It is not a list of experiments.
    #[error("failed to parse experiments")]
    Parse(#[from] serde_yaml::Error),
    /// Two experiments, or two arms of one, have the same name.
    #[error("`{0}` stands here a second time")]
    Twice(String),
    /// An arm has no buckets, or some that do not exist.
    #[error("arm `{arm}` of `{experiment}` has to have buckets within 0 to {BUCKETS}")]
    Range {
        /// The experiment's name.
        experiment: String,
        /// The arm's name.
        arm: String,
    },
    /// A bucket is in two arms.
    #[error("arms `{first}` and `{second}` of `{experiment}` share a bucket")]
    Overlap {
        /// The experiment's name.
        experiment: String,
        /// The one arm.
        first: String,
        /// The other.
        second: String,
    },
    /// A parameter is not a finite number.
    #[error("parameter `{parameter}` of arm `{arm}` of `{experiment}` is not a finite number")]
    NotFinite {
        /// The experiment's name.
        experiment: String,
        /// The arm's name.
        arm: String,
        /// The parameter's name.
        parameter: String,
    },
}

impl Assignments {
    /// Reads experiments from YAML: a list of them.
    ///
    /// # Errors
    /// An [`ExperimentError`] if that is not what it is, or an experiment contradicts itself.
    pub fn from_yaml(text: &str) -> Result<Self, ExperimentError> {
        let mut experiments: Vec<Experiment> = serde_yaml::from_str(text)?;
        let mut names = BTreeSet::new();
        for experiment in &experiments {
            if !names.insert(&experiment.name) {
                return Err(ExperimentError::Twice(experiment.name.clone()));
            }
            check(experiment)?;
        }
        experiments.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self { experiments })
    }

    /// The arms that a unit is in, by experiment name.
    pub fn of(&self, unit: &str) -> Vec<Assigned> {
        let assigned = |experiment: &Experiment| {
            let bucket = bucket(&experiment.salt, unit);
            let arm = experiment.arms.iter().find(|arm| (arm.from..arm.to).contains(&bucket))?;
            Some(Assigned {
                experiment: experiment.name.clone(),
                arm: arm.name.clone(),
                parameters: arm.parameters.clone(),
            })
        };
        self.experiments.iter().filter_map(assigned).collect()
    }
}

/// The bucket of a unit: the first eight bytes of SHA-256 over salt, a zero byte and unit, modulo [`BUCKETS`].
pub fn bucket(salt: &str, unit: &str) -> u32 {
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(unit).finalize();
    let number = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (number % u64::from(BUCKETS)) as u32
}

fn check(experiment: &Experiment) -> Result<(), ExperimentError> {
    for (index, arm) in experiment.arms.iter().enumerate() {
        if arm.from >= arm.to || arm.to > BUCKETS {
            return Err(ExperimentError::Range {
                experiment: experiment.name.clone(),
                arm: arm.name.clone(),
            });
        }
        if let Some((parameter, _)) = arm.parameters.iter().find(|(_, number)| !number.is_finite()) {
            return Err(ExperimentError::NotFinite {
                experiment: experiment.name.clone(),
                arm: arm.name.clone(),
                parameter: parameter.clone(),
            });
        }
        for other in experiment.arms.iter().take(index) {
            if other.name == arm.name {
                return Err(ExperimentError::Twice(arm.name.clone()));
            }
            if other.from < arm.to && arm.from < other.to {
                return Err(ExperimentError::Overlap {
                    experiment: experiment.name.clone(),
                    first: other.name.clone(),
                    second: arm.name.clone(),
                });
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SPACING: &str = "
- name: spacing
  salt: salt-1
  arms:
    - { name: control, from: 0, to: 400 }
    - { name: wide, from: 500, to: 900, parameters: { penalty: 0.5 } }
";

    #[test]
    fn a_unit_is_in_the_arm_of_its_bucket_or_in_none() {
        let assignments = Assignments::from_yaml(SPACING).expect("the experiments are right");
        for number in 0..500 {
            let unit = format!("viewer-{number}");
            let expected = match bucket("salt-1", &unit) {
                0..400 => Some("control"),
                500..900 => Some("wide"),
                _ => None,
            };
            assert_eq!(
                assignments.of(&unit).first().map(|assigned| assigned.arm.as_str()),
                expected,
                "{unit}"
            );
        }
    }

    #[test]
    fn buckets_never_move() {
        let buckets: Vec<_> =
            ["a", "b", "viewer-1", "viewer-2", ""].map(|unit| bucket("salt-1", unit)).into();
        assert_eq!(buckets, [448, 642, 396, 249, 902]);
    }

    #[test]
    fn units_spread_evenly() {
        let low = (0..10_000).filter(|number| bucket("salt-1", &format!("v{number}")) < 500).count();
        assert!((4_800..5_200).contains(&low), "{low} of 10000 units are in the lower half");
    }

    #[test]
    fn salt_and_unit_do_not_run_together() {
        assert_ne!(bucket("ab", "c"), bucket("a", "bc"));
    }

    #[test]
    fn experiments_that_contradict_themselves_are_refused() {
        let arms = |arms: &str| format!("[{{ name: e, salt: s, arms: [{arms}] }}]");
        let cases = [
            (arms("{ name: a, from: 5, to: 5 }"), "arm `a` of `e` has to have buckets within 0 to 1000"),
            (arms("{ name: a, from: 0, to: 1001 }"), "arm `a` of `e` has to have buckets within 0 to 1000"),
            (
                arms("{ name: a, from: 0, to: 5 }, { name: a, from: 5, to: 6 }"),
                "`a` stands here a second time",
            ),
            (
                arms("{ name: a, from: 0, to: 5 }, { name: b, from: 4, to: 6 }"),
                "arms `a` and `b` of `e` share a bucket",
            ),
            (
                arms("{ name: a, from: 0, to: 5, parameters: { p: .nan } }"),
                "parameter `p` of arm `a` of `e` is not a finite number",
            ),
            (
                "[{ name: e, salt: s, arms: [] }, { name: e, salt: t, arms: [] }]".to_owned(),
                "`e` stands here a second time",
            ),
            ("[{ name: e }]".to_owned(), "failed to parse experiments"),
        ];
        for (text, problem) in cases {
            assert_eq!(
                Assignments::from_yaml(&text).expect_err("they contradict themselves").to_string(),
                problem
            );
        }
    }
}
