//! Files that list experiments.

use std::collections::BTreeSet;
use std::ops::Range;

use policy::{Document, PolicyError};
use serde::Deserialize;
use serde_json::Value;

/// The experiments of a file, in its order.
#[derive(Clone, Debug)]
pub(crate) struct ExperimentFile {
    pub(crate) path: String,
    pub(crate) experiments: Vec<Experiment>,
}

/// An experiment, as far as it is judged. What else it says is its service's.
#[derive(Clone, Debug)]
pub(crate) struct Experiment {
    pub(crate) name: String,
    /// What is hashed with a unit.
    pub(crate) salt: String,
    /// What it shares its units with; without it those of the file that have the same salt.
    pub(crate) layer: Option<String>,
    /// The kill switch.
    pub(crate) state: Option<String>,
    /// When it begins, as written.
    pub(crate) starts: Option<String>,
    /// When it is over, as written.
    pub(crate) ends: Option<String>,
    /// By what it is judged: the metric that it wants to change, and those that must not become worse.
    pub(crate) metrics: Vec<Metric>,
    /// The name of the metric that it wants to change.
    pub(crate) primary: Option<String>,
    /// Whether one of them must not become worse.
    pub(crate) is_guarded: bool,
    pub(crate) arms: Vec<Arm>,
    /// Where it begins, and where its salt and its state stand.
    pub(crate) at: Option<(u32, u32)>,
    pub(crate) salt_at: Option<(u32, u32)>,
    pub(crate) state_at: Option<(u32, u32)>,
}

/// A metric by which an experiment is judged.
#[derive(Clone, Debug)]
pub(crate) struct Metric {
    pub(crate) name: String,
    pub(crate) at: Option<(u32, u32)>,
}

/// An arm.
#[derive(Clone, Debug)]
pub(crate) struct Arm {
    pub(crate) name: String,
    /// Its buckets.
    pub(crate) buckets: Range<i64>,
    /// What the service does otherwise.
    pub(crate) parameters: Value,
    pub(crate) at: Option<(u32, u32)>,
}

#[derive(Deserialize)]
struct Written {
    name: String,
    salt: String,
    layer: Option<String>,
    state: Option<String>,
    starts: Option<String>,
    ends: Option<String>,
    primary: Option<Named>,
    #[serde(default)]
    guardrails: Vec<Named>,
    #[serde(default)]
    arms: Vec<WrittenArm>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct WrittenArm {
    name: String,
    from: i64,
    to: i64,
    #[serde(default)]
    parameters: Value,
}

#[derive(Deserialize)]
struct Map {
    experiments: Vec<Written>,
}

impl ExperimentFile {
    /// Reads a file: a list of experiments, or a map with one under `experiments`.
    ///
    /// # Errors
    /// What it is not, with its place.
    pub(crate) fn read(path: &str, text: &str) -> Result<ExperimentFile, PolicyError> {
        let document = Document::of_file(path, text)?;
        // The shape is found first, so that what is wrong in one experiment keeps its place.
        let (written, before): (Vec<Written>, &str) = match document.whole()? {
            Value::Null => (Vec::new(), ""),
            Value::Array(_) => (document.whole()?, ""),
            Value::Object(map) if map.contains_key("experiments") => {
                (document.whole::<Map>()?.experiments, "experiments")
            }
            _ => return Err(PolicyError::new(path, "failed to read the file: it is no list of experiments")),
        };
        let mut experiments: Vec<Experiment> = Vec::new();
        for (index, written) in written.into_iter().enumerate() {
            let root = format!("{before}[{index}]");
            let error = |key: &str, said: String| Err(document.error_at(&format!("{root}.{key}"), said));
            for (key, text) in [("name", &written.name), ("salt", &written.salt)] {
                if text.trim().is_empty() || text.chars().any(|letter| letter == '`' || letter.is_control()) {
                    return error(key, "it is one line of text without backticks".to_owned());
                }
            }
            if experiments.iter().any(|earlier| earlier.name == written.name) {
                return error("name", format!("`{}` is the name of an earlier experiment", written.name));
            }
            for (key, date) in [("starts", &written.starts), ("ends", &written.ends)] {
                if date.as_ref().is_some_and(|date| !is_date(date)) {
                    return error(key, "a day is written as in `2026-11-20`".to_owned());
                }
            }
            let locate = |key: &str| document.locate(&format!("{root}.{key}"));
            let metric = |named: Named, key: String| Metric { at: locate(&key), name: named.name };
            let is_guarded = !written.guardrails.is_empty();
            let primary_name = written.primary.as_ref().map(|named| named.name.clone());
            let primary = written.primary.map(|named| metric(named, "primary.name".to_owned()));
            let guardrails = written.guardrails.into_iter().enumerate();
            let guardrails = guardrails.map(|(at, named)| metric(named, format!("guardrails[{at}].name")));
            let arm = |(at, arm): (usize, WrittenArm)| Arm {
                name: arm.name,
                buckets: arm.from..arm.to,
                parameters: arm.parameters,
                at: locate(&format!("arms[{at}].from")),
            };
            experiments.push(Experiment {
                metrics: primary.into_iter().chain(guardrails).collect(),
                arms: written.arms.into_iter().enumerate().map(arm).collect(),
                at: locate("name"),
                salt_at: locate("salt"),
                state_at: locate("state"),
                name: written.name,
                salt: written.salt,
                layer: written.layer,
                state: written.state,
                starts: written.starts,
                ends: written.ends,
                primary: primary_name,
                is_guarded,
            });
        }
        Ok(ExperimentFile { path: path.to_owned(), experiments })
    }
}

/// Whether a text begins with a day as in `2026-11-20`.
fn is_date(text: &str) -> bool {
    policy::Today::on(text.get(..10).unwrap_or_default()).is_some()
        && text.get(10..).is_some_and(|rest| rest.is_empty() || rest.starts_with('T'))
}

impl Experiment {
    /// Whether somebody is assigned, or will be: it is not stopped and not over on the day, where that is known.
    pub(crate) fn is_on(&self, today: Option<&str>) -> bool {
        let is_over =
            self.ends.as_deref().zip(today).is_some_and(|(ends, today)| ends.get(..10) <= Some(today));
        !is_over && self.state.as_deref().is_none_or(|state| !is_among(&OFF, state))
    }

