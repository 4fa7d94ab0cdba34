//! Assignment of units, such as viewers, to arms: pure, and stable for as long as the salt stands.
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::time::SystemTime;

use sha2::{Digest, Sha256};

use crate::check::{ExperimentError, check};
use crate::experiment::{BUCKETS, Experiment, Standing};
use crate::unique_keys::unique_keys;

/// The largest file that is read.
const MAX_BYTES: u64 = 1 << 20;

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

impl Assignments {
    /// Reads experiments from a YAML file: a list of them.
    ///
    /// # Errors
    /// An [`ExperimentError`] if it cannot be read, is no regular file or larger than 1 MiB, that is not what it is, or an experiment contradicts itself.
    pub fn read(path: &Path) -> Result<Self, ExperimentError> {
        let unreadable = |source: io::Error| ExperimentError::Unreadable { path: path.to_owned(), source };
        let wrong = |error| ExperimentError::File { path: path.to_owned(), source: Box::new(error) };
        Self::from_yaml(&read_text(path).map_err(unreadable)?).map_err(wrong)
    }

    /// Reads experiments from YAML: a list of them.
    ///
    /// # Errors
    /// An [`ExperimentError`] if that is not what it is, or an experiment contradicts itself.
    pub fn from_yaml(text: &str) -> Result<Self, ExperimentError> {
        unique_keys(text)?;
        let mut experiments: Vec<Experiment> = serde_yaml::from_str(text)?;
        check(&experiments)?;
        experiments.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(Self { experiments })
    }

    /// The arms that a unit is in at a moment, by experiment name. An experiment that is stopped, over or not begun
    /// has none: the unit is served as in control, and no exposure tells of it.
    pub fn of(&self, unit: &str, now: SystemTime) -> Vec<Assigned> {
        let assigned = |experiment: &Experiment| {
            let arm = experiment.arm_of(unit)?;
            Some(Assigned {
                experiment: experiment.name.clone(),
                arm: arm.name.clone(),
                parameters: arm.parameters.clone(),
            })
        };
        let running = |experiment: &&Experiment| experiment.standing(now) == Standing::Running;
        self.experiments.iter().filter(running).filter_map(assigned).collect()
    }

    /// All experiments, by name, whether or not they run.
    pub fn experiments(&self) -> &[Experiment] {
        &self.experiments
    }
}

impl Experiment {
    /// The arm whose buckets hold the unit's, whether or not the experiment runs.
    pub fn arm_of(&self, unit: &str) -> Option<&crate::Arm> {
        let bucket = bucket(&self.salt, unit);
        self.arms.iter().find(|arm| (arm.from..arm.to).contains(&bucket))
    }
}

/// The bucket of a unit: the first eight bytes of SHA-256 over salt, a zero byte and unit, modulo [`BUCKETS`].
pub fn bucket(salt: &str, unit: &str) -> u32 {
    let digest = Sha256::new().chain_update(salt).chain_update([0]).chain_update(unit).finalize();
    let number = digest.iter().take(8).fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    (number % u64::from(BUCKETS)) as u32
}

/// Reads a file that is not larger than any that this is meant for.
fn read_text(path: &Path) -> io::Result<String> {
    if !fs::metadata(path)?.is_file() {
        // To open a pipe is to wait for somebody who writes.
        return Err(io::Error::other("it is no regular file"));
    }
    let mut text = String::new();
    if File::open(path)?.take(MAX_BYTES + 1).read_to_string(&mut text)? as u64 > MAX_BYTES {
        return Err(io::Error::other(format!("it is larger than {MAX_BYTES} bytes")));
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const SPACING: &str = "
- name: spacing
  salt: salt-1
  owner: queue-team
  hypothesis: artists further apart are skipped less
  starts: 1970-01-02
  ends: 1970-01-03
  arms:
    - { name: control, from: 0, to: 400 }
    - { name: wide, from: 500, to: 900, parameters: { penalty: 0.5 } }
";

    fn hour(hours: u64) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(hours * 3600)
    }

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
                assignments.of(&unit, hour(30)).first().map(|assigned| assigned.arm.as_str()),
                expected,
                "{unit}"
            );
        }
    }

    #[test]
    fn nobody_is_assigned_before_the_start_from_the_end_on_or_once_it_is_stopped() {
        let assigned = |text: &str, now| {
            let assignments = Assignments::from_yaml(text).expect("the experiments are right");
            assignments.of("viewer-1", now).len()
        };
        let stopped = SPACING.replace("  starts", "  state: stopped\n  starts");
        assert_eq!([0, 23].map(|at| assigned(SPACING, hour(at))), [0, 0], "it has not begun");
        assert_eq!([24, 47].map(|at| assigned(SPACING, hour(at))), [1, 1], "it runs");
        assert_eq!([48, 500].map(|at| assigned(SPACING, hour(at))), [0, 0], "it is over");
        assert_eq!([0, 24, 48].map(|at| assigned(&stopped, hour(at))), [0, 0, 0], "it is stopped");
    }

    #[test]
    fn a_file_that_is_too_large_or_a_device_is_refused() {
        let folder = tempfile::tempdir().expect("a folder is made");
        let path = folder.path().join("experiments.yaml");
        fs::write(&path, "#".repeat(MAX_BYTES as usize) + "\n[]").expect("the file is written");
        for path in [path.as_path(), Path::new("/dev/null")] {
            let error = Assignments::read(path).expect_err("it is not read");
            assert!(matches!(error, ExperimentError::Unreadable { .. }), "{error}");
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
}
