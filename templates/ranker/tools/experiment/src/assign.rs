//! Which arms units are in.
use experiments::{Assignments, bucket};
use serde::Serialize;

/// Which arm of which experiment a unit is in, whether or not the experiment runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Placed {
    /// The unit.
    pub unit: String,
    /// The experiment.
    pub experiment: String,
    /// Its salt.
    pub salt: String,
    /// The unit's bucket.
    pub bucket: u32,
    /// The arm; `None` if the unit is not in the experiment.
    pub arm: Option<String>,
}

/// Places a unit in all experiments, by name.
pub fn assign(assignments: &Assignments, unit: &str) -> Vec<Placed> {
    let place = |experiment: &experiments::Experiment| Placed {
        unit: unit.to_owned(),
        experiment: experiment.name.clone(),
        salt: experiment.salt.clone(),
        bucket: bucket(&experiment.salt, unit),
        arm: experiment.arm_of(unit).map(|arm| arm.name.clone()),
    };
    assignments.experiments().iter().map(place).collect()
}
