//! Hooks that no longer call the gate.

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::{ChangeKind, FileChange, Mode, Tree};

use crate::Scene;
use crate::agents::{self, Hook};
use crate::evidence::{HELP_OTHER, short, side_by_side};
use crate::rules::Check;
use crate::scene::{Around, base_path};

rule! {
    /// A hook of an agent that is gone from `.claude/settings.json`, `.codex/hooks.json` or `.codex/config.toml`, listens to
    /// less, runs something else, has half the time or less, or that nobody waits for (`async`), that runs once, on a
    /// condition (`if`), in another `shell` or as another `type`; hooks that are switched off as a whole (`disableAllHooks`,
    /// `hooks = false` under Codex' `[features]`), the launcher that they run; permissions that were denied and no longer
    /// are, or that are bypassed; variables that lead the hooks elsewhere.
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
    /// ```base json .codex/hooks.json
    /// {
    ///   "hooks": {
    ///     "PreToolUse": [{ "matcher": "apply_patch|Bash", "hooks": [{ "type": "command", "command": "gate codex" }] }],
    ///     "Stop": [{ "hooks": [{ "type": "command", "command": "gate codex", "timeout": 60 }] }]
    ///   }
    /// }
    /// ```
    /// ```head json .codex/hooks.json bad
    /// {
    ///   "hooks": {
    ///     "PreToolUse": [{ "matcher": "apply_patch", "hooks": [{ "type": "command", "command": "gate codex" }] }]
    ///   }
    /// }
    /// ```
    /// ```base toml .codex/config.toml
    /// model = "x"
    /// ```
    /// ```head toml .codex/config.toml bad
    /// model = "x"
    /// [features]
    /// hooks = false #~
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
    /// ```base json .codex/hooks.json
    /// { "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "gate codex" }] }] } }
    /// ```
    /// ```head toml .codex/config.toml good
    /// [[hooks.Stop]]
    /// hooks = [{ type = "command", command = "gate codex" }]
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
        if agents::is_settings(base_path(file)) || agents::is_settings(&file.path) {
            settings(&around, file, findings);
        } else if let Some(settings) = run_by_hooks(around.base, base_path(file)) {
            findings.extend(launcher(&around, file, &settings));
        }
    }
}

/// What the hooks run, where it does something else. Comments are silent.
fn launcher(around: &Around<'_>, file: &FileChange, settings: &str) -> Option<Finding> {
    let texts = around.texts(file);
    let text = |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
    let (before, after) = (text(texts.base), text(texts.head));
    let lines = |text: &str| -> Vec<String> {
        let lines = text.lines().map(str::trim).enumerate();
        let code =
            lines.filter(|(number, line)| !line.is_empty() && (*number == 0 || !line.starts_with('#')));
        code.map(|(_, line)| line.to_owned()).collect()
    };
    let how = match (file.kind, file.modes) {
        (ChangeKind::Added, _) => return None,
        (ChangeKind::Removed, _) => "is gone",
        (ChangeKind::Renamed, _) => "is elsewhere",
        (_, Some((Mode::Executable, Mode::Plain))) => "can no longer be run",
        (_, Some((_, Mode::Link))) => "is a link",
        _ if lines(&before) == lines(&after) && !after.is_empty() => return None,
        _ => "is another",
    };
    let message =
        format!("`{}`, which the hooks of `{}` run, {how}", short(base_path(file)), short(settings));
    let finding = Finding::new(&HOOK_UNWIRED, Location::file(around.shown(&file.path)), message)
        .help(HELP_OTHER)
        .note(side_by_side(&before, &after));
    Some(finding.fact("what the hooks run").fact(how).judged(&*before, &*after))
}

fn settings(around: &Around<'_>, file: &FileChange, findings: &mut Vec<Finding>) {
    let texts = around.texts(file);
    let text = |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
    let (before, mut after) = (text(texts.base), text(texts.head));
    if !agents::is_settings(&file.path) {
        // Moved to where no agent looks for it, it says nothing.
        after = "".into();
    }
    let (base, head) = (agents::read(base_path(file), &before), agents::read(&file.path, &after));
    let mut lost = switched_off(&base, &head);
    let elsewhere = agents::other(base_path(file)).map(|other| {
        let text = around.head.text(&other).unwrap_or_default();
        agents::hooks(&agents::read(&other, &text))
    });
    let now: Vec<Hook> = agents::hooks(&head).into_iter().chain(elsewhere.into_iter().flatten()).collect();
    if now.is_empty() && (file.kind == ChangeKind::Removed || head.is_null() && !base.is_null()) {
        if !agents::hooks(&base).is_empty() {
            lost.push(("the hooks are gone with their file".to_owned(), ""));
        }
    } else {
        lost.extend(unheard(&agents::hooks(&base), &now, |_| true));
        lost.extend(permitted(&base, &head));
    }
    for (message, needle) in lost {
        let shown = around.shown(&file.path);
        let line = crate::evidence::line_of(&after, needle);
        // TOML has its keys without quotes.
        let place = match line.or_else(|| crate::evidence::line_of(&after, needle.trim_matches('"'))) {
            Some(line) if !needle.is_empty() => Location::point(shown, line, 1),
            _ => Location::file(shown),
        };
        let finding = Finding::new(&HOOK_UNWIRED, place, &message).help(HELP_OTHER);
        findings.push(finding.note(side_by_side(&before, &after)).fact(message).judged(&*before, &*after));
    }
}

