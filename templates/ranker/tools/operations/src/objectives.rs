//! Service level objectives, as `slo.yaml` states them.
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::Deserialize;

/// The objectives of one service.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objectives {
    /// The service's name, which is also the `job` under which Prometheus scrapes it.
    pub service: String,
    /// The days over which objectives are held.
    pub days: u32,
    /// The objectives.
    pub objectives: Vec<Objective>,
}

/// One objective: so many of all events have to be good.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Objective {
    /// Its name, in lower case: a label, and part of the names of its alerts.
    pub name: String,
    /// The share of events in per cent that has to be good: more than 0, less than 100.
    pub percent: f64,
    /// Whom it serves, and why it is not higher or lower.
    pub because: String,
    /// PromQL: good events per second, over the range `[WINDOW]`.
    pub good: String,
    /// PromQL: all events per second, over the range `[WINDOW]`.
    pub total: String,
}

/// Objectives that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ObjectivesError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The file does not state objectives.
    #[error("failed to parse {}: {source}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_yaml::Error,
    },
    /// An objective makes no sense.
    #[error("{}: objective `{name}`: {problem}", path.display())]
    Wrong {
        /// The file.
        path: PathBuf,
        /// The objective.
        name: String,
        /// What is wrong with it.
        problem: &'static str,
    },
}

impl Objectives {
    /// Reads the objectives of a service.
    ///
    /// # Errors
    /// An [`ObjectivesError`] if the file cannot be read, does not state objectives, or one makes no sense.
    pub fn read(path: &Path) -> Result<Self, ObjectivesError> {
        let text = fs::read_to_string(path)
            .map_err(|source| ObjectivesError::Unreadable { path: path.to_owned(), source })?;
        let all: Self = serde_yaml::from_str(&text)
            .map_err(|source| ObjectivesError::Malformed { path: path.to_owned(), source })?;
        for objective in &all.objectives {
            if let Some(problem) = objective.problem() {
                let name = objective.name.clone();
                return Err(ObjectivesError::Wrong { path: path.to_owned(), name, problem });
            }
        }
        Ok(all)
    }
}

impl Objective {
    fn problem(&self) -> Option<&'static str> {
        if self.name.is_empty() || !self.name.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return Some("the name is not one word in lower case");
        }
        if !(self.percent > 0.0 && self.percent < 100.0) {
            return Some("`percent` is not between 0 and 100");
        }
        if [&self.good, &self.total].into_iter().any(|promql| !promql.contains("[WINDOW]")) {
            return Some("`good` and `total` have to be rates over the range `[WINDOW]`");
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::Objective;

    const RIGHT: &str =
        "{name: speed, percent: 99, because: people wait, good: 'rate(a[WINDOW])', total: 'rate(b[WINDOW])'}";

    fn check(text: &str, problem: Option<&str>) {
        let objective: Objective = serde_yaml::from_str(text).expect("the text is an objective");
        assert_eq!(objective.problem(), problem, "{text}");
    }

    #[test]
    fn an_objective_has_a_name_a_share_and_two_rates() {
        check(RIGHT, None);
        check(&RIGHT.replace("speed", "Speed"), Some("the name is not one word in lower case"));
        check(&RIGHT.replace("speed", "''"), Some("the name is not one word in lower case"));
        for percent in ["0", "100", "-1", ".nan"] {
            check(&RIGHT.replace("99", percent), Some("`percent` is not between 0 and 100"));
        }
        check(
            &RIGHT.replace("b[WINDOW]", "b[5m]"),
            Some("`good` and `total` have to be rates over the range `[WINDOW]`"),
        );
    }
}
