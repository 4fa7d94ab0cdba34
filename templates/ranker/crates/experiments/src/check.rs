//! Refuses experiments that contradict themselves.
use std::collections::BTreeSet;
use std::io;
use std::path::PathBuf;

use crate::experiment::{Arm, BUCKETS, CONTROL, Direction, Experiment, Guardrail, Kind, Margin};

/// Experiments that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ExperimentError {
    /// The file cannot be read.
    #[error("failed to read {}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// What a file holds cannot be used.
    #[error("failed to read {}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<ExperimentError>,
    },
    /// It is not a list of experiments; the source says where.
    #[error("failed to parse experiments")]
    Parse(#[from] serde_yaml::Error),
    /// A name or a salt is empty.
    #[error("an experiment, arm, metric or salt is empty")]
    Nameless,
    /// Two experiments, or two arms or metrics of one, have the same name.
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
    /// A bucket is in two experiments that have the same salt, so that their units are the same units.
    #[error("`{first}` and `{second}` have the same salt and share a bucket")]
    SharedSalt {
        /// The one experiment.
        first: String,
        /// The other.
        second: String,
    },
    /// There is nothing to compare arms with, or it is not what is served without the experiment.
    #[error("`{0}` has to have an arm `{CONTROL}` without parameters")]
    Control(String),
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
    /// An experiment ends before it starts.
    #[error("`{0}` has to end after it starts")]
    Dates(String),
    /// A margin that excludes nothing or makes no sense.
    #[error("the margin of `{metric}` of `{experiment}` has to be {expected}")]
    Margin {
        /// The experiment's name.
        experiment: String,
        /// The metric's name.
        metric: String,
        /// What it has to be.
        expected: &'static str,
    },
}

/// Refuses the first contradiction.
pub(crate) fn check(experiments: &[Experiment]) -> Result<(), ExperimentError> {
    names(experiments.iter().map(|experiment| experiment.name.as_str()))?;
    for (index, experiment) in experiments.iter().enumerate() {
        names([experiment.salt.as_str()])?;
        dates(experiment)?;
        arms(experiment)?;
        metrics(experiment)?;
        for other in experiments.iter().take(index) {
            exclude(other, experiment)?;
        }
    }
    Ok(())
}

fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> Result<(), ExperimentError> {
    let mut seen = BTreeSet::new();
    for name in names {
        if name.is_empty() {
            return Err(ExperimentError::Nameless);
        }
        if !seen.insert(name) {
            return Err(ExperimentError::Twice(name.to_owned()));
        }
    }
    Ok(())
}

fn dates(experiment: &Experiment) -> Result<(), ExperimentError> {
    match experiment.starts {
        Some(starts) if starts >= experiment.ends => Err(ExperimentError::Dates(experiment.name.clone())),
        _ => Ok(()),
    }
}

fn arms(experiment: &Experiment) -> Result<(), ExperimentError> {
    names(experiment.arms.iter().map(|arm| arm.name.as_str()))?;
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
        if let Some(other) = experiment.arms.iter().take(index).find(|other| overlap(other, arm)) {
            return Err(ExperimentError::Overlap {
                experiment: experiment.name.clone(),
                first: other.name.clone(),
                second: arm.name.clone(),
            });
        }
    }
    match experiment.arms.iter().find(|arm| arm.name == CONTROL) {
        Some(control) if control.parameters.is_empty() => Ok(()),
        _ => Err(ExperimentError::Control(experiment.name.clone())),
    }
}

fn metrics(experiment: &Experiment) -> Result<(), ExperimentError> {
    let primary = experiment.primary.iter().map(|metric| metric.name.as_str());
    names(primary.chain(experiment.guardrails.iter().map(|guardrail| guardrail.name.as_str())))?;
    match experiment.guardrails.iter().find_map(|guardrail| Some((guardrail, wrong_margin(guardrail)?))) {
        None => Ok(()),
        Some((guardrail, expected)) => Err(ExperimentError::Margin {
            experiment: experiment.name.clone(),
            metric: guardrail.name.clone(),
            expected,
        }),
    }
}

/// What the margin would have to be.
fn wrong_margin(guardrail: &Guardrail) -> Option<&'static str> {
    let (Margin::Absolute(margin) | Margin::Relative(margin)) = guardrail.margin;
    let below_one = match guardrail.margin {
        Margin::Absolute(_) => guardrail.kind == Kind::Proportion,
        // Less than nothing is no loss that one could tolerate.
        Margin::Relative(_) => guardrail.bad == Direction::Decrease,
    };
    if below_one && !(margin > 0.0 && margin < 1.0) {
        Some("above 0 and below 1")
    } else if !(margin > 0.0 && margin.is_finite()) {
        Some("a number above 0")
    } else {
        None
    }
}

fn exclude(first: &Experiment, second: &Experiment) -> Result<(), ExperimentError> {
    let share = |arm: &Arm| second.arms.iter().any(|other| overlap(arm, other));
    if first.salt == second.salt && first.arms.iter().any(share) {
        return Err(ExperimentError::SharedSalt { first: first.name.clone(), second: second.name.clone() });
    }
    Ok(())
}

