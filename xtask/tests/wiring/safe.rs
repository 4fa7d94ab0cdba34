//! What no schema says: what keeps a workflow from being the way round the gate.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::files::{ACTIONS, WORKFLOWS, parsed, steps, text};

/// What is wrong with a workflow or an action, each as a sentence.
pub(crate) fn faults(file: &Value) -> Vec<String> {
    let mut faults = Vec::new();
    let jobs: Vec<(&str, &Value)> = match file["jobs"].as_object() {
        Some(jobs) => jobs.iter().map(|(name, job)| (name.as_str(), job)).collect(),
        None => vec![("runs", &file["runs"])],
    };
    let mut add = |job: &str, what: String| faults.push(format!("{job}: {what}"));
    for (name, job) in &jobs {
        let mut add = |what: String| add(name, what);
        uses(job, &mut add);
        scripts(job, &mut add);
        caches(job, &mut add);
        live(job, file, &mut add);
        if file["jobs"].is_object() {
            permissions(job, file, &mut add);
            if job["uses"].is_null() && !job["timeout-minutes"].is_number() {
                add("has no time limit".to_owned());
            }
        }
    }
    triggers(file, &jobs, &mut |what| add("on", what));
    conclusion(&jobs, &mut |what| add("jobs", what));
    if text_of(file).contains("secrets.") || jobs.iter().any(|(_, job)| !job["secrets"].is_null()) {
        add("jobs", "is handed secrets".to_owned());
    }
    faults
}

type Add<'a> = &'a mut dyn FnMut(String);

fn text_of(value: &Value) -> String {
    value.to_string()
}

fn string<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

/// Every action is the one that was read, and no checkout leaves a token behind.
fn uses(job: &Value, add: Add<'_>) {
    for step in steps(job).iter().chain([job]).filter(|it| it["uses"].is_string()) {
        let uses = string(step, "uses");
        let commit = uses.split_once('@').map_or("", |(_, commit)| commit);
        let pinned = commit.len() == 40 && commit.bytes().all(|byte| byte.is_ascii_hexdigit());
        if !pinned && !uses.starts_with("./") {
            add(format!("`{uses}` is pinned to no commit"));
        }
        if uses.contains("/checkout@") && step["with"]["persist-credentials"] != Value::Bool(false) {
            add("a checkout keeps its token".to_owned());
        }
    }
}

/// Nothing is put into a script as text, and the judge is neither built nor run where the change lies.
fn scripts(job: &Value, add: Add<'_>) {
    for step in steps(job) {
        let run = string(&step, "run");
        if run.contains("${{") {
            add(format!("step `{}` puts an expression into its script", string(&step, "name")));
        }
        let judges =
            ["gatefold gate", "gatefold review", "gatefold golden"].iter().any(|call| run.contains(call));
        let builds = run.contains("cargo build") && run.contains("--bin");
        let there = string(&step, "working-directory");
        let stands = there == "binary" || there == "judge" || run.contains("cd \"$GITHUB_ACTION_PATH");
        if (judges || builds) && !stands {
            add(format!("step `{}` has the judge where the change could reach it", string(&step, "name")));
        }
    }
}

fn runs_judge(job: &Value) -> bool {
    steps(job).iter().any(|step| string(step, "run").contains("gatefold gate"))
}

/// Where a verdict is given, only the default branch writes what is restored, and no pull request restores it.
fn caches(job: &Value, add: Add<'_>) {
    for step in steps(job).iter().filter(|_| runs_judge(job)) {
        let (uses, condition) = (string(step, "uses"), string(step, "if"));
        if uses.starts_with("actions/cache") && !condition.contains("github.event_name == 'push'") {
            add("a pull request reaches a cache".to_owned());
        }
        let saves = uses.starts_with("actions/cache@") || uses.starts_with("actions/cache/save@");
        if saves && !condition.contains("github.event.repository.default_branch") {
            add("another branch than the default one writes a cache".to_owned());
        }
    }
}

