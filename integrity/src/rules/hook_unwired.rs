//! Hooks that no longer call the gate.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::ChangeKind;

use crate::Scene;
use crate::evidence::{HELP_OTHER, short, side_by_side};
use crate::rules::Check;

rule! {
    /// A hook of an agent that is gone from `.claude/settings.json`, hooks that are switched off as a whole
    /// (`disableAllHooks`), and permissions that were denied and no longer are.
    ///
    /// ## Why it hurts
    /// The hook is what tells the agent in time. Without it the same mistake is found an hour later, by a person.
    ///
    /// ## Example
    /// ```base json .claude/settings.json
    /// {
    ///   "hooks": {
    ///     "Stop": [{ "hooks": [{ "type": "command", "command": "cargo xtask hook claude-code" }] }]
    ///   }
    /// }
    /// ```
    /// ```head json .claude/settings.json bad
    /// {
    ///   "disableAllHooks": true,
    ///   "hooks": {
    ///     "Stop": [{ "hooks": [{ "type": "command", "command": "cargo xtask hook claude-code" }] }]
    ///   }
    /// }
    /// ```
    ///
    /// ## Instead
    /// ```base json .claude/settings.json
    /// { "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "gate" }] }] } }
    /// ```
    /// ```head json .claude/settings.json good
    /// {
    ///   "hooks": {
    ///     "Stop": [{ "hooks": [{ "type": "command", "command": "gate" }] }],
    ///     "PreToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "command", "command": "gate" }] }]
    ///   }
    /// }
    /// ```
    pub static HOOK_UNWIRED = {
        id: "hook-unwired",
        guard: "integrity",
        group: "gate-integrity",
        level: Error,
        summary: "finds hooks of agents that are gone or switched off",
    };
}

pub(super) static CHECK: Check = Check { rule: &HOOK_UNWIRED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let around = scene.around();
    for file in around.files {
        let path = file.from.as_deref().unwrap_or(&file.path);
        let name = path.rsplit('/').next().unwrap_or(path);
        let folder = path.strip_suffix(name).unwrap_or_default();
        if let Some(settings) = run_by_hooks(around.base, path) {
            let texts = around.texts(file);
            let bytes =
                |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
            let (before, after) = (bytes(texts.base), bytes(texts.head));
            let how = if file.kind == ChangeKind::Removed { "is gone" } else { "is another" };
            let message = format!("`{}`, which the hooks of `{settings}` run, {how}", short(path));
            let finding = Finding::new(&HOOK_UNWIRED, Location::file(around.shown(&file.path)), message)
                .help(HELP_OTHER)
                .note(side_by_side(&before, &after))
                .fact("what the hooks run");
            findings.push(finding);
            continue;
        }
        if !(folder == ".claude/" || folder.ends_with("/.claude/"))
            || !name.starts_with("settings")
            || !name.ends_with(".json")
        {
            continue;
        }
        let texts = around.texts(file);
        let text =
            |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
        let (before, after) = (text(texts.base), text(texts.head));
        let read = |text: &str| serde_json::from_str::<Value>(text).unwrap_or(Value::Null);
        let (base, head) = (read(&before), read(&after));
        let mut add = |message: String, needle: &str| {
            let shown = around.shown(&file.path);
            let place = match crate::evidence::line_of(&after, needle) {
                Some(line) if !needle.is_empty() => Location::point(shown, line, 1),
                _ => Location::file(shown),
            };
            let finding = Finding::new(&HOOK_UNWIRED, place, &message)
                .help(HELP_OTHER)
                .note(side_by_side(&before, &after))
                .fact(message)
                .judged(&*before, &*after);
            findings.push(finding);
        };
        let off = |side: &Value| side.get("disableAllHooks") == Some(&Value::Bool(true));
        if off(&head) && !off(&base) {
            add("all hooks are switched off".to_owned(), "disableAllHooks");
        }
        if file.kind == ChangeKind::Removed || head.is_null() && !base.is_null() {
            if !hooks(&base).is_empty() {
                add("the hooks are gone with their file".to_owned(), "");
            }
            continue;
        }
        let now = hooks(&head);
        for (event, command) in hooks(&base).into_iter().filter(|hook| !now.contains(hook)) {
            // A hook whose command is another one still is wired, to something that can be read in the change.
            let how = if now.iter().any(|(other, _)| *other == event) {
                "runs something else than"
            } else {
                "no longer runs"
            };
            add(format!("hook `{}` {how} `{}`", short(&event), short(&command)), "\"hooks\"");
        }
        let denied = |side: &Value| -> BTreeSet<String> {
            let list = side.pointer("/permissions/deny").and_then(Value::as_array);
            list.into_iter().flatten().map(ToString::to_string).collect()
        };
        for rule in denied(&base).difference(&denied(&head)) {
            add(format!("`{}` is no longer denied", short(rule.trim_matches('"'))), "\"permissions\"");
        }
    }
}

/// The settings of the base whose hooks run a file: those beside it, or one folder up for `.claude/hooks/`.
fn run_by_hooks(base: &source::Tree, path: &str) -> Option<String> {
    let start = path.rfind(".claude/").filter(|at| *at == 0 || path[..*at].ends_with('/'))?;
    let (above, inside) = path.split_at(start);
    ["settings.json", "settings.local.json"].iter().map(|name| format!("{above}.claude/{name}")).find(
        |settings| {
            let text = base.text(settings).unwrap_or_default();
            let value = serde_json::from_str::<Value>(&text).unwrap_or(Value::Null);
            path != *settings && hooks(&value).iter().any(|(_, command)| command.contains(inside))
        },
    )
}

/// Every hook: its event with its matcher, and its command.
fn hooks(settings: &Value) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let Some(Value::Object(events)) = settings.get("hooks") else { return all };
    for (event, groups) in events {
        for group in groups.as_array().into_iter().flatten() {
            let matcher = group.get("matcher").and_then(Value::as_str).unwrap_or_default();
            for hook in group.get("hooks").and_then(Value::as_array).into_iter().flatten() {
                let command = hook.get("command").and_then(Value::as_str).unwrap_or_default();
                all.insert((format!("{event} {matcher}").trim_end().to_owned(), command.to_owned()));
            }
        }
    }
    all
}