fn overlap(one: &Arm, other: &Arm) -> bool {
    other.from < one.to && one.from < other.to
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use crate::Assignments;

    /// An experiment with these arms beside control, and these other lines.
    fn experiment(name: &str, arms: &str, more: &str) -> String {
        format!(
            "- name: {name}\n  salt: s\n  owner: o\n  hypothesis: h\n  ends: 2026-12-14\n  {more}\n  \
             arms: [{{ name: control, from: 0, to: 5 }}{arms}]\n"
        )
    }

    fn guardrail(rest: &str) -> String {
        experiment("e", "", &format!("guardrails: [{{ name: g, {rest} }}]"))
    }

    /// What is wrong with it, with its source.
    fn refusal(text: &str) -> String {
        let error = Assignments::from_yaml(text).expect_err("it is refused");
        match error.source() {
            Some(source) => format!("{error}: {source}"),
            None => error.to_string(),
        }
    }

    #[test]
    fn what_is_right_is_taken() {
        let experiments = [
            experiment("e", "", ""),
            experiment("e", ", { name: b, from: 5, to: 6 }", "starts: 2026-12-13T23:59:59Z"),
            experiment("e", "", "primary: { name: p, kind: ratio, bad: increase }"),
            guardrail("kind: mean, bad: increase, margin: { relative: 1.5 }"),
            guardrail("kind: proportion, bad: decrease, margin: { absolute: 0.01 }"),
            experiment("e", "", "") + &experiment("f", "", "").replace("from: 0, to: 5", "from: 5, to: 9"),
        ];
        for text in experiments {
            assert!(Assignments::from_yaml(&text).is_ok(), "{text}");
        }
    }

    #[test]
    fn experiments_that_contradict_themselves_are_refused() {
        let arm = |arm: &str| experiment("e", &format!(", {{ name: {arm} }}"), "");
        let cases = [
            ("name: e\n".to_owned(), "failed to parse experiments: invalid type: map, expected a sequence"),
            (arm("a, from: 5, to: 5"), "arm `a` of `e` has to have buckets within 0 to 1000"),
            (arm("a, from: 5, to: 1001"), "arm `a` of `e` has to have buckets within 0 to 1000"),
            (arm("control, from: 5, to: 6"), "`control` stands here a second time"),
            (arm("b, from: 4, to: 6"), "arms `control` and `b` of `e` share a bucket"),
            (
                arm("b, from: 5, to: 6, parameters: { p: .nan }"),
                "parameter `p` of arm `b` of `e` is not a finite number",
            ),
            (arm("'', from: 5, to: 6"), "an experiment, arm, metric or salt is empty"),
            (
                experiment("e", "", "").replace("salt: s", "salt: ''"),
                "an experiment, arm, metric or salt is empty",
            ),
            (
                experiment("e", "", "").replace("control", "old"),
                "`e` has to have an arm `control` without parameters",
            ),
            (
                experiment("e", "", "").replace("to: 5", "to: 5, parameters: { p: 1 }"),
                "`e` has to have an arm `control` without parameters",
            ),
            (experiment("e", "", "").repeat(2), "`e` stands here a second time"),
            (
                experiment("e", "", "") + &experiment("f", "", ""),
                "`e` and `f` have the same salt and share a bucket",
            ),
            (experiment("e", "", "starts: 2026-12-14"), "`e` has to end after it starts"),
            (
                experiment(
                    "e",
                    "",
                    "primary: { name: g, kind: mean, bad: increase }\n  \
                     guardrails: [{ name: g, kind: mean, bad: increase, margin: { absolute: 1 } }]",
                ),
                "`g` stands here a second time",
            ),
            (
                guardrail("kind: mean, bad: increase, margin: { relative: 0 }"),
                "the margin of `g` of `e` has to be a number above 0",
            ),
            (
                guardrail("kind: mean, bad: increase, margin: { absolute: .inf }"),
                "the margin of `g` of `e` has to be a number above 0",
            ),
            (
                guardrail("kind: mean, bad: decrease, margin: { relative: 1 }"),
                "the margin of `g` of `e` has to be above 0 and below 1",
            ),
            (
                guardrail("kind: proportion, bad: increase, margin: { absolute: .nan }"),
                "the margin of `g` of `e` has to be above 0 and below 1",
            ),
        ];
        for (text, problem) in cases {
            assert_eq!(refusal(&text), problem, "{text}");
        }
    }

    #[test]
    fn what_is_not_written_as_it_should_be_is_refused_with_its_place() {
        let cases = [
            (experiment("e", "", "staet: stopped"), "[0]: unknown field `staet`", "line 6 column 3"),
            (experiment("e", "", "salt: t"), "`salt` stands here a second time", "line 6 column 3"),
            (
                experiment("e", ", { name: b, from: 5, to: 6, parameters: { p: 1, p: 2 } }", ""),
                "`p` stands here a second time",
                "line 7 column 92",
            ),
            (experiment("e", "", "state: paused"), "unknown variant `paused`", "line 6 column 10"),
            (
                experiment("e", "", "starts: soon"),
                "invalid value: string \"soon\", expected a day as 2026-11-20",
                "line 6 column 11",
            ),
            (
                guardrail("kind: mean, bad: increase, margin: { relatively: 1 }"),
                "unknown variant `relatively`",
                "line 6 column 64",
            ),
            (guardrail("kind: mean, bad: increase"), "missing field `margin`", "line 6 column 16"),
            ("- name: e\n".to_owned(), "missing field `salt`", "line 1 column 3"),
            ("- name: e\n  ? [a]\n  : b\n".to_owned(), "invalid type: sequence", "line 2 column 5"),
        ];
        for (text, problem, place) in cases {
            let error = refusal(&text);
            assert!(error.starts_with("failed to parse experiments: "), "{error}");
            assert!(
                error.contains(problem) && error.ends_with(place),
                "{error} should be {problem} at {place}"
            );
        }
    }
}
