//! Levels of lints: `[lints]`, `[workspace.lints]`, and what a level falls back to.

use std::collections::BTreeMap;

use serde_json::Value;
use source::Tree;

use super::{Loosened, Weight, cargo, retired};

pub(crate) use retired::is_removed;

/// The lints of one table, by the name that code writes: `dead_code`, `clippy::todo`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Levels {
    entries: BTreeMap<String, Level>,
}

#[derive(Clone, Debug)]
struct Level {
    rank: u8,
    priority: i64,
    written: Value,
}

/// Groups whose lints are on by default.
const ON_BY_DEFAULT: &[&str] = &[
    "warnings",
    "unused",
    "nonstandard_style",
    "future_incompatible",
    "clippy::all",
    "clippy::style",
    "clippy::complexity",
    "clippy::perf",
    "clippy::suspicious",
    "clippy::correctness",
];

/// Groups that somebody must ask for.
const OFF_BY_DEFAULT: &[&str] = &[
    "rust_2018_idioms",
    "rust_2021_compatibility",
    "rust_2024_compatibility",
    "keyword_idents",
    "let_underscore",
    "clippy::pedantic",
    "clippy::nursery",
    "clippy::restriction",
    "clippy::cargo",
    "rustdoc::all",
];

impl Levels {
    /// Reads a table of tables: `[lints.clippy]`.
    pub(super) fn read(table: Option<&Value>) -> Levels {
        let mut levels = Levels::default();
        for (tool, lints) in table.and_then(Value::as_object).into_iter().flatten() {
            for (lint, written) in lints.as_object().into_iter().flatten() {
                let lint = lint.replace('-', "_");
                let name = if tool == "rust" { lint } else { format!("{tool}::{lint}") };
                let rank = rank(word(written));
                let priority = written.get("priority").and_then(Value::as_i64).unwrap_or(0);
                levels.entries.insert(name, Level { rank, priority, written: written.clone() });
            }
        }
        levels
    }

    /// The levels of a package: its own, or those of the workspace that it inherits.
    pub(super) fn of_manifest(tree: &Tree, path: &str, manifest: &Value) -> Levels {
        if !cargo::inherits(manifest) {
            return Levels::read(manifest.get("lints"));
        }
        let at_root = manifest.pointer("/workspace/lints");
        if at_root.is_some() {
            return Levels::read(at_root);
        }
        let mut dir = path.strip_suffix("Cargo.toml").unwrap_or_default().trim_end_matches('/');
        while !dir.is_empty() {
            dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
            let root = crate::rust::join(dir, "Cargo.toml");
            let value = tree.text(&root).ok().and_then(|text| crate::manifest::read(&text).ok());
            if let Some(lints) = value.as_ref().and_then(|value| value.pointer("/workspace/lints")) {
                return Levels::read(Some(lints));
            }
        }
        Levels::default()
    }

    /// The levels of the package around a file.
    pub(crate) fn around(tree: &Tree, path: &str) -> Levels {
        let mut dir = path;
        while !dir.is_empty() {
            dir = dir.rsplit_once('/').map_or("", |(above, _)| above);
            let manifest = crate::rust::join(dir, "Cargo.toml");
            let value = tree.text(&manifest).ok().and_then(|text| crate::manifest::read(&text).ok());
            if let Some(value) = value.filter(|value| value.get("package").is_some()) {
                return Levels::of_manifest(tree, &manifest, &value);
            }
        }
        Levels::default()
    }

    /// Whether nothing is said of any lint.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// How strict a lint is taken: 4 `forbid`, 3 `deny`, 2 `warn`, 1 what nobody said, 0 `allow`.
    pub(crate) fn rank(&self, lint: &str) -> u8 {
        match self.entries.get(lint) {
            Some(level) if !self.is_overridden(lint, level) => level.rank,
            Some(_) => 0,
            None => default_rank(lint),
        }
    }

    /// Whether a group of the same tool that is allowed has the last word. Without priorities the lint has it.
    fn is_overridden(&self, lint: &str, level: &Level) -> bool {
        ON_BY_DEFAULT.iter().any(|name| {
            let group = self.entries.get(*name).filter(|_| *name != lint && tool(name) == tool(lint));
            group.is_some_and(|group| group.rank == 0 && level.rank > 0 && group.priority > level.priority)
        })
    }

    /// Whether a group of a tool asks for more than it did.
    fn gained_group(&self, before: &Levels, lint: &str, at_least: u8) -> bool {
        ON_BY_DEFAULT.iter().chain(OFF_BY_DEFAULT).filter(|name| tool(name) == tool(lint)).any(|name| {
            let raised = |group: &&Level| before.entries.get(*name).is_none_or(|was| was.rank < group.rank);
            self.entries.get(*name).filter(raised).is_some_and(|group| group.rank >= at_least)
        })
    }
}

