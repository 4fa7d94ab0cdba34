//! What is to be written, and how a person or a program reads it.

use policy::POLICY_FILE;
use serde_json::{Value, json};
use similar::TextDiff;

use super::disk::File;
use super::ledger::LEDGER;

/// One file before and after.
#[derive(Debug)]
pub(super) struct Step {
    /// From the repository's root.
    pub(super) path: String,
    pub(super) before: Option<File>,
    pub(super) after: Option<File>,
    /// In one line.
    pub(super) why: String,
    /// Folders that go with the file where nothing else is in them.
    pub(super) folders: Vec<String>,
}

/// What is to be written, and what a person must know besides.
#[derive(Debug, Default)]
pub(super) struct Plan {
    pub(super) steps: Vec<Step>,
    pub(super) notes: Vec<String>,
}

impl Step {
    pub(super) fn verb(&self) -> &'static str {
        match (&self.before, &self.after) {
            (None, _) => "create",
            (Some(_), None) => "remove",
            (Some(_), Some(_)) => "change",
        }
    }

    /// The step as a unified diff.
    fn diff(&self) -> String {
        let text = |file: &Option<File>| {
            file.as_ref().map(|file| String::from_utf8_lossy(&file.content).into_owned()).unwrap_or_default()
        };
        let (old, new) = (text(&self.before), text(&self.after));
        let name = |side: &str, file: &Option<File>| match file {
            Some(_) => format!("{side}/{}", self.path),
            None => "/dev/null".to_owned(),
        };
        let (from, to) = (name("a", &self.before), name("b", &self.after));
        TextDiff::from_lines(&old, &new).unified_diff().context_radius(3).header(&from, &to).to_string()
    }
}

impl Plan {
    /// Whether anything lies where a commit can have it.
    pub(super) fn is_to_be_committed(&self) -> bool {
        self.steps.iter().any(|step| !step.path.starts_with(".git/"))
    }

    /// Whether the policy comes with it.
    pub(super) fn brings_policy(&self) -> bool {
        let is_policy = |path: &str| path.rsplit('/').next() == Some(POLICY_FILE);
        self.steps.iter().any(|step| step.before.is_none() && is_policy(&step.path))
    }

    /// Whether Gatefold was not there before.
    pub(super) fn is_first(&self) -> bool {
        self.steps.iter().any(|step| step.before.is_none() && step.path.ends_with(LEDGER))
    }

    /// Whether the crate of `cargo xtask` comes with it.
    pub(super) fn brings_crate(&self) -> bool {
        self.steps.iter().any(|step| step.before.is_none() && step.path.ends_with("xtask/Cargo.toml"))
    }

    /// Every step as a diff.
    pub(super) fn diffs(&self, colour: bool) -> String {
        let mut text = String::new();
        for step in &self.steps {
            text.push_str(&format!("{} {}\n", step.verb(), step.path));
            for line in step.diff().lines() {
                let paint = match line.as_bytes().first() {
                    Some(b'+') if colour => "\u{1b}[32m",
                    Some(b'-') if colour => "\u{1b}[31m",
                    _ => "",
                };
                let end = if paint.is_empty() { "" } else { "\u{1b}[0m" };
                text.push_str(&format!("{paint}{}{end}\n", line.trim_end_matches('\r')));
            }
            text.push('\n');
        }
        text
    }

    /// Every step in a line.
    pub(super) fn listing(&self) -> String {
        let line = |step: &Step| {
            let mode = step.after.as_ref().is_some_and(|file| file.executable);
            let mode = if mode { ", executable" } else { "" };
            format!("  {} {}{mode}: {}\n", step.verb(), step.path, step.why)
        };
        self.steps.iter().map(line).collect()
    }

    /// For programs.
    pub(super) fn json(&self, root: &str, applied: bool, backup: Option<String>) -> String {
        let steps: Vec<Value> = self
            .steps
            .iter()
            .map(|step| json!({"path": step.path, "action": step.verb(), "why": step.why, "diff": step.diff()}))
            .collect();
        let told = json!({
            "schema": "gatefold.init/1", "root": root, "applied": applied, "backup": backup,
            "steps": steps, "notes": self.notes,
        });
        serde_json::to_string_pretty(&told).map(|text| text + "\n").unwrap_or_default()
    }
}
