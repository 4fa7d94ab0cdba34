//! Agents that may do more.

use std::collections::BTreeSet;

use findings::{Finding, Location, rule};
use serde_json::Value;
use source::ChangeKind;

use crate::Scene;
use crate::agents;
use crate::evidence::{HELP_OTHER, line_of, short, side_by_side};
use crate::rules::Check;

rule! {
    /// A permission in `.claude/settings.json` that covers whatever an agent wants (`Bash`, `Bash(*)`, `Edit(/.claude/**)`), a
    /// question that is no longer asked, servers in `.mcp.json` that agents start or call, and test runs of agents that
    /// write snapshots again, since `INSTA_UPDATE=no` is gone from what their commands are given.
    ///
    /// ## Why it hurts
    /// Hooks and denials are asked before a tool is used. An agent that may run anything does not need the tool.
    ///
    /// ## Example
    /// ```base json .claude/settings.json
    /// { "permissions": { "allow": ["Bash(cargo test:*)"] } }
    /// ```
    /// ```head json .claude/settings.json bad
    /// { "permissions": { "allow": ["Bash(cargo test:*)", "Bash(*)"] } }
    /// ```
    /// ```base json .claude/settings.json
    /// { "env": { "INSTA_UPDATE": "no" } }
    /// ```
    /// ```head json .claude/settings.json bad
    /// { "env": {} }
    /// ```
    ///
    /// ## Instead
    /// ```base json .claude/settings.json
    /// { "permissions": { "allow": ["Bash(cargo test:*)"] } }
    /// ```
    /// ```head json .claude/settings.json good
    /// { "permissions": { "allow": ["Bash(cargo fmt)", "Bash(cargo test:*)"], "deny": ["Edit(/approvals/**)"] } }
    /// ```
    pub static AGENT_PERMISSION_WIDENED = {
        id: "agent-permission-widened",
        guard: "integrity",
        group: "gate-integrity",
        level: Warning,
        summary: "finds agents that may do more than they could",
    };
}

pub(super) static CHECK: Check = Check { rule: &AGENT_PERMISSION_WIDENED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    let around = scene.around();
    for file in around.files.iter().filter(|file| file.kind != ChangeKind::Removed) {
        let servers = file.path == ".mcp.json" || file.path.ends_with("/.mcp.json");
        if !(servers || agents::is_settings(&file.path)) {
            continue;
        }
        let texts = around.texts(file);
        let text =
            |side: Option<Result<std::sync::Arc<str>, _>>| side.and_then(Result::ok).unwrap_or_default();
        let (before, after) = (text(texts.base), text(texts.head));
        let read = |text: &str| agents::read(&file.path, text);
        let (base, head) = (read(&before), read(&after));
        let more = if servers { started(&base, &head) } else { permitted(&base, &head) };
        for (message, needle) in more {
            let shown = around.shown(&file.path);
            let place = match line_of(&after, &needle) {
                Some(line) => Location::point(shown, line, 1),
                None => Location::file(shown),
            };
            let finding = Finding::new(&AGENT_PERMISSION_WIDENED, place, &message).help(HELP_OTHER);
            findings
                .push(finding.note(side_by_side(&before, &after)).fact(message).judged(&*before, &*after));
        }
    }
}

fn permitted(base: &Value, head: &Value) -> Vec<(String, String)> {
    let list = agents::permitted;
    let new: BTreeSet<String> = list(head, "allow").difference(&list(base, "allow")).cloned().collect();
    let mut more: Vec<(String, String)> = new
        .into_iter()
        .filter(|rule| covers_all(rule))
        .map(|rule| (format!("`{}` is allowed, which covers everything", short(&rule)), rule))
        .collect();
    let (asked, denied) = (list(head, "ask"), list(head, "deny"));
    let unasked =
        list(base, "ask").into_iter().filter(|rule| !asked.contains(rule) && !denied.contains(rule));
    more.extend(
        unasked
            .map(|rule| (format!("`{}` is no longer asked for", short(&rule)), "\"permissions\"".to_owned())),
    );
    let all = |side: &Value| side.get("enableAllProjectMcpServers") == Some(&Value::Bool(true));
    if all(head) && !all(base) {
        let what = "every server that the project names is started without a question";
        more.push((what.to_owned(), "enableAllProjectMcpServers".to_owned()));
    }
    more.extend(snapshots_written(base, head));
    more
}

/// What passes every snapshot is another rule's; this leaves new ones beside those that were accepted.
fn snapshots_written(base: &Value, head: &Value) -> Option<(String, String)> {
    const NAME: &str = "INSTA_UPDATE";
    let (was, is) = (agents::variables(base), agents::variables(head));
    let is = is.get(NAME).map(String::as_str);
    let writes = matches!(is, None | Some("" | "auto" | "new")) && !head.is_null();
    let how = is.map_or("is gone".to_owned(), |is| format!("is `{is}` now"));
    let message = format!("`{NAME}=no` {how}, so that test runs of agents write snapshots");
    (writes && was.get(NAME).is_some_and(|was| was == "no")).then(|| (message, "\"env\"".to_owned()))
}

fn covers_all(rule: &str) -> bool {
    let (tool, inside) = rule.split_once('(').unwrap_or((rule, "*)"));
    let inside = inside.trim_end_matches(')').trim_end_matches(":*").trim();
    let anything = ["", "*", "**", "/**", "//**", "bash", "sh", "sudo", "sudo *", "eval"].contains(&inside);
    let judges =
        ["approvals", ".claude", "gatefold.yaml", ".github"].iter().any(|path| inside.contains(path));
    match tool {
        "Bash" | "*" => anything,
        "Edit" | "Write" | "MultiEdit" => anything || judges,
        _ => false,
    }
}

/// Servers that are new, or that are started otherwise.
fn started(base: &Value, head: &Value) -> Vec<(String, String)> {
    let servers =
        |side: &Value| side.get("mcpServers").and_then(Value::as_object).cloned().unwrap_or_default();
    let was = servers(base);
    let other = servers(head).into_iter().filter(|(name, server)| was.get(name) != Some(server));
    other.map(|(name, _)| (format!("agents are given the server `{}`", short(&name)), name)).collect()
}
