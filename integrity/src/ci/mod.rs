//! What CI and hooks run, as data: jobs, steps, commands, and what softens them.

mod command;
mod compare;
mod github;
mod gitlab;
mod narrowed;

use std::collections::BTreeMap;

use serde_json::Value;

pub(crate) use command::{Command, in_script};
pub(crate) use compare::{compare, compare_jobs, compare_triggers};

/// Everything that one file makes CI do.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pipeline {
    /// By event, its filters, each as text.
    pub(crate) triggers: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    pub(crate) jobs: Vec<Job>,
}

/// One job; a script is one job.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) name: String,
    /// Whether its failure is let pass.
    pub(crate) soft: bool,
    /// Whether it never runs, or only where a person starts it.
    pub(crate) never: bool,
    pub(crate) condition: Option<String>,
    /// How many of each it runs over: operating systems, toolchains.
    pub(crate) matrix: BTreeMap<String, Vec<String>>,
    /// Flags for compilers, from the environment.
    pub(crate) flags: String,
    pub(crate) steps: Vec<Step>,
}

/// One step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Step {
    pub(crate) uses: Option<String>,
    pub(crate) soft: bool,
    pub(crate) never: bool,
    pub(crate) condition: Option<String>,
    pub(crate) commands: Vec<Command>,
    pub(crate) flags: String,
}

/// What kind of file a path is, as far as CI goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    GitHub,
    GitLab,
    Script,
}

/// The kind of a file of the platforms, by its path from the repository's root.
pub(crate) fn platform(path: &str) -> Option<Kind> {
    let yaml = path.ends_with(".yml") || path.ends_with(".yaml");
    match path {
        _ if yaml && (path.starts_with(".github/workflows/") || path.starts_with(".github/actions/")) => {
            Some(Kind::GitHub)
        }
        "action.yml" | "action.yaml" => Some(Kind::GitHub),
        _ if yaml && (path.starts_with(".gitlab-ci.") || path.starts_with(".gitlab/")) => Some(Kind::GitLab),
        _ => None,
    }
}

/// Reads a file. The error says why it is no pipeline.
pub(crate) fn read(kind: Kind, path: &str, text: &str) -> Result<Pipeline, ::policy::PolicyError> {
    if kind == Kind::Script {
        let step = Step { commands: in_script(text), ..Step::default() };
        return Ok(Pipeline {
            jobs: vec![Job { name: path.to_owned(), steps: vec![step], ..Job::default() }],
            ..Pipeline::default()
        });
    }
    let value: Value = ::policy::yaml(path, &plain(text))?;
    Ok(if kind == Kind::GitHub { github::pipeline(&value) } else { gitlab::pipeline(&value) })
}

/// YAML without GitLab's tags and merge keys, which the reader refuses: a tag is blanked, and what is merged stands
/// under a key of its own.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 64);
    for (number, line) in text.split_inclusive('\n').enumerate() {
        let start = line.len() - line.trim_start().len();
        let rest = &line[start..];
        let line = match rest.strip_prefix("<<:").or_else(|| rest.strip_prefix("- <<:").filter(|_| false)) {
            Some(rest) => format!("{}__merge{number}:{rest}", &line[..start]),
            None => line.to_owned(),
        };
        out.push_str(&line.replace("!reference ", "").replace("!reference[", "["));
    }
    out
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
        Some(Value::String(text)) => text == "true" || text.replace(' ', "") == "${{true}}",
        Some(Value::Object(_)) => true,
        _ => false,
    }
}

/// Whether a condition can never hold.
fn is_never(condition: &str) -> bool {
    let plain = condition.replace(' ', "");
    let plain = plain.strip_prefix("${{").and_then(|rest| rest.strip_suffix("}}")).unwrap_or(&plain);
    plain == "false" || plain.starts_with("false&&") || plain.ends_with("&&false") || plain == "0"
}

/// The variables that change what compilers and test tools let pass.
fn flags(env: Option<&Value>) -> String {
    let Some(Value::Object(env)) = env else { return String::new() };
    let told = env.iter().filter(|(name, _)| {
        name.contains("FLAGS")
            || name.contains("INSTA")
            || name.contains("TRYBUILD")
            || name.contains("EXPECT")
            || name.contains("CLIPPY")
    });
    told.map(|(name, value)| format!("{name}={} ", text(value))).collect()
}
