//! GitHub's workflows and actions.

use std::collections::BTreeMap;

use serde_json::Value;

use super::called::SECRETS;
use super::shell::{Shell, commands};
use super::{Command, Job, Pipeline, Step, gate, is_never, is_on, list, map, text, verdicts};

pub(super) fn pipeline(file: &Value) -> Pipeline {
    let shell = default(file, "shell").unwrap_or_default();
    let folder = default(file, "working-directory").unwrap_or_default();
    let mut pipeline = Pipeline {
        triggers: triggers(file.get("on").or_else(|| file.get("true"))),
        permissions: permissions(file),
        env: map(file.get("env")),
        ..Pipeline::default()
    };
    if let Some(Value::Object(jobs)) = file.get("jobs") {
        pipeline.jobs = jobs.iter().map(|(name, value)| job(name, value, &shell, &folder)).collect();
    } else if let Some(runs) = file.get("runs") {
        pipeline.jobs = vec![job("runs", runs, &shell, &folder)];
    }
    let is_queued = pipeline.triggers.contains_key("merge_group");
    for job in &mut pipeline.jobs {
        job.queued = is_queued && (gate::runs_gate(job) || verdicts::judges(job));
    }
    pipeline
}

fn default(value: &Value, key: &str) -> Option<String> {
    value.pointer("/defaults/run")?.get(key).map(text)
}

/// By scope, `read` or `write`; `*` stands for all of them.
fn permissions(value: &Value) -> Option<BTreeMap<String, String>> {
    match value.get("permissions")? {
        Value::String(all) => {
            Some(BTreeMap::from([("*".to_owned(), all.trim_end_matches("-all").to_owned())]))
        }
        scopes => Some(map(Some(scopes))),
    }
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

fn job(name: &str, value: &Value, shell: &str, folder: &str) -> Job {
    let shell = default(value, "shell").unwrap_or_else(|| shell.to_owned());
    let folder = default(value, "working-directory").unwrap_or_else(|| folder.to_owned());
    let mut job = Job {
        name: name.to_owned(),
        title: value.get("name").map(text).unwrap_or_default(),
        soft: is_on(value.get("continue-on-error")),
        condition: value.get("if").map(text),
        env: map(value.get("env")),
        needs: value.get("needs").map(list).unwrap_or_default(),
        permissions: permissions(value),
        runs_on: value.get("runs-on").map(text).unwrap_or_default(),
        image: value.get("container").map(|it| text(it.get("image").unwrap_or(it))).unwrap_or_default(),
        ..Job::default()
    };
    job.env.extend(map(value.pointer("/container/env")));
    job.never = job.condition.as_deref().is_some_and(is_never) || has_no_time(value);
    if let Some(Value::Object(matrix)) = value.pointer("/strategy/matrix") {
        job.matrix = matrix.iter().map(|(key, value)| (key.clone(), list(value))).collect();
    }
    if let Some(uses) = value.get("uses") {
        let mut with = map(value.get("with"));
        with.extend(value.get("secrets").map(|secrets| (SECRETS.to_owned(), text(secrets))));
        job.steps.push(Step {
            uses: Some(text(uses)),
            with,
            commands: vec![Command::action(&text(uses))],
            ..Step::default()
        });
    }
    if let Some(Value::Array(steps)) = value.get("steps") {
        job.steps.extend(steps.iter().map(|value| step(value, &shell, &folder)));
    }
    job
}

fn has_no_time(value: &Value) -> bool {
    value.get("timeout-minutes").map(text).as_deref() == Some("0")
}

fn step(value: &Value, shell: &str, folder: &str) -> Step {
    let mut step = Step {
        name: value.get("name").map(text).unwrap_or_default(),
        uses: value.get("uses").map(text),
        with: map(value.get("with")),
        folder: value.get("working-directory").map_or_else(|| folder.to_owned(), text),
        soft: is_on(value.get("continue-on-error")),
        condition: value.get("if").map(text),
        env: map(value.get("env")),
        ..Step::default()
    };
    step.never = step.condition.as_deref().is_some_and(is_never) || has_no_time(value);
    match (&step.uses, value.get("run")) {
        (_, Some(run)) => {
            let shell = value.get("shell").map_or_else(|| shell.to_owned(), text);
            step.script = text(run);
            (step.shell, step.commands) = run_by(&shell, &text(run));
        }
        (Some(uses), None) => step.commands = vec![action(uses, value.get("with"))],
        _ => {}
    }
    step
}

/// What a shell runs, and the shell where it lets every failure pass.
fn run_by(shell: &str, script: &str) -> (Option<String>, Vec<Command>) {
    let mut words = shell.split_whitespace();
    let program = words.next().unwrap_or_default();
    let program = program.rsplit('/').next().unwrap_or(program);
    let flags: Vec<&str> = words.collect();
    let own = flags.contains(&"{0}");
    let errexit = !own
        || flags.iter().any(|flag| flag.starts_with('-') && !flag.starts_with("--") && flag.contains('e'));
    let pipefail = if own { flags.contains(&"pipefail") } else { program == "bash" };
    let settings = Shell { errexit, pipefail, ci: true };
    match program {
        "bash" | "sh" | "zsh" | "dash" if own && !runs_file(&flags) => {
            (Some(shell.to_owned()), commands(script, settings))
        }
        // An expression chooses among shells.
        "" | "bash" | "sh" | "zsh" | "dash" | "pwsh" | "powershell" | "cmd" | "msys2" => {
            (None, commands(script, settings))
        }
        _ if shell.contains("${{") || program.starts_with("alpine") => (None, commands(script, settings)),
        "python" | "python3" | "node" | "perl" | "ruby" => (None, Vec::new()),
        _ if ["nix", "wsl", "docker"].iter().any(|known| program.contains(known)) => {
            (None, commands(script, settings))
        }
        _ => (Some(shell.to_owned()), commands(script, settings)),
    }
}

/// Whether a shell that is given these words runs the file that stands for `{0}`, the whole of it: nothing stands before
/// it but flags, and none makes it read something else, only part of it, or not run it (`bash -c true {0}`).
fn runs_file(words: &[&str]) -> bool {
    const PLAIN: &[&str] = &["--noprofile", "--norc", "--login", "--posix", "--restricted", "--verbose"];
    let mut before = words.iter().take_while(|word| **word != "{0}");
    while let Some(word) = before.next() {
        let short = word.strip_prefix('-').filter(|rest| !rest.starts_with('-'));
        let runs = match short {
            Some(letters) => !letters.contains(['c', 'n', 's', 't', 'D']),
            None => PLAIN.contains(word),
        };
        // The last letter may have a value: `-eo pipefail`.
        let value = short.filter(|letters| letters.ends_with(['o', 'O'])).and_then(|_| before.next());
        if !runs || value.is_some_and(|value| ["noexec", "onecmd"].contains(value)) {
            return false;
        }
    }
    true
}

/// An action that runs cargo is the command that it runs.
fn action(uses: &str, with: Option<&Value>) -> Command {
    let argument = |name: &str| with.and_then(|with| with.get(name)).map(text).unwrap_or_default();
    if uses.starts_with("actions-rs/cargo@") || uses.starts_with("houseabsolute/actions-rust-cross@") {
        let line = format!("cargo {} {}", argument("command"), argument("args"));
        return commands(&line, Shell { errexit: true, pipefail: false, ci: true })
            .into_iter()
            .next()
            .unwrap_or_else(|| Command::action(uses));
    }
    Command::action(uses)
}
