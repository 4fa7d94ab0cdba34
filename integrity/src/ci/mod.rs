//! What CI and hooks run, as data: jobs, steps, commands, and what softens them.

mod actions;
mod brought;
mod called;
mod command;
mod compare;
mod conditions;
mod gate;
mod github;
mod gitlab;
mod handed;
mod jobs;
mod look;
mod names;
mod narrowed;
mod ours;
mod programs;
mod script;
mod settings;
mod shell;
mod triggers;
mod verdicts;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use command::Command;
pub(crate) use compare::Kind;
pub(crate) use look::{Loss, look, unread};

/// Everything that one file makes CI do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pipeline {
    /// By event, its filters, each as text.
    pub(crate) triggers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub(crate) jobs: Vec<Job>,
    /// What its jobs may do, by scope, where it says so.
    pub(crate) permissions: Option<BTreeMap<String, String>>,
    pub(crate) env: BTreeMap<String, String>,
    /// Whether something runs it: a forge, a hook, or a file that names it.
    pub(crate) reached: bool,
}

/// One job; a script is one job, a recipe is one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) name: String,
    /// The name that is shown, and that a forge can require.
    pub(crate) title: String,
    /// Whether its failure is let pass.
    pub(crate) soft: bool,
    /// Whether it never runs, or only where a person starts it.
    pub(crate) never: bool,
    pub(crate) condition: Option<String>,
    /// Whether it judges what waits in a queue to be merged, and the merge goes by that.
    pub(crate) queued: bool,
    /// How many of each it runs over: operating systems, toolchains.
    pub(crate) matrix: BTreeMap<String, Vec<String>>,
    pub(crate) env: BTreeMap<String, String>,
    pub(crate) needs: Vec<String>,
    pub(crate) permissions: Option<BTreeMap<String, String>>,
    pub(crate) runs_on: String,
    /// The image of a container in which it runs, where it runs in one.
    pub(crate) image: String,
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    pub(crate) name: String,
    pub(crate) uses: Option<String>,
    /// The script as it is written.
    pub(crate) script: String,
    /// What the action is given.
    pub(crate) with: BTreeMap<String, String>,
    pub(crate) soft: bool,
    pub(crate) never: bool,
    /// What runs its commands, where that lets every failure pass.
    pub(crate) shell: Option<String>,
    pub(crate) condition: Option<String>,
    /// The folder in which it runs.
    pub(crate) folder: String,
    pub(crate) commands: Vec<Command>,
    pub(crate) env: BTreeMap<String, String>,
}

impl Pipeline {
    /// Whether what it checks stands between a change and the default branch: not where only tags, a clock or a person
    /// start it.
    pub(crate) fn judges_changes(&self) -> bool {
        let on_push = |filters: &BTreeMap<String, Vec<String>>| {
            filters.contains_key("branches") || !filters.contains_key("tags")
        };
        self.triggers.is_empty()
            || self.triggers.iter().any(|(event, filters)| match event.as_str() {
                "push" => on_push(filters),
                "pull_request" | "pull_request_target" | "merge_group" | "workflow_call" => true,
                _ => false,
            })
    }

    /// Every command with its step and its job.
    pub(crate) fn commands(&self) -> impl Iterator<Item = (&Job, &Step, &Command)> {
        self.jobs.iter().flat_map(|job| {
            job.steps
                .iter()
                .flat_map(move |step| step.commands.iter().map(move |command| (job, step, command)))
        })
    }

    /// Whether anything in it checks more than that the code builds.
    pub(crate) fn checks(&self) -> bool {
        self.commands().any(|(_, _, command)| command.checks().is_some_and(|name| name != "build"))
    }

    /// Every variable that is set anywhere, with its value.
    pub(crate) fn variables(&self) -> Vec<(String, String)> {
        let of_all = self.env.iter().map(|(name, value)| (name.clone(), value.clone()));
        of_all.chain(self.jobs.iter().flat_map(programs::variables)).collect()
    }
}

/// What kind of file a path is, as far as CI goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FileKind {
    GitHub,
    GitLab,
    Script,
}

/// The kind of a file of the platforms, by its path from the repository's root.
pub(crate) fn platform(path: &str) -> Option<FileKind> {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    match path {
        _ if yaml
            && [".github/workflows/", ".github/actions/", "ci/github/"]
                .iter()
                .any(|at| path.starts_with(at)) =>
        {
            Some(FileKind::GitHub)
        }
        "action.yml" | "action.yaml" => Some(FileKind::GitHub),
        _ if yaml && (path.starts_with(".gitlab-ci.") || path.starts_with(".gitlab/")) => {
            Some(FileKind::GitLab)
        }
        _ => None,
    }
}

/// Reads a file. The error says why it is no pipeline.
pub(crate) fn read(kind: FileKind, path: &str, text: &str) -> Result<Pipeline, ::policy::PolicyError> {
    if kind == FileKind::Script {
        return Ok(script::pipeline(path, text));
    }
    let value: Value = ::policy::yaml(path, &plain(text))?;
    Ok(if kind == FileKind::GitHub { github::pipeline(&value) } else { gitlab::pipeline(&value) })
}

/// YAML without GitLab's tags and merge keys, which the reader refuses: a tag is blanked, and what is merged stands
/// under a key of its own. What has more digits than any number is a text, such as a commit.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = line.len() - line.trim_start().len();
        let rest = &line[start..];
        let line = match rest.strip_prefix("<<:").or_else(|| rest.strip_prefix("- <<:").filter(|_| false)) {
            Some(rest) => format!("{}__merge{number}:{rest}", &line[..start]),
            None => line.to_owned(),
        };
        let line = line.replace("!reference ", "").replace("!reference[", "[");
        out.push_str(&digits_quoted(&line).unwrap_or(line));
    }
    out
}

/// `key: 0123..` with the digits in quotes, where there are as many as in a commit.
fn digits_quoted(line: &str) -> Option<String> {
    const OF_COMMIT: usize = 40;
    let (key, value) = line.trim_end().split_once(": ")?;
    let is_long = value.len() >= OF_COMMIT && value.bytes().all(|byte| byte.is_ascii_digit());
    is_long.then(|| format!("{key}: \"{value}\"\n"))
}

/// A value as text: what is compared, and what is shown.
pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

/// A value as a list of texts; a single one is a list of one.
pub(crate) fn list(value: &Value) -> Vec<String> {
    match value {
        Value::Array(items) => items.iter().map(text).collect(),
        Value::Null => Vec::new(),
        single => vec![text(single)],
    }
}

/// Whether a value switches something on: `true`, or an expression that is not plainly false.
fn is_on(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(value)) => *value,
        Some(Value::String(text)) => is_true(text),
        Some(Value::Object(_)) => true,
        _ => false,
    }
}

/// Whether a text is `true`, or an expression that may be: that of a matrix says so of some jobs only.
fn is_true(text: &str) -> bool {
    let plain = text.replace(' ', "");
    match plain.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")) {
        Some(expression) => expression != "false" && !expression.starts_with("matrix."),
        None => plain == "true",
    }
}

/// Whether a condition can never hold.
fn is_never(condition: &str) -> bool {
    let plain = condition.replace(' ', "");
    let plain = plain.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(&plain);
    plain == "false" || plain.starts_with("false&&") || plain.ends_with("&&false") || plain == "0"
}

/// A map of texts, such as variables.
fn map(value: Option<&Value>) -> BTreeMap<String, String> {
    let Some(Value::Object(entries)) = value else { return BTreeMap::new() };
    entries.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}