/// Levels that fell, and lints that are newly allowed.
pub(super) fn lowered(base: &Levels, head: &Levels, prefix: &str) -> Vec<Loosened> {
    let mut found = Vec::new();
    let key = |lint: &str| {
        let (tool, name) = lint.split_once("::").unwrap_or(("rust", lint));
        format!("{prefix}.{tool}.{name}")
    };
    for (lint, level) in &base.entries {
        let (before, now) = (base.rank(lint), head.entries.get(lint));
        let after = match now {
            None => replacement(lint).map_or(0, |new| head.rank(new)).max(head.rank(lint)),
            Some(_) => head.rank(lint),
        };
        if after >= before || now.is_none() && is_removed(lint) {
            continue;
        }
        // A lint that is no longer named may stand under a new name, or within a group.
        let elsewhere = now.is_none()
            && (head.gained_group(base, lint, before) || has_new_name(lint, before, base, head));
        let weight = if elsewhere { Weight::Eased } else { Weight::Loosened };
        found.push(Loosened::value(key(lint), Some(&level.written), now.map(|now| &now.written), weight));
    }
    for (lint, level) in head.entries.iter().filter(|(lint, _)| !base.entries.contains_key(*lint)) {
        let group = OFF_BY_DEFAULT.contains(&lint.as_str());
        if level.rank > 0 || group || head.gained_group(base, lint, 2) || old_name(lint, base) {
            continue;
        }
        let blanket = ON_BY_DEFAULT.contains(&lint.as_str());
        let weight = if blanket { Weight::Loosened } else { Weight::Eased };
        found.push(Loosened::value(key(lint), None, Some(&level.written), weight));
    }
    found
}

/// The name that a lint has today.
pub(crate) fn replacement(lint: &str) -> Option<&'static str> {
    retired::RENAMED.iter().find(|(old, _)| *old == lint).map(|(_, new)| *new)
}

/// Whether the base allowed the lint under its old name.
fn old_name(lint: &str, base: &Levels) -> bool {
    retired::RENAMED
        .iter()
        .any(|(old, new)| *new == lint && base.entries.get(*old).is_some_and(|level| level.rank == 0))
}

/// Whether head has a lint of a like name, as strict, that the base has not: lints are renamed now and then.
fn has_new_name(lint: &str, rank: u8, base: &Levels, head: &Levels) -> bool {
    let start = lint.find("::").map_or(0, |at| at + 2);
    let half: String = lint.chars().take(start + (lint.len() - start).div_ceil(2)).collect();
    // Names that begin alike stand side by side; nobody has more than a few.
    let alike = head.entries.range(half.clone()..).take_while(|(other, _)| other.starts_with(&half)).take(64);
    alike.into_iter().any(|(other, level)| !base.entries.contains_key(other) && level.rank >= rank)
}

fn tool(lint: &str) -> &str {
    lint.split_once("::").map_or("", |(tool, _)| tool)
}

fn word(level: &Value) -> &str {
    match level {
        Value::String(word) => word,
        Value::Object(table) => table.get("level").and_then(Value::as_str).unwrap_or_default(),
        _ => "",
    }
}

/// How strict a word is.
pub(crate) fn rank(word: &str) -> u8 {
    match word {
        "forbid" => 4,
        "deny" => 3,
        "warn" | "expect" => 2,
        "" => 1,
        _ => 0,
    }
}

fn default_rank(lint: &str) -> u8 {
    const WARNS: &[&str] = &[
        "dead_code",
        "deprecated",
        "unexpected_cfgs",
        "unreachable_code",
        "unreachable_patterns",
        "unknown_lints",
        "renamed_and_removed_lints",
        "private_interfaces",
        "private_bounds",
        "mismatched_lifetime_syntaxes",
        "non_snake_case",
        "non_camel_case_types",
        "non_upper_case_globals",
        "rustdoc::broken_intra_doc_links",
        "rustdoc::private_intra_doc_links",
    ];
    const UNUSED_OFF: &[&str] = &[
        "unused_crate_dependencies",
        "unused_extern_crates",
        "unused_import_braces",
        "unused_lifetimes",
        "unused_qualifications",
        "unused_results",
        "unused_macro_rules",
    ];
    match lint {
        "clippy::correctness" => 3,
        _ if ON_BY_DEFAULT.contains(&lint) || WARNS.contains(&lint) => 2,
        _ if lint.starts_with("unused_") && !UNUSED_OFF.contains(&lint) => 2,
        _ => 1,
    }
}
