//! Lints that a file refused and now lets through.

use findings::{Finding, Location, rule};

use crate::Scene;
use crate::demands;
use crate::evidence::HELP_OTHER;
use crate::rules::Check;

rule! {
    /// A lint that `#![deny]` or `#![forbid]` refused for a crate or a module, and that `#![allow]` lets through there now.
    ///
    /// ## Why it hurts
    /// Somebody decided that this must not be in this code. The change turns the decision round, for all of the code.
    ///
    /// ## Example
    /// ```base rust
    /// #![forbid(unsafe_code)]
    /// pub fn rank() {}
    /// ```
    /// ```head rust bad
    /// #![allow(unsafe_code)] //~
    /// pub fn rank() {}
    /// ```
    ///
    /// ## Instead
    /// Deny it, and allow it at the one place, with a reason.
    /// ```base rust
    /// #![forbid(missing_docs)]
    /// //! Ranks.
    /// pub mod ranking {}
    /// ```
    /// ```head rust good
    /// //! Ranks.
    /// #![forbid(missing_docs)]
    /// #![warn(clippy::todo)]
    /// pub mod ranking {}
    /// ```
    pub static DENIED_LINT_ALLOWED = {
        id: "denied-lint-allowed",
        guard: "integrity",
        group: "suppressions",
        level: Error,
        summary: "finds lints that a file refused and now lets through",
    };
}

pub(super) static CHECK: Check = Check { rule: &DENIED_LINT_ALLOWED, check };

fn check(scene: &Scene<'_>, findings: &mut Vec<Finding>) {
    for fallen in demands::fallen(scene).iter().filter(|fallen| fallen.is_allowed()) {
        let Some(now) = fallen.now else { continue };
        let (word, lint) = (fallen.word, fallen.lint);
        let past = if word == "forbid" { "forbidden" } else { "denied" };
        findings.push(
            Finding::new(
                &DENIED_LINT_ALLOWED,
                Location::at(&fallen.head.path, now.span),
                format!("lint `{lint}` is allowed here, and was {past}"),
            )
            .help(HELP_OTHER)
            .note_at_base(
                Location::at(&fallen.base.path, fallen.at_base),
                format!("- #![{word}({lint})]\n+ #![{}({})]", now.word, now.lint),
            )
            .fact(lint)
            .fact(&now.item)
            .judged(word, &now.word),
        );
    }
}
