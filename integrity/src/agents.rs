//! The settings of coding agents: hooks, permissions, environment.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::manifest;

/// One hook: what it listens to, what it runs, and all that its handler says of how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Hook {
    pub(crate) event: String,
    pub(crate) matcher: String,
    pub(crate) command: String,
    pub(crate) handler: Value,
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
                    handler: hook.clone(),
                });
            }
        }
    }
    all
}

/// How a handler does less than another one that runs the same, if it does: it has half the time or less, its client does
/// not wait for it, it runs once or only sometimes, in another shell, or is of another kind.
pub fn lessened(was: &Value, now: &Value) -> Option<String> {
    let seconds = |handler: &Value| {
        let given = handler.get("timeout").filter(|given| !given.is_null())?;
        // What is no number is no time.
        Some(given.as_f64().unwrap_or(0.0))
    };
    let had = seconds(was).unwrap_or(60.0);
    let has_less = seconds(now).filter(|now| now * 2.0 <= had);
    if let Some(has) = has_less.filter(|_| was.get("timeout") != now.get("timeout")) {
        return Some(format!("has {has} seconds instead of {had}"));
    }
    let kind = |handler: &Value| handler.get("type").and_then(Value::as_str).map(str::to_owned);
    match (kind(was), kind(now)) {
        (was, now) if was == now => {}
        (None, Some(now)) if now == "command" => {}
        (_, Some(now)) => return Some(format!("is of the type `{now}`")),
        (_, None) => return Some("has no type".to_owned()),
    }
    let said = |handler: &Value, key: &str| {
        let said = handler.get(key).filter(|said| !matches!(said, Value::Null | Value::Bool(false)));
        said.filter(|said| *said != "bash").cloned()
    };
    let new = |key: &&str| said(now, key).is_some() && said(now, key) != said(was, key);
    let key = ["async", "asyncRewake", "once", "if", "shell"].into_iter().find(new)?;
    Some(format!("has `\"{key}\": {}`", now[key]))
}

/// A list of `permissions`: `allow`, `ask` or `deny`.
pub(crate) fn permitted(settings: &Value, key: &str) -> BTreeSet<String> {
    let list = settings.pointer(&format!("/permissions/{key}")).and_then(Value::as_array);
    list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// The variables that every command of the agent is given: by Claude Code's `env`, or by Codex' policy of that.
pub(crate) fn variables(settings: &Value) -> BTreeMap<String, String> {
    let env = settings.get("env").or_else(|| settings.pointer("/shell_environment_policy/set"));
    let Some(Value::Object(env)) = env else { return BTreeMap::new() };
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    env.iter().map(|(name, value)| (name.clone(), text(value))).collect()
}

/// Whether a path is that of settings: `.claude/settings.json`, `.codex/hooks.json` or `.codex/config.toml` at any depth.
pub(crate) fn is_settings(path: &str) -> bool {
    let (folder, name) = placed(path);
    match folder {
        ".claude" => name.starts_with("settings") && name.ends_with(".json"),
        ".codex" => CODEX.contains(&name),
        _ => false,
    }
}

/// What Codex reads hooks from; each adds to the other.
const CODEX: [&str; 2] = ["config.toml", "hooks.json"];

/// The other file beside settings whose hooks are heard as well.
pub(crate) fn other(path: &str) -> Option<String> {
    let (folder, name) = placed(path);
    let other = CODEX.iter().find(|other| folder == ".codex" && CODEX.contains(&name) && **other != name)?;
    Some(format!("{}{other}", path.strip_suffix(name)?))
}

/// What settings say; nothing where they cannot be read, as their client sees it.
pub(crate) fn read(path: &str, text: &str) -> Value {
    match path.ends_with(".toml") {
        true => manifest::read(text).unwrap_or(Value::Null),
        false => serde_json::from_str(text).unwrap_or(Value::Null),
    }
}

/// Whether all hooks are switched off: by Claude Code's `disableAllHooks`, or by Codex' feature of that name, old or new.
pub(crate) fn are_off(settings: &Value) -> bool {
    let is = |at: &str, value: bool| settings.pointer(at) == Some(&Value::Bool(value));
    is("/disableAllHooks", true) || is("/features/hooks", false) || is("/features/codex_hooks", false)
}

/// The folder's own name and the file's.
fn placed(path: &str) -> (&str, &str) {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    (folder.rsplit('/').next().unwrap_or(folder), name)
}
