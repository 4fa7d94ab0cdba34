//! Which file holds the settings of which tool, and what stood in its place at base.

use findings::Location;
use serde_json::Value;
use source::{ChangeKind, FileChange, Tree};

use super::cargo::Manifest;
use super::{Loosened, Weight, cargo, clippy, config, deny, format, toolchain};
use crate::Scene;
use crate::evidence::line_of;

/// The settings of one file that became others.
pub(crate) struct Compared {
    /// The path, as findings show it.
    pub(crate) shown: String,
    /// Head's text; empty where the file is gone.
    text: String,
    pub(crate) settings: Vec<Loosened>,
}

/// A tool whose settings lie in a file.
#[derive(Clone, Copy, PartialEq)]
enum Tool {
    Cargo,
    Config,
    Clippy,
    Deny,
    Format,
    Toolchain,
}

impl Compared {
    /// Where a key stands in head's file.
    pub(crate) fn place(&self, key: &str) -> Location {
        let last = key.rsplit('.').next().unwrap_or(key);
        match line_of(&self.text, last) {
            Some(line) => Location::point(&self.shown, line, 1),
            None => Location::file(&self.shown),
        }
    }
}

/// Every file of settings that the change touches. One that cannot be read is told by another rule.
pub(crate) fn compared(scene: &Scene<'_>) -> Vec<Compared> {
    let around = scene.around();
    let mut all = Vec::new();
    for file in around.files {
        let Some((dir, tool)) = tool(&file.path).or_else(|| tool(file.from.as_deref()?)) else { continue };
        if let Some(settings) = compare(tool, &dir, file, (around.base, around.head)) {
            let text =
                if file.kind == ChangeKind::Removed { None } else { around.head.text(&file.path).ok() };
            let text = text.as_deref().unwrap_or_default().to_owned();
            all.push(Compared { shown: around.shown(&file.path), text, settings });
        }
    }
    all
}

/// The tool that reads a file, and the folder that the file is for.
fn tool(path: &str) -> Option<(String, Tool)> {
    let (dir, name) = path.rsplit_once('/').unwrap_or(("", path));
    let tool = match name {
        "Cargo.toml" => Tool::Cargo,
        "config.toml" | "config" if dir == ".cargo" || dir.ends_with("/.cargo") => Tool::Config,
        "clippy.toml" | ".clippy.toml" => Tool::Clippy,
        "deny.toml" | ".deny.toml" => Tool::Deny,
        "rustfmt.toml" | ".rustfmt.toml" => Tool::Format,
        "rust-toolchain" | "rust-toolchain.toml" => Tool::Toolchain,
        _ => return None,
    };
    Some((dir.to_owned(), tool))
}

/// The names of a tool's file, the one that wins first.
fn names(tool: Tool) -> &'static [&'static str] {
    match tool {
        Tool::Cargo => &["Cargo.toml"],
        Tool::Config => &["config", "config.toml"],
        Tool::Clippy => &[".clippy.toml", "clippy.toml"],
        Tool::Deny => &["deny.toml", ".deny.toml"],
        Tool::Format => &[".rustfmt.toml", "rustfmt.toml"],
        Tool::Toolchain => &["rust-toolchain", "rust-toolchain.toml"],
    }
}

fn compare(tool: Tool, dir: &str, file: &FileChange, (base, head): (&Tree, &Tree)) -> Option<Vec<Loosened>> {
    let before = effective(tool, dir, base, file.from.as_deref())?;
    let after = effective(tool, dir, head, None)?;
    Some(match tool {
        Tool::Cargo => {
            if file.kind == ChangeKind::Added || file.kind == ChangeKind::Removed {
                return None;
            }
            let path = crate::scene::base_path(file);
            let before = Manifest { tree: base, path, value: &before };
            cargo::compare(before, Manifest { tree: head, path: &file.path, value: &after })
        }
        Tool::Config => config::compare(&before, &after, head),
        Tool::Clippy => clippy::compare(&before, &after),
        Tool::Format => format::compare(&before, &after),
        Tool::Toolchain => toolchain::compare(&before, &after),
        Tool::Deny if before.is_null() => Vec::new(),
        Tool::Deny if after.is_null() && deny::asks(&before) => {
            let how = "is gone, and the tool falls back to its defaults".to_owned();
            let (before, after) = (before.to_string(), "nothing".to_owned());
            let key = file.path.clone();
            vec![Loosened { key, how, before, after, weight: Weight::Loosened }]
        }
        Tool::Deny => deny::compare(&before, &after),
    })
}

/// What holds for a folder on one side: its own file, or for some tools that of a folder above. `None` where it
/// cannot be read, null where there is none.
fn effective(tool: Tool, dir: &str, tree: &Tree, moved_from: Option<&str>) -> Option<Value> {
    let read = |path: &str| {
        let text = tree.text(path).ok()?;
        if tool == Tool::Toolchain { toolchain::read(&text).ok() } else { crate::manifest::read(&text).ok() }
    };
    let mut dir = dir;
    if let Some(path) = moved_from.filter(|path| tree.contains(path)) {
        return read(path);
    }
    loop {
        let paths = names(tool).iter().map(|name| crate::rust::join(dir, name));
        if let Some(path) = paths.into_iter().find(|path| tree.contains(path)) {
            return read(&path);
        }
        if dir.is_empty() || !matches!(tool, Tool::Clippy | Tool::Format | Tool::Toolchain) {
            return Some(Value::Null);
        }
        dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
    }
}