    /// The state, where it is a word of which nobody knows whether it deals units. Until it is repaired the experiment
    /// counts as on.
    pub(crate) fn unknown_state(&self) -> Option<&str> {
        self.state.as_deref().filter(|state| !is_among(&ON, state) && !is_among(&OFF, state))
    }

    /// Whether somebody is assigned: it is on and has begun.
    pub(crate) fn is_running(&self, today: Option<&str>) -> bool {
        let waits =
            self.starts.as_deref().zip(today).is_some_and(|(starts, today)| starts.get(..10) > Some(today));
        self.is_on(today) && !waits
    }

    /// The arm that a bucket is in.
    pub(crate) fn arm_of(&self, bucket: i64) -> Option<&str> {
        self.arms.iter().find(|arm| arm.buckets.contains(&bucket)).map(|arm| arm.name.as_str())
    }

    /// What an arm does otherwise; `None` where it has no such arm. No parameters are as good as an empty map of them.
    pub(crate) fn parameters_of(&self, arm: &str) -> Option<Option<&Value>> {
        let arm = self.arms.iter().find(|one| one.name == arm)?;
        let is_empty =
            arm.parameters.is_null() || arm.parameters.as_object().is_some_and(|map| map.is_empty());
        Some((!is_empty).then_some(&arm.parameters))
    }

    /// Whether it asks the same: its arms have the same names, one of them the same parameters, or it is judged by the
    /// same metric.
    pub(crate) fn is_like(&self, other: &Experiment) -> bool {
        let names = |it: &Experiment| it.arms.iter().map(|arm| arm.name.clone()).collect::<BTreeSet<_>>();
        let does = |arm: &&Arm| match &arm.parameters {
            Value::Null => false,
            Value::Object(map) => !map.is_empty(),
            _ => true,
        };
        let same_parameters = self
            .arms
            .iter()
            .filter(does)
            .any(|arm| other.arms.iter().any(|other| other.parameters == arm.parameters));
        names(self) == names(other)
            || same_parameters
            || self.primary.is_some() && self.primary == other.primary
    }

