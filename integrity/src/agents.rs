//! The settings of coding agents: hooks, permissions, environment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

/// One hook: what it listens to, what it runs, and how long it may take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hook {
    pub(crate) event: String,
    pub(crate) matcher: String,
    pub(crate) command: String,
    pub(crate) timeout: Option<u64>,
}

impl Hook {
    /// What it listens to, as one name.
    pub(crate) fn name(&self) -> String {
        format!("{} {}", self.event, self.matcher).trim_end().to_owned()
    }

    /// Whether it listens to all that another one listens to.
    pub(crate) fn hears(&self, other: &Hook) -> bool {
        let all = |matcher: &str| matcher.is_empty() || matcher == "*" || matcher == ".*";
        let names =
            |matcher: &str| matcher.split('|').map(str::trim).map(str::to_owned).collect::<BTreeSet<_>>();
        self.event == other.event
            && (all(&self.matcher)
                || !all(&other.matcher) && names(&other.matcher).is_subset(&names(&self.matcher)))
    }
}

/// Every hook of `settings.json`.
pub(crate) fn hooks(settings: &Value) -> Vec<Hook> {
    let mut all = Vec::new();
    let Some(Value::Object(events)) = settings.get("hooks") else { return all };
    for (event, groups) in events {
        for group in groups.as_array().into_iter().flatten() {
            let text = |value: &Value, key: &str| {
                value.get(key).and_then(Value::as_str).unwrap_or_default().to_owned()
            };
            for hook in group.get("hooks").and_then(Value::as_array).into_iter().flatten() {
                let command =
                    ["command", "prompt", "url"].iter().map(|key| text(hook, key)).collect::<String>();
                let arguments = hook.get("args").map(ToString::to_string).unwrap_or_default();
                all.push(Hook {
                    event: event.clone(),
                    matcher: text(group, "matcher"),
                    command: format!("{command} {arguments}").trim_end().to_owned(),
                    timeout: hook.get("timeout").and_then(Value::as_u64),
                });
            }
        }
    }
    all
}

/// A list of `permissions`: `allow`, `ask` or `deny`.
pub(crate) fn permitted(settings: &Value, key: &str) -> BTreeSet<String> {
    let list = settings.pointer(&format!("/permissions/{key}")).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The variables that every command of the agent is given.
pub(crate) fn variables(settings: &Value) -> BTreeMap<String, String> {
    let Some(Value::Object(env)) = settings.get("env") else { return BTreeMap::new() };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    env.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Whether a path is that of settings: `.claude/settings.json` at any depth.
pub(crate) fn is_settings(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let folder = path.strip_suffix(name).unwrap_or_default();
    (folder == ".claude/" || folder.ends_with("/.claude/"))
        && name.starts_with("settings")
        && name.ends_with(".json")
}
