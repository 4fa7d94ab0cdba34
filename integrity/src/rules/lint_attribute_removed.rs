//! Lints that a file no longer asks for.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::demands;
use crate::evidence::HELP_OTHER;
use crate::rules::Check;

rule! {
    /// An `#![warn]`, `#![deny]` or `#![forbid]` that is gone, or asks for less. One that went to `[lints]` in the manifest,
    /// to another file or under a new name is none, nor is one on a lint that no longer exists. It warns.
    ///
    /// ## Why it hurts
    /// The one line spoke for the whole crate. Nothing else fails when it goes.
    ///
    /// ## Example
    /// ```base rust
    /// #![deny(clippy::unwrap_used)] //~
    /// pub fn rank() {}
    /// ```
    /// ```head rust bad
    /// pub fn rank() {}
    /// ```
    ///
    /// ## Instead
    /// ```base rust
    /// #![warn(clippy::unwrap_used)]
    /// pub fn rank() {}
    /// ```
    /// ```head rust good
    /// #![deny(clippy::todo, clippy::unwrap_used)]
    /// pub fn rank() {}
    /// ```
    pub static LINT_ATTRIBUTE_REMOVED = {
        id: "lint-attribute-removed",
        guard: "integrity",
        group: "suppressions",
        level: Warning,
        summary: "finds lints that a file no longer asks for",
    };
}

pub(super) static CHECK: Check = Check { rule: &LINT_ATTRIBUTE_REMOVED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for fallen in demands::fallen(scene).iter().filter(|fallen| !fallen.is_allowed()) {
        let (word, lint) = (fallen.word, fallen.lint);
        let (place, now) = match fallen.now {
            Some(now) => (
                Location::at(&fallen.head.path, now.span),
                format!("`#![{word}({lint})]` is only `{}` now", now.word),
            ),
            None => (Location::file(&fallen.head.path), format!("`#![{word}({lint})]` is gone")),
        };
        findings.push(
            Finding::new(&LINT_ATTRIBUTE_REMOVED, place, &now)
                .help(HELP_OTHER)
                .note_at_base(
                    Location::at(&fallen.base.path, fallen.at_base),
                    format!("- #![{word}({lint})]"),
                )
                .fact(lint)
                .fact(now)
                .judged(word, ""),
        );
    }
}