    /// All that decides who is in which arm, as one text.
    pub(crate) fn assignment(&self) -> String {
        let arms: Vec<String> = self
            .arms
            .iter()
            .map(|arm| format!("{} {}..{}", arm.name, arm.buckets.start, arm.buckets.end))
            .collect();
        format!("{}\n{}\n{}", self.name, self.salt, arms.join("\n"))
    }
}

/// Words for an experiment to which units are assigned, within its dates.
pub(super) const ON: [&str; 14] = [
    "running",
    "on",
    "enabled",
    "active",
    "live",
    "started",
    "launched",
    "ramping",
    "scheduled",
    "planned",
    "ready",
    "pending",
    "true",
    "yes",
];
/// Words for an experiment that nobody is assigned to.
pub(super) const OFF: [&str; 20] = [
    "stopped",
    "off",
    "disabled",
    "paused",
    "ended",
    "draft",
    "inactive",
    "completed",
    "complete",
    "concluded",
    "finished",
    "done",
    "archived",
    "killed",
    "aborted",
    "cancelled",
    "canceled",
    "retired",
    "false",
    "no",
];

fn is_among(words: &[&str], state: &str) -> bool {
    let state = state.trim();
    words.iter().any(|word| word.eq_ignore_ascii_case(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Experiment>, String> {
        ExperimentFile::read("e.yaml", text).map(|file| file.experiments).map_err(|error| error.to_string())
    }

    #[test]
    fn experiments_stand_in_a_list_or_under_their_name() {
        let list = "- { name: a, salt: s, arms: [{ name: control, from: 0, to: 5 }] }\n";
        assert_eq!(read(list).expect("it is read")[0].arm_of(4), Some("control"));
        assert_eq!(read(&format!("experiments:\n{list}")).map(|all| all.len()), Ok(1));
        assert_eq!(read("").map(|all| all.len()), Ok(0));
    }

    #[test]
    fn what_cannot_be_read_has_a_place() {
        for (text, expected) in [
            ("- name: a\n", "e.yaml:1:3: failed to read the file: missing field `salt`"),
            (
                "- { name: a, salt: s }\n- { name: a, salt: t }",
                "e.yaml:2:11: failed to read `[1].name`: `a` is the name of an earlier experiment",
            ),
            (
                "- { name: a, salt: '' }",
                "e.yaml:1:20: failed to read `[0].salt`: it is one line of text without backticks",
            ),
            ("- { name: a, salt: s, ends: soon }", "a day is written as in `2026-11-20`"),
            ("- { name: a, salt: s, arms: [{ name: b, from: x, to: 5 }] }", "e.yaml:1:47: "),
            ("a: b", "e.yaml: failed to read the file: it is no list of experiments"),
            ("- [", "failed to read the file"),
        ] {
            let error = read(text).expect_err("it is refused");
            assert!(error.contains(expected), "{error} should be {expected}");
        }
    }

    #[test]
    fn an_experiment_runs_from_its_first_day_to_its_last_unless_it_is_stopped() {
        let text = "- { name: a, salt: s, starts: 2026-11-16, ends: 2026-12-14 }";
        let running = |text: &str, today| read(text).expect("it is read")[0].is_running(today);
        for (today, expected) in
            [("2026-11-15", false), ("2026-11-16", true), ("2026-12-13", true), ("2026-12-14", false)]
        {
            assert_eq!(running(text, Some(today)), expected, "{today}");
        }
        assert!(running(text, None));
        assert!(!running(&text.replace("ends", "state: stopped, ends"), None));
    }

    #[test]
    fn a_state_is_a_word_of_which_it_is_known_whether_units_are_assigned() {
        for (state, runs, unknown) in [
            ("running", true, None),
            ("On", true, None),
            ("enabled", true, None),
            ("Paused", false, None),
            ("completed", false, None),
            // Who reads it may deal units: until it is repaired it is taken so.
            ("runing", true, Some("runing")),
            ("stoped", true, Some("stoped")),
            ("''", true, Some("")),
        ] {
            let all = read(&format!("- {{ name: a, salt: s, state: {state} }}")).expect("it is read");
            assert_eq!((all[0].is_running(None), all[0].unknown_state()), (runs, unknown), "{state}");
        }
        assert!(!ON.iter().any(|word| OFF.contains(word)), "a word means one of the two");
    }
}
