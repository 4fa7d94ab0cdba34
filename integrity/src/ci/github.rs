//! GitHub's workflows and actions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Command, Job, Pipeline, Step, flags, in_script, is_never, is_on, list, text};

pub(super) fn pipeline(file: &Value) -> Pipeline {
    let all = flags(file.get("env"));
    let mut pipeline =
        Pipeline { triggers: triggers(file.get("on").or_else(|| file.get("true"))), ..Pipeline::default() };
    if let Some(Value::Object(jobs)) = file.get("jobs") {
        pipeline.jobs = jobs.iter().map(|(name, value)| job(name, value, &all)).collect();
    } else if let Some(runs) = file.get("runs") {
        pipeline.jobs = vec![job("runs", runs, &all)];
    }
    pipeline
}

fn triggers(on: Option<&Value>) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let mut all = BTreeMap::new();
    match on {
        Some(Value::Object(events)) => {
            for (event, filters) in events {
                let filters = match filters {
                    Value::Object(filters) => {
                        filters.iter().map(|(name, value)| (name.clone(), list(value))).collect()
                    }
                    _ => BTreeMap::new(),
                };
                all.insert(event.clone(), filters);
            }
        }
        Some(other) => all.extend(list(other).into_iter().map(|event| (event, BTreeMap::new()))),
        None => {}
    }
    all
}

fn job(name: &str, value: &Value, around: &str) -> Job {
    let mut job = Job {
        name: name.to_owned(),
        soft: is_on(value.get("continue-on-error")),
        condition: value.get("if").map(text),
        flags: format!("{around}{}", flags(value.get("env"))),
        ..Job::default()
    };
    job.never = job.condition.as_deref().is_some_and(is_never);
    if let Some(Value::Object(matrix)) = value.pointer("/strategy/matrix") {
        job.matrix = matrix.iter().map(|(key, value)| (key.clone(), list(value))).collect();
    }
    if let Some(uses) = value.get("uses") {
        job.steps.push(Step {
            uses: Some(text(uses)),
            commands: vec![Command::action(&text(uses))],
            ..Step::default()
        });
    }
    if let Some(Value::Array(steps)) = value.get("steps") {
        job.steps.extend(steps.iter().map(step));
    }
    job
}

fn step(value: &Value) -> Step {
    let mut step = Step {
        uses: value.get("uses").map(text),
        soft: is_on(value.get("continue-on-error")),
        condition: value.get("if").map(text),
        flags: flags(value.get("env")),
        ..Step::default()
    };
    step.never = step.condition.as_deref().is_some_and(is_never);
    match (&step.uses, value.get("run")) {
        (_, Some(run)) => step.commands = in_script(&text(run)),
        (Some(uses), None) => step.commands = vec![action(uses, value.get("with"))],
        _ => {}
    }
    step
}

/// An action that runs cargo is the command that it runs.
fn action(uses: &str, with: Option<&Value>) -> Command {
    let argument = |name: &str| with.and_then(|with| with.get(name)).map(text).unwrap_or_default();
    if uses.starts_with("actions-rs/cargo@") || uses.starts_with("houseabsolute/actions-rust-cross@") {
        let line = format!("cargo {} {}", argument("command"), argument("args"));
        return in_script(&line).into_iter().next().unwrap_or_else(|| Command::action(uses));
    }
    Command::action(uses)
}