/// What happened, and a text by which the place is found.
type Lost = (String, &'static str);

/// How settings of Claude Code lose what other settings have of hooks with such a command, if they do: each as it is told.
pub fn hooks_lost(base: &Value, head: &Value, is_meant: impl Fn(&str) -> bool) -> Vec<String> {
    let unheard = unheard(&agents::hooks(base), &agents::hooks(head), is_meant);
    let lost = switched_off(base, head).into_iter().chain(unheard);
    lost.map(|(message, _)| message).collect()
}

fn switched_off(base: &Value, head: &Value) -> Vec<Lost> {
    let mut lost = Vec::new();
    if agents::are_off(head) && !agents::are_off(base) {
        let key = if head.get("disableAllHooks").is_some() { "disableAllHooks" } else { "hooks = false" };
        lost.push(("all hooks are switched off".to_owned(), key));
    }
    let mode = |side: &Value| {
        side.pointer("/permissions/defaultMode").and_then(Value::as_str) == Some("bypassPermissions")
    };
    if mode(head) && !mode(base) {
        lost.push(("permissions are bypassed by default".to_owned(), "bypassPermissions"));
    }
    let barred = |side: &Value| side.pointer("/permissions/disableBypassPermissionsMode").is_some();
    if barred(base) && !barred(head) {
        lost.push(("permissions may be bypassed again".to_owned(), "\"permissions\""));
    }
    let (was, now) = (agents::variables(base), agents::variables(head));
    for name in
        ["GATEFOLD_BIN", "PATH", "BASH_ENV", "CARGO", "CLAUDE_PROJECT_DIR", "GIT_DIR", "CARGO_TARGET_DIR"]
    {
        if let Some(value) = now.get(name).filter(|value| was.get(name) != Some(*value)) {
            lost.push((format!("`{name}` leads the hooks elsewhere: `{}`", short(value)), "\"env\""));
        }
    }
    lost
}

/// Hooks that listen to less, run something else, or do less of it.
fn unheard(had: &[Hook], now: &[Hook], is_meant: impl Fn(&str) -> bool) -> Vec<Lost> {
    let mut lost = Vec::new();
    for hook in had.iter().filter(|hook| is_meant(&hook.command)) {
        let (name, command) = (short(&hook.name()), short(&hook.command));
        let same = now.iter().filter(|other| other.command == hook.command && other.hears(hook));
        let how: Vec<_> = same.map(|other| agents::lessened(&hook.handler, &other.handler)).collect();
        let message = match how.first() {
            Some(_) if how.contains(&None) => continue,
            Some(how) => format!("hook `{name}` {}", how.as_deref().unwrap_or_default()),
            None if now.iter().any(|other| other.command == hook.command && other.event == hook.event) => {
                format!("hook `{name}` with `{command}` listens to less")
            }
            // A hook whose command is another one still is wired, to something that can be read in the change.
            None if now.iter().any(|other| other.hears(hook) && !had.contains(other)) => {
                format!("hook `{name}` runs something else than `{command}`")
            }
            None => format!("hook `{name}` no longer runs `{command}`"),
        };
        lost.push((message, "\"hooks\""));
    }
    lost
}

fn permitted(base: &Value, head: &Value) -> Vec<Lost> {
    let now = agents::permitted(head, "deny");
    let gone = agents::permitted(base, "deny").into_iter().filter(|rule| !now.contains(rule));
    gone.map(|rule| (format!("`{}` is no longer denied", short(&rule)), "\"permissions\"")).collect()
}

/// The settings of the base whose hooks run a file: those beside it, or one folder up for `.claude/hooks/`.
fn run_by_hooks(base: &Tree, path: &str) -> Option<String> {
    let start = path.rfind(".claude/").filter(|at| *at == 0 || path[..*at].ends_with('/'))?;
    let (above, inside) = path.split_at(start);
    if inside == ".claude/gatefold-hook" {
        return Some(format!("{above}.claude/settings.json"));
    }
    ["settings.json", "settings.local.json"].iter().map(|name| format!("{above}.claude/{name}")).find(
        |settings| {
            let text = base.text(settings).unwrap_or_default();
            let value = serde_json::from_str::<Value>(&text).unwrap_or(Value::Null);
            agents::hooks(&value).iter().any(|hook| hook.command.contains(inside))
        },
    )
}