/// What runs the change comes after the seal, may do nothing but read, and ends its job.
fn live(job: &Value, file: &Value, add: Add<'_>) {
    let runs_change =
        |step: &Value| ["--tier live", "golden replay"].iter().any(|call| string(step, "run").contains(call));
    let steps = steps(job);
    let Some(at) = steps.iter().position(runs_change) else { return };
    let after = steps[at + 1..].iter();
    if after.clone().any(|step| !string(step, "uses").starts_with("actions/upload-artifact@")) {
        add("something comes after what the change runs in".to_owned());
    }
    let seals = |name: &str| self::steps(&file["jobs"][name]).iter().any(|step| step["id"] == "seal");
    if runs_judge(job) && !needs(job).iter().any(|name| seals(name)) {
        add("the change runs before the static verdict is sealed".to_owned());
    }
}

fn needs(job: &Value) -> BTreeSet<String> {
    match &job["needs"] {
        Value::String(name) => BTreeSet::from([name.clone()]),
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => BTreeSet::new(),
    }
}

/// A job says itself what it may do. What may write runs nothing that the change could have written.
fn permissions(job: &Value, file: &Value, add: Add<'_>) {
    let granted = [&job["permissions"], &file["permissions"]].into_iter().find(|it| !it.is_null());
    let Some(Value::Object(scopes)) = granted else {
        return add("has every permission that the repository gives, or says it in a word".to_owned());
    };
    let writes: Vec<&String> =
        scopes.iter().filter(|(_, level)| *level == "write").map(|(scope, _)| scope).collect();
    let known: &[&str] = &["security-events", "pull-requests"];
    if let Some(scope) = writes.iter().find(|scope| !known.contains(&scope.as_str())) {
        add(format!("may write `{scope}`"));
    }
    let runs = |step: &Value| {
        string(step, "uses").contains("/checkout@")
            || ["cargo ", "gatefold gate", "./gatefold"].iter().any(|call| string(step, "run").contains(call))
    };
    if !writes.is_empty() && steps(job).iter().any(runs) {
        add("may write, and has the change there".to_owned());
    }
}

/// Strangers start nothing that has rights, and the merge queue starts what a pull request starts.
fn triggers(file: &Value, jobs: &[(&str, &Value)], add: Add<'_>) {
    let on = &file["on"];
    if on.get("pull_request_target").is_some() || *on == "pull_request_target" {
        add("`pull_request_target` starts it".to_owned());
    }
    if on.get("pull_request").is_some() && on.get("merge_group").is_none() {
        add("a merge queue would wait for it for ever".to_owned());
    }
    let checks_out = |job: &Value| steps(job).iter().any(|step| string(step, "uses").contains("/checkout@"));
    if on.get("workflow_run").is_some() && jobs.iter().any(|(_, job)| checks_out(job)) {
        add("a checkout has the rights of the default branch".to_owned());
    }
}

/// Where there are several jobs, one waits for all others whatever becomes of them, and asks for each result.
fn conclusion(jobs: &[(&str, &Value)], add: Add<'_>) {
    if jobs.len() < 2 {
        return;
    }
    let Some((name, last)) = jobs.iter().find(|(_, job)| job["if"] == "always()") else {
        return add("no job tells the verdict whatever becomes of the others".to_owned());
    };
    let waits = needs(last);
    for (other, _) in jobs.iter().filter(|(other, _)| other != name) {
        if !waits.contains(*other) {
            add(format!("`{name}` does not wait for `{other}`"));
        }
        let asked = format!("${{{{ needs.{other}.result }}}}");
        let asks = |step: &Value| {
            let variables = step["env"].as_object().into_iter().flatten();
            let mut named = variables.filter(|(_, value)| **value == *asked).map(|(variable, _)| variable);
            named.any(|variable| string(step, "run").contains(&format!("${variable}")))
        };
        if !steps(last).iter().any(asks) {
            add(format!("`{name}` does not ask what became of `{other}`"));
        }
    }
}

#[test]
fn nothing_in_the_wiring_is_a_way_round_the_gate() {
    for path in WORKFLOWS.iter().chain(&ACTIONS) {
        assert_eq!(faults(&parsed(path, &text(path))), Vec::<String>::new(), "{path}");
    }
}
