//! GitLab's pipelines.

use std::collections::BTreeMap;

use serde_json::Value;

use super::shell::{Shell, commands};
use super::{Command, Job, Pipeline, Step, called, is_on, list, map, text};

const KEYWORDS: &[&str] = &[
    "stages",
    "variables",
    "include",
    "default",
    "workflow",
    "image",
    "services",
    "cache",
    "before_script",
    "after_script",
    "pages",
    "spec",
];

pub(super) fn pipeline(file: &Value) -> Pipeline {
    let Value::Object(entries) = file else { return Pipeline::default() };
    let image = [file.get("image"), file.pointer("/default/image")].into_iter().flatten().next();
    let image = image.map(image_of).unwrap_or_default();
    let mut extends = Extends { file, left: Extends::MAX_BYTES };
    let jobs = entries
        .iter()
        .filter(|(name, value)| {
            value.is_object() && !KEYWORDS.contains(&name.as_str()) && !name.starts_with("__merge")
        })
        .map(|(name, value)| job(name, &extends.of(value, Extends::MAX_DEPTH), &image));
    let jobs = jobs.chain(included(file)).collect();
    Pipeline { jobs, env: map(file.get("variables")), ..Pipeline::default() }
}

/// The job that stands for what is included.
pub(super) const INCLUDED: &str = "include";

/// The gate, where it is included: a job of one step for each file.
fn included(file: &Value) -> Option<Job> {
    let entries = match file.get("include")? {
        Value::Array(entries) => entries.clone(),
        single => vec![single.clone()],
    };
    let step = |entry: &Value| {
        let part = |key: &str| entry.get(key).map(text).unwrap_or_default();
        let file = match entry {
            Value::String(file) => file.clone(),
            _ => ["file", "local", "remote", "component"].map(part).concat(),
        };
        let uses = format!("{}{file}", part("project"));
        let pinned = entry.get("ref").map_or(uses.clone(), |pin| format!("{uses}@{}", text(pin)));
        let step = Step {
            commands: vec![Command::action(&pinned)],
            uses: Some(pinned),
            with: map(entry.get("inputs")),
            condition: entry.get("rules").map(text),
            ..Step::default()
        };
        called::is_gate(&step).then_some(step)
    };
    let steps: Vec<Step> = entries.iter().filter_map(step).collect();
    (!steps.is_empty()).then(|| Job { name: INCLUDED.to_owned(), steps, ..Job::default() })
}

/// What a job merges stands under keys of its own; the job's own keys win.
fn merged(value: &Value) -> Value {
    let Value::Object(entries) = value else { return value.clone() };
    let mut all = serde_json::Map::new();
    for (_, base) in entries.iter().filter(|(name, _)| name.starts_with("__merge")) {
        if let Value::Object(base) = merged(base) {
            all.extend(base);
        }
    }
    all.extend(
        entries
            .iter()
            .filter(|(name, _)| !name.starts_with("__merge"))
            .map(|(name, value)| (name.clone(), value.clone())),
    );
    Value::Object(all)
}

/// Jobs with what they extend: keys of a job's own win, and maps are merged, as GitLab's reference of `extends` says.
struct Extends<'a> {
    file: &'a Value,
    /// How many bytes may still be taken over: names are short, and what they stand for may be long.
    left: usize,
}

impl Extends<'_> {
    /// How far GitLab follows.
    const MAX_DEPTH: usize = 11;
    const MAX_BYTES: usize = 64 * 1024 * 1024;

    fn of(&mut self, value: &Value, depth: usize) -> Value {
        let value = merged(value);
        let parents = value.get("extends").filter(|_| depth > 0).map(list).unwrap_or_default();
        let mut all = Value::Object(serde_json::Map::new());
        for parent in parents.iter().filter_map(|name| self.file.get(name.as_str())) {
            let Some(left) = self.left.checked_sub(parent.to_string().len()) else { break };
            self.left = left;
            lay_over(&mut all, self.of(parent, depth - 1));
        }
        lay_over(&mut all, value);
        all
    }
}

fn lay_over(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                lay_over(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}

fn image_of(value: &Value) -> String {
    text(value.get("name").unwrap_or(value))
}

fn job(name: &str, value: &Value, image: &str) -> Job {
    let when = value.get("when").map(text).unwrap_or_default();
    let conditions: Vec<String> = ["rules", "only", "except"]
        .iter()
        .filter_map(|key| Some(format!("{key}: {}", text(value.get(*key)?))))
        .collect();
    let shell = Shell { errexit: true, pipefail: true, ci: true };
    let lines = |key: &str| value.get(key).map(|script| flat(script).join("\n")).unwrap_or_default();
    let script = format!("{}\n{}", lines("before_script"), lines("script"));
    let mut commands: Vec<Command> = commands(&script, shell);
    // The status of what comes after is not looked at.
    let after = self::commands(&lines("after_script"), shell);
    let unseen = |command| Command { soft: Some("stands in `after_script`".to_owned()), ..command };
    commands.extend(after.into_iter().map(unseen));
    let matrix = value.pointer("/parallel/matrix").map(list).unwrap_or_default();
    Job {
        name: name.to_owned(),
        soft: is_on(value.get("allow_failure")),
        never: when == "never" || when == "manual",
        condition: (!conditions.is_empty()).then(|| conditions.join("; ")),
        matrix: if matrix.is_empty() {
            BTreeMap::new()
        } else {
            BTreeMap::from([("parallel".to_owned(), matrix)])
        },
        env: map(value.get("variables")),
        needs: value.get("needs").map(needed).unwrap_or_default(),
        image: value.get("image").map_or_else(|| image.to_owned(), image_of),
        steps: vec![Step { name: "script".to_owned(), script, commands, ..Step::default() }],
        ..Job::default()
    }
}

/// The names of the jobs that are waited for.
fn needed(needs: &Value) -> Vec<String> {
    match needs {
        Value::Array(items) => {
            items.iter().map(|item| item.get("job").map_or_else(|| text(item), text)).collect()
        }
        single => list(single),
    }
}

fn flat(script: &Value) -> Vec<String> {
    match script {
        Value::Array(items) => items.iter().flat_map(flat).collect(),
        other => list(other),
    }
}
