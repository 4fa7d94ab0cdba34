//! Dependencies of tests that are delivered now.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::evidence::line_of;
use crate::rules::Check;
use crate::supply::manifest::{Entry, Manifest};
use crate::supply::touched;

rule! {
    /// A package that a manifest had for tests or builds only, and that its code is delivered with now.
    ///
    /// ## Why it hurts
    /// What helps in a test was chosen with less care than what runs in production, and nobody looks at it again.
    ///
    /// ## Example
    /// ```base toml
    /// [dev-dependencies]
    /// tempfile = "3"
    /// ```
    /// ```head toml bad
    /// [dependencies]
    /// tempfile = "3" #~
    /// ```
    ///
    /// ## Instead
    /// ```base toml
    /// [dependencies]
    /// tempfile = "3"
    /// ```
    /// ```head toml good
    /// [dev-dependencies]
    /// tempfile = "3"
    /// ```
    pub static DEPENDENCY_PROMOTED = {
        id: "dependency-promoted",
        guard: "integrity",
        group: "supply",
        level: Note,
        summary: "finds dependencies of tests and builds that are delivered now",
    };
}

pub(super) static CHECK: Check = Check { rule: &DEPENDENCY_PROMOTED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for (file, before, after) in touched(scene, "Cargo.toml") {
        let (Some(before), Some(after)) = (before, after) else { continue };
        let (Some(base), Some(head)) = (Manifest::read(&before), Manifest::read(&after)) else { continue };
        let tables = |entry: &Entry| -> Vec<&Entry> {
            base.entries
                .iter()
                .filter(|old| old.key == entry.key && !old.table.starts_with("workspace"))
                .collect()
        };
        for entry in head.entries.iter().filter(|entry| entry.is_normal()) {
            let old = tables(entry);
            let Some(first) = old.first().filter(|_| !old.iter().any(|old| old.is_normal())) else {
                continue;
            };
            let place = line_of(&after, &entry.key)
                .map_or(Location::file(&file.path), |line| Location::point(&file.path, line, 1));
            let message = format!("`{}` was in `{}` and is delivered now", entry.key, first.table);
            findings.push(
                Finding::new(&DEPENDENCY_PROMOTED, place, message)
                    .help("keep it where it was, if only tests or builds use it")
                    .fact(&entry.key)
                    .judged(&first.table, "dependencies"),
            );
        }
    }
}
